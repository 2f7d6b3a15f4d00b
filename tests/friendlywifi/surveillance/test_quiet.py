from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendlywifi.complaint import Complaint
from friendlywifi.surveillance.quiet import hours, open_parts

TIRANA = ZoneInfo("Europe/Tirane")
NIGHT = hours("22:00-05:30", what="quiet_hours")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours_go_over_midnight_on_the_places_own_clock() -> None:
    assert NIGHT.holds(TIRANA, at("2026-07-01T20:00"))  # 22:00 in summer
    assert not NIGHT.holds(TIRANA, at("2026-07-01T19:59"))
    assert not NIGHT.holds(TIRANA, at("2026-12-01T20:59"))  # 21:59 in winter
    assert NIGHT.holds(TIRANA, at("2026-12-02T04:29"))
    assert not NIGHT.holds(TIRANA, at("2026-12-02T04:30"))


def test_the_hour_that_happens_twice_is_quiet_both_times() -> None:
    early = hours("02:15-02:45", what="quiet_hours")
    # On 25 October 2026 clocks in Tirana go from 03:00 back to 02:00, at 01:00 UTC.
    assert early.holds(TIRANA, at("2026-10-25T00:20"))
    assert early.holds(TIRANA, at("2026-10-25T01:20"))
    assert not early.holds(TIRANA, at("2026-10-25T01:50"))


def test_the_hour_that_does_not_happen_is_the_one_after_it() -> None:
    early = hours("02:15-02:45", what="quiet_hours")
    # On 29 March 2026 they go from 02:00 to 03:00, at 01:00 UTC.
    assert early.holds(TIRANA, at("2026-03-29T01:20"))
    assert not early.holds(TIRANA, at("2026-03-29T00:50"))


@settings(max_examples=60)
@given(
    st.integers(0, 730 * 1440).map(lambda minutes: at("2026-01-01") + timedelta(minutes=minutes)),
    st.integers(1, 30),
    st.sampled_from(["22:00-05:30", "00:00-06:00", "12:00-13:00", "02:00-03:00", "23:59-00:00"]),
    st.sampled_from(["Europe/Tirane", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_what_is_left_is_exactly_what_is_not_quiet(
    since: datetime, length: int, text: str, zone: str
) -> None:
    quiet, place = hours(text, what="quiet_hours"), ZoneInfo(zone)
    until = since + timedelta(hours=length)
    parts = open_parts(quiet, place, since=since, until=until)
    assert all(first < last for first, last in parts)
    moment = since
    while moment < until:
        inside = any(first <= moment < last for first, last in parts)
        assert inside is not quiet.holds(place, moment)
        moment += timedelta(minutes=7)


@pytest.mark.parametrize("text", ("", "22:00", "25:00-05:00", "22:00-22:00", "22-5", "22:00–05:00"))
def test_other_words_are_complained_of(text: str) -> None:
    with pytest.raises(Complaint, match="quiet_hours"):
        hours(text, what="quiet_hours")
