"""One question to a resolver: the queries that put it, what counts as its answer, and what was heard."""

from __future__ import annotations

import binascii
import functools
import re

import msgspec

from probes import failure
from probes.dns.names import name_text, pack_name, pack_ordinary, unpack_labels
from probes.dns.rdata import type_name, type_number
from probes.dns.wire import (
    BADVERS,
    FORMERR,
    NOERROR,
    NOTIMP,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    Message,
    Question,
    Section,
    WireError,
    around,
    parse,
    put_type,
)
from probes.records import DnsVariant, Stray

MAX_STRAYS = 8
"""A flood of forgeries proves no more than its first few."""
_MAX_STRAY = 4096
"""Octets of a stray that are kept."""

_WITHOUT_OPT = frozenset({FORMERR, NOTIMP, BADVERS})
"""What servers say that do not know OPT, or not our version of it (RFC 6891 sections 6.1.3 and 7)."""
_HEADER_ONLY = frozenset({FORMERR, NOTIMP})
_ORDINARY = re.compile(r"[-0-9_a-z]{1,63}(?:\.[-0-9_a-z]{1,63})+").fullmatch
"""A name that needs no second look: lower case, no escapes, no dot at its end."""
_FAILURES = {NXDOMAIN: failure.NXDOMAIN, REFUSED: failure.REFUSED, SERVFAIL: failure.SERVFAIL}


class _Manner(msgspec.Struct, frozen=True):
    """What queries have in common that differ only in their names."""

    number: int
    kind: str
    end: bytes
    """Behind the name in the question section."""
    plain: bytes
    """Between the id and the name of a query without OPT."""
    head: bytes
    options: bytes


@functools.lru_cache(maxsize=1024)
def _manner(
    rrtype: str,
    rrclass: int,
    payload: int | None,
    dnssec_ok: bool,  # noqa: FBT001 - the keys of a cache
    variant: DnsVariant | None,
) -> _Manner:
    number = type_number(rrtype)
    unchecked = variant is DnsVariant.UNCHECKED
    plain, _ = around(None, dnssec_ok=dnssec_ok, checking_disabled=unchecked)
    head, options = around(payload, dnssec_ok=dnssec_ok, checking_disabled=unchecked)
    return _Manner(number, type_name(number), put_type(number, rrclass), plain, head, options)


class Asked(msgspec.Struct, frozen=True):
    """A question with its name in lower case, and how it is put."""

    name: str
    type: str
    rrclass: int
    payload: int | None
    variant: DnsVariant | None
    written: str
    """The name as it is sent; not in lower case only where mixed case is asked."""
    section: Section
    """The question section that is sent."""
    manner: _Manner

    @classmethod
    def of(
        cls,
        name: str,
        rrtype: str,
        *,
        rrclass: int,
        payload: int | None,
        dnssec_ok: bool,
        variant: DnsVariant | None = None,
    ) -> Asked:
        """Raises `WireError` for a name that DNS cannot carry, `ValueError` for an unknown type."""
        if _ORDINARY(name):
            packed = pack_ordinary(name)
            text = written = name
        else:
            packed = pack_name(name)
            labels, _ = unpack_labels(packed, 0)
            written = name_text(labels)
            text = written.lower()
            if variant is not DnsVariant.MIXED_CASE:
                written = text
            packed = pack_name(written)
        manner = _manner(rrtype, rrclass, payload, dnssec_ok, variant)
        question = Question(written, manner.number, rrclass)
        section = Section(packed + manner.end, question, text)
        return cls(text, manner.kind, rrclass, payload, variant, written, section, manner)

    def query(self, number: int, *, opt: bool) -> bytes:
        """The bytes to send under this id."""
        manner = self.manner
        if opt:
            return number.to_bytes(2, "big") + manner.head + self.section.wire + manner.options
        return number.to_bytes(2, "big") + manner.plain + self.section.wire

    def same(self, message: Message) -> bool:
        """Whether the message's question is this one; the case of names is not compared (RFC 1035 2.3.3)."""
        asked = message.question
        return (
            asked is not None
            and asked.type == self.manner.number
            and asked.rrclass == self.rrclass
            and asked.name.lower() == self.name
        )

    def case_kept(self, message: Message) -> bool | None:
        """Whether the letters came back as they were sent; `None` where that was not asked."""
        if self.variant is not DnsVariant.MIXED_CASE or message.question is None:
            return None
        return message.question.name == self.written

    def fault(self, message: Message | None) -> str | None:
        """Why a message with the right id is no answer to this, as the reason of a `Stray`, or `None`.

        A server that could not read the query may leave the question out. That is believed of nothing that
        could look like a filter's doing.
        """
        if message is None or not message.response:
            return "malformed"
        if message.question is self.section.question:
            return None
        if self.same(message) or (message.question is None and message.rcode in _HEADER_ONLY):
            return None
        return "wrong_question"

    def failure(self, message: Message) -> str | None:
        """OONI's string for what an answer says, `None` where it has records of the type."""
        if message.rcode != NOERROR:
            return _FAILURES.get(message.rcode, failure.MISBEHAVING)
        for rr in message.answers:
            if rr.type == self.type:
                return None
        # Part of an answer is no proof that the rest does not exist.
        return failure.MISBEHAVING if message.truncated else failure.NO_ANSWER


def knows_no_opt(message: Message) -> bool:
    """Whether the answer may be a refusal of OPT rather than of the question."""
    return message.rcode in _WITHOUT_OPT


class Heard(msgspec.Struct, frozen=True):
    """What came of a question over one transport: a message, or a failure."""

    failure: str | None
    message: Message | None = None
    raw: bytes = b""
    opt: bool = True
    """Whether the query that was answered carried OPT."""
    sends: int = 0
    strays: tuple[Stray, ...] = ()


def read_message(asked: Asked, raw: bytes, *, number: int, opt: bool) -> Heard:
    """The one message that came over a connection of its own: an answer to the question, or misbehaviour."""
    try:
        message = parse(raw)
    except WireError:
        return Heard(failure.MISBEHAVING, opt=opt, sends=1)
    if message.id != number or asked.fault(message) is not None:
        return Heard(failure.MISBEHAVING, opt=opt, sends=1)
    return Heard(None, message, raw, opt=opt, sends=1)


def stray(reason: str, data: bytes, message: Message | None) -> Stray:
    """A datagram to be kept as evidence."""
    return Stray(
        reason=reason,
        raw=binascii.b2a_base64(data[:_MAX_STRAY], newline=False).decode("ascii"),
        addresses=tuple([rr.data for rr in message.answers if rr.type in ("A", "AAAA")]) if message else (),
    )
