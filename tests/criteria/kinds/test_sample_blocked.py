from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.kinds import decide
from criteria.kinds.evidence import Ruling
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.records import CriterionOutcome
from probes.records import Category
from tests.criteria.making import evidence, mixed, named, ranked

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED
CONDITIONAL = CriterionOutcome.CONDITIONAL

SAMPLE = SampleBlocked(category=Category.ADULT, at_least="0.95", alpha="0.05", sample=208, beyond_best=30)


def sample(*, blocked: int = 0, reachable: int = 0, dead: int = 0, undecided: int = 0) -> Ruling:
    names = named("adult", blocked + reachable + dead + undecided)
    return decide(SAMPLE, evidence(mixed(names, blocked=blocked, reachable=reachable, dead=dead)))


@pytest.mark.parametrize(
    ("blocked", "reachable", "result"),
    (
        (59, 0, PASS),
        (58, 0, OPEN_ENDED),
        (92, 1, PASS),
        (91, 1, CONDITIONAL),
        (203, 5, PASS),
        (202, 5, CONDITIONAL),
        (190, 10, CONDITIONAL),
        (189, 11, FAIL),
        (20, 5, FAIL),
        (0, 1, FAIL),
        (20, 1, OPEN_ENDED),
    ),
)
def test_a_sample_passes_by_its_lower_bound(blocked: int, reachable: int, result: CriterionOutcome) -> None:
    assert sample(blocked=blocked, reachable=reachable).result is result


def test_dead_names_leave_the_sample() -> None:
    assert sample(blocked=59, dead=100).result is PASS
    assert sample(blocked=58, dead=100).result is OPEN_ENDED


def test_undecided_names_that_change_nothing_leave_a_pass_and_others_do_not() -> None:
    assert sample(blocked=203, undecided=5).result is PASS
    assert sample(blocked=202, undecided=6).result is OPEN_ENDED
    assert sample(blocked=100, reachable=100, undecided=5).result is FAIL
    assert sample(undecided=100).result is OPEN_ENDED


def test_the_reason_of_a_sample_has_its_numbers() -> None:
    ruling = sample(blocked=203, reachable=5, dead=2)
    assert ruling.reason == (
        "203 of 208 live adult names drawn at random were blocked: at least 95.01 % at 95 % confidence. "
        "Left out as dead: 2. This is coverage of the lists that were used (list)."
    )
    assert (ruling.tested, ruling.passed, ruling.bound) == (208, 203, "95.01")


def test_the_best_known_are_not_in_the_sample() -> None:
    outcomes = (*mixed(ranked(30), reachable=30), *mixed(named("adult", 59), blocked=59))
    assert decide(SAMPLE, evidence(outcomes)).result is PASS


def test_without_names_no_sample_was_drawn() -> None:
    assert decide(SAMPLE, evidence(mixed(ranked(10), blocked=10))).result is NOT_TESTED


ORDER_OF_RESULTS = (FAIL, OPEN_ENDED, CONDITIONAL, PASS)


@given(st.integers(0, 120), st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=80, deadline=None)
def test_a_sample_never_gets_better_when_a_blocked_name_opens(
    blocked: int, reachable: int, undecided: int
) -> None:
    before = sample(blocked=blocked + 1, reachable=reachable, undecided=undecided).result
    after = sample(blocked=blocked, reachable=reachable + 1, undecided=undecided).result
    unknown = sample(blocked=blocked, reachable=reachable, undecided=undecided + 1).result
    if before is not PASS:
        assert after is not PASS
        assert unknown is not PASS
    if before is FAIL:
        assert after is FAIL
