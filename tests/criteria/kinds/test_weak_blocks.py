"""A block that nothing confirmed helps no criterion to pass, whichever kind of rule it has."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from criteria.kinds import Test, decide
from criteria.kinds.category_rate import CategoryRate
from criteria.kinds.evidence import Evidence
from criteria.kinds.order_blocked import OrderBlocked
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.kinds.vendor_blocked import VendorBlocked
from criteria.records import CriterionOutcome, Outcome, Strength
from probes.records import Category, ListRef, Target
from tests.criteria.making import evidence, named, ranked, run, target

SENTINEL = target("sentinel.lab.example", Category.ILLEGAL_CSAM, sentinel=True)
VENDORS = target("malware.vendor.lab.example", Category.SECURITY, vendor="Vendor")
SAMPLE = SampleBlocked(category=Category.ADULT, at_least="0.95", alpha="0.05", sample=59, beyond_best=0)
KINDS: tuple[tuple[Test, tuple[Target, ...]], ...] = (
    (SentinelBlocked(category=Category.ILLEGAL_CSAM), (SENTINEL,)),
    (PopularBlocked(category=Category.ADULT, names=20, candidates=25), ranked(25)),
    (SAMPLE, named("adult", 59)),
    (
        OrderBlocked(category=Category.NATIONAL_ORDER, max_list_age_days=30),
        named("order", 3, Category.NATIONAL_ORDER),
    ),
    (
        CategoryRate(categories=(Category.GAMBLING,), at_least="0.80", names=10, sample=10),
        named("bet", 10, Category.GAMBLING),
    ),
    (VendorBlocked(category=Category.SECURITY), (VENDORS,)),
)


def found(targets: tuple[Target, ...], *, weak: int) -> Evidence:
    """Everything is blocked, so many of it weakly."""
    made = run(lists=(ListRef(id="list", version="2026-03-01", origin="test", digest="sha256:0", names=1),))
    whole = evidence([(item, Outcome.BLOCKED) for item in targets], vendor="Vendor", made=made)
    verdicts = tuple(
        replace(item, strength=Strength.WEAK if number < weak else Strength.DETERMINATE)
        for number, item in enumerate(whole.verdicts)
    )
    return Evidence(plan=whole.plan, fitness=whole.fitness, verdicts=verdicts, run=whole.run)


@pytest.mark.parametrize(("test", "targets"), KINDS, ids=lambda item: type(item).__name__)
def test_confirmed_blocks_pass_and_weak_ones_are_undecided(test: Test, targets: tuple[Target, ...]) -> None:
    assert decide(test, found(targets, weak=0)).result is CriterionOutcome.PASS
    assert decide(test, found(targets, weak=len(targets))).result is CriterionOutcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("test", "targets"),
    [pair for pair in KINDS if not isinstance(pair[0], CategoryRate)],
    ids=lambda item: type(item).__name__,
)
def test_one_weak_block_is_enough_to_keep_a_gate_open_ended(test: Test, targets: tuple[Target, ...]) -> None:
    assert decide(test, found(targets, weak=1)).result is CriterionOutcome.INCONCLUSIVE
