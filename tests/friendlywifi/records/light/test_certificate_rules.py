"""What is said of a certificate, and when one can be asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from certificates.records import Status
from friendlywifi.records.due import Share
from friendlywifi.records.light.facts import EvidenceSoFar
from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import standing
from tests.friendlywifi.records.light.known import WELL, certificate, facts, told_with_what_to_do
from tests.friendlywifi.records.rows import NOW


@pytest.mark.parametrize(
    ("given", "light", "says", "command"),
    (
        (
            {"certificate": certificate(status=Status.SUSPENDED), "status": Status.SUSPENDED},
            Light.NOW,
            "suspended since 23 October 2026",
            "reinstate FW-2026-000001",
        ),
        (
            {"certificate": certificate(valid_until=NOW + timedelta(days=12, hours=3))},
            Light.SOON,
            "ends in 12 days",
            "renew library-7",
        ),
        ({"status": Status.EXPIRED}, Light.NOW, "has expired", "certify request library-7"),
        ({"status": Status.WITHDRAWN}, Light.NOW, "was withdrawn", "certify request library-7"),
        (
            {"conditions": {"Biblioteka": msgspec.structs.replace(WELL, evidence=NOW - timedelta(days=43))}},
            Light.NOW,
            "no evidence of it since 10 October 2026",
            "check",
        ),
        (
            {"certificate": None, "status": None},
            Light.SOON,
            "the evidence is complete; there is no certificate yet",
            "certify request library-7",
        ),
    ),
)
def test_what_is_wrong_is_said_with_what_to_do(
    given: dict[str, Any], light: Light, says: str, command: str
) -> None:
    told_with_what_to_do(given, light, says, command)


def test_evidence_on_its_way_is_well_and_says_how_far_it_is() -> None:
    so_far = EvidenceSoFar(runs=3, runs_needed=14, days=2, days_needed=7)
    said = standing(facts(certificate=None, status=None, evidence=so_far))
    assert said.light is Light.WELL
    assert "3 of 14 runs over 2 of 7 days" in said.says


def test_nobody_is_sent_to_ask_for_a_certificate_that_too_few_checks_refuse() -> None:
    none = {"certificate": None, "status": None}
    found = standing(facts(share=Share(ran=1, due=2), **none))
    assert found.command is None
    assert "1 of 2 due checks in 30 days are too few: 95 % are needed." in found.says
    assert standing(facts(share=Share(ran=2, due=2), **none)).action == "Ask for it."
