from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.statistics import (
    lower_bound,
    percent,
    smallest_sample,
    supports_at_least,
    supports_at_most,
    upper_bound,
    wilson_lower,
    wilson_upper,
)


# reference: sample sizes of the one-sided 95 % Clopper-Pearson bound, computed by an exact tail.
@pytest.mark.parametrize(
    ("misses", "at_95", "at_98", "at_99"),
    (
        (0, 59, 149, 299),
        (1, 93, 236, 473),
        (2, 124, 313, 628),
        (3, 153, 386, 773),
        (5, 208, 523, 1049),
    ),
)
def test_the_published_table_of_sample_sizes_comes_out(
    misses: int, at_95: int, at_98: int, at_99: int
) -> None:
    for rate, n in (("0.95", at_95), ("0.98", at_98), ("0.99", at_99)):
        assert smallest_sample(misses, rate) == n
        assert supports_at_least(misses, n, rate)
        assert not supports_at_least(misses, n - 1, rate)


def test_fifty_eight_of_fifty_eight_do_not_show_95_percent() -> None:
    assert not supports_at_least(0, 58, "0.95")
    assert supports_at_least(0, 59, "0.95")


@pytest.mark.parametrize(
    ("passed", "n", "least"),
    (
        (20, 20, "86.08"),
        (100, 100, "97.04"),
        (98, 100, "93.83"),
        (200, 200, "98.51"),
        (198, 200, "96.88"),
        (490, 500, "96.63"),
    ),
)
def test_the_lower_bound_is_the_known_one_rounded_down(passed: int, n: int, least: str) -> None:
    assert lower_bound(passed, n) == Decimal(least)


# 2 of 200, 3 of 300, 4 of 400: the standard's numbers for wrong blocks.
@pytest.mark.parametrize(("hits", "n", "most"), ((2, 200, "3.12"), (3, 300, "2.57"), (4, 400, "2.28")))
def test_the_upper_bound_is_the_known_one_rounded_up(hits: int, n: int, most: str) -> None:
    assert upper_bound(hits, n) == Decimal(most)
    assert supports_at_most(hits, n, "0.034")


def test_an_empty_sample_shows_nothing() -> None:
    assert not supports_at_least(0, 0, "0.01")
    assert lower_bound(0, 0) == 0
    assert upper_bound(0, 0) == 100
    assert wilson_lower(0, 0) == 0
    assert wilson_upper(0, 0) == 100


def test_nothing_passed_and_everything_missed_have_trivial_bounds() -> None:
    assert lower_bound(0, 50) == 0
    assert upper_bound(50, 50) == 100


def test_wilson_claims_more_than_clopper_pearson_where_nothing_was_missed() -> None:
    assert wilson_lower(52, 52) >= 95 > wilson_lower(51, 51)
    assert wilson_lower(59, 59) > lower_bound(59, 59)


@pytest.mark.parametrize(("part", "n"), ((-1, 3), (4, 3)))
def test_an_impossible_count_is_refused(part: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no count"):
        lower_bound(part, n)


def test_no_sample_shows_that_everything_passes() -> None:
    with pytest.raises(ValueError, match="everything"):
        smallest_sample(0, "1.0")


def test_a_share_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        supports_at_least(0, 10, "95")


def test_thousands_of_names_are_decided_in_a_moment() -> None:
    began = time.perf_counter()
    assert supports_at_least(200, 5000, "0.95")
    lower_bound(4800, 5000)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("part", "n", "text"), ((1999, 2000, "99.9"), (20, 20, "100"), (1, 3, "33.3"), (0, 5, "0"), (0, 0, "0"))
)
def test_a_point_rate_is_rounded_down_so_that_nearly_all_is_never_all(part: int, n: int, text: str) -> None:
    assert percent(part, n) == text


counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
rates = st.integers(1, 99).map(lambda hundredths: f"0.{hundredths:02d}")


def exact_tail(misses: int, n: int, rate: Fraction) -> Fraction:
    """P(at most so many misses), by the textbook."""
    return sum((comb(n, j) * (1 - rate) ** j * rate ** (n - j) for j in range(misses + 1)), start=Fraction(0))


@given(counts, rates)
@settings(max_examples=60)
def test_the_decision_is_the_binomial_tail_by_the_textbook(part_of: tuple[int, int], rate: str) -> None:
    misses, n = part_of
    assert supports_at_least(misses, n, rate) == (exact_tail(misses, n, Fraction(rate)) <= Fraction(1, 20))


@given(counts)
@settings(max_examples=60)
def test_a_bound_never_claims_more_than_was_shown_and_hardly_less(part_of: tuple[int, int]) -> None:
    passed, n = part_of
    bound = Fraction(lower_bound(passed, n)) / 100
    step = Fraction(1, 10_000)
    assert bound <= Fraction(passed, n)
    if bound:
        assert exact_tail(n - passed, n, bound) <= Fraction(1, 20)
    assert exact_tail(n - passed, n, bound + step) > Fraction(1, 20)


@given(counts)
@settings(max_examples=60)
def test_one_more_miss_never_raises_the_bound_and_one_more_pass_never_lowers_it(
    part_of: tuple[int, int],
) -> None:
    passed, n = part_of
    assert lower_bound(passed, n + 1) <= lower_bound(passed, n) <= lower_bound(passed + 1, n + 1)


@given(counts)
@settings(max_examples=60)
def test_the_upper_bound_mirrors_the_lower_one(part_of: tuple[int, int]) -> None:
    hits, n = part_of
    assert upper_bound(hits, n) == 100 - lower_bound(n - hits, n)
    assert upper_bound(hits, n) * n >= hits * 100


@pytest.mark.parametrize("rate", ("0.90", "0.95", "0.98"))
@pytest.mark.parametrize("n", (59, 93, 208))
def test_a_filter_at_just_the_rate_passes_by_luck_in_at_most_one_of_twenty(rate: str, n: int) -> None:
    share = Fraction(rate)
    lucky = sum(
        (
            comb(n, misses) * (1 - share) ** misses * share ** (n - misses)
            for misses in range(n + 1)
            if supports_at_least(misses, n, rate)
        ),
        start=Fraction(0),
    )
    assert lucky <= Fraction(1, 20)
