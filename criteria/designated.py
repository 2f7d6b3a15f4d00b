"""Whom does the network's own resolver designate for encrypted questions (RFC 9462), and what are they like?

A designation is as open as the designated resolver is: known only where that one was asked in the same run,
or where it is the network's resolver itself over another protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from criteria import answers
from criteria.bindings import bindings
from criteria.records import Route, RouteOutcome
from probes.records import Observation, RouteKind

_ENCRYPTED = frozenset({RouteKind.DOT, RouteKind.DOH, RouteKind.DOQ})
_WORDS = {
    RouteOutcome.OPEN: "route.designated.open",
    RouteOutcome.FILTERED: "route.designated.filtered",
    RouteOutcome.CLOSED: "route.designated.closed",
}


@dataclass(frozen=True, kw_only=True)
class Designation:
    """One SVCB record (RFC 9460, 2.1; RFC 9461)."""

    target: str
    hints: frozenset[str]


def designations(observed: Iterable[Observation | None]) -> tuple[Designation, ...]:
    """Every resolver that was designated."""
    return tuple(
        Designation(target=each.target, hints=frozenset(address for _, address in each.hints))
        for item in observed
        for each in bindings(item, "SVCB")
    )


def designates(observed: Iterable[Observation | None], *, resolver: str, known: Sequence[Route]) -> set[str]:
    """Words for what is designated at a resolver (`ADDRESS:PORT`), by the routes that are judged already."""
    words = set()
    for item in designations(observed):
        outcomes = {route.outcome for route in known if _is(route, item)}
        told = {_WORDS[outcome] for outcome in outcomes if outcome in _WORDS}
        if not told and item.hints == {answers.host(resolver)}:
            told = {"route.designated.self"}
        words |= told or {"route.designated.unknown"}
    return words


def _is(route: Route, item: Designation) -> bool:
    """Whether a route leads to the designated resolver."""
    if route.kind not in _ENCRYPTED:
        return False
    host = route.endpoint.partition("://")[2].partition("/")[0].strip("[]")
    return host == item.target or host in item.hints
