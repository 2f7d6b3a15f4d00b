"""What `status` says of the days of a certificate."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import standing
from friendlywifi.serving.show import _certificate_words, show_all
from tests.friendlywifi.records.light.known import certificate, facts

LAST = datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)
"""In Tirana it is the second of December by then; the face says the first."""


def test_the_last_day_of_a_certificate_is_the_one_on_its_face(capsys: pytest.CaptureFixture[str]) -> None:
    found = standing(facts(certificate=certificate(valid_until=LAST)))
    assert _certificate_words(found).endswith("until 1 December 2026")
    show_all((found,), {"library-7": ZoneInfo("Europe/Tirane")}, Light.SOON)
    told = " ".join(capsys.readouterr().out.split())
    assert "next 1 Dec 2026: certificate ends" in told
    assert "2 Dec" not in told
