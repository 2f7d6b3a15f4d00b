from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.encrypted_dns import EncryptedDns
from criteria.records import CriterionOutcome, RouteOutcome
from probes.records import RouteKind
from tests.criteria.making import evidence, route

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

ENCRYPTED = EncryptedDns(routes=(RouteKind.DOH, RouteKind.DOT))


@pytest.mark.parametrize(
    ("doh", "dot", "result"),
    (
        (RouteOutcome.CLOSED, RouteOutcome.FILTERED, PASS),
        (RouteOutcome.OPEN, RouteOutcome.CLOSED, FAIL),
        (RouteOutcome.OPEN, RouteOutcome.INCONCLUSIVE, FAIL),
        (RouteOutcome.CLOSED, RouteOutcome.INCONCLUSIVE, OPEN_ENDED),
        (RouteOutcome.CLOSED, None, OPEN_ENDED),
        (None, None, NOT_TESTED),
    ),
)
def test_every_kind_of_encrypted_dns_must_be_shut(
    doh: RouteOutcome | None, dot: RouteOutcome | None, result: CriterionOutcome
) -> None:
    routes = tuple(
        route(kind.value, outcome, kind)
        for kind, outcome in ((RouteKind.DOH, doh), (RouteKind.DOT, dot))
        if outcome is not None
    )
    assert decide(ENCRYPTED, evidence(routes=(*routes, route("udp 198.51.100.1:53")))).result is result
