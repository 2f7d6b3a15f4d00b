from __future__ import annotations

from datetime import timedelta

import msgspec

from certificates.lifecycle import Refused, Standing, step
from certificates.records import Status
from certificates.transitions import Why
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.duties import Held, suspension
from friendlywifi.surveillance.folding import fold
from friendlywifi.surveillance.rhythm import Rhythm
from friendlywifi.surveillance.sight import Sight
from tests.friendlywifi.surveillance.cast import RESIDENT, ROUNDS, START, seen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD = Held(
    number="FW-2026-000001",
    status=Status.VALID,
    since=START,
    until=START + 365 * DAY,
    paths=("Biblioteka",),
    evidence=START - DAY,
)


def lived(*steps: tuple[timedelta, Sight, str]) -> dict[str, Condition]:
    condition, at = Condition(), START
    for wait, sight, gate in steps:
        at += wait
        one = seen(at, sight, *([gate] if sight is Sight.BAD else []))
        condition = fold(condition, one, rhythm=RESIDENT)
    return {"Biblioteka": condition}


FAILED = lived(*((HOUR, Sight.BAD, "ADU-01"),) * 3)


def why(
    conditions: dict[str, Condition], after: timedelta, held: Held = HELD, rhythm: Rhythm = RESIDENT
) -> Why | None:
    event = suspension(held, conditions, rhythm, now=START + after)
    if event is None:
        return None
    # What is asked for is always something that the life cycle allows.
    standing = Standing(
        status=held.status,
        issued_as=held.status,
        since=held.since,
        until=held.until,
        suspension_days=183,
        evidence_days=30,
    )
    assert not isinstance(step(standing, event), Refused)
    assert event.at <= START + after
    return event.why


def test_a_confirmed_failure_suspends_after_72_hours() -> None:
    assert why(FAILED, 74 * HOUR) is None
    assert why(FAILED, 75 * HOUR) is Why.GATE_FAILED


def test_a_failure_that_is_on_its_way_to_be_cured_does_not_yet() -> None:
    recovering = lived(*((HOUR, Sight.BAD, "ADU-01"),) * 3, (HOUR, Sight.GOOD, ""))
    assert why(recovering, 75 * HOUR) is None
    assert why(recovering, 146 * HOUR) is None
    # One good run and then silence is no cure.
    assert why(recovering, 147 * HOUR) is Why.GATE_FAILED
    cured = lived(*((HOUR, Sight.BAD, "ADU-01"),) * 3, *((HOUR, Sight.GOOD, ""),) * 3)
    assert why(cured, 20 * DAY) is None


NIGHT = (
    *((6 * HOUR, Sight.GOOD, ""),) * 3,
    (5 * HOUR, Sight.BAD, "ADU-01"),
    *((HOUR / 2, Sight.BAD, "ADU-01"),) * 2,
)
"""Well by day, and off for an hour of the night: seen three times, as often as it takes to confirm it."""


def test_a_filter_that_is_off_each_night_is_not_cured_by_each_day() -> None:
    nights = [why(lived(*NIGHT * number), number * DAY) for number in range(1, 11)]
    assert nights[:3] == [None] * 3
    assert Why.GATE_FAILED in nights
    # Whether somebody looks by day or by night.
    assert why(lived(*NIGHT * 10, *NIGHT[:3]), 11 * DAY) is Why.GATE_FAILED
    # It is cured when it has been steady, and then nothing is held against it.
    steady = lived(*NIGHT * 4, *((6 * HOUR, Sight.GOOD, ""),) * 14)
    assert why(steady, 10 * DAY) is None
    assert steady["Biblioteka"].confirmed_at is None


def test_what_a_person_reinstated_has_time_to_be_cured() -> None:
    recovering = lived(*((HOUR, Sight.BAD, "ADU-01"),) * 3, (200 * HOUR, Sight.GOOD, ""))
    reinstated = msgspec.structs.replace(HELD, since=START + 210 * HOUR)
    assert why(recovering, 211 * HOUR) is Why.GATE_FAILED
    assert why(recovering, 281 * HOUR, held=reinstated) is None
    assert why(recovering, 282 * HOUR, held=reinstated) is Why.GATE_FAILED


def test_illegal_content_suspends_at_once() -> None:
    assert why(lived((HOUR, Sight.BAD, "ILL-01")), HOUR) is Why.ILLEGAL_CONTENT


def test_no_evidence_suspends_after_thirty_days_or_forty_five_on_rounds() -> None:
    good = lived((HOUR, Sight.GOOD, ""))
    assert why(good, 30 * DAY) is None
    assert why(good, 31 * DAY) is Why.NO_EVIDENCE
    assert why(good, 44 * DAY, rhythm=ROUNDS) is None
    assert why(good, 46 * DAY, rhythm=ROUNDS) is Why.NO_EVIDENCE


def test_runs_at_the_gates_alone_are_no_evidence_for_the_sample() -> None:
    gates_only = msgspec.structs.replace(seen(START + 20 * DAY, Sight.GOOD), sampled=False)
    condition = fold(lived((HOUR, Sight.GOOD, ""))["Biblioteka"], gates_only, rhythm=RESIDENT)
    assert why({"Biblioteka": condition}, 29 * DAY) is None
    assert why({"Biblioteka": condition}, 31 * DAY) is Why.NO_EVIDENCE


def test_each_network_on_the_face_needs_evidence_of_its_own() -> None:
    two = msgspec.structs.replace(HELD, paths=("Biblioteka", "Biblioteka 5G"))
    late = lived((28 * DAY, Sight.GOOD, ""))
    assert why(late, 31 * DAY) is None
    assert why(late, 31 * DAY, held=two) is Why.NO_EVIDENCE


def test_a_portal_a_dead_line_or_silence_is_no_failure_but_no_evidence_either() -> None:
    for sight in (Sight.CAPTIVE, Sight.OFFLINE, Sight.VOID, Sight.UNDECIDED):
        blind = lived((HOUR, Sight.GOOD, ""), *((DAY, sight, ""),) * 29)
        assert why(blind, 30 * DAY) is None
        assert why(blind, 31 * DAY) is Why.NO_EVIDENCE


def test_a_certificate_that_ended_before_has_no_duties() -> None:
    ended = msgspec.structs.replace(HELD, until=START + 20 * DAY)
    assert why({}, 60 * DAY, held=ended) is None
    suspended = msgspec.structs.replace(HELD, status=Status.SUSPENDED)
    assert why(FAILED, 75 * HOUR, held=suspended) is None


def test_a_relapse_after_the_deadline_suspends_from_then_on_and_not_from_before() -> None:
    """The day by which the sign must be down is reckoned from it."""
    good = (lived_step for lived_step in ((30 * HOUR, Sight.GOOD, ""), (43 * HOUR, Sight.BAD, "ADU-01")))
    conditions = lived(*((HOUR, Sight.BAD, "ADU-01"),) * 3, *good)
    event = suspension(HELD, conditions, RESIDENT, now=START + 80 * HOUR)
    assert event is not None
    assert event.at == START + 76 * HOUR
