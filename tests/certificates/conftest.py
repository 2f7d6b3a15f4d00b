"""The cast of the tests of certificates, as fixtures."""

from __future__ import annotations

import msgspec
import pytest

from criteria.records import Assessment, AssessmentOutcome, CriterionOutcome
from criteria.standard import parse, released
from tests.certificates.cast import Office, assess, with_result


@pytest.fixture(scope="session")
def office() -> Office:
    text = released("baseline")
    standard = parse(text, source="baseline.toml")
    return Office(standard=standard, assessment=assess(standard, text.encode()))


@pytest.fixture(scope="session")
def without_sentinel(office: Office) -> Assessment:
    """Provisional: nobody gave a sentinel of the illegal-image list."""
    changed = with_result(
        office.assessment,
        "ILL-01",
        result=CriterionOutcome.NOT_TESTED,
        reason="No authorised sentinel was listed, so nothing was tested.",
        tested=None,
        passed=None,
    )
    return msgspec.structs.replace(changed, outcome=AssessmentOutcome.PROVISIONAL)
