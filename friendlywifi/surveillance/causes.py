"""Which failures have one cause: one resolver behind six libraries is one thing to repair, and one message.

A resolver that is known by a public address is the same one everywhere. A private address is another machine
at every place; there the provider is what the places have in common.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum

from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.states import State
from probes.records import Record, Time


class CauseKind(StrEnum):
    RESOLVER = "resolver"
    ROUTE = "route"
    PROVIDER = "provider"
    HOTSPOT = "hotspot"
    """Nothing that it shares with another one is known."""


class Cause(Record):
    """What stands behind a failure."""

    kind: CauseKind
    name: str
    """An address, a way around, a provider, or the id of the one hotspot."""

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.name}"


class Site(Record):
    """One hotspot with what surveillance knows of it."""

    hotspot: str
    provider: str | None = None
    resolvers: tuple[str, ...] = ()
    """Those that it was enrolled with, addresses."""
    readers: tuple[str, ...] = ()
    """Who is written to about it."""
    conditions: tuple[tuple[str, Condition], ...] = ()
    """By path."""

    @property
    def worst(self) -> Condition:
        """The path that a person must know about first."""
        return min(
            (item for _, item in self.conditions),
            key=lambda item: _ORDER.index(item.state),
            default=Condition(),
        )


_ORDER = (
    State.FAILING_CONFIRMED,
    State.FAILING_SUSPECTED,
    State.FLAPPING,
    State.RECOVERING,
    State.PROBE_SILENT,
    State.UPLINK_DEAD,
    State.PORTAL_LOCKED,
    State.UNKNOWN,
    State.WELL,
)


class Shared(Record):
    """Confirmed failures with one cause."""

    cause: Cause
    sites: tuple[str, ...]
    """Where it is confirmed, sorted."""
    suspected: tuple[str, ...]
    """Where it was seen and waits for its confirmation."""
    behind: tuple[str, ...]
    """Enrolled with the same resolver, and not seen to fail: they hang on the same thing."""
    gates: tuple[str, ...]
    since: Time
    """The first failing run anywhere."""


def shared(sites: Collection[Site]) -> tuple[Shared, ...]:
    """The confirmed failures of all hotspots, gathered by cause; each hotspot in one group."""
    failing = {item.hotspot: _failing(item) for item in sites}
    confirmed = {item.hotspot: item for item in sites if any(one.confirmed for one in failing[item.hotspot])}
    candidates = {name: _candidates(site, failing[name]) for name, site in confirmed.items()}
    places = Counter(cause.key for found in candidates.values() for cause in found)
    chosen = {name: _cause(found, places) for name, found in candidates.items()}
    groups: dict[str, list[str]] = {}
    for hotspot, cause in chosen.items():
        groups.setdefault(cause.key, []).append(hotspot)
    found = []
    for key in sorted(groups):
        members = tuple(sorted(groups[key]))
        cause = chosen[members[0]]
        others = [item for item in sites if item.hotspot not in confirmed]
        suspected = tuple(
            sorted(
                item.hotspot for item in others if failing[item.hotspot] and _hangs_on(item, cause, failing)
            )
        )
        behind = tuple(
            sorted(
                item.hotspot
                for item in others
                if cause.kind is CauseKind.RESOLVER
                and cause.name in map(address_of, item.resolvers)
                and item.hotspot not in suspected
            )
        )
        conditions = [one for member in members for one in failing[member]]
        found.append(
            Shared(
                cause=cause,
                sites=members,
                suspected=suspected,
                behind=behind,
                gates=tuple(sorted({gate for one in conditions for gate in one.gates})),
                since=min(one.trouble_since for one in conditions if one.trouble_since is not None),
            )
        )
    return tuple(found)


def _failing(site: Site) -> tuple[Condition, ...]:
    """Its paths that fail, whatever hides them at the moment."""
    return tuple(
        item for _, item in site.conditions if item.behind.failing and item.trouble_since is not None
    )


def _candidates(site: Site, conditions: Collection[Condition]) -> tuple[Cause, ...]:
    """What could be behind its failure, the most telling first."""
    names = sorted({name for item in conditions for name in item.causes})
    resolvers = [address_of(name) for name in names]
    found = [Cause(kind=CauseKind.RESOLVER, name=name) for name in resolvers if name and is_public(name)]
    if any(name and not is_public(name) for name in resolvers) and site.provider:
        found.append(Cause(kind=CauseKind.PROVIDER, name=site.provider))
    found += [
        Cause(kind=CauseKind.ROUTE, name=name)
        for name, resolver in zip(names, resolvers, strict=True)
        if not resolver and not found
    ]
    return (*found, Cause(kind=CauseKind.HOTSPOT, name=site.hotspot))


def _cause(candidates: tuple[Cause, ...], places: Mapping[str, int]) -> Cause:
    """Of several possible causes the one that most hotspots share."""
    best = max(candidates, key=lambda item: places[item.key])
    # A way around that is open at one place is that place's own business until a second one shares it.
    return candidates[-1] if best.kind is CauseKind.ROUTE and places[best.key] < 2 else best


def _hangs_on(site: Site, cause: Cause, failing: Mapping[str, Collection[Condition]]) -> bool:
    return cause.key in {item.key for item in _candidates(site, failing[site.hotspot])}


def address_of(endpoint: str) -> str:
    """The address of `192.0.2.1`, `192.0.2.1:53` or `[2001:db8::1]:53`; empty: it is none."""
    bare = endpoint.removeprefix("[").partition("]")[0] if endpoint.startswith("[") else endpoint
    for text in (bare, bare.rpartition(":")[0]):
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            continue
    return ""


def is_public(address: str) -> bool:
    """Whether the address means the same machine everywhere."""
    given = ipaddress.ip_address(address)
    return given.is_global or _documentation(given)


def _documentation(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Emulated places use them as if they were public (RFC 5737, RFC 3849)."""
    return any(address.version == net.version and address in net for net in _DOCUMENTATION)


_DOCUMENTATION = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)
