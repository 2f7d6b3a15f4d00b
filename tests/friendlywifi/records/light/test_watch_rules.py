"""What is said of a hotspot that is not watched as it should be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from certificates.records import Status
from friendlywifi.records.due import Share
from friendlywifi.records.identity import Place
from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import standing
from tests.friendlywifi.records.light.known import facts, resident, told_with_what_to_do, visit
from tests.friendlywifi.records.rows import NOW, library_7, row


@pytest.mark.parametrize(
    ("given", "light", "says", "command"),
    (
        ({"hotspot": library_7()}, Light.SOON, "Not enrolled yet", "hotspot enrol library-7"),
        ({"conditions": {}}, Light.UNKNOWN, "No check there could tell yet", "check"),
        ({"conditions": {}, "latest": None}, Light.UNKNOWN, "Not checked yet", "check"),
        (
            {"latest": row(1, place=Place.CHANGED, differs=("it hands out others",))},
            Light.SOON,
            "Its network has changed: it hands out others.",
            "--again --why",
        ),
        (
            {"latest": row(1, place=Place.ELSEWHERE, void_reason="elsewhere", differs=("the gateway",))},
            Light.SOON,
            "not made there: the gateway",
            "--again --why",
        ),
        ({"visits": (visit(3), visit(1))}, Light.SOON, "overdue by 3 days", "check"),
    ),
)
def test_what_is_wrong_is_said_with_what_to_do(
    given: dict[str, Any], light: Light, says: str, command: str
) -> None:
    told_with_what_to_do(given, light, says, command)


def test_a_probe_that_nobody_listens_to_is_not_well() -> None:
    assert standing(resident()).light is Light.WELL
    for watched in (None, NOW - timedelta(days=2)):
        said = standing(resident(watched=watched))
        assert (said.light, said.command) == (Light.UNKNOWN, "friendlywifi serve")
    assert standing(facts(watched=None)).light is Light.WELL, "rounds need no schedule"


def test_a_probe_that_misses_its_checks_is_told_with_its_numbers() -> None:
    found = standing(resident(share=Share(ran=100, due=120)))
    assert (found.light, found.checks_made, found.checks_due) == (Light.SOON, 100, 120)
    assert found.says == "Only 100 of 120 due checks were made in 30 days; 95 % are needed."
    assert standing(resident(share=Share(ran=114, due=120))).light is Light.WELL
    assert standing(resident(share=Share(ran=3, due=4))).light is Light.WELL, (
        "one missed of four tells nothing"
    )
    # What fails, or is about to lapse, is worse.
    assert standing(resident(share=Share(ran=1, due=120), status=Status.SUSPENDED)).light is Light.NOW
