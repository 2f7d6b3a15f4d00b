"""Two services on one file, and one that is killed: real processes, a real file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from friendlywifi.records import due, journal, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.due import DueRow, State
from friendlywifi.surveillance.agenda import Agenda, Due, Purpose, agenda
from friendlywifi.surveillance.slots import Slots
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.cast import RESIDENT, START

ROOT = Path(__file__).parents[3]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOTS = Slots(hotspot="library-7", rhythm=RESIDENT, zone=ZoneInfo("Europe/Tirane"))
FIRST = SLOTS.first_since(START)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as opened:
        cast.add(opened, cast.hotspot())
        yield opened


def take(
    records: Records, number: int, *, holder: str = "one", late: timedelta = timedelta(0)
) -> DueRow | None:
    now = SLOTS.at(number) + late

    def decide(handled: int) -> Agenda:
        return agenda(slots=SLOTS, handled=handled, last_run=None, conditions=(), up=now, now=now)

    return due.take(records, slots=SLOTS, enrolled=START, decide=decide, holder=holder, now=now)[0]


def test_what_one_has_taken_the_other_does_not_get(records: Records) -> None:
    mine = take(records, FIRST)
    assert mine is not None
    assert take(records, FIRST, holder="two") is None
    assert due.done(records, mine, state=State.MADE, bundle="sha256:1", why=None)
    assert take(records, FIRST, holder="two") is None


def test_while_one_checks_a_hotspot_the_other_leaves_it_alone(records: Records) -> None:
    mine = take(records, FIRST)
    assert mine is not None
    assert due.renew(records, mine, now=SLOTS.at(FIRST + 1))
    assert take(records, FIRST + 1, holder="two") is None


def test_a_lease_that_ended_is_an_aborted_check_and_the_next_one_goes_on(records: Records) -> None:
    mine = take(records, FIRST)
    assert mine is not None
    assert due.numbered(records, mine, 7)
    following = take(records, FIRST + 1, holder="two")
    assert following is not None
    first, second = due.of(records, "library-7")
    assert (first.state, first.serial, second.state) == (State.ABORTED, 7, State.CLAIMED)
    assert [item.kind for item in journal.entries(records, subject="library-7")][-1] == "check.aborted"
    # Whoever was only slow cannot call it made any more, and cannot take another one's lease.
    assert not due.done(records, mine, state=State.MADE, bundle="sha256:1", why=None)
    assert not due.renew(records, mine, now=SLOTS.at(FIRST + 1))


def test_what_nobody_made_is_recorded_as_missed_and_counts(records: Records) -> None:
    made = take(records, FIRST + 3)
    assert made is not None
    due.done(records, made, state=State.VOID, bundle="sha256:1", why="captive")
    found = due.of(records, "library-7")
    assert [item.state for item in found] == [State.MISSED] * 3 + [State.VOID]
    until = SLOTS.at(FIRST + 3)
    share = due.share(records, SLOTS, enrolled=START, since=START, until=until)
    assert (share.ran, share.due) == (1, 4)


def test_intervals_at_which_nobody_looked_are_due_too(records: Records) -> None:
    share = due.share(records, SLOTS, enrolled=START, since=START, until=START + 30 * DAY)
    assert share.ran == 0
    assert 118 <= share.due <= 121


def test_runs_that_came_from_a_probe_elsewhere_count(records: Records) -> None:
    for number in range(10):
        made = cast.row(serial=number + 1, at=SLOTS.at(FIRST + number))
        runs.record(records, made, now=made.ended, actor="the tests")
    share = due.share(records, SLOTS, enrolled=START, since=START, until=SLOTS.at(FIRST + 9))
    assert (share.ran, share.due) == (10, 10)


def test_what_was_missed_by_a_clock_that_ran_ahead_is_made_when_its_time_comes(records: Records) -> None:
    ahead = take(records, FIRST + 1000)
    assert ahead is not None
    due.done(records, ahead, state=State.MADE, bundle="sha256:1", why=None)
    back = take(records, FIRST + 2, holder="two")
    assert back is not None
    assert back.at == SLOTS.at(FIRST + 2)


def test_a_clock_that_is_set_back_brings_no_check_twice(records: Records) -> None:
    mine = take(records, FIRST, late=HOUR)
    assert mine is not None
    due.done(records, mine, state=State.MADE, bundle="sha256:1", why=None)
    assert take(records, FIRST) is None
    assert take(records, FIRST, late=HOUR) is None


def test_a_clock_that_is_wrong_by_a_day_again_and_again_leaves_each_of_its_rows(records: Records) -> None:
    for wrong in range(3):
        ahead = take(records, FIRST + 4, holder=f"wrong {wrong}")
        assert ahead is not None
        due.done(records, ahead, state=State.MADE, bundle=f"sha256:{wrong}", why=None)
        due.set_back(records, now=SLOTS.at(FIRST))
    right = take(records, FIRST + 4, holder="right")
    assert right is not None
    assert right.holder == "right"
    kept = [item.bundle for item in due.of(records, "library-7") if item.holder == due.ANOTHER_CLOCK]
    assert sorted(kept) == ["sha256:0", "sha256:1", "sha256:2"]


def test_after_a_change_of_the_rhythm_it_goes_on_from_there(records: Records) -> None:
    mine = take(records, FIRST)
    assert mine is not None
    due.done(records, mine, state=State.MADE, bundle="sha256:1", why=None)
    faster = Slots(
        hotspot="library-7",
        rhythm=type(RESIDENT)(**{**vars_of(RESIDENT), "every": timedelta(hours=3)}),
        zone=SLOTS.zone,
    )
    now = SLOTS.at(FIRST) + 7 * HOUR
    handled = due.handled(records, faster, enrolled=START, now=now)
    assert 1 <= len(faster.due(after=handled, now=now)) <= 3


def vars_of(rhythm: object) -> dict[str, object]:
    return {name: getattr(rhythm, name) for name in rhythm.__dataclass_fields__}  # type: ignore[attr-defined]


def test_what_was_due_cannot_be_removed(records: Records) -> None:
    take(records, FIRST)
    with pytest.raises(Exception, match="stays in the records"):
        records.connection.execute("DELETE FROM due")


_TAKER = """
import sys
from pathlib import Path
from friendlywifi.records import due
from friendlywifi.records.database import open_records
from friendlywifi.records.due import State
from tests.friendlywifi.records.test_due import FIRST, take
with open_records(Path(sys.argv[1])) as records:
    for number in range(FIRST, FIRST + 60):
        mine = take(records, number, holder=sys.argv[2])
        if mine is not None:
            print(mine.key, flush=True)
            due.done(records, mine, state=State.MADE, bundle=f"sha256:{mine.key}", why=None)
