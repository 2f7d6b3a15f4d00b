from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.no_foreign_resolver import NoForeignResolver
from criteria.records import (
    CriterionOutcome,
    FamilyState,
    RouteOutcome,
)
from tests.criteria.making import evidence, fitness, route

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

UDP, TCP = "udp 198.51.100.1:53", "tcp 198.51.100.1:53"
UDP6, TCP6 = "udp [2001:db8::1]:53", "tcp [2001:db8::1]:53"
FOREIGN = NoForeignResolver()


@pytest.mark.parametrize("outcome", (RouteOutcome.CLOSED, RouteOutcome.FILTERED))
def test_refused_dropped_redirected_and_filtered_are_all_fine(outcome: RouteOutcome) -> None:
    assert decide(FOREIGN, evidence(routes=(route(UDP, outcome), route(TCP, outcome)))).result is PASS


def test_one_foreign_resolver_that_answers_fails_and_is_named() -> None:
    routes = (route(UDP), route(TCP, RouteOutcome.OPEN), route(UDP6, RouteOutcome.INCONCLUSIVE))
    ruling = decide(FOREIGN, evidence(routes=routes))
    assert (ruling.result, ruling.against) == (FAIL, (TCP,))


def test_an_undecided_way_leaves_it_open() -> None:
    ruling = decide(FOREIGN, evidence(routes=(route(UDP), route(TCP, RouteOutcome.INCONCLUSIVE))))
    assert (ruling.result, ruling.against) == (OPEN_ENDED, (TCP,))


def test_a_transport_that_was_not_tried_leaves_it_open() -> None:
    ruling = decide(FOREIGN, evidence(routes=(route(UDP),)))
    assert ruling.result is OPEN_ENDED
    assert "TCP over IPv4" in ruling.reason


@pytest.mark.parametrize(
    ("ipv6", "result"),
    (
        (FamilyState.USABLE, OPEN_ENDED),
        (FamilyState.UNKNOWN, OPEN_ENDED),
        (FamilyState.ABSENT, PASS),
        (FamilyState.BROKEN, PASS),
    ),
)
def test_ipv6_must_be_tried_unless_it_is_known_not_to_work(
    ipv6: FamilyState, result: CriterionOutcome
) -> None:
    found = evidence(routes=(route(UDP), route(TCP)), fit=fitness(ipv6=ipv6))
    assert decide(FOREIGN, found).result is result


def test_both_families_tried_pass() -> None:
    routes = tuple(route(endpoint) for endpoint in (UDP, TCP, UDP6, TCP6))
    assert decide(FOREIGN, evidence(routes=routes, fit=fitness(ipv6=FamilyState.USABLE))).result is PASS


def test_ways_that_do_not_apply_count_as_not_tried() -> None:
    routes = (route(UDP, RouteOutcome.NOT_APPLICABLE), route(TCP, RouteOutcome.NOT_APPLICABLE))
    assert decide(FOREIGN, evidence(routes=routes)).result is NOT_TESTED
    assert decide(FOREIGN, evidence()).result is NOT_TESTED
