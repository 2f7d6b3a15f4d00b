"""No foreign resolver on port 53 answers a filtered name with its real address.

Refused, dropped, redirected and filtered are all fine. UDP and TCP are needed in every address family that
works here: one way that was not tried is one that nobody knows to be closed.
"""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.records import CriterionOutcome, FamilyState, Fitness, Route, RouteOutcome
from probes.records import Family, Record, RouteKind

_SHUT = frozenset({RouteOutcome.CLOSED, RouteOutcome.FILTERED})
_NAMES = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}


class NoForeignResolver(Record, tag="no_foreign_resolver", tag_field="kind"):
    """Has no numbers: one resolver that answers is one too many."""


def decide(_test: NoForeignResolver, evidence: Evidence) -> Ruling:
    routes = tuple(
        route
        for route in evidence.routes
        if route.kind is RouteKind.DNS53 and route.outcome is not RouteOutcome.NOT_APPLICABLE
    )
    if not routes:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason="No foreign resolver was asked, so nothing was tested.",
            lack="no foreign resolver, or no name that must be blocked, is there to ask",
        )
    shut = sum(route.outcome in _SHUT for route in routes)
    opened = _endpoints(routes, RouteOutcome.OPEN)
    if opened:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"{len(opened)} of {count(len(routes), 'way')} to a foreign resolver gave real addresses.",
            tested=len(routes),
            passed=shut,
            against=opened,
        )
    undecided = _endpoints(routes, RouteOutcome.INCONCLUSIVE)
    missing = _missing(routes, evidence.fitness)
    if undecided or missing:
        reasons = (
            [f"{len(undecided)} of {count(len(routes), 'way')} could not be decided"] if undecided else []
        )
        reasons += [f"not tried: {', '.join(missing)}"] if missing else []
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"No foreign resolver gave a real address, but {'; '.join(reasons)}.",
            tested=len(routes) - len(undecided),
            passed=shut,
            against=undecided,
            lack=f"no foreign resolver is listed for {', '.join(missing)}" if missing else None,
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"{count(shut, 'way')} to foreign resolvers on port 53 led to no real address.",
        tested=len(routes),
        passed=shut,
    )


def _endpoints(routes: tuple[Route, ...], outcome: RouteOutcome) -> tuple[str, ...]:
    return tuple(dict.fromkeys(route.endpoint for route in routes if route.outcome is outcome))


def _missing(routes: tuple[Route, ...], fitness: Fitness) -> tuple[str, ...]:
    """Which of UDP and TCP were not tried in a family that works here, or may."""
    tried = {tuple(_way(route)) for route in routes}
    gone = (FamilyState.ABSENT, FamilyState.BROKEN)
    families = [
        family
        for family, state in ((Family.IPV4, fitness.ipv4), (Family.IPV6, fitness.ipv6))
        if state not in gone
    ]
    return tuple(
        f"{transport.upper()} over {_NAMES[family]}"
        for family in families
        for transport in ("udp", "tcp")
        if (transport, family) not in tried
    )


def _way(route: Route) -> tuple[str, Family]:
    """Transport and family of an endpoint as it is written: `udp 192.0.2.1:53`, `tcp [2001:db8::1]:53`."""
    transport, _, address = route.endpoint.partition(" ")
    return transport, Family.IPV6 if address.startswith("[") else Family.IPV4
