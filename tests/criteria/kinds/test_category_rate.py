from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.category_rate import CategoryRate
from criteria.records import CriterionOutcome
from probes.records import Category
from tests.criteria.making import evidence, mixed, named

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED
NOT_APPLICABLE = CriterionOutcome.NOT_APPLICABLE


def rate(*categories: Category) -> CategoryRate:
    return CategoryRate(categories=categories, at_least="0.80", names=30, sample=100)


def test_a_standard_without_further_categories_asks_for_none() -> None:
    assert decide(rate(), evidence()).result is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("blocked", "reachable", "undecided", "result"),
    (
        (24, 6, 0, PASS),
        (23, 7, 0, FAIL),
        (24, 5, 1, PASS),
        (23, 6, 1, OPEN_ENDED),
        (20, 0, 0, OPEN_ENDED),
        (0, 0, 0, NOT_TESTED),
    ),
)
def test_a_category_needs_its_point_rate(
    blocked: int, reachable: int, undecided: int, result: CriterionOutcome
) -> None:
    names = named("bet", blocked + reachable + undecided, Category.GAMBLING)
    found = evidence(mixed(names, blocked=blocked, reachable=reachable))
    assert decide(rate(Category.GAMBLING), found).result is result


def test_the_worst_category_decides() -> None:
    outcomes = (
        *mixed(named("bet", 30, Category.GAMBLING), blocked=30),
        *mixed(named("drug", 30, Category.DRUGS), reachable=30),
    )
    ruling = decide(rate(Category.GAMBLING, Category.DRUGS), evidence(outcomes))
    assert ruling.result is FAIL
    assert "gambling: 30 of 30" in ruling.reason
