from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.records import Cell, Outcome, Strength
from criteria.verdicts import NOTHING_APPLICABLE, fold
from probes.records import Ask, Category, Family, Service, Stage, Target

TARGET = Target(name="adult.example", category=Category.ADULT, ask=Ask.DNS, list_id="list")


def cell(
    outcome: Outcome, *, strength: Strength = Strength.WEAK, mechanism: str | None = None, resolver: str = "r"
) -> Cell:
    return Cell(
        target=TARGET.name,
        resolver=resolver,
        family=Family.IPV4,
        service=Service.DNS,
        stage=Stage.DNS,
        outcome=outcome,
        mechanism=mechanism,
        mechanisms=() if mechanism is None else (mechanism,),
        strength=strength,
        rule=f"rule_{outcome.value}",
        witnesses=(),
    )


CELLS = st.lists(
    st.builds(
        cell,
        st.sampled_from(Outcome),
        strength=st.sampled_from(Strength),
        mechanism=st.sampled_from((None, "dns/nxdomain", "dns/ede:17")),
        resolver=st.sampled_from(("r", "s")),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(CELLS, st.integers())
def test_the_order_of_cells_is_of_no_importance(cells: list[Cell], seed: int) -> None:
    mixed = list(cells)
    random.Random(seed).shuffle(mixed)
    assert fold(target=TARGET, cells=mixed) == fold(target=TARGET, cells=cells)


@settings(max_examples=60)
@given(CELLS)
def test_one_more_way_in_always_makes_it_reachable(cells: list[Cell]) -> None:
    assert fold(target=TARGET, cells=[*cells, cell(Outcome.REACHABLE)]).outcome is Outcome.REACHABLE


@settings(max_examples=60)
@given(CELLS)
def test_blocked_means_that_every_applicable_cell_is(cells: list[Cell]) -> None:
    applicable = {item.outcome for item in cells} - {Outcome.NOT_APPLICABLE}
    assert (fold(target=TARGET, cells=cells).outcome is Outcome.BLOCKED) == (applicable == {Outcome.BLOCKED})


@settings(max_examples=60)
@given(CELLS)
def test_one_undecided_cell_keeps_the_target_from_being_blocked_or_dead(cells: list[Cell]) -> None:
    outcome = fold(target=TARGET, cells=[*cells, cell(Outcome.INCONCLUSIVE)]).outcome
    assert outcome in (Outcome.INCONCLUSIVE, Outcome.REACHABLE)


def test_dead_in_one_cell_and_blocked_in_another_is_dead() -> None:
    assert fold(target=TARGET, cells=[cell(Outcome.DEAD), cell(Outcome.BLOCKED)]).outcome is Outcome.DEAD


def test_no_applicable_cell_is_inconclusive() -> None:
    verdict = fold(target=TARGET, cells=[cell(Outcome.NOT_APPLICABLE)])
    assert (verdict.outcome, verdict.rule) == (Outcome.INCONCLUSIVE, NOTHING_APPLICABLE)


def test_a_blocked_target_is_as_sure_as_its_least_sure_cell() -> None:
    cells = [
        cell(Outcome.BLOCKED, strength=Strength.ARTEFACT, mechanism="dns/ede:17"),
        cell(Outcome.BLOCKED, mechanism="dns/nxdomain", resolver="s"),
    ]
    verdict = fold(target=TARGET, cells=cells)
    assert verdict.strength is Strength.WEAK
    assert verdict.mechanisms == ("dns/ede:17", "dns/nxdomain")


def test_an_open_target_is_as_sure_as_its_surest_way_in() -> None:
    cells = [cell(Outcome.REACHABLE), cell(Outcome.REACHABLE, strength=Strength.DETERMINATE, resolver="s")]
    assert fold(target=TARGET, cells=cells).strength is Strength.DETERMINATE
