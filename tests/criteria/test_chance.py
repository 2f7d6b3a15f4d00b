from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.chance import ONE_IN, Losses


def test_a_clean_line_rules_chance_out_after_two_looks_of_three_packets() -> None:
    clean = Losses(answered=30, retried=0, tries=3)
    assert not clean.may_explain(tries=6, looks=2)
    assert clean.may_explain(tries=3, looks=1)


def test_a_line_that_loses_much_needs_more_looks() -> None:
    # Of packets that are answered in at most three tries, a third needed more than one: 36 % are lost.
    lossy = Losses(answered=100, retried=33, tries=3)
    assert lossy.may_explain(tries=6, looks=2)
    assert not lossy.may_explain(tries=18, looks=6)


def test_a_line_that_loses_most_never_rules_chance_out() -> None:
    assert Losses(answered=40, retried=30, tries=3).may_explain(tries=18, looks=6)


def test_nothing_seen_rules_nothing_out() -> None:
    assert Losses(tries=3).may_explain(tries=100, looks=30)


def test_where_a_control_stayed_silent_whole_looks_count_and_not_packets() -> None:
    burst = Losses(answered=60, retried=1, tries=3, looks=30, silent=1)
    assert burst.may_explain(tries=9, looks=3)
    assert not burst.may_explain(tries=18, looks=6)


def test_without_a_second_try_only_whole_looks_can_tell() -> None:
    once = Losses(answered=400, retried=0, tries=1, looks=14, silent=0)
    assert once.may_explain(tries=2, looks=2)
    assert not once.may_explain(tries=9, looks=9)


def _probability_of_retry(lost: Fraction, tries: int) -> Fraction:
    powers = [lost**number for number in range(tries)]
    return sum(powers[1:], Fraction(0)) / sum(powers, Fraction(0))


@given(lost=st.integers(0, 60), answered=st.integers(1, 200), tries=st.integers(2, 4), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_bound_is_above_the_rate_that_would_show_what_was_seen(
    lost: int, answered: int, tries: int, data: st.DataObject
) -> None:
    rate = Fraction(lost, 100)
    expected = _probability_of_retry(rate, tries) * answered
    retried = data.draw(st.integers(-(-expected.numerator // expected.denominator), answered))
    assert Losses(answered=answered, retried=retried, tries=tries).worst_try >= rate


@pytest.mark.parametrize("field", ("retried", "silent"))
def test_more_losses_never_rule_more_out(field: str) -> None:
    bounds = []
    for number in range(6):
        seen = {"answered": 50, "retried": 0, "tries": 3, "looks": 20, "silent": 0, field: number}
        bounds.append(Losses(**seen).chance(tries=6, looks=2))
    assert bounds == sorted(bounds)
    assert bounds[0] * ONE_IN < 1
