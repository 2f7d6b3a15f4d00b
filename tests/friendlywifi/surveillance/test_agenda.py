from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from friendlywifi.surveillance.agenda import Agenda, Purpose, Skipped, agenda, full_sample_due
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.folding import fold
from friendlywifi.surveillance.sight import Sight
from friendlywifi.surveillance.slots import Slots
from tests.friendlywifi.surveillance.cast import RESIDENT, START, seen

HOUR = timedelta(hours=1)
SLOTS = Slots(hotspot="library-7", rhythm=RESIDENT, zone=ZoneInfo("Europe/Tirane"))
FIRST = SLOTS.number(START)


def now_at(moment: datetime, **given_: object) -> Agenda:
    more = {"handled": FIRST, "last_run": None, "conditions": (), "up": START - HOUR, **given_}
    return agenda(slots=SLOTS, now=moment, **more)


def test_nothing_is_due_before_its_moment() -> None:
    moment = SLOTS.at(FIRST + 1)
    before = now_at(moment - timedelta(seconds=1))
    assert before.due is None
    assert before.next_at == moment
    due = now_at(moment).due
    assert due is not None
    assert (due.number, due.purpose) == (FIRST + 1, Purpose.PLANNED)


def test_after_a_night_without_power_there_is_one_run_and_the_others_were_missed() -> None:
    found = now_at(SLOTS.at(FIRST + 4), up=SLOTS.at(FIRST + 4))
    assert found.due is not None
    assert found.due.number == FIRST + 4
    assert [item.number for item in found.passed] == [FIRST + 1, FIRST + 2, FIRST + 3]
    assert {item.how for item in found.passed} == {Skipped.MISSED}


def test_what_passed_while_the_service_ran_was_skipped() -> None:
    found = now_at(SLOTS.at(FIRST + 2))
    assert [item.how for item in found.passed] == [Skipped.SKIPPED]


def test_a_run_that_was_just_made_puts_the_next_one_off() -> None:
    moment = SLOTS.at(FIRST + 1)
    found = now_at(moment, last_run=moment - HOUR)
    assert found.due is None
    assert found.next_at == moment - HOUR + RESIDENT.apart
    # One that was made by a clock that ran ahead does not.
    assert now_at(moment, last_run=moment + 30 * HOUR).due is not None


def test_a_failure_that_waits_for_its_confirmation_goes_first() -> None:
    moment = SLOTS.at(FIRST + 1) + HOUR
    bad = fold(Condition(), seen(moment, Sight.BAD), rhythm=RESIDENT)
    given_ = {"handled": FIRST + 1, "conditions": (bad,), "last_run": moment}
    soon = now_at(moment + timedelta(minutes=1), **given_)
    assert soon.due is None
    assert soon.next_at == moment + timedelta(minutes=5)
    second = now_at(moment + timedelta(minutes=5), **given_).due
    assert second is not None
    assert second.purpose is Purpose.CONFIRMING
    worse = fold(bad, seen(moment + timedelta(minutes=5), Sight.BAD), rhythm=RESIDENT)
    given_["conditions"] = (worse,)
    given_["handled"] = FIRST + 100
    assert now_at(moment + timedelta(minutes=30), **given_).due is None
    later = now_at(moment + HOUR, **given_).due
    assert later is not None
    assert later.key != second.key


@settings(max_examples=100)
@given(st.lists(st.integers(1, 4000), max_size=30))
def test_no_interval_is_lost_and_none_comes_twice(steps: list[int]) -> None:
    handled, last_run, now = FIRST, None, START
    made: list[int] = []
    passed: list[int] = []
    for minutes in steps:
        now += timedelta(minutes=minutes)
        found = now_at(now, handled=handled, last_run=last_run)
        passed += [item.number for item in found.passed]
        if found.due is not None and found.due.number is not None:
            assert last_run is None or now - last_run >= RESIDENT.apart
            made.append(found.due.number)
            handled, last_run = found.due.number, now
        elif found.passed:
            handled = found.passed[-1].number
    done = sorted(made + passed)
    assert done == list(range(FIRST + 1, FIRST + 1 + len(done)))


def test_a_full_sample_is_due_after_a_week() -> None:
    condition = Condition(sampled=datetime(2026, 11, 1, tzinfo=UTC))
    assert full_sample_due(condition, RESIDENT, datetime(2026, 11, 7, tzinfo=UTC)) is None
    assert full_sample_due(condition, RESIDENT, datetime(2026, 11, 9, tzinfo=UTC)) == datetime(
        2026, 11, 8, tzinfo=UTC
    )
    assert full_sample_due(Condition(), RESIDENT, START) == START
