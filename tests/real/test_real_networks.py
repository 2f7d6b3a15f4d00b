"""Filters that nobody here wrote, on networks of the kernel's own parts: every verdict is the true one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from criteria.records import CriterionOutcome, Outcome, RouteOutcome, SafeSearchOutcome
from probes.records import RouteKind
from tests.real.corpus import SCENARIOS
from tests.real.matrix import most_open, of_real
from tests.real.running import Done
from tests.real.scenario import Scenario

# Each network is measured once, by whichever process has all these tests.
Measured = Callable[[Scenario], Done]

every = pytest.mark.parametrize(
    "scenario",
    [pytest.param(item, id=item.id, marks=[pytest.mark.long] if item.long else []) for item in SCENARIOS],
)


@every
def test_the_run_is_void_only_where_it_truly_is(scenario: Scenario, measured: Measured) -> None:
    fitness = measured(scenario).checked.judgement.fitness
    expected = {scenario.void, "controls_wrong"} if scenario.undecided else {scenario.void}
    assert fitness.void_reason in expected, fitness


@every
def test_a_run_that_is_void_is_explained_by_what_is_truly_wrong(
    scenario: Scenario, measured: Measured
) -> None:
    assert (scenario.told or "") in measured(scenario).checked.judgement.fitness.explanation


@every
def test_every_verdict_is_the_true_one(scenario: Scenario, measured: Measured) -> None:
    items = of_real(measured(scenario))
    wrong = [
        item for item in items if item.wrong or (item.said is not item.true and not item.may_be_undecided)
    ]
    assert not wrong, f"{len(wrong)} wrong, first {wrong[:3]}"


@every
def test_nothing_is_ever_called_blocked_or_open_that_is_not(scenario: Scenario, measured: Measured) -> None:
    items = of_real(measured(scenario))
    false = [
        item
        for item in items
        if item.said in (Outcome.BLOCKED, Outcome.REACHABLE) and item.said is not item.true
    ]
    assert not false, false[:3]


@every
def test_a_block_is_named_by_what_is_truly_at_work(scenario: Scenario, measured: Measured) -> None:
    items = of_real(measured(scenario))
    wrong = [item for item in items if item.named is False]
    assert not wrong, wrong[:3]


@every
def test_each_family_and_service_is_judged_truly(scenario: Scenario, measured: Measured) -> None:
    wrong = [(item.target, item.cells) for item in of_real(measured(scenario)) if item.cells]
    assert not wrong, f"{len(wrong)} wrong, first {wrong[:3]}"


@every
def test_every_way_around_the_filter_is_judged_truly(scenario: Scenario, measured: Measured) -> None:
    routes = measured(scenario).checked.judgement.routes
    found = {way: most_open(routes, way) for way in scenario.routes}
    wrong = {way for way, true in scenario.routes.items() if found[way] is not true}
    if scenario.undecided:
        wrong = {way for way in wrong if found[way] is not RouteOutcome.INCONCLUSIVE}
    assert not wrong, routes


@every
def test_no_way_is_called_shut_that_stands_open(scenario: Scenario, measured: Measured) -> None:
    if set(scenario.routes.values()) != {RouteOutcome.OPEN}:
        return
    shut = (RouteOutcome.CLOSED, RouteOutcome.FILTERED)
    routes = measured(scenario).checked.judgement.routes
    wrong = [item for item in routes if item.kind is RouteKind.DNS53 and item.outcome in shut]
    assert not wrong, wrong[:3]


@every
def test_gates_that_fail_here_are_told(scenario: Scenario, measured: Measured) -> None:
    criteria = measured(scenario).checked.judgement.assessment.criteria
    failed = {item.id for item in criteria if item.gate and item.result is CriterionOutcome.FAIL}
    assert set(scenario.failing) <= failed, [(item.id, item.reason) for item in criteria]


@every
def test_restricted_search_is_judged_truly(scenario: Scenario, measured: Measured) -> None:
    if scenario.safesearch is None:
        return
    items = measured(scenario).checked.judgement.safesearch
    found = {(item.engine, item.family): item.outcome for item in items}
    assert set(found.values()) - {SafeSearchOutcome.INCONCLUSIVE} == {scenario.safesearch}, found
