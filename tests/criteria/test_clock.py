from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.clock import parse_date


def test_the_date_of_http_is_read() -> None:
    assert parse_date("Sun, 06 Nov 1994 08:49:37 GMT") == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ("", "yesterday", "Sun, 31 Feb 2026 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT", "0")
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=40))
def test_no_header_breaks_it(text: str) -> None:
    assert parse_date(text) is None or len(text) >= 29
