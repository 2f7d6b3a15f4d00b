from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.explained import Explained
from criteria.records import (
    CriterionOutcome,
)
from probes.records import Category
from tests.criteria.making import evidence, mixed, named

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
NOT_TESTED = CriterionOutcome.NOT_TESTED


@pytest.mark.parametrize(
    ("mechanism", "result"),
    (
        ("dns/ede:17", PASS),
        ("dns/blockpage:acme", PASS),
        ("http/blockpage:acme", PASS),
        ("http/451", PASS),
        ("dns/nxdomain", FAIL),
        ("dns/sinkhole:0.0.0.0", FAIL),
        ("http/403", FAIL),
    ),
)
def test_a_block_needs_a_page_or_an_extended_error(mechanism: str, result: CriterionOutcome) -> None:
    found = evidence(mixed(named("adult", 3), blocked=3), mechanisms=(mechanism,))
    assert decide(Explained(), found).result is result


def test_wrong_blocks_are_no_matter_of_explaining_and_nothing_blocked_is_nothing_tested() -> None:
    outcomes = mixed(named("site", 3, Category.CONTROL_GENERAL), blocked=3)
    assert decide(Explained(), evidence(outcomes)).result is NOT_TESTED
