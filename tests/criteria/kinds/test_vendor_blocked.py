from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.vendor_blocked import VendorBlocked
from criteria.records import CriterionOutcome, Outcome
from probes.records import Category
from tests.criteria.making import evidence, target

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED


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
