from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.none_blocked import NoneBlocked
from criteria.records import CriterionOutcome
from probes.records import Category
from tests.criteria.making import evidence, mixed, named

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

HELP = NoneBlocked(category=Category.CONTROL_HELP)


@pytest.mark.parametrize(
    ("blocked", "reachable", "dead", "result"),
    (
        (0, 10, 0, PASS),
        (0, 9, 1, PASS),
        (1, 9, 0, FAIL),
        (1, 0, 0, FAIL),
        (0, 9, 0, OPEN_ENDED),
        (0, 0, 10, OPEN_ENDED),
    ),
)
def test_no_help_may_be_blocked(blocked: int, reachable: int, dead: int, result: CriterionOutcome) -> None:
    names = named("help", 10, Category.CONTROL_HELP)
    ruling = decide(HELP, evidence(mixed(names, blocked=blocked, reachable=reachable, dead=dead)))
    assert ruling.result is result


def test_without_help_names_nothing_was_tested() -> None:
    assert decide(HELP, evidence()).result is NOT_TESTED
