"""A filter that fails is said before all else, also where something hides it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import standing
from friendlywifi.surveillance.condition import Condition, Streak
from friendlywifi.surveillance.states import State
from tests.friendlywifi.records.light.known import (
    STANDARD,
    WELL,
    YESTERDAY,
    condition,
    facts,
    told_with_what_to_do,
)
from tests.friendlywifi.records.rows import NOW


@pytest.mark.parametrize(
    ("given", "light", "says", "command"),
    (
        (
            {
                "conditions": condition(
                    State.FAILING_CONFIRMED,
                    gates=("ADU-01",),
                    confirmed_at=YESTERDAY,
                    causes=("192.0.2.1:53",),
                )
            },
            Light.NOW,
            "The filter fails (ADU-01 on “Biblioteka”), confirmed since 21 November 2026.",
            "status library-7",
        ),
        ({"conditions": condition(State.FLAPPING)}, Light.NOW, "comes and goes", "status"),
        (
            {
                "conditions": condition(
                    State.FAILING_SUSPECTED, streaks=(Streak(gate="ADU-01", first=NOW, runs=1),)
                )
            },
            Light.SOON,
            "A check failed (ADU-01",
            "check --hotspot",
        ),
        ({"conditions": condition(State.RECOVERING)}, Light.SOON, "works again", "check"),
        (
            {"conditions": condition(State.PORTAL_LOCKED)},
            Light.UNKNOWN,
            "A login page stands before",
            "check",
        ),
        ({"conditions": condition(State.UPLINK_DEAD)}, Light.UNKNOWN, "Nothing behind the hotspot", "check"),
    ),
)
def test_what_is_wrong_is_said_with_what_to_do(
    given: dict[str, Any], light: Light, says: str, command: str
) -> None:
    told_with_what_to_do(given, light, says, command)


def test_a_failing_filter_names_its_deadline_only_where_there_is_something_to_lose() -> None:
    failing = condition(State.FAILING_CONFIRMED, gates=("ADU-01",), confirmed_at=YESTERDAY)
    said = standing(facts(conditions=failing))
    assert said.next_date == YESTERDAY + timedelta(hours=STANDARD.suspended_after_hours)
    assert said.next_what == "certificate suspended unless cured"
    assert standing(facts(conditions=failing, certificate=None, status=None)).next_date is None


def test_a_failure_behind_a_login_page_is_still_a_failure() -> None:
    hidden = Condition(
        state=State.PORTAL_LOCKED, behind=State.FAILING_CONFIRMED, gates=("ADU-01",), confirmed_at=YESTERDAY
    )
    assert standing(facts(conditions={"Biblioteka": hidden})).light is Light.NOW


def test_a_failure_hidden_on_one_network_outweighs_a_suspicion_on_the_other() -> None:
    hidden = Condition(state=State.PORTAL_LOCKED, behind=State.FAILING_CONFIRMED, gates=("ADU-01",))
    both = {"Biblioteka 5G": hidden, **condition(State.FAILING_SUSPECTED)}
    said = standing(facts(conditions=both))
    assert (said.light, said.network) == (Light.NOW, "Biblioteka 5G")


def test_the_worst_network_speaks_for_the_hotspot() -> None:
    both = {"Biblioteka 5G": WELL, **condition(State.FAILING_CONFIRMED, gates=("ADU-01",))}
    said = standing(facts(conditions=both))
    assert (said.light, said.network) == (Light.NOW, "Biblioteka")
