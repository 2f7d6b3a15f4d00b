"""The encrypted DNS that browsers and phones bring along is closed or filtered."""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.records import CriterionOutcome, RouteOutcome
from probes.records import Record, RouteKind

_SHUT = frozenset({RouteOutcome.CLOSED, RouteOutcome.FILTERED})


class EncryptedDns(Record, tag="encrypted_dns", tag_field="kind"):
    routes: tuple[RouteKind, ...]
    """The kinds of route that must all have been tried."""


def decide(test: EncryptedDns, evidence: Evidence) -> Ruling:
    routes = tuple(
        route
        for route in evidence.routes
        if route.kind in test.routes and route.outcome is not RouteOutcome.NOT_APPLICABLE
    )
    if not routes:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason="Encrypted DNS was not tried, so nothing was tested.",
            lack="no route over encrypted DNS is planned",
        )
    shut = sum(route.outcome in _SHUT for route in routes)
    opened = tuple(route.endpoint for route in routes if route.outcome is RouteOutcome.OPEN)
    if opened:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"{len(opened)} of {count(len(routes), 'way')} over encrypted DNS stand open.",
            tested=len(routes),
            passed=shut,
            against=opened,
        )
    undecided = tuple(route.endpoint for route in routes if route.outcome is RouteOutcome.INCONCLUSIVE)
    missing = tuple(kind.value for kind in test.routes if kind not in {route.kind for route in routes})
    if undecided or missing:
        reasons = [f"{len(undecided)} could not be decided"] if undecided else []
        reasons += [f"not tried: {', '.join(missing)}"] if missing else []
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"No way over encrypted DNS was seen open, but {'; '.join(reasons)}.",
            tested=len(routes) - len(undecided),
            passed=shut,
            against=undecided,
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"{count(shut, 'way')} over encrypted DNS: every one closed or filtered.",
        tested=len(routes),
        passed=shut,
    )