"""

_DIES = """
import os, signal, sys
from pathlib import Path
from friendlywifi.records import due
from friendlywifi.records.database import open_records
from tests.friendlywifi.records.test_due import FIRST, take
with open_records(Path(sys.argv[1])) as records:
    mine = take(records, FIRST)
    due.numbered(records, mine, 3)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_on_one_file_never_make_the_same_check(records: Records) -> None:
    started = [_start(_TAKER, str(records.path), name) for name in ("one", "two")]
    taken = [process.communicate(timeout=60)[0].split("\n") for process in started]
    assert all(process.returncode == 0 for process in started)
    keys = [key for part in taken for key in part if key]
    assert len(keys) == len(set(keys))
    rows = due.of(records, "library-7")
    # Each has a clock of its own here: one that is hours ahead takes the other's lease for ended.
    assert {row.key for row in rows if row.state in (State.MADE, State.ABORTED)} == set(keys)
    assert len(rows) == 60


def test_a_process_that_is_killed_in_the_middle_leaves_an_aborted_check(records: Records) -> None:
    process = _start(_DIES, str(records.path))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    (row,) = due.of(records, "library-7")
    assert row.state is State.CLAIMED
    assert due.expire(records, now=SLOTS.at(FIRST) + timedelta(minutes=10)) == ()
    (aborted,) = due.expire(records, now=SLOTS.at(FIRST) + timedelta(minutes=16))
    assert (aborted.state, aborted.serial) == (State.ABORTED, 3)
    assert take(records, FIRST + 1) is not None


def test_a_confirming_run_is_taken_once_and_is_beside_the_plan(records: Records) -> None:
    confirming = Due(key="confirm x 2", at=START, purpose=Purpose.CONFIRMING)
    found = [
        due.take(
            records,
            slots=SLOTS,
            enrolled=START,
            decide=lambda _: Agenda(due=confirming, passed=(), next_at=START),
            holder=holder,
            now=START,
        )[0]
        for holder in ("one", "two")
    ]
    assert found[0] is not None
    assert found[1] is None
    assert due.share(records, SLOTS, enrolled=START, since=START, until=SLOTS.at(FIRST)).ran == 0
