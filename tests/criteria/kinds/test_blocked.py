"""Rules about names that must be blocked: sentinels, orders, the best known, samples, categories, vendors."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from criteria.kinds import decide
from criteria.kinds.category_rate import CategoryRate
from criteria.kinds.order_blocked import OrderBlocked
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.kinds.vendor_blocked import VendorBlocked
from criteria.records import CriterionOutcome, Outcome, Strength
from probes.records import Category, ListRef
from tests.criteria.making import START, evidence, mixed, named, ranked, run, target

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED
CONDITIONAL, NOT_APPLICABLE = CriterionOutcome.CONDITIONAL, CriterionOutcome.NOT_APPLICABLE

SENTINEL = SentinelBlocked(category=Category.ILLEGAL_CSAM)
POPULAR = PopularBlocked(category=Category.ADULT, names=20, candidates=30)
SAMPLE = SampleBlocked(category=Category.ADULT, at_least="0.95", alpha="0.05", sample=208, beyond_best=30)
ORDER = OrderBlocked(category=Category.NATIONAL_ORDER, max_list_age_days=30)


# ----------------------------------------------------------------------------------------- sentinels


def sentinels(count: int = 2) -> tuple:  # type: ignore[type-arg]
    return tuple(
        target(f"sentinel{n}.lab.example", Category.ILLEGAL_CSAM, sentinel=True) for n in range(count)
    )


@pytest.mark.parametrize(
    ("blocked", "reachable", "dead", "result"),
    ((2, 0, 0, PASS), (1, 1, 0, FAIL), (0, 1, 0, FAIL), (1, 0, 0, OPEN_ENDED), (1, 0, 1, OPEN_ENDED)),
)
def test_every_sentinel_must_be_blocked(
    blocked: int, reachable: int, dead: int, result: CriterionOutcome
) -> None:
    outcomes = mixed(sentinels(), blocked=blocked, reachable=reachable, dead=dead)
    assert decide(SENTINEL, evidence(outcomes)).result is result


def test_without_a_sentinel_nothing_was_tested() -> None:
    ruling = decide(SENTINEL, evidence(mixed(named("adult", 5), blocked=5)))
    assert ruling.result is NOT_TESTED
    assert ruling.lack == "no authorised sentinel is listed"


def test_an_illegal_name_that_is_no_sentinel_counts_for_nothing() -> None:
    other = target("other.lab.example", Category.ILLEGAL_CSAM)
    assert decide(SENTINEL, evidence(mixed((other,), blocked=1))).result is NOT_TESTED


def test_a_sentinel_that_was_planned_and_never_judged_is_undecided() -> None:
    found = evidence(mixed(sentinels(), blocked=2))
    blind = dataclasses.replace(found, verdicts=found.verdicts[:1])
    assert decide(SENTINEL, blind).result is OPEN_ENDED


def test_a_block_that_no_second_look_agreed_with_is_undecided() -> None:
    found = evidence(mixed(sentinels(), blocked=2))
    weak = tuple(replace(item, strength=Strength.WEAK) for item in found.verdicts)
    unsure = dataclasses.replace(found, verdicts=(weak[0], found.verdicts[1]))
    ruling = decide(SENTINEL, unsure)
    assert (ruling.result, ruling.against) == (OPEN_ENDED, ("sentinel0.lab.example",))


# -------------------------------------------------------------------------------------------- orders


def ordered(age: int | None, version: str | None = None):  # type: ignore[no-untyped-def] # noqa: ANN201
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


# ---------------------------------------------------------------------------------------- best known


def test_twenty_of_the_twenty_best_known_pass_with_the_numbers_in_the_reason() -> None:
    ruling = decide(POPULAR, evidence(mixed(ranked(25), blocked=25)))
    assert ruling.result is PASS
    assert ruling.reason == "20 of the 20 best-known adult names were blocked."
    assert ruling.bound == "86.08"


def test_one_of_the_twenty_that_opens_fails() -> None:
    outcomes = [(item, Outcome.REACHABLE if item.rank == 20 else Outcome.BLOCKED) for item in ranked(25)]
    ruling = decide(POPULAR, evidence(outcomes))
    assert (ruling.result, ruling.against) == (FAIL, ("top20.lab.example",))


def test_what_lies_behind_the_twentieth_live_name_does_not_count() -> None:
    outcomes = [(item, Outcome.REACHABLE if item.rank == 21 else Outcome.BLOCKED) for item in ranked(25)]
    assert decide(POPULAR, evidence(outcomes)).result is PASS


def test_a_dead_name_makes_room_for_the_next() -> None:
    outcomes = [(item, Outcome.DEAD if item.rank == 3 else Outcome.BLOCKED) for item in ranked(21)]
    assert decide(POPULAR, evidence(outcomes)).result is PASS
    outcomes[20] = (outcomes[20][0], Outcome.REACHABLE)
    assert decide(POPULAR, evidence(outcomes)).result is FAIL


def test_an_undecided_name_among_the_twenty_leaves_it_open() -> None:
    outcomes = [(item, Outcome.INCONCLUSIVE if item.rank == 3 else Outcome.BLOCKED) for item in ranked(30)]
    assert decide(POPULAR, evidence(outcomes)).result is OPEN_ENDED


def test_nineteen_live_names_are_too_few_and_the_forecast_can_say_so() -> None:
    ruling = decide(POPULAR, evidence(mixed(ranked(19), blocked=19)))
    assert ruling.result is OPEN_ENDED
    assert ruling.lack is not None
    assert "only 19 are listed" in ruling.lack


def test_names_without_a_rank_are_not_the_best_known() -> None:
    assert decide(POPULAR, evidence(mixed(named("adult", 30), blocked=30))).result is NOT_TESTED


# ------------------------------------------------------------------------------------------- samples


def sample(*, blocked: int = 0, reachable: int = 0, dead: int = 0, undecided: int = 0):  # type: ignore[no-untyped-def] # noqa: ANN201
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
        "Left out as dead: 2."
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


# ----------------------------------------------------------------------------- vendors and categories


@pytest.mark.parametrize(
    ("vendor", "outcome", "result"),
    (
        ("acme", Outcome.BLOCKED, PASS),
        ("acme", Outcome.REACHABLE, FAIL),
        ("acme", Outcome.INCONCLUSIVE, OPEN_ENDED),
        ("acme", Outcome.DEAD, OPEN_ENDED),
        ("other", Outcome.BLOCKED, NOT_TESTED),
        (None, Outcome.BLOCKED, NOT_TESTED),
    ),
)
def test_only_the_declared_vendors_test_name_says_anything(
    vendor: str | None, outcome: Outcome, result: CriterionOutcome
) -> None:
    name = target("malware.lab.example", Category.SECURITY, vendor="acme")
    ruling = decide(VendorBlocked(category=Category.SECURITY), evidence([(name, outcome)], vendor=vendor))
    assert ruling.result is result


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
