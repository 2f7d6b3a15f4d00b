"""When a holder is told: never twice a day, never before the issue, by day, and only while it matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.records import Status, end_of_day_after
from certificates.reminding import (
    AFTER,
    GIVEN_UP,
    Expiring,
    Reminder,
    days_before,
    due,
    last_day,
    needless,
    steps,
)

ZONES = ("Europe/Tirane", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC")
ISSUED = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


def _certificate(
    *,
    days: int = 365,
    issued: datetime = ISSUED,
    status: Status = Status.VALID,
    zone: str = "Europe/Tirane",
    number: str = "AL-2026-0001",
) -> Expiring:
    return Expiring(
        number=number,
        hotspot="library-7",
        issued=issued,
        valid_until=end_of_day_after(issued, days),
        status=status,
        zone=zone,
    )


def _hours(certificate: Expiring, *, until_days: int = 50, every: int = 1) -> list[tuple[datetime, Reminder]]:
    """Everything that a sender that looks every so many hours sends, and when."""
    sent: set[tuple[str, str]] = set()
    told = []
    now = certificate.issued
    while now < certificate.valid_until + timedelta(days=until_days):
        for reminder in due((certificate,), sent, now):
            told.append((now, reminder))
            sent.add((reminder.certificate, reminder.step.name))
        now += timedelta(hours=every)
    return told


def test_a_year_has_the_eight_steps() -> None:
    assert days_before(365) == (90, 60, 30, 14, 7, 1, 0)
    assert days_before(730) == days_before(365)
    assert [step.name for step in steps(_certificate())] == [
        *("before-90", "before-60", "before-30", "before-14", "before-7", "before-1", "end", "after-7")
    ]


def test_a_shorter_life_has_the_same_fractions() -> None:
    assert days_before(90) == (22, 15, 7, 3, 2, 1, 0)
    assert days_before(182) == (45, 30, 15, 7, 3, 1, 0)
    assert days_before(7) == (2, 1, 0)
    assert days_before(1) == (1, 0)
    assert days_before(0) == (1, 0)


@given(
    st.integers(1, 800),
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31)),  # noqa: DTZ001 - made aware below
    st.sampled_from(ZONES),
)
def test_no_two_steps_on_one_day_none_before_issue_all_in_office_hours(
    days: int, issued: datetime, zone: str
) -> None:
    certificate = _certificate(days=days, issued=issued.replace(microsecond=0, tzinfo=UTC), zone=zone)
    planned = steps(certificate)
    local = [step.moment.astimezone(ZoneInfo(zone)) for step in planned]
    assert len({time.date() for time in local}) == len(local)
    assert all(step.moment > certificate.issued for step in planned)
    assert all(9 <= time.hour < 11 and time.weekday() < 5 for time in local)
    assert planned[-1].name == "after-7"
    assert [step.days for step in planned] == sorted((step.days for step in planned), reverse=True)
    for step, time in zip(planned, local, strict=True):
        moved = (last_day(certificate) - timedelta(days=step.days) - time.date()).days
        assert moved in ((0, -1, -2) if step.days < 0 else (0, 1, 2))


@pytest.mark.parametrize("zone", ("Europe/Tirane", "America/St_Johns"))
def test_summer_time_moves_no_reminder_off_its_hour(zone: str) -> None:
    for month in (3, 10, 11):
        for day in range(1, 31):
            issued = datetime(2025, month, day, 9, tzinfo=UTC)
            for step in steps(_certificate(issued=issued, days=365, zone=zone)):
                assert 9 <= step.moment.astimezone(ZoneInfo(zone)).hour < 11


def test_each_certificate_has_a_minute_of_its_own_and_always_the_same() -> None:
    numbers = [f"AL-2026-{number:04}" for number in range(200)]
    moments = {steps(_certificate(number=number))[0].moment for number in numbers}
    assert len(moments) > 80
    assert steps(_certificate()) == steps(_certificate())


def test_every_step_of_a_year_is_sent_once_by_a_sender_that_never_sleeps() -> None:
    told = _hours(_certificate())
    assert [item.step.name for _, item in told] == [step.name for step in steps(_certificate())]
    assert all(not item.overtaken for _, item in told)
    for when, item in told:
        assert when - item.step.moment < timedelta(hours=1)


def test_days_left_are_counted_from_the_day_of_sending() -> None:
    certificate = _certificate()
    for when, item in _hours(certificate):
        assert item.days_left == (last_day(certificate) - when.date()).days


def test_whoever_was_switched_off_sends_the_newest_step_and_names_those_it_overtakes() -> None:
    certificate = _certificate()
    now = datetime(2027, 11, 17, 13, tzinfo=UTC)  # six days before the end
    (reminder,) = due((certificate,), {("AL-2026-0001", "before-90")}, now)
    assert reminder.step.name == "before-7"
    assert reminder.days_left == 6
    assert reminder.overtaken == ("before-60", "before-30", "before-14")
    assert due((certificate,), {("AL-2026-0001", "before-7")}, now) == ()


def test_an_early_step_that_was_missed_waits_for_the_day_and_a_final_one_does_not() -> None:
    certificate = _certificate()
    planned = {step.name: step for step in steps(certificate)}
    night = planned["before-14"].moment.replace(hour=23)
    assert due((certificate,), (), night) == ()
    assert due((certificate,), (), night + timedelta(hours=8))[0].step.name == "before-14"
    last = planned["end"].moment.replace(hour=22, minute=30)
    assert due((certificate,), (), last)[0].step.name == "end"


@pytest.mark.parametrize("status", (Status.WITHDRAWN, Status.SUPERSEDED))
def test_one_that_was_withdrawn_or_replaced_has_no_reminders(status: Status) -> None:
    assert _hours(_certificate(status=status), every=6) == []


@pytest.mark.parametrize("status", (Status.PROVISIONAL, Status.SUSPENDED, Status.EXPIRED))
def test_one_that_can_still_be_renewed_has_its_reminders(status: Status) -> None:
    assert len(_hours(_certificate(status=status), every=1)) == 8


def test_one_beside_which_a_later_one_is_in_force_has_none() -> None:
    old = _certificate()
    new = _certificate(number="AL-2027-0009", issued=ISSUED + timedelta(days=300))
    now = steps(old)[3].moment
    assert due((old,), (), now)
    assert due((old, new), (), now) == ()
    suspended = msgspec.structs.replace(new, status=Status.SUSPENDED)
    assert [item.certificate for item in due((old, suspended), (), now)] == [old.number]
    elsewhere = msgspec.structs.replace(new, hotspot="library-8")
    assert [item.certificate for item in due((old, elsewhere), (), now)] == [old.number]


def test_a_reminder_that_waited_is_looked_at_again_before_it_is_sent() -> None:
    old = _certificate()
    new = _certificate(number="AL-2027-0009", issued=ISSUED + timedelta(days=300))
    planned = {step.name: step.moment for step in steps(old)}
    now = planned["before-30"] + timedelta(days=1)
    assert needless(old.number, "before-30", (old,), now) is None
    assert needless(old.number, "before-60", (old,), now) == "overtaken by before-30"
    assert needless(old.number, "before-30", (old, new), now) == "the place has a later certificate by now"
    for status in (Status.WITHDRAWN, Status.SUPERSEDED):
        gone = msgspec.structs.replace(old, status=status)
        assert needless(old.number, "before-30", (gone,), now) == f"the certificate is {status.value} by now"
    late = old.valid_until + timedelta(days=GIVEN_UP)
    assert needless(old.number, "after-7", (old,), late) == "the certificate ended long ago"
    assert needless("AL-2026-0002", "end", (old,), now) == "the certificate is not in the records"


def test_long_after_the_end_nothing_is_said() -> None:
    certificate = _certificate()
    end = certificate.valid_until
    assert due((certificate,), (), end + timedelta(days=AFTER + 4, hours=12))[0].step.name == "after-7"
    assert due((certificate,), (), end + timedelta(days=GIVEN_UP)) == ()


@given(
    st.lists(st.integers(1, 24 * 40), min_size=1, max_size=40), st.integers(1, 500), st.sampled_from(ZONES)
)
def test_however_a_sender_sleeps_no_step_is_sent_twice_and_the_last_known_one_is_never_skipped(
    sleeps: list[int], days: int, zone: str
) -> None:
    certificate = _certificate(days=days, zone=zone)
    done: set[tuple[str, str]] = set()
    now = certificate.issued
    moments: list[datetime] = []
    for hours in sleeps:
        now += timedelta(hours=hours)
        for item in due((certificate,), done, now):
            keys = {(item.certificate, name) for name in (item.step.name, *item.overtaken)}
            assert not keys & done
            done |= keys
            moments.append(item.step.moment)
        come = [step for step in steps(certificate) if step.moment <= now]
        by_day = 8 <= now.astimezone(ZoneInfo(zone)).hour < 20
        if come and by_day and now < certificate.valid_until + timedelta(days=GIVEN_UP):
            assert (certificate.number, come[-1].name) in done
    assert moments == sorted(moments)


def test_a_certificate_that_says_test_makes_no_reminder_of_a_real_one_needless() -> None:
    real = _certificate()
    trial = msgspec.structs.replace(
        real, number="TEST-1", test=True, valid_until=real.valid_until + timedelta(days=60)
    )
    now = (real.valid_until - timedelta(days=29)).replace(hour=12)
    assert real.number in {item.certificate for item in due((real, trial), set(), now)}
    assert needless(real.number, "before-30", (real, trial), now) is None


def test_of_one_that_ended_nobody_is_reminded_when_the_one_after_it_is_suspended() -> None:
    """The letter says that there is no new one; and there is a letter about the suspension."""
    before = _certificate(status=Status.EXPIRED)
    after = msgspec.structs.replace(
        before,
        number="AL-2027-0001",
        issued=before.valid_until + timedelta(days=2),
        valid_until=before.valid_until + timedelta(days=200),
    )
    now = (before.valid_until + timedelta(days=12)).replace(hour=12)
    assert [item.step.name for item in due((before,), set(), now)] == ["after-7"]
    for status in (Status.VALID, Status.SUSPENDED, Status.WITHDRAWN):
        both = (before, msgspec.structs.replace(after, status=status))
        assert due(both, set(), now) == ()
        assert needless(before.number, "after-7", both, now) == "the place has a later certificate by now"
