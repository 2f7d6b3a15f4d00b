from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from criteria.kinds import decide
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.records import CriterionOutcome, Strength
from probes.records import Category, Target
from tests.criteria.making import evidence, mixed, named, target

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

SENTINEL = SentinelBlocked(category=Category.ILLEGAL_CSAM)


def sentinels(count: int = 2) -> tuple[Target, ...]:
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
