from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.records import CriterionOutcome, Outcome, RouteOutcome
from probes.records import Category, RouteKind
from tests.criteria.making import evidence, mixed, named, ranked, route

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

POPULAR = PopularBlocked(category=Category.ADULT, names=20, candidates=30)


def test_twenty_of_the_twenty_best_known_pass_with_the_numbers_in_the_reason() -> None:
    ruling = decide(POPULAR, evidence(mixed(ranked(25), blocked=25)))
    assert ruling.result is PASS
    assert ruling.reason == "20 of the 20 best-known adult names were blocked."
    assert ruling.bound == "86.08"


def test_one_of_the_twenty_that_opens_fails() -> None:
    outcomes = [(item, Outcome.REACHABLE if item.rank == 20 else Outcome.BLOCKED) for item in ranked(25)]
    ruling = decide(POPULAR, evidence(outcomes))
    assert (ruling.result, ruling.against) == (FAIL, ("top20.lab.example",))


def test_what_lies_behind_the_twentieth_live_name_does_not_count() -> None:
    outcomes = [(item, Outcome.REACHABLE if item.rank == 21 else Outcome.BLOCKED) for item in ranked(25)]
    assert decide(POPULAR, evidence(outcomes)).result is PASS


def test_a_dead_name_makes_room_for_the_next() -> None:
    outcomes = [(item, Outcome.DEAD if item.rank == 3 else Outcome.BLOCKED) for item in ranked(21)]
    assert decide(POPULAR, evidence(outcomes)).result is PASS
    outcomes[20] = (outcomes[20][0], Outcome.REACHABLE)
    assert decide(POPULAR, evidence(outcomes)).result is FAIL


def test_an_undecided_name_among_the_twenty_leaves_it_open() -> None:
    outcomes = [(item, Outcome.INCONCLUSIVE if item.rank == 3 else Outcome.BLOCKED) for item in ranked(30)]
    assert decide(POPULAR, evidence(outcomes)).result is OPEN_ENDED


def test_nineteen_live_names_are_too_few_and_the_forecast_can_say_so() -> None:
    ruling = decide(POPULAR, evidence(mixed(ranked(19), blocked=19)))
    assert ruling.result is OPEN_ENDED
    assert ruling.lack is not None
    assert "only 19 are listed" in ruling.lack


def test_names_without_a_rank_are_not_the_best_known() -> None:
    assert decide(POPULAR, evidence(mixed(named("adult", 30), blocked=30))).result is NOT_TESTED


@pytest.mark.parametrize("other", ("www.top3.lab.example", "q7x.top3.lab.example"))
def test_a_site_that_may_open_under_its_other_name_leaves_it_open(other: str) -> None:
    outcomes = mixed(ranked(25), blocked=25)
    routes = (route(other, RouteOutcome.OPEN, RouteKind.VARIANT),)
    ruling = decide(POPULAR, evidence(outcomes, routes=routes))
    assert (ruling.result, ruling.against) == (OPEN_ENDED, ("top3.lab.example",))
    for harmless in (
        route(other, RouteOutcome.CLOSED, RouteKind.VARIANT),
        route("TOP3.LAB.EXAMPLE", RouteOutcome.OPEN, RouteKind.VARIANT),
        route("www.top24.lab.example", RouteOutcome.OPEN, RouteKind.VARIANT),
        route(other, RouteOutcome.OPEN, RouteKind.HTTPS_RECORD),
    ):
        assert decide(POPULAR, evidence(outcomes, routes=(harmless,))).result is PASS


@pytest.mark.parametrize(
    ("kind", "endpoint"), ((RouteKind.DOT, "tls://{}"), (RouteKind.DOH, "https://{}/dns-query"))
)
def test_a_resolver_of_the_network_that_filters_no_encrypted_questions_leaves_it_open(
    kind: RouteKind, endpoint: str
) -> None:
    outcomes = mixed(ranked(25), blocked=25)
    [own] = [item.rpartition(":")[0] for item in evidence(outcomes).plan.resolvers]
    routes = (route(endpoint.format(own), RouteOutcome.OPEN, kind),)
    assert decide(POPULAR, evidence(outcomes, routes=routes)).result is OPEN_ENDED
    shut = (route(endpoint.format(own), RouteOutcome.FILTERED, kind),)
    foreign = (route(endpoint.format("192.0.2.77"), RouteOutcome.OPEN, kind),)
    assert decide(POPULAR, evidence(outcomes, routes=shut)).result is PASS
    assert decide(POPULAR, evidence(outcomes, routes=foreign)).result is PASS
