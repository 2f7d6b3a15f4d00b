from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.kinds import FirstStage, decide
from criteria.kinds.sample_blocked import SampleBlocked, first_stage
from criteria.records import CriterionOutcome
from criteria.statistics import supports_at_least
from criteria.two_stage import is_conditional, most_misses, second_stage_limit
from probes.records import Category
from tests.criteria.making import evidence, mixed, named

ALPHA = Fraction(1, 20)
PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
CONDITIONAL, OPEN_ENDED = CriterionOutcome.CONDITIONAL, CriterionOutcome.INCONCLUSIVE


def weight(n: int, misses: int, miss: Fraction) -> Fraction:
    return comb(n, misses) * miss**misses * (1 - miss) ** (n - misses)


def certified(first: int, second: int, rate: str, limit: int | None) -> Fraction:
    """The probability of certifying at exactly the rate, by adding up every pair of counts."""
    miss = 1 - Fraction(rate)
    total = Fraction(0)
    for one in range(first + 1):
        if supports_at_least(one, first, rate):
            total += weight(first, one, miss)
        elif Fraction(first - one, first) >= Fraction(rate) and limit is not None:
            total += weight(first, one, miss) * sum(
                (weight(second, two, miss) for two in range(min(limit - one, second) + 1)), Fraction(0)
            )
    return total


@pytest.mark.parametrize("first", (59, 92, 93, 124, 150, 181, 207, 208))
@pytest.mark.parametrize("second", (40, 120, 300))
def test_by_every_pair_of_counts_a_filter_at_just_the_rate_is_certified_in_at_most_one_of_twenty_cases(
    first: int, second: int
) -> None:
    limit = second_stage_limit(first, second, "0.95", "0.05")
    assert certified(first, second, "0.95", limit) <= ALPHA
    # One more miss would be too many: nothing is given away either.
    assert certified(first, second, "0.95", 0 if limit is None else limit + 1) > ALPHA or limit is None


@given(st.integers(14, 60), st.integers(1, 60), st.sampled_from(("0.80", "0.90")))
@settings(max_examples=30, deadline=None)
def test_the_limit_is_the_largest_that_keeps_the_promise(first: int, second: int, rate: str) -> None:
    limit = second_stage_limit(first, second, rate, "0.05")
    if limit is None:
        # Even the fewest misses that leave it open are too many.
        opened = [j for j in range(first + 1) if is_conditional(j, first, rate, "0.05")]
        assert not opened or certified(first, second, rate, opened[0]) > ALPHA
        return
    assert certified(first, second, rate, limit) <= ALPHA
    assert limit == first + second or certified(first, second, rate, limit + 1) > ALPHA


def test_drawing_without_replacement_only_makes_luck_rarer() -> None:
    names, first, second = 2000, 208, 600
    limit = second_stage_limit(first, second, "0.95", "0.05")
    assert limit is not None
    missing = names // 20
    total = Fraction(0)
    for one in range(limit + 1):
        ways = comb(missing, one) * comb(names - missing, first - one)
        chance = Fraction(ways, comb(names, first))
        if supports_at_least(one, first, "0.95"):
            total += chance
        elif is_conditional(one, first, "0.95", "0.05"):
            rest, left = names - first, missing - one
            lucky = sum(comb(left, two) * comb(rest - left, second - two) for two in range(limit - one + 1))
            total += chance * Fraction(lucky, comb(rest, second))
    assert total <= ALPHA


def test_a_first_sample_that_is_too_small_has_no_second() -> None:
    assert most_misses(58, "0.95", "0.05") == -1
    assert second_stage_limit(58, 600, "0.95", "0.05") is None
    assert second_stage_limit(208, 0, "0.95", "0.05") is None


# ------------------------------------------------------------------------------- as a criterion decides

SMALL = SampleBlocked(
    category=Category.ADULT, at_least="0.80", alpha="0.05", sample=20, beyond_best=1, second_sample=15
)


def second(
    test: SampleBlocked = SMALL,
    *,
    blocked: int,
    reachable: int = 0,
    undecided: int = 0,
    first: FirstStage | None,
    planned: bool = True,
) -> CriterionOutcome:
    total = blocked + reachable + undecided
    found = evidence(
        mixed(named("site", total), blocked=blocked, reachable=reachable),
    )
    plan = msgspec.structs.replace(found.plan, second_of="sha256:" + "0" * 64 if planned else None)
    return decide(test, replace(found, plan=plan, first=() if first is None else (first,))).result


def stage(live: int, misses: int, undecided: int = 0) -> FirstStage:
    return FirstStage(run="run1", category=Category.ADULT, live=live, misses=misses, undecided=undecided)


def test_by_every_pair_of_rulings_luck_certifies_in_at_most_one_of_twenty_cases() -> None:
    miss = Fraction(1, 5)
    total = Fraction(0)
    for one in range(21):
        found = evidence(mixed(named("site", 20), blocked=20 - one, reachable=one))
        ruling = decide(SMALL, found).result
        if ruling is PASS:
            total += weight(20, one, miss)
        if ruling is not CONDITIONAL:
            continue
        handed_on = first_stage(SMALL, found)
        assert handed_on is not None
        for two in range(16):
            if second(blocked=15 - two, reachable=two, first=handed_on) is PASS:
                total += weight(20, one, miss) * weight(15, two, miss)
    assert Fraction(1, 50) < total <= ALPHA


def test_a_second_sample_decides_finally() -> None:
    limit = second_stage_limit(20, 15, "0.80", "0.05")
    assert limit is not None
    assert second(blocked=15 - (limit - 2), reachable=limit - 2, first=stage(20, 2)) is PASS
    assert second(blocked=15 - (limit - 1), reachable=limit - 1, first=stage(20, 2)) is FAIL


def test_what_is_undecided_in_either_sample_is_counted_both_ways() -> None:
    assert second(blocked=15, first=stage(20, 2, undecided=0)) is PASS
    assert second(blocked=11, undecided=4, first=stage(20, 2)) is OPEN_ENDED
    assert second(blocked=14, undecided=1, first=stage(20, 1, undecided=1)) is OPEN_ENDED


def test_a_second_sample_alone_is_no_first_one() -> None:
    assert second(blocked=15, first=None) is OPEN_ENDED
    assert second(blocked=15, first=None, planned=False) is PASS


@pytest.mark.parametrize("misses", (0, 5))
def test_after_a_first_sample_that_was_decided_there_is_no_second(misses: int) -> None:
    assert second(blocked=15, first=stage(20, misses)) is OPEN_ENDED


def test_a_standard_that_declares_no_second_sample_has_none() -> None:
    plain = SampleBlocked(category=Category.ADULT, at_least="0.80", alpha="0.05", sample=20, beyond_best=1)
    assert second(plain, blocked=15, first=stage(20, 2)) is OPEN_ENDED
