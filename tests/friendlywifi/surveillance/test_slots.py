from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from friendlywifi.surveillance.quiet import hours
from friendlywifi.surveillance.slots import BEGINNING, Slots
from tests.friendlywifi.surveillance.cast import RESIDENT

TIRANA = ZoneInfo("Europe/Tirane")
HOTSPOTS = st.text("abcdefghij-0123456789", min_size=1, max_size=20)


def slots(hotspot: str = "library-7", quiet: str | None = None, salt: str = "") -> Slots:
    given_hours = None if quiet is None else hours(quiet, what="quiet_hours")
    return Slots(hotspot=hotspot, rhythm=RESIDENT, zone=TIRANA, quiet=given_hours, salt=salt)


@settings(max_examples=100)
@given(HOTSPOTS, st.integers(0, 20_000))
def test_there_is_one_moment_in_each_interval_and_two_are_never_close(hotspot: str, number: int) -> None:
    mine = slots(hotspot)
    begins = BEGINNING + number * RESIDENT.every
    assert begins <= mine.at(number) < begins + RESIDENT.every - RESIDENT.apart
    assert mine.at(number + 1) - mine.at(number) >= RESIDENT.apart


def test_two_hundred_sites_do_not_begin_together() -> None:
    number = 10_000
    minutes = Counter(slots(f"site-{item}").at(number).replace(second=0) for item in range(200))
    assert max(minutes.values()) <= 6
    assert len(minutes) > 100


def test_a_fortnight_sees_the_hours_that_a_certificate_needs() -> None:
    mine = slots()
    first = mine.number(datetime(2026, 11, 1, tzinfo=UTC))
    hours_seen = {mine.at(number).hour for number in range(first, first + 28)}
    assert len(hours_seen) >= 12


def test_whoever_does_not_know_the_salt_cannot_reckon_the_moments() -> None:
    assert [slots().at(item) for item in range(20)] != [slots(salt="secret").at(item) for item in range(20)]


@settings(max_examples=60)
@given(HOTSPOTS, st.integers(5_000, 15_000), st.sampled_from(["22:00-05:30", "01:00-04:00", "08:00-20:00"]))
def test_no_moment_is_within_the_quiet_hours(hotspot: str, number: int, quiet: str) -> None:
    mine = slots(hotspot, quiet)
    assert not hours(quiet, what="quiet_hours").holds(TIRANA, mine.at(number))


def test_quiet_hours_that_fill_an_interval_only_put_it_off() -> None:
    mine = slots(quiet="06:00-23:00")
    moments = [mine.at(item) for item in range(10_000, 10_100)]
    assert all(not 6 <= moment.astimezone(TIRANA).hour < 23 for moment in moments)
    assert all(after > before - RESIDENT.every for before, after in pairwise(moments))


@settings(max_examples=60)
@given(HOTSPOTS, st.integers(9_000, 9_500), st.integers(0, 50), st.sampled_from([None, "08:00-20:00"]))
def test_what_is_due_is_everything_up_to_the_last_moment_that_came(
    hotspot: str, after: int, ahead: int, quiet: str | None
) -> None:
    mine = slots(hotspot, quiet)
    now = BEGINNING + (after + ahead) * RESIDENT.every + timedelta(hours=2)
    waiting = mine.due(after=after, now=now)
    assert waiting == tuple(range(after + 1, after + 1 + len(waiting)))
    if waiting:
        assert mine.at(waiting[-1]) <= now
    following = waiting[-1] + 1 if waiting else after + 1
    assert all(mine.at(item) > now for item in range(following, mine.number(now) + 1))
