from __future__ import annotations

import pytest

from friendlywifi.reporting.report import Report, report_of
from tests.friendlywifi.evidence.made import Made, measure


@pytest.fixture(scope="session")
def cafe() -> Made:
    return measure("cafe", hotspot="Kafe Çajupi")


@pytest.fixture(scope="session")
def report(cafe: Made) -> Report:
    return report_of(cafe.checked, reference=cafe.given.reference)
