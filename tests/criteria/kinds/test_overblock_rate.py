from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.kinds import decide
from criteria.kinds.evidence import Ruling
from criteria.kinds.overblock_rate import OverblockRate
from criteria.records import CriterionOutcome
from probes.records import Category
from tests.criteria.making import evidence, mixed, named

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

GENERAL = OverblockRate(
    category=Category.CONTROL_GENERAL,
    at_most="0.01",
    bound_at_most="0.034",
    alpha="0.05",
    names=200,
    sample=240,
)


def general(*, blocked: int = 0, reachable: int = 0, dead: int = 0, undecided: int = 0) -> Ruling:
    names = named("site", blocked + reachable + dead + undecided, Category.CONTROL_GENERAL)
    return decide(GENERAL, evidence(mixed(names, blocked=blocked, reachable=reachable, dead=dead)))


@pytest.mark.parametrize(
    ("blocked", "reachable", "result"),
    (
        (0, 200, PASS),
        (2, 198, PASS),
        (3, 197, FAIL),
        (3, 297, PASS),
        (4, 396, PASS),
        (5, 395, FAIL),
        (0, 199, OPEN_ENDED),
        (2, 100, OPEN_ENDED),
        (3, 100, FAIL),
    ),
)
def test_few_everyday_sites_may_be_blocked(blocked: int, reachable: int, result: CriterionOutcome) -> None:
    assert general(blocked=blocked, reachable=reachable).result is result


def test_dead_names_leave_and_undecided_ones_are_counted_both_ways() -> None:
    assert general(reachable=199, dead=41).result is OPEN_ENDED
    assert general(reachable=200, dead=40).result is PASS
    assert general(reachable=238, undecided=2).result is PASS
    assert general(reachable=237, undecided=3).result is OPEN_ENDED
    assert general(reachable=235, blocked=3, undecided=2).result is FAIL


def test_the_reason_has_the_bound_and_what_is_lacking() -> None:
    assert general(reachable=198, blocked=2).reason == (
        "2 of 200 general names blocked wrongly: at most 3.12 % at 95 % confidence."
    )
    lack = general(reachable=120).lack
    assert lack == "200 control-general names are needed, and only 120 are listed"


@given(st.integers(150, 260), st.integers(0, 5), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_it_never_gets_better_when_an_open_site_is_blocked(
    reachable: int, blocked: int, undecided: int
) -> None:
    before = general(reachable=reachable + 1, blocked=blocked, undecided=undecided).result
    after = general(reachable=reachable, blocked=blocked + 1, undecided=undecided).result
    unknown = general(reachable=reachable, blocked=blocked, undecided=undecided + 1).result
    if before is not PASS:
        assert after is not PASS
        assert unknown is not PASS
    if before is FAIL:
        assert after is FAIL
