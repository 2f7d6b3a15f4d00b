from __future__ import annotations

from datetime import timedelta

import msgspec

from criteria.kinds import decide
from criteria.kinds.evidence import Ruling
from criteria.kinds.order_blocked import OrderBlocked
from criteria.orders import TimeToBlock, times_to_block
from criteria.records import (
    Assessment,
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    Forecast,
    Judgement,
    Outcome,
)
from probes.records import Category, ListRef, Run, Target
from tests.criteria.making import START, evidence, fitness, run, target

TEST = OrderBlocked(category=Category.NATIONAL_ORDER, max_list_age_days=30)
DAY = timedelta(days=1)
OPEN, BLOCKED, DEAD = Outcome.REACHABLE, Outcome.BLOCKED, Outcome.DEAD


def ordered(name: str, *, ordered_days: int | None = None, due_days: int | None = None) -> Target:
    """A name of an order, with days from the start of the run (negative: before)."""
    return msgspec.structs.replace(
        target(name, Category.NATIONAL_ORDER),
        ordered_at=None if ordered_days is None else START + ordered_days * DAY,
        due_at=None if due_days is None else START + due_days * DAY,
    )


def ruled(*names: tuple[Target, Outcome], at: timedelta = timedelta(0)) -> Ruling:
    lists = (ListRef(id="list", version="2026-03-01", origin="o", digest="d", names=1),)
    return decide(TEST, evidence(names, made=run(lists=lists, started=START + at)))


def test_a_name_that_is_not_due_yet_may_open() -> None:
    ruling = ruled((ordered("a.example", due_days=-1), BLOCKED), (ordered("b.example", due_days=1), OPEN))
    assert ruling.result is CriterionOutcome.PASS
    assert ruling.reason == "1 of 1 live ordered name blocked. 1 name is not due yet."


def test_the_same_name_is_a_leak_once_it_is_due() -> None:
    names = ((ordered("a.example", due_days=-1), BLOCKED), (ordered("b.example", due_days=1), OPEN))
    ruling = ruled(*names, at=2 * DAY)
    assert (ruling.result, ruling.against) == (CriterionOutcome.FAIL, ("b.example",))


def test_a_name_is_due_at_the_very_moment() -> None:
    ruling = ruled((ordered("a.example", due_days=0), OPEN))
    assert ruling.result is CriterionOutcome.FAIL


def test_without_a_due_date_a_name_is_due_at_once() -> None:
    assert ruled((ordered("a.example"), OPEN)).result is CriterionOutcome.FAIL
    assert ruled((ordered("a.example", ordered_days=-1), OPEN)).result is CriterionOutcome.FAIL
    assert (
        ruled((ordered("a.example", ordered_days=1), OPEN), (ordered("b.example"), BLOCKED)).result
        is CriterionOutcome.PASS
    )


def test_while_nothing_is_due_nothing_is_decided() -> None:
    assert ruled((ordered("a.example", due_days=3), OPEN)).result is CriterionOutcome.NOT_APPLICABLE


def test_the_overdue_ones_stand_first_the_longest_on_top() -> None:
    ruling = ruled(
        (ordered("a.example", ordered_days=-9, due_days=-8), BLOCKED),
        (ordered("b.example", due_days=-1), OPEN),
        (ordered("c.example", due_days=-5), OPEN),
        (ordered("d.example", due_days=-5), DEAD),
    )
    assert [item.target for item in ruling.orders][:2] == ["c.example", "b.example"]
    states = {item.target: item for item in ruling.orders}
    assert states["c.example"].overdue_s == 5 * 86400
    assert states["a.example"].blocked_within_s == 9 * 86400
    assert states["d.example"].overdue_s is None
    assert ruling.dead == ("d.example",)


def test_an_undecided_name_counts_once_it_is_due() -> None:
    undecided = Outcome.INCONCLUSIVE
    late = ruled((ordered("a.example", due_days=-1), undecided), (ordered("b.example"), BLOCKED))
    early = ruled((ordered("a.example", due_days=1), undecided), (ordered("b.example"), BLOCKED))
    assert (late.result, early.result) == (CriterionOutcome.INCONCLUSIVE, CriterionOutcome.PASS)


# ------------------------------------------------------------------------------------- over a period


def period(*outcomes: Outcome, ordered_days: int = -2, due_days: int = 2, void: bool = False) -> TimeToBlock:
    """One run a day from the start on."""
    name = ordered("a.example", ordered_days=ordered_days, due_days=due_days)
    made: list[tuple[Run, Judgement]] = []
    for day, outcome in enumerate(outcomes):
        ruling = ruled((name, outcome), at=day * DAY)
        made.append(
            (run(serial=day + 1, started=START + day * DAY), _judgement(ruling, void=void and day == 0))
        )
    (found,) = times_to_block(reversed(made))
    return found


def _judgement(ruling: Ruling, *, void: bool) -> Judgement:
    result = CriterionResult(
        id="ORD-01",
        result=ruling.result,
        reason=ruling.reason,
        remedy=None,
        owner="provider",
        gate=True,
        weight=0,
        orders=ruling.orders,
    )
    return Judgement(
        rules_version="test",
        fitness=fitness(void_reason="offline" if void else None),
        verdicts=(),
        routes=(),
        safesearch=(),
        assessment=Assessment(
            standard="albania",
            standard_version="1.0.0",
            standard_digest="sha256:0",
            outcome=AssessmentOutcome.CERTIFIABLE,
            score=0,
            applicable_weight=0,
            criteria=(result,),
            best_possible=Forecast(outcome=AssessmentOutcome.CERTIFIABLE, because=()),
            limits=(),
        ),
    )


def test_the_time_to_block_lies_between_two_runs() -> None:
    found = period(OPEN, OPEN, BLOCKED, BLOCKED)
    assert (found.at_least_s, found.at_most_s) == (3 * 86400, 4 * 86400)
    assert found.in_time is True


def test_a_name_that_opened_again_counts_from_the_last_time() -> None:
    found = period(OPEN, BLOCKED, OPEN, OPEN, BLOCKED)
    assert found.first_blocked == START + 4 * DAY
    assert found.in_time is False


def test_a_name_that_was_never_blocked_has_no_end() -> None:
    found = period(OPEN, OPEN, OPEN, OPEN)
    assert (found.at_most_s, found.first_blocked, found.in_time) == (None, None, False)


def test_between_the_due_date_and_the_next_run_nothing_is_known() -> None:
    assert period(OPEN, due_days=2).in_time is None
    assert period(OPEN, BLOCKED, due_days=0, ordered_days=-2).in_time is None


def test_a_void_run_tells_nothing() -> None:
    assert period(OPEN, BLOCKED, void=True).last_open is None
