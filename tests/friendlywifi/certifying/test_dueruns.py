"""How many runs were due and made, reckoned from a request: never more than its bundles show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.period import DueRuns
from criteria.standard import Standard
from friendlywifi.certifying.dueruns import Agenda, Late, agenda_of, due_runs, late_runs
from friendlywifi.records import due, hotspots
from friendlywifi.records.database import open_records
from friendlywifi.records.due import State
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.identity import Former
from friendlywifi.serving.watch import Plan
from friendlywifi.surveillance.agenda import Agenda as Tick
from friendlywifi.surveillance.agenda import Due, Purpose
from friendlywifi.surveillance.slots import BEGINNING
from probes.records import Run
from tests.criteria.making import run
from tests.friendlywifi.certifying.made import ENROLLED, library
from tests.friendlywifi.surveillance import cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIX = 6 * HOUR
SINCE = BEGINNING + 10_000 * SIX
"""Where an interval begins."""
STANDARD: Standard = cast.STANDARD


def place(mode: Mode = Mode.RESIDENT, since: datetime = SINCE, **changed: object) -> Hotspot:
    identity = msgspec.structs.replace(ENROLLED, since=since)
    return library(mode=mode, identity=identity, **changed)


def runs(*starts: datetime) -> tuple[Run, ...]:
    return tuple(run(serial=number, started=at) for number, at in enumerate(starts, start=1))


def reckoned(
    made: Iterable[Run],
    hotspot: Hotspot | None = None,
    *,
    since: datetime = SINCE - 30 * DAY,
    until: datetime = SINCE + 2 * DAY,
    late: tuple[Late, ...] = (),
    standard: Standard = STANDARD,
) -> DueRuns:
    made, hotspot = tuple(made), hotspot or place()
    agenda = agenda_of(hotspot, standard, made, since=since, until=until, late=late)
    return due_runs(agenda, made, hotspot=hotspot, standard=standard)


def test_one_run_is_due_in_each_interval_since_the_place_was_enrolled() -> None:
    made = runs(*(SINCE + number * SIX + HOUR for number in range(8)))
    assert reckoned(made) == DueRuns(mode="resident", due=8, ran=8)
    assert reckoned(made[:5]) == DueRuns(mode="resident", due=8, ran=5)
    assert reckoned(()) == DueRuns(mode="resident", due=8, ran=0)


def test_many_runs_in_one_interval_keep_no_other_one() -> None:
    assert reckoned(runs(*(SINCE + number * timedelta(minutes=1) for number in range(50)))).ran == 1


def test_only_whole_intervals_count_at_the_edges() -> None:
    made = runs(SINCE + HOUR, SINCE + 5 * HOUR)
    assert reckoned(made, since=SINCE + HOUR, until=SINCE + 3 * SIX - HOUR) == DueRuns(
        mode="resident", due=1, ran=0
    )
    assert reckoned(made, until=SINCE + HOUR).due == 0


def test_a_run_there_before_the_enrolment_begins_the_time_in_which_runs_are_due() -> None:
    assert reckoned(runs(SINCE - 4 * SIX)).due == 12


def test_enrolling_again_takes_nothing_back() -> None:
    """Else whoever missed checks would only have to confirm a change of the router."""
    former = (Former(until=SINCE + HOUR, networks=ENROLLED.networks),)
    hotspot = place(since=SINCE + DAY)
    again = msgspec.structs.replace(
        hotspot, identity=msgspec.structs.replace(hotspot.identity, former=former)
    )
    assert reckoned((), again).due == 7
    assert reckoned(runs(SINCE + HOUR), again).due == 7


def test_a_run_for_the_interval_before_is_believed_where_it_can_be() -> None:
    made = runs(SINCE + HOUR, SINCE + SIX + HOUR, SINCE + 2 * SIX + HOUR, SINCE + 2 * SIX + 3 * HOUR)
    first = 10_000
    assert reckoned(made, until=SINCE + 4 * SIX).ran == 3
    moved = (Late(interval=first + 1, run="run3"),)
    assert reckoned(made, until=SINCE + 4 * SIX, late=moved).ran == 3, "another one was made there"
    missing = runs(SINCE + HOUR, SINCE + 2 * SIX + HOUR, SINCE + 2 * SIX + 3 * HOUR)
    assert reckoned(missing, until=SINCE + 3 * SIX).ran == 2
    believed = (Late(interval=first + 1, run="run2"),)
    assert reckoned(missing, until=SINCE + 3 * SIX, late=believed).ran == 3
    far = (Late(interval=first, run="run3"), Late(interval=first + 7, run="run2"))
    assert reckoned(missing, until=SINCE + 3 * SIX, late=far).ran == 2


@given(
    st.lists(st.integers(min_value=0, max_value=48 * 60 - 1), max_size=30),
    st.lists(st.tuples(st.integers(9_990, 10_020), st.integers(1, 31)), max_size=10),
)
def test_nobody_makes_more_of_it_than_there_are_runs_and_intervals(
    minutes: list[int], claims: list[tuple[int, int]]
) -> None:
    made = runs(*(SINCE + timedelta(minutes=minute) for minute in minutes))
    late = tuple(Late(interval=interval, run=f"run{number}") for interval, number in claims)
    found = reckoned(made, late=late)
    assert found.due == 8
    assert found.ran is not None
    assert found.ran <= min(8, len(made))


def test_visits_are_counted_by_days() -> None:
    hotspot = place(Mode.ROUNDS)
    made = runs(SINCE + HOUR, SINCE + 2 * HOUR, SINCE + 10 * DAY)
    assert reckoned(made, hotspot, until=SINCE + 20 * DAY) == DueRuns(mode="rounds", due=2, ran=2)
    late = reckoned(made, hotspot, until=SINCE + 120 * DAY)
    assert (late.ran, late.due) == (2, 5)


def test_what_cannot_be_known_is_none() -> None:
    unknown = DueRuns(mode="rounds", due=None, ran=None)
    assert reckoned((), place(Mode.ROUNDS, time_zone="Nowhere/Atlantis")) == unknown
    assert reckoned((), place(Mode.ROUNDS, time_zone="../../etc/passwd")) == unknown
    without = msgspec.structs.replace(STANDARD, surveillance=())
    assert reckoned((), place(Mode.ROUNDS), standard=without) == unknown


def test_the_agenda_survives_its_own_json() -> None:
    agenda = agenda_of(
        place(), STANDARD, (), since=SINCE, until=SINCE + DAY, late=(Late(interval=1, run="a"),)
    )
    assert agenda is not None
    assert msgspec.json.decode(msgspec.json.encode(agenda), type=Agenda) == agenda
    assert (agenda.first, agenda.last) == (10_000, 10_003)


@pytest.mark.parametrize(("minutes", "late"), ((30, 1), (-30, 0)))
def test_the_records_know_which_run_was_made_for_the_interval_before(
    tmp_path: Path, minutes: int, late: int
) -> None:
    hotspot = cast.hotspot()
    slots = Plan().slots(hotspot)
    began = SINCE + SIX + timedelta(minutes=minutes)
    with open_records(tmp_path / "records.db") as records:
        hotspots.add(records, hotspot, now=SINCE - DAY, actor="a")
        tick = Tick(
            due=Due(key="x", number=10_000, at=slots.at(10_000), purpose=Purpose.PLANNED),
            passed=(),
            next_at=SINCE + DAY,
        )
        row, _ = due.take(
            records, slots=slots, enrolled=SINCE - DAY, decide=lambda _: tick, holder="a", now=began
        )
        assert row is not None
        due.numbered(records, row, 1)
        row = msgspec.structs.replace(row, serial=1)
        made = runs(began)
        assert late_runs(records, hotspot, made, since=SINCE - DAY, until=SINCE + DAY) == ()
        due.done(records, row, state=State.MADE, bundle=None, why=None)
        found = late_runs(records, hotspot, made, since=SINCE - DAY, until=SINCE + DAY)
    assert len(found) == late
