from __future__ import annotations

import pytest

from friendlywifi.lab import Lab, load_scenario
from probes.network import Budgets
from probes.records import (
    Ask,
    Family,
    Kind,
    Observation,
    Plan,
    Question,
    Stage,
    Transport,
    Vantage,
    Via,
)
from probes.survey import phases, survey
from probes.visit import Stores

OPEN = """
id = "test"
title = "Test"
story = "A test."
[[resolvers]]
[truth]
outcome = "inconclusive"
why = "A test."
"""


def question(number: int, kind: Kind = Kind.TARGET) -> Question:
    return Question(id=f"q{number:05d}", kind=kind, subject="x.lab.example")


def test_the_middle_lasts_from_the_first_to_the_last_target_or_route() -> None:
    kinds = [Kind.IDENTITY, Kind.CONTROL, Kind.TARGET, Kind.CONTROL, Kind.ROUTE, Kind.CONTROL, Kind.IDENTITY]
    opening, middle, closing = phases(tuple(question(n, kind) for n, kind in enumerate(kinds)))
    assert [item.kind for item in opening] == kinds[:2]
    assert [item.kind for item in middle] == kinds[2:5]
    assert [item.kind for item in closing] == kinds[5:]


def test_a_plan_without_targets_is_one_phase() -> None:
    assert len(phases((question(1, Kind.CONTROL),))) == 1


async def _observe(ask: Ask, *, budgets: Budgets | None = None, many: int = 1) -> tuple[Observation, ...]:
    async with Lab(load_scenario(OPEN, source="test.toml"), budgets=budgets) as lab:
        control = next(target for item in lab.lists for target in item.targets if target.token)
        asked = tuple(
            Question(
                id=f"q{number:05d}",
                kind=Kind.CONTROL,
                subject=control.name,
                via=Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4),
                ask=ask,
                path=control.path,
                token=control.token,
            )
            for number in range(many)
        )
        plan = Plan(seed="x", standard="", resolvers=lab.resolvers, targets=(control,), questions=asked)
        return await survey(
            plan=plan,
            network=lab.network,
            stores=Stores.load(lab.network.list_roots),
            identify=Vantage,
        )


@pytest.mark.parametrize(
    ("ask", "stages"),
    (
        (Ask.DNS, ["dns"]),
        (Ask.TLS, ["dns", "tcp", "tls"]),
        (Ask.GET, ["dns", "tcp", "http", "tcp", "tls", "http"]),
    ),
)
async def test_a_question_goes_as_deep_as_it_may_be_asked(ask: Ask, stages: list[str]) -> None:
    observations = await _observe(ask)
    assert [item.stage.value for item in observations] == stages
    assert all(item.failure is None for item in observations)


async def test_every_observation_has_an_id_of_its_own() -> None:
    observations = await _observe(Ask.GET, many=20)
    assert len({item.id for item in observations}) == len(observations) == 120


async def test_questions_begin_no_faster_than_the_rate() -> None:
    observations = await _observe(Ask.DNS, budgets=Budgets(rate=50.0), many=26)
    starts = sorted(item.started for item in observations if item.stage is Stage.DNS)
    assert (starts[-1] - starts[0]).total_seconds() >= 0.4


async def test_no_more_questions_are_under_way_than_the_budget_allows() -> None:
    observations = await _observe(Ask.TLS, budgets=Budgets(rate=0.0, in_flight=3), many=12)
    spans = [(item.started.timestamp(), item.elapsed_us / 1e6) for item in observations]
    for start, _ in spans:
        assert sum(other <= start < other + length for other, length in spans) <= 3
