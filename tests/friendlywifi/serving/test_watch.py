"""A look at the records: what came in, in whatever order, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from certificates.records import Status
from certificates.transitions import Why
from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.records import certificates, hotspots, runs, watching
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.identity import Place
from friendlywifi.records.runs import GateResult, RunRow
from friendlywifi.serving.watch import Looked, Plan, due_runs, look, visits
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.notices import NoticeKind
from friendlywifi.surveillance.states import State
from friendlywifi.surveillance.visits import Errand
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.cast import RESIDENT, SSID, START

WEAK = """
schema = "friendlywifi/standard/1"
extends = "baseline"
id = "weak"
version = "1.0.0"
title = "Nothing is drawn at random"

[[criterion]]
id = "ADU-02"
enabled = false
"""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PLAN = Plan()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as opened:
        cast.add(opened, cast.hotspot())
        yield opened


def comes_in(records: Records, *rows: RunRow) -> None:
    for item in rows:
        runs.record(records, item, now=item.ended, actor="the tests")


def looked(records: Records, after: timedelta) -> Looked:
    return look(records, PLAN, now=START + after, believe_clock=True)


def condition(records: Records) -> Condition:
    return watching.watch_of(records, "library-7").conditions[SSID]


def lived(serial: int, *, failed: bool = False) -> RunRow:
    return cast.row(serial=serial, at=START + serial * HOUR, failed=("ADU-01",) if failed else ())


def test_what_comes_in_late_gives_the_same_as_what_comes_in_order(tmp_path: Path) -> None:
    rows = [lived(number, failed=number in (2, 4, 5, 6)) for number in range(1, 8)]
    found = []
    for name, order in (("a", (0, 1, 2, 3, 4, 5, 6)), ("b", (6, 2, 0, 5, 4, 1, 3))):
        with open_records(tmp_path / f"{name}.db") as records:
            cast.add(records, cast.hotspot())
            for number in order:
                comes_in(records, rows[number])
                looked(records, 8 * HOUR)
            found.append(watching.watch_of(records, "library-7"))
    assert found[0] == found[1]
    assert found[0].conditions[SSID].state is State.RECOVERING


def test_a_change_of_the_place_that_a_person_confirmed_makes_evidence(records: Records) -> None:
    changed = msgspec.structs.replace(lived(1), place=Place.CHANGED)
    comes_in(records, changed)
    looked(records, 2 * HOUR)
    assert condition(records).evidence is None
    again = msgspec.structs.replace(changed, place=Place.SAME)
    runs.rejudged(records, again, now=START + 2 * HOUR, actor="the tests")
    looked(records, 3 * HOUR)
    assert condition(records).evidence == START + HOUR


def test_a_failure_where_nobody_knows_the_place_is_no_failure_of_this_place(records: Records) -> None:
    rows = [lived(number, failed=True) for number in range(1, 5)]
    comes_in(records, *(msgspec.structs.replace(item, place=Place.UNKNOWN) for item in rows))
    assert looked(records, 6 * HOUR).notices == ()
    assert condition(records).state is State.UNKNOWN


def test_a_run_by_another_standard_is_no_evidence(records: Records) -> None:
    comes_in(records, msgspec.structs.replace(lived(1), standard="sha256:" + "0" * 64))
    looked(records, 2 * HOUR)
    assert condition(records).evidence is None


def test_a_run_by_a_clock_that_is_ahead_waits_for_its_time(records: Records) -> None:
    comes_in(records, lived(1), lived(9))
    looked(records, 2 * HOUR)
    assert condition(records).evidence == START + HOUR
    assert watching.watch_of(records, "library-7").later == START + 9 * HOUR
    comes_in(records, lived(3))
    looked(records, 4 * HOUR)
    assert condition(records).evidence == START + 3 * HOUR
    looked(records, 9 * HOUR)
    assert condition(records).evidence == START + 9 * HOUR


def test_a_certificate_follows_and_the_same_look_again_changes_nothing(records: Records) -> None:
    row = cast.issue(records, "library-7", START)
    comes_in(records, *(lived(number, failed=True) for number in range(1, 4)))
    first = looked(records, 4 * HOUR)
    assert [item.kind for item in first.notices] == [NoticeKind.FAILING]
    assert looked(records, 4 * HOUR).notices == ()
    late = looked(records, 76 * HOUR)
    assert [item.number for item in late.suspended] == [row.number]
    assert looked(records, 76 * HOUR).suspended == ()
    (_, event) = certificates.history(records, row.number)
    assert event.became is Status.SUSPENDED
    # Dated when it fell due, not when somebody looked.
    assert event.at == START + 3 * HOUR + RESIDENT.cured_within
    ended = looked(records, 300 * DAY)
    assert [item.status for item in ended.ended] == [Status.WITHDRAWN]


def test_without_any_run_a_certificate_lives_on_the_evidence_of_its_face(
    records: Records,
) -> None:
    cast.issue(records, "library-7", START, evidence=START - 20 * DAY)
    assert looked(records, 9 * DAY).suspended == ()
    assert len(looked(records, 11 * DAY).suspended) == 1


def test_too_few_of_the_due_checks_are_told(records: Records) -> None:
    slots = PLAN.slots(cast.hotspot())
    first = slots.first_since(START)
    for number in range(80):
        if number % 8:
            comes_in(records, cast.row(serial=number + 1, at=slots.at(first + number)))
    kinds = {item.kind for item in looked(records, 20 * DAY).notices}
    assert NoticeKind.BEHIND in kinds
    share = due_runs(records, PLAN, cast.hotspot(), since=START, until=slots.at(first + 79))
    assert (share.ran, share.due) == (70, 80)


def test_a_silent_probe_is_a_state_and_a_notice(records: Records) -> None:
    comes_in(records, lived(1))
    found = looked(records, 20 * HOUR)
    assert [item.kind for item in found.notices] == [NoticeKind.PROBE_SILENT]
    assert condition(records).state is State.PROBE_SILENT
    # It may never have said anything at all.
    cast.add(records, cast.hotspot("library-8"))
    found = looked(records, 21 * HOUR)
    assert [item.hotspots for item in found.notices] in ([("library-8",)], [])
    assert watching.watch_of(records, "library-8").conditions[""].state is State.PROBE_SILENT
    comes_in(records, cast.row("library-8", 1, START + 21 * HOUR))
    looked(records, 22 * HOUR)
    assert list(watching.watch_of(records, "library-8").conditions) == [SSID]


def test_a_dead_line_is_told_however_early_somebody_looked(records: Records) -> None:
    assert looked(records, MINUTE).notices == ()
    assert watching.watch_of(records, "library-7").paths == ()
    comes_in(records, lived(1))
    for number in range(2, 8):
        comes_in(records, cast.row(serial=number, at=START + number * 5 * HOUR, void="offline"))
    assert [item.kind for item in looked(records, 36 * HOUR).notices] == [NoticeKind.UPLINK_DEAD]


def test_rounds_are_listed_by_what_lapses_first(records: Records) -> None:
    for number in (1, 2):
        place = cast.hotspot(f"branch-{number}", mode=Mode.ROUNDS)
        cast.add(records, place)
        at = START + number * DAY
        comes_in(records, cast.row(f"branch-{number}", 1, at))
    looked(records, 3 * DAY)
    found = visits(records, PLAN, now=START + 33 * DAY)
    assert [item.hotspot for item in found] == ["branch-1", "branch-2"]
    assert [item.overdue_days for item in found] == [2, 1]
    hotspot = hotspots.get(records, "branch-1")
    share = due_runs(records, PLAN, hotspot, since=START, until=START + 40 * DAY)
    assert (share.ran, share.due) == (1, 1)
    share = due_runs(records, PLAN, hotspot, since=START, until=START + 60 * DAY)
    assert (share.ran, share.due) == (1, 2)


def test_a_certificate_of_a_place_that_nobody_watches_here_is_suspended_when_its_evidence_lapses(
    tmp_path: Path,
) -> None:
    """As where somebody only decides and publishes: no evidence is none, whoever should have had it."""
    with open_records(tmp_path / "records.db") as records:
        cast.add(records, msgspec.structs.replace(cast.hotspot("seen"), identity=None))
        for identifier in ("seen", "never-heard-of"):
            cast.issue(records, identifier, START)
        assert look(records, PLAN, now=START + 20 * DAY, believe_clock=True).suspended == ()
        suspended = look(records, PLAN, now=START + 50 * DAY, believe_clock=True).suspended
        assert {row.hotspot for row in suspended} == {"seen", "never-heard-of"}
        assert {row.status for row in certificates.every(records)} == {Status.SUSPENDED}


def test_what_is_watched_by_a_weaker_standard_is_no_evidence_for_a_stricter_certificate(
    records: Records, tmp_path: Path
) -> None:
    held = cast.issue(records, "library-7", START)
    weak = tmp_path / "weak.toml"
    weak.write_text(WEAK)
    _, digest = load_standard(str(weak))
    hotspots.change(
        records,
        msgspec.structs.replace(hotspots.get(records, "library-7"), standard=str(weak)),
        now=START,
        actor="the tests",
    )
    for day in range(1, 41):
        comes_in(records, cast.row(serial=day, at=START + day * DAY, standard=digest))
    looked(records, 41 * DAY)
    assert certificates.get(records, held.number).status is Status.SUSPENDED


def test_a_stricter_standard_gives_evidence_for_a_certificate_of_the_weaker(records: Records) -> None:
    held = cast.issue(records, "library-7", START)
    place = hotspots.get(records, "library-7")
    hotspots.change(records, msgspec.structs.replace(place, standard="family"), now=START, actor="the tests")
    family = load_standard("family")[1]
    comes_in(records, cast.row(serial=1, at=START + 25 * DAY, standard=family))
    assert looked(records, 41 * DAY).suspended == ()
    assert certificates.get(records, held.number).status is Status.VALID


def test_visits_in_the_place_of_a_probe_give_a_certificate_no_more_time(records: Records) -> None:
    held = cast.issue(records, "library-7", START)
    place = hotspots.get(records, "library-7")
    hotspots.change(records, msgspec.structs.replace(place, mode=Mode.ROUNDS), now=START, actor="the tests")
    assert looked(records, 29 * DAY).suspended == ()
    assert [row.number for row in looked(records, 31 * DAY).suspended] == [held.number]


def test_a_certificate_that_is_checked_on_visits_has_the_time_of_visits(tmp_path: Path) -> None:
    with open_records(tmp_path / "records.db") as records:
        cast.add(records, cast.hotspot(mode=Mode.ROUNDS))
        cast.issue(records, "library-7", START)
        assert looked(records, 44 * DAY).suspended == ()
        assert len(looked(records, 46 * DAY).suspended) == 1


def test_a_run_by_a_clock_that_was_ahead_and_believed_is_no_evidence_until_its_time(records: Records) -> None:
    held = cast.issue(records, "library-7", START)
    comes_in(records, cast.row(serial=1, at=START + 200 * DAY))
    look(records, PLAN, now=START + 200 * DAY + MINUTE)
    assert condition(records).evidence == START + 200 * DAY
    looked(records, HOUR)
    assert watching.watch_of(records, "library-7").conditions == {}
    assert [row.number for row in looked(records, 31 * DAY).suspended] == [held.number]


def test_what_one_vantage_confirms_the_good_runs_of_another_do_not_hide(records: Records) -> None:
    """Two stand in the same place: one is treated well, and the other gets what visitors get."""
    held = cast.issue(records, "library-7", START)
    for number in range(1, 60):
        at = START + number * 6 * HOUR
        comes_in(records, cast.row(serial=number, at=at))
        comes_in(
            records,
            cast.row(
                serial=number,
                at=at + 3 * HOUR,
                failed=("ADU-01",),
                vantage="ed25519:" + "b" * 64,
                run=f"b-{number}",
                bundle=cast.digest_of("b", number),
            ),
        )
    assert [row.number for row in looked(records, 16 * DAY).suspended] == [held.number]


def test_a_face_in_plain_form_is_concerned_by_the_name_as_it_is_in_the_air(tmp_path: Path) -> None:
    with open_records(tmp_path / "records.db") as records:
        odd = f"{SSID}  "
        cast.add(records, cast.hotspot(ssids=(odd,)))
        held = cast.issue(records, "library-7", START)
        rows = (lived(number, failed=True) for number in range(1, 4))
        comes_in(records, *(msgspec.structs.replace(item, ssid=odd) for item in rows))
        assert [row.number for row in looked(records, 80 * HOUR).suspended] == [held.number]


def test_illegal_content_that_opened_suspends_also_where_it_was_shut_before_anybody_looked(
    records: Records,
) -> None:
    """An office gets the runs of a week at once, and what was true in that week stays true."""
    held = cast.issue(records, "library-7", START)
    opened = cast.row(serial=1, at=START + HOUR, failed=("ILL-01",))
    comes_in(records, opened, *(lived(number) for number in range(2, 9)))
    assert [row.number for row in looked(records, 10 * HOUR).suspended] == [held.number]
    event = certificates.history(records, held.number)[-1].event
    assert (event.at, event.why) == (START + HOUR, Why.ILLEGAL_CONTENT)
    assert [proof.digest for proof in event.evidence] == [opened.bundle]


def test_a_failure_that_was_not_cured_in_time_suspends_also_where_it_was_cured_before_anybody_looked(
    records: Records,
) -> None:
    held = cast.issue(records, "library-7", START)
    days = [cast.row(serial=n, at=START + n * 6 * HOUR, failed=("ADU-01",)) for n in range(1, 21)]
    later = [cast.row(serial=n, at=START + n * 6 * HOUR) for n in range(21, 41)]
    comes_in(records, *days, *later)
    assert [row.number for row in looked(records, 11 * DAY).suspended] == [held.number]
    event = certificates.history(records, held.number)[-1].event
    # Confirmed by the third run.
    assert (event.at, event.why) == (START + 18 * HOUR + RESIDENT.cured_within, Why.GATE_FAILED)
    # Whoever reinstates it has seen that: the same is not held against it again.
    back = START + 11 * DAY
    cast.reinstate(records, held.number, back, made=later[-1].started + DAY, bundle=later[-1].bundle)
    comes_in(records, cast.row(serial=41, at=back + HOUR))
    assert looked(records, 11 * DAY + 2 * HOUR).suspended == ()


def test_a_failure_that_was_cured_in_time_suspends_nothing_whenever_somebody_looks(records: Records) -> None:
    cast.issue(records, "library-7", START)
    rows = [
        cast.row(serial=n, at=START + n * 6 * HOUR, failed=("ADU-01",) if n < 9 else ()) for n in range(1, 41)
    ]
    comes_in(records, *rows)
    assert looked(records, 11 * DAY).suspended == ()


def test_a_gate_that_the_face_says_was_passed_must_still_be_tested(records: Records) -> None:
    """Somebody took the sentinel out of the lists after the certificate was issued."""
    held = cast.issue(records, "library-7", START)
    for day in range(1, 36):
        row = cast.row(serial=day, at=START + day * DAY, outcome=AssessmentOutcome.PROVISIONAL)
        gates = tuple(
            GateResult(id=item.id, result=CriterionOutcome.NOT_TESTED) if item.id == "ILL-01" else item
            for item in row.gates
        )
        comes_in(records, msgspec.structs.replace(row, gates=gates))
    assert [row.number for row in looked(records, 36 * DAY).suspended] == [held.number]


def test_where_a_probe_is_to_stay_somebody_must_first_go_and_enrol_it(tmp_path: Path) -> None:
    with open_records(tmp_path / "records.db") as records:
        cast.add(records, msgspec.structs.replace(cast.hotspot("new"), identity=None))
        cast.add(records, cast.hotspot("watched"))
        found = visits(records, PLAN, now=START + DAY)
    assert [(item.hotspot, item.errand, item.due) for item in found] == [("new", Errand.ENROL, START + DAY)]
