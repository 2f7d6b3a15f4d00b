"""Service bindings (RFC 9460): what an HTTPS or SVCB record tells a browser beside the addresses."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from msgspec.structs import replace

from probes.bogon import plain
from probes.records import Family, Observation, Rr

HTTPS = "HTTPS"
_PARAMETERS = re.compile(r' ([a-z0-9-]+)(?:="((?:[^"\\]|\\.)*)")?').findall
_HINTS = {"ipv4hint": Family.IPV4, "ipv6hint": Family.IPV6}
_ADDRESSES = {Family.IPV4: "A", Family.IPV6: "AAAA"}


@dataclass(frozen=True, kw_only=True)
class Binding:
    """One record."""

    owner: str
    target: str
    """The name that answers; `.` is the owner itself (2.5.2)."""
    hints: tuple[tuple[Family, str], ...] = ()
    """Addresses that clients may use before they have others (7.3), in their usual spelling."""
    ech: bool = False
    """With a key by which the name is encrypted in the handshake."""

    def leads_from(self, name: str) -> bool:
        """Whether the service is at another name, which has to be asked for."""
        place = self.owner if self.target == "." else self.target
        return place.lower().rstrip(".") != name.lower().rstrip(".")


def bindings(observed: Observation | None, kind: str) -> tuple[Binding, ...]:
    """The records of a type, `HTTPS` or `SVCB`, in one answer."""
    if observed is None or observed.dns is None:
        return ()
    return tuple(_binding(rr) for rr in observed.dns.answers if rr.type == kind)


def _binding(rr: Rr) -> Binding:
    priority, _, rest = rr.data.partition(" ")
    target, _, written = rest.partition(" ")
    if priority == "0":
        # An alias: whatever parameters it has are not meant (2.4.2).
        return Binding(owner=rr.name, target=target)
    given = _PARAMETERS(f" {written}")
    return Binding(
        owner=rr.name,
        target=target,
        hints=tuple(
            (_HINTS[key], _spelt(address))
            for key, value in given
            if key in _HINTS and value
            for address in value.split(",")
        ),
        ech=any(key == "ech" and value for key, value in given),
    )


def _spelt(address: str) -> str:
    try:
        return plain(address)
    except ValueError:
        return address


def as_addresses(observed: Observation, families: Collection[Family]) -> Observation:
    """The same answer as if the hints were the addresses that were asked for; of these families alone."""
    if observed.dns is None:
        return observed
    hints = [
        Rr(name=item.owner, type=_ADDRESSES[family], ttl=0, data=address)
        for item in bindings(observed, HTTPS)
        for family, address in item.hints
        if family in families
    ]
    aliases = [rr for rr in observed.dns.answers if rr.type == "CNAME"]
    return replace(observed, dns=replace(observed.dns, answers=(*aliases, *hints)))
