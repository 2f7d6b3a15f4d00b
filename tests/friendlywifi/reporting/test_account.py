"""Every run is listed, and every number of which there is nothing: a certifier that shows the good ones only
is seen by what is not there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.records import AssessmentOutcome
from friendlywifi.reporting.account import GAPS, ListedRun, Numbers, State, account

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
SERIES = ("Library 7", "ed25519:a")


def run(serial: int, *, hotspot: str = "Library 7", vantage: str | None = "ed25519:a") -> ListedRun:
    """A run a day."""
    began = START + timedelta(days=min(serial, 10_000))
    return ListedRun(
        hotspot=hotspot,
        vantage=vantage,
        serial=serial,
        run=f"{hotspot} {serial}",
        started=began,
        ended=began + timedelta(minutes=2),
        state=State.JUDGED,
        outcome=AssessmentOutcome.CERTIFIABLE,
        void_reason=None,
        failing=(),
        overrides=(),
        evidence=False,
    )


def shown(serials: set[int], numbers: Numbers | None = None) -> list[tuple[str, str]]:
    made = account((), recorded=[run(serial) for serial in serials], numbers=numbers)
    return [(item.numbers, item.state.value) for item in made.gaps]


def test_numbers_below_the_last_that_are_not_there_are_missing() -> None:
    assert shown({3, 7}) == [("1-2", "missing"), ("4-6", "missing")]
    assert shown({1, 2, 3}) == []


def test_what_ended_before_it_began_is_told_apart_from_what_was_promised() -> None:
    numbers = Numbers(aborted={SERIES: frozenset({2})}, promised={SERIES: frozenset({1, 4, 6})})
    assert shown({1, 5}, numbers) == [
        ("2", "aborted"),
        ("3", "missing"),
        ("4", "promised"),
        ("6", "promised"),
    ]


def test_two_hotspots_and_two_vantages_are_numbered_apart() -> None:
    made = account((), recorded=[run(1), run(2, vantage="ed25519:b"), run(2, hotspot="Museum")])
    assert [(item.hotspot, item.vantage, item.numbers) for item in made.gaps] == [
        ("Library 7", "ed25519:b", "1"),
        ("Museum", "ed25519:a", "1"),
    ]


def test_a_report_that_claims_a_billion_runs_costs_nothing() -> None:
    assert shown({1, 1_000_000_000}) == [("2-999999999", "missing")]


def test_a_time_shows_its_runs_and_what_may_be_missing_in_it() -> None:
    every = [run(serial) for serial in (2, 5, 9)]
    made = account(
        (), recorded=every, since=START + timedelta(days=5), until=START + timedelta(days=5, hours=1)
    )
    assert [item.serial for item in made.runs] == [5]
    # 1 was made before number 2, which is before the time; 3, 4 and 6 to 8 may have been made in it.
    assert [item.numbers for item in made.gaps] == ["3-4", "6-8"]


def test_a_run_that_was_handed_in_twice_counts_once_and_the_bundle_wins() -> None:
    made = account((), recorded=[run(1), run(1, vantage=None), run(2, vantage=None)])
    assert [(item.serial, item.vantage) for item in made.runs] == [(1, "ed25519:a"), (2, None)]


@settings(max_examples=60)
@given(
    st.sets(st.integers(1, 30), max_size=12),
    st.frozensets(st.integers(1, 30), max_size=6),
    st.frozensets(st.integers(1, 30), max_size=6),
)
def test_every_number_up_to_the_last_one_is_accounted_for_once(
    serials: set[int], aborted: frozenset[int], promised: frozenset[int]
) -> None:
    numbers = Numbers(aborted={SERIES: aborted}, promised={SERIES: promised})
    made = account((), recorded=[run(serial) for serial in serials], numbers=numbers)
    told = [item.serial for item in made.runs]
    told += [number for gap in made.gaps for number in range(gap.first, gap.last + 1)]
    assert sorted(told) == list(range(1, max(serials | aborted | promised, default=0) + 1))
    assert {item.state for item in made.gaps} <= set(GAPS)


def test_the_order_of_what_is_handed_in_changes_nothing() -> None:
    every = [run(serial, hotspot=name) for serial in (1, 3) for name in ("A", "B", "C")]
    assert account((), recorded=every) == account((), recorded=every[::-1])
