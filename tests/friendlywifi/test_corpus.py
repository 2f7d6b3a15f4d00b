"""Every emulated hotspot gets its true verdicts and its true outcome, through real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from criteria.records import AssessmentOutcome, CriterionOutcome, Outcome, RouteOutcome, SafeSearchOutcome
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.checking.command import foreign_endpoints
from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.world import VENDOR
from friendlywifi.shipped import load_standard
from probes.encrypted import ways
from probes.network import SimulatedClock
from probes.records import Kind, RouteKind, Service, Stage
from probes.safesearch import engines

SCENARIOS = Lab.scenarios()
OPENNESS = (
    RouteOutcome.NOT_APPLICABLE,
    RouteOutcome.INCONCLUSIVE,
    RouteOutcome.CLOSED,
    RouteOutcome.FILTERED,
    RouteOutcome.OPEN,
)
LOOSENESS = (
    SafeSearchOutcome.OFF,
    SafeSearchOutcome.PARTLY,
    SafeSearchOutcome.INCONCLUSIVE,
    SafeSearchOutcome.FORCED,
)
ENGINES = ("google", "youtube", "bing", "duckduckgo")


async def measure(scenario: Scenario) -> Checked:
    standard, digest = load_standard("baseline")
    clock = SimulatedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    async with Lab(scenario, clock=clock, budgets=FAST) as lab:
        return await check(
            Input(
                hotspot=scenario.title,
                serial=1,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=lab.lists,
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                foreign=foreign_endpoints(),
                ways=ways(),
                engines=engines(),
                reference=lab.reference,
                vendor=VENDOR,
                seed=f"corpus {scenario.id}",
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )
        )


@pytest.fixture(
    scope="module",
    params=[pytest.param(item, id=item.id) for item in SCENARIOS],
)
def measured(request: pytest.FixtureRequest) -> Iterator[tuple[Scenario, Checked]]:
    return request.param, asyncio.run(measure(request.param))


def test_the_outcome_is_the_true_one(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    fitness, assessment = done.judgement.fitness, done.judgement.assessment
    told = [f"{item.id} {item.result}: {item.reason}" for item in assessment.criteria if item.gate]
    assert fitness.void_reason == scenario.truth.void, fitness
    assert assessment.outcome == scenario.truth.outcome, told


def test_every_verdict_is_the_true_one(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    wrong = []
    for target in done.plan.targets:
        verdict = next(item for item in done.judgement.verdicts if item.target == target.name)
        true = scenario.truth.verdict(target)
        expected = Outcome.INCONCLUSIVE if scenario.truth.void else true.outcome if true else None
        if verdict.outcome != expected:
            wrong.append((target.name, verdict.outcome.value, verdict.rule, expected))
    assert not wrong, f"{len(wrong)} wrong, first {wrong[:5]}"


def test_a_block_is_named_by_what_is_truly_at_work_and_by_nothing_else(
    measured: tuple[Scenario, Checked],
) -> None:
    scenario, done = measured
    wrong = []
    for target in done.plan.targets:
        verdict = next(item for item in done.judgement.verdicts if item.target == target.name)
        true = scenario.truth.verdict(target)
        if verdict.outcome is not Outcome.BLOCKED or true is None:
            continue
        named = set(verdict.mechanisms)
        if not named or not named <= set(true.mechanisms):
            wrong.append((target.name, verdict.mechanisms, true.mechanisms))
    assert not wrong, f"{len(wrong)} wrong, first {wrong[:5]}"


def test_the_gates_that_fail_are_the_ones_that_truly_fail(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    if scenario.truth.void:
        return
    failed = {
        item.id
        for item in done.judgement.assessment.criteria
        if item.gate and item.result is CriterionOutcome.FAIL
    }
    assert failed == set(scenario.truth.failing)


def test_the_most_open_route_is_the_true_one(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    if scenario.truth.routes is None:
        return
    found = {item.outcome for item in done.judgement.routes if item.kind is RouteKind.DNS53}
    assert max(found, key=OPENNESS.index) == scenario.truth.routes, done.judgement.routes


def test_of_each_other_kind_of_way_the_most_open_one_is_the_true_one(
    measured: tuple[Scenario, Checked],
) -> None:
    scenario, done = measured
    for kind in RouteKind:
        true = scenario.truth.ways.of(kind)
        if true is None:
            continue
        routes = [item for item in done.judgement.routes if item.kind is kind]
        wrong = [(item.endpoint, item.outcome.value, item.rule) for item in routes if item.outcome != true]
        assert max((item.outcome for item in routes), key=OPENNESS.index) == true, (kind, wrong)


def test_a_way_is_never_called_shut_where_nobody_could_try_it(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    if scenario.encrypted is not None:
        return
    tried = (RouteKind.DOT, RouteKind.DOH)
    shut = (RouteOutcome.CLOSED, RouteOutcome.FILTERED)
    wrong = [
        item
        for item in done.judgement.routes
        # A name that the network itself withholds is shut without anybody being dialled.
        if item.kind in tried and item.outcome in shut and item.rule != "route_name_withheld"
    ]
    assert not wrong, wrong[:3]


def test_quic_is_tried_where_tcp_was_stopped_and_never_at_a_name_that_must_open(
    measured: tuple[Scenario, Checked],
) -> None:
    _, done = measured
    barred = {target.name for target in done.plan.targets if not target.category.control}
    questions = {item.id: item for item in done.plan.questions if item.kind in (Kind.TARGET, Kind.CONTROL)}
    stopped, tried = set(), set()
    for item in done.observations:
        question = questions.get(item.question_id)
        if question is None or item.service is not Service.HTTPS or (item.tls and item.tls.decoy):
            continue
        place = (item.question_id, item.attempt, item.address)
        if item.stage is Stage.QUIC:
            tried.add(place)
        elif question.kind is Kind.TARGET and question.subject in barred and item.stage is Stage.TCP:
            stopped.add(place)
    for item in done.observations:
        if item.stage is not Stage.QUIC and item.tls and (item.tls.pinned or item.tls.listed):
            stopped.discard((item.question_id, item.attempt, item.address))
    assert tried == stopped


def test_forced_restrictions_of_search_engines_are_told_truly(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    if scenario.truth.safesearch is None:
        return
    found = {item.outcome for item in done.judgement.safesearch if item.engine in ENGINES}
    assert next(item for item in LOOSENESS if item in found) == scenario.truth.safesearch


def test_families_and_rewriting_are_told_truly(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    if scenario.truth.void:
        return
    fitness = done.judgement.fitness
    assert (fitness.ipv4, fitness.ipv6) == (scenario.truth.families.ipv4, scenario.truth.families.ipv6)
    assert bool(fitness.rewrites) == scenario.truth.rewrites


def test_what_stands_in_between_is_told(measured: tuple[Scenario, Checked]) -> None:
    scenario, done = measured
    told = {item.id for item in done.judgement.fitness.findings}
    assert set(scenario.truth.findings) <= told, sorted(told)


def test_no_hotspot_that_is_offline_captive_broken_or_unfiltered_is_ever_certifiable(
    measured: tuple[Scenario, Checked],
) -> None:
    scenario, done = measured
    if scenario.truth.outcome is not AssessmentOutcome.CERTIFIABLE:
        outcome = done.judgement.assessment.outcome
        assert outcome not in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL)
