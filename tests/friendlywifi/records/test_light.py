"""The light of a hotspot: the gravest thing is said first, and what is not known is never green."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from certificates.records import Status
from friendlywifi.records.certificate_rows import CertificateRow
from friendlywifi.records.due import Share
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.identity import Identity, Place
from friendlywifi.records.light import RULES, EvidenceSoFar, Facts, Light, overall, standing
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.rhythm import rhythm_of
from friendlywifi.surveillance.states import Condition, State, Streak
from friendlywifi.surveillance.visits import Errand, Visit
from tests.friendlywifi.records.rows import NOW, library_7, row

STANDARD, _ = load_standard("baseline")
ENROLLED = library_7(identity=Identity(networks=(), since=NOW - timedelta(days=30), by="Arta"))
YESTERDAY = NOW - timedelta(days=1)
WELL = Condition(state=State.WELL, behind=State.WELL, evidence=YESTERDAY, seen=YESTERDAY)
ENOUGH = EvidenceSoFar(runs=20, runs_needed=14, days=10, days_needed=7)


def certificate(**other: Any) -> CertificateRow:
    given = {
        "number": "FW-2026-000001",
        "hotspot": "library-7",
        "test": False,
        "request": None,
        "status": Status.VALID,
        "changed": NOW - timedelta(days=30),
        "issued_as": Status.VALID,
        "issued": NOW - timedelta(days=30),
        "valid_until": NOW + timedelta(days=150),
        "suspension_days": 180,
        "evidence_days": 30,
        "superseded_by": None,
        "signed": None,
    }
    return CertificateRow(**{**given, **other})


def facts(**other: Any) -> Facts:
    given = {
        "hotspot": ENROLLED,
        "rhythm": rhythm_of(STANDARD, "rounds"),
        "conditions": {"Biblioteka": WELL},
        "latest": row(400),
        "certificate": certificate(),
        "status": Status.VALID,
        "visits": (),
        "evidence": ENOUGH,
        "watched": NOW,
        "now": NOW,
    }
    return Facts(**{**given, **other})


def resident(**other: Any) -> Facts:
    hotspot = msgspec.structs.replace(ENROLLED, mode=Mode.RESIDENT)
    return facts(hotspot=hotspot, rhythm=rhythm_of(STANDARD, "resident"), **other)


def condition(state: State, **other: Any) -> dict[str, Condition]:
    blind = state.blind
    return {
        "Biblioteka": Condition(state=state, behind=State.WELL if blind else state, since=YESTERDAY, **other)
    }


def visit(days: int) -> Visit:
    return Visit(
        hotspot="library-7",
        name="Library 7",
        place="Tiranë",
        address="x",
        path="Biblioteka",
        errand=Errand.CHECK,
        due=NOW - timedelta(days=days),
        day="2026-11-22",
        overdue_days=max(days, 0),
        lapses=NOW + timedelta(days=20),
        last=YESTERDAY,
    )


def test_a_certified_hotspot_whose_filter_works_is_well() -> None:
    said = standing(facts())
    assert said.light is Light.WELL
    assert said.says == "The filter works. Certified until 21 April 2027."
    assert (said.action, said.command) == (None, None)
    assert (said.certificate, said.last_run) == ("FW-2026-000001", "certifiable")


@pytest.mark.parametrize(
    ("given", "light", "says", "command"),
    (
        ({"hotspot": library_7()}, Light.SOON, "Not enrolled yet", "hotspot enrol library-7"),
        (
            {"certificate": certificate(status=Status.SUSPENDED), "status": Status.SUSPENDED},
            Light.NOW,
            "suspended since 23 October 2026",
            "reinstate FW-2026-000001",
        ),
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
        (
            {"certificate": certificate(valid_until=NOW + timedelta(days=12, hours=3))},
            Light.SOON,
            "ends in 12 days",
            "renew library-7",
        ),
        ({"status": Status.EXPIRED}, Light.NOW, "has expired", "certify request library-7"),
        ({"status": Status.WITHDRAWN}, Light.NOW, "was withdrawn", "certify request library-7"),
        ({"visits": (visit(3), visit(1))}, Light.SOON, "overdue by 3 days", "check"),
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
    said = standing(facts(**given))
    assert said.light is light
    assert says in said.says
    assert command in str(said.command)
    assert said.action
    for line in str(said.command).split(";"):
        understood(line.strip())


def understood(line: str) -> None:
    """The program has this command, with these options, and needs no others."""
    from friendlywifi.app import app

    program, *words = shlex.split(line)
    assert program == "friendlywifi"
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    options = {name for parameter in command.params for name in parameter.opts}
    given = {word for word in words if word.startswith("--")}
    assert given <= options
    needed = [item.opts for item in command.params if item.required and item.opts[0].startswith("-")]
    assert all(given & set(names) for names in needed), f"{line}: it needs {needed}"


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


def test_evidence_on_its_way_is_well_and_says_how_far_it_is() -> None:
    so_far = EvidenceSoFar(runs=3, runs_needed=14, days=2, days_needed=7)
    said = standing(facts(certificate=None, status=None, evidence=so_far))
    assert said.light is Light.WELL
    assert "3 of 14 runs over 2 of 7 days" in said.says


def test_a_probe_that_nobody_listens_to_is_not_well() -> None:
    assert standing(resident()).light is Light.WELL
    for watched in (None, NOW - timedelta(days=2)):
        said = standing(resident(watched=watched))
        assert (said.light, said.command) == (Light.UNKNOWN, "friendlywifi serve")
    assert standing(facts(watched=None)).light is Light.WELL, "rounds need no schedule"


def test_the_next_date_of_rounds_is_the_next_visit() -> None:
    said = standing(facts(visits=(visit(-20), visit(-5))))
    assert (said.next_what, said.next_date) == ("visit", NOW + timedelta(days=5))
    assert standing(resident()).next_what == "by itself, every 6 h"


def test_the_worst_light_is_that_of_all() -> None:
    one = standing(facts())
    found = [msgspec.structs.replace(one, light=light) for light in Light]
    assert [overall(tuple(found[at:])) for at in range(len(found))] == list(Light)
    assert overall(()) is Light.UNKNOWN


conditions = st.dictionaries(
    st.sampled_from(("Biblioteka", "")),
    st.builds(
        Condition,
        state=st.sampled_from(State),
        behind=st.sampled_from([state for state in State if not state.blind]),
        evidence=st.sampled_from((None, YESTERDAY, NOW - timedelta(days=44))),
    ),
)


@given(
    conditions,
    st.sampled_from((None, *Status)),
    st.sampled_from((None, row(1), row(2, place=Place.UNKNOWN), row(3, void_reason="captive"))),
    st.booleans(),
)
def test_green_means_that_the_filter_was_seen_to_work(
    found: dict[str, Condition],
    status: Status | None,
    latest: Any,
    here: bool,  # noqa: FBT001 - generated
) -> None:
    hotspot = ENROLLED if here else library_7()
    given = facts(
        conditions=found,
        status=status,
        certificate=None if status is None else certificate(status=status),
        latest=latest,
        hotspot=hotspot,
    )
    said = standing(given)
    assert said.says.endswith((".", ".)", ")"))
    if said.light is Light.WELL:
        assert here
        assert found
        assert all(item.state is State.WELL for item in found.values())
        assert status not in (Status.SUSPENDED, Status.WITHDRAWN, Status.EXPIRED)


def test_every_rule_has_a_case_of_its_own() -> None:
    """The last one says something of everything, so that each hotspot has a light."""
    assert RULES[-1](facts()) is not None
    assert len(set(RULES)) == len(RULES)


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


def test_nobody_is_sent_to_ask_for_a_certificate_that_too_few_checks_refuse() -> None:
    none = {"certificate": None, "status": None}
    found = standing(facts(share=Share(ran=1, due=2), **none))
    assert found.command is None
    assert "1 of 2 due checks in 30 days are too few: 95 % are needed." in found.says
    assert standing(facts(share=Share(ran=2, due=2), **none)).action == "Ask for it."
