from __future__ import annotations

from datetime import timedelta

import pytest

from criteria.kinds import decide
from criteria.kinds.order_blocked import OrderBlocked
from criteria.records import CriterionOutcome
from probes.records import Category, ListRef, Run
from tests.criteria.making import START, evidence, mixed, named, run

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

ORDER = OrderBlocked(category=Category.NATIONAL_ORDER, max_list_age_days=30)


def ordered(age: int | None, version: str | None = None) -> Run:
    dated = version or (START - timedelta(days=age or 0)).date().isoformat()
    listed = ListRef(id="list", version=dated, origin="authority", digest="sha256:" + "0" * 64, names=5)
    return run(lists=(listed,))


@pytest.mark.parametrize(
    ("age", "version", "result"),
    (
        (0, None, PASS),
        (30, None, PASS),
        (31, None, OPEN_ENDED),
        (-2, None, OPEN_ENDED),
        (None, "7", OPEN_ENDED),
    ),
)
def test_an_order_is_carried_out_by_a_list_that_is_fresh(
    age: int | None, version: str | None, result: CriterionOutcome
) -> None:
    outcomes = mixed(named("order", 5, Category.NATIONAL_ORDER), blocked=4, dead=1)
    ruling = decide(ORDER, evidence(outcomes, made=ordered(age, version)))
    assert ruling.result is result


def test_one_ordered_name_that_opens_fails_whatever_else_is_undecided() -> None:
    outcomes = mixed(named("order", 5, Category.NATIONAL_ORDER), blocked=2, reachable=1)
    ruling = decide(ORDER, evidence(outcomes, made=ordered(0)))
    assert (ruling.result, ruling.against) == (FAIL, ("order2.lab.example",))


def test_an_order_of_dead_names_only_shows_nothing() -> None:
    outcomes = mixed(named("order", 2, Category.NATIONAL_ORDER), dead=2)
    assert decide(ORDER, evidence(outcomes, made=ordered(0))).result is OPEN_ENDED


def test_without_an_order_nothing_was_tested() -> None:
    assert decide(ORDER, evidence()).result is NOT_TESTED
