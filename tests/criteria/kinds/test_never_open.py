from __future__ import annotations

from criteria.kinds import decide
from criteria.kinds.never_open import NeverOpen
from criteria.records import (
    CriterionOutcome,
)
from tests.criteria.making import evidence


def test_what_is_judged_over_a_period_does_not_apply_to_one_check() -> None:
    ruling = decide(NeverOpen(ran_at_least="0.95"), evidence())
    assert ruling.result is CriterionOutcome.NOT_APPLICABLE
    assert ruling.reason == "This is judged over a period, not in one check."
