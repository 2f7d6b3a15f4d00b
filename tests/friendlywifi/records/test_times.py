from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.records.times import read, written

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=ZONES))  # noqa: DTZ001 - zones come in
def test_a_time_comes_back_in_whole_seconds_and_text_order_is_time_order(time: datetime) -> None:
    text = written(time)
    assert read(text) == time.astimezone(UTC).replace(microsecond=0)
    assert read(text).utcoffset() == timedelta(0)
    assert written(time + timedelta(seconds=1)) > text
    assert written(read(text)) == text


@pytest.mark.parametrize(
    "text",
    (
        *("", "2026-11-22T09:00:00", "2026-11-22 09:00:00Z", "2026-W11-2T09:00:00Z", "2026-11-22T09:00:0xZ"),
        *("20261122T090000.000Z", "2026-13-22T09:00:00Z", "2026-11-22T09:00+00:00", "2027-02-29T09:00:00Z"),
    ),
)
def test_another_form_is_no_time_of_the_records(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|month|isoformat|day"):
        read(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        written(datetime(2026, 11, 22))  # noqa: DTZ001 - that is what is refused
