"""What one datagram says, in few microseconds: read once per distinct answer, and kept.

A filter says the same thing a hundred thousand times, so that an answer is known by its bytes behind the
question. What is odd, cut short or malformed is not read here but asked again over the slow way, where the
whole message is read (`probes.dns.wire`).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from ipaddress import ip_network
from struct import Struct
from typing import NamedTuple

from probes.bogon import SPECIAL, is_bogon, plain
from probes.dns.names import WireError
from probes.dns.wire import NXDOMAIN, REFUSED, SERVFAIL, parse
from probes.records import Ede

_HEADER = Struct("!HHHHH").unpack_from
"""Everything of the header behind the id."""
_RECORD = Struct("!HHIH").unpack_from
_A, _AAAA, _OPT = 1, 28, 41
_text, _V4, _V6 = socket.inet_ntop, int(socket.AF_INET), int(socket.AF_INET6)
_CLASS_IN = 1
_ROOM = 4096
DENIALS = {SERVFAIL: "servfail", NXDOMAIN: "nxdomain", REFUSED: "refused"}
SILENCE, NODATA = "silence", "nodata"
_PROHIBITED = 18
_FILTERED = frozenset({15, 16, 17})


class Reading(NamedTuple):
    """An answer without what differs between two names that are treated alike."""

    rcode: int
    """Extended (RFC 6891 section 6.1.3)."""
    addresses: tuple[str, ...] = ()
    """Those of special places; of public ones only the first that was seen in such an answer."""
    public: bool = False
    """Whether there are addresses where a public name can be; which ones is kept beside each name."""
    aliases: tuple[str, ...] = ()
    """Of a published block page, as far as the reader was told of such."""
    ede: tuple[Ede, ...] = ()
    unchecked: bool = False
    """A failure, and an answer came where no signature was to be checked (CD, RFC 4035 section 3.2.2)."""

    elsewhere: bool = False
    """It leads to another name without saying where that is (RFC 9460 sections 2.4.2 and 2.4.3)."""

    @property
    def prohibited(self) -> bool:
        """Refused, with the word that is also for strangers (RFC 8914 section 4.19)."""
        return self.rcode == REFUSED and any(item.code == _PROHIBITED for item in self.ede)

    @property
    def key(self) -> Reading:
        """The same reading for every public address: what is judged once."""
        return self._replace(addresses=()) if self.public else self


class Odd(NamedTuple):
    """An answer that the slow way must read, or that stands for none."""

    why: str
    """`silent`, `truncated`, `malformed`, `unreachable` or `failing`."""


SILENT = Odd("silent")
TRUNCATED = Odd("truncated")
MALFORMED = Odd("malformed")
UNREACHABLE = Odd("unreachable")

Told = tuple[Reading | Odd, tuple[str, ...]]
"""What was read, and the public addresses of this very name."""

_NONE: tuple[str, ...] = ()


def denial(told: Told | None) -> str | None:
    """The word for an answer that keeps a visitor away and may come from a resolver that is cut off.

    The filter's own word (RFC 8914 sections 4.16 to 4.18) makes it another one. `None`: another answer.
    """
    if told is None:
        return None
    reading = told[0]
    if isinstance(reading, Odd):
        return SILENCE if reading is SILENT else None
    if reading.public or reading.elsewhere:
        return None
    word = DENIALS.get(reading.rcode) if reading.rcode else " ".join(reading.addresses) or NODATA
    filtered = any(item.code in _FILTERED for item in reading.ede)
    return f"{word}, filtered" if word and filtered else word


class Reader:
    """Reads datagrams whose id and question were found to be right."""

    def __init__(
        self,
        *,
        watched: Collection[str] = (),
        aliases: Collection[str] = (),
        mapped: Collection[str] = (),
    ) -> None:
        """`watched`: addresses that mean something although public names can be there: block pages, and what
        this network gives for names that cannot exist. `aliases`: names of published block pages. `mapped`:
        addresses of an emulated hotspot, which stand for public ones.
        """
        self._mapped = frozenset(mapped)
        self._watched = frozenset(_packed(address) for address in watched)
        self._aliases = frozenset(alias.lower().rstrip(".") for alias in aliases)
        self.known: dict[bytes, Told] = {}
        """By the octets of an answer, but for its id and its question."""
        self._open: dict[tuple[str, ...], Told] = {}
        self._kept: dict[Reading, Reading] = {}
        self._public = self.keep(Reading(0, public=True))

    def keep(self, reading: Reading) -> Reading:
        """The one object for all equal readings, so that results are small and judged once."""
        if len(self._kept) >= _ROOM:
            # A resolver that answers differently each time must not make this grow.
            self._kept.clear()
        return self._kept.setdefault(reading, reading)

    def read(self, data: bytes, end: int) -> Told:
        """What is not in `known`. `end` is the offset behind the question, which must be what was asked."""
        addresses = self._plain(data, end)
        if addresses is None:
            told, of_anybody = self._whole(data)
            if not of_anybody:
                return told
        elif addresses in self._open:
            told = self._open[addresses]
        else:
            # Most names have an address of their own, whose octets do not come again. But 400 resolvers say
            # the same of each: that is held once.
            if len(self._open) >= _ROOM:
                self._open.clear()
            told = self._open[addresses] = (self._public, addresses)
            return told
        if len(self.known) >= _ROOM:
            self.known.clear()
        self.known[data[2:12] + data[end:]] = told
        return told

    def _plain(self, data: bytes, end: int) -> tuple[str, ...] | None:
        """The addresses of an answer that holds nothing but public ones, as most do; `None` for others."""
        flags, asked, answers, authorities, additional = _HEADER(data, 2)
        if flags & 0xFA0F != 0x8000 or asked != 1 or not answers or authorities or additional > 1:
            return None
        found = []
        at = end
        try:
            for _ in range(answers):
                # The owner is the question's name: a pointer to it.
                if data[at] != 0xC0 or data[at + 1] != 12:
                    return None
                kind, class_, _, size = _RECORD(data, at + 2)
                at += 12
                raw = data[at : at + size]
                at += size
                if class_ != _CLASS_IN or raw in self._watched:
                    return None
                if kind == _A and size == 4 and not _MAYBE4[raw[0] << 8 | raw[1]]:
                    found.append(_text(_V4, raw))
                elif kind == _AAAA and len(raw) == 16 and not _MAYBE6[raw[0] << 8 | raw[1]]:
                    found.append(_text(_V6, raw))
                else:
                    return None
            # An OPT without an option (RFC 6891 section 6.1.2) and without upper bits of the code.
            if additional and (len(data) - at != 11 or data[at : at + 3] != b"\0\0\x29" or data[at + 5]):
                return None
        except (IndexError, ValueError, OSError):
            return None
        return tuple(found)

    def whole(self, data: bytes) -> Told:
        """Every other answer, read as a check reads it."""
        return self._whole(data)[0]

    def _whole(self, data: bytes) -> tuple[Told, bool]:
        """What was read, and whether the same octets behind another question would say the same.

        A name in an answer may end in the question's own labels (RFC 1035 section 4.1.4), so that the same
        octets are another name there. Addresses have no such ends.
        """
        try:
            message = parse(data)
        except WireError:
            return (MALFORMED, _NONE), False
        if message.truncated or not message.whole:
            return (TRUNCATED, _NONE), False
        if not message.response or (message.rcode not in DENIALS and message.rcode != 0):
            return (Odd("failing"), _NONE), False
        addresses = tuple([rr.data for rr in message.answers if rr.type in ("A", "AAAA")])
        bindings = [rr.data for rr in message.answers if rr.type == "HTTPS"]
        addresses += tuple([hint for data in bindings for hint in _hints(data)])
        special = tuple(dict.fromkeys(a for a in addresses if self._special(a)))
        public = tuple([a for a in addresses if not self._special(a)])
        aliases = tuple(
            dict.fromkeys(
                rr.data for rr in message.answers if rr.type == "CNAME" and rr.data in self._aliases
            )
        )
        elsewhere = not addresses and any(data.split()[1] != "." for data in bindings)
        reading = Reading(message.rcode, special, bool(public), aliases, message.ede, elsewhere=elsewhere)
        return (self.keep(reading), public), all(rr.type in ("A", "AAAA") for rr in message.answers)

    def _special(self, address: str) -> bool:
        """Whether the address means something else than that a public name is there."""
        raw = _packed(address)
        high = raw[0] << 8 | raw[1]
        if not (_MAYBE4[high] if len(raw) == 4 else _MAYBE6[high]):
            return raw in self._watched
        spelt = plain(address)
        return _packed(spelt) in self._watched or is_bogon(spelt, mapped=self._mapped)


_PARAMETERS = re.compile(r' ([a-z0-9-]+)(?:="((?:[^"\\]|\\.)*)")?').findall


def _hints(binding: str) -> list[str]:
    """The addresses in a service binding, by which a browser connects without asking further."""
    return [
        address
        for key, value in _PARAMETERS(binding)
        if key in ("ipv4hint", "ipv6hint") and value
        for address in value.split(",")
    ]


def _packed(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def _maybe(version: int) -> bytearray:
    """By the first 16 bits of an address: whether some network in which no public name can be begins so.

    Coarse on purpose: a `True` only means that the address itself must be looked at.
    """
    table = bytearray(65536)
    for text, _ in SPECIAL:
        network = ip_network(text)
        if network.version != version:
            continue
        shift = network.max_prefixlen - 16
        first, last = int(network.network_address) >> shift, int(network.broadcast_address) >> shift
        table[first : last + 1] = b"\1" * (last - first + 1)
    if version == 6:
        # RFC 4291 section 2.4: global unicast is 2000::/3. Beside it there are 64:ff9b::/96 and its like.
        for high in range(65536):
            if high >> 13 != 1:
                table[high] = 1
    return table


_MAYBE4 = _maybe(4)
_MAYBE6 = _maybe(6)
