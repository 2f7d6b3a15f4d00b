"""Every run once, the newest at hand, and only what was measured by name."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.complaint import Complaint
from friendlywifi.records import hotspots, journal, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Place
from friendlywifi.records.times import written
from tests.friendlywifi.records.rows import NOW, library_7, row


def keep(records: Records, *rows: runs.RunRow) -> None:
    for item in rows:
        assert runs.record(records, item, now=NOW, actor="a")


@pytest.mark.usefixtures("library")
def test_the_same_bundle_comes_in_once(records: Records) -> None:
    keep(records, row(1))
    end = journal.last(records)
    assert (
        runs.record(records, row(1, serial=9, outcome=AssessmentOutcome.INCONCLUSIVE), now=NOW, actor="b")
        is False
    )
    assert runs.of(records, "library-7") == (row(1),)
    assert journal.last(records) == end


@pytest.mark.usefixtures("library")
def test_two_runs_under_one_number_of_one_vantage_are_refused(records: Records) -> None:
    keep(records, row(1), row(2, vantage="another", serial=1))
    with pytest.raises(Complaint, match="one number was used twice"):
        keep(records, row(3, serial=1))
    assert len(runs.of(records, "library-7")) == 2


def test_a_run_of_no_hotspot_is_refused(records: Records) -> None:
    with pytest.raises(Complaint, match="no hotspot library-7"):
        keep(records, row(1))
    assert journal.last(records) is None


@pytest.mark.usefixtures("library")
def test_a_run_stays(records: Records) -> None:
    keep(records, row(1))
    with pytest.raises(sqlite3.IntegrityError, match="stays in the records"):
        records.connection.execute("DELETE FROM runs")


@pytest.mark.usefixtures("library")
def test_runs_of_a_time_are_given_oldest_first_void_ones_too(records: Records) -> None:
    rows = [row(number, void_reason="offline" if number == 2 else None) for number in range(1, 6)]
    keep(records, *reversed(rows))
    assert runs.of(records, "library-7") == tuple(rows)
    assert runs.of(records, "library-7", since=rows[2].started) == tuple(rows[2:])
    assert runs.of(records, "library-7", since=rows[1].started, until=rows[2].started) == tuple(rows[1:3])
    assert runs.of(records, "library-8") == ()


@settings(max_examples=15)
@given(
    st.permutations(range(1, 8)),
    st.sets(st.integers(1, 7)),
    st.sets(st.integers(1, 7)),
)
def test_the_latest_run_is_the_latest_whatever_order_they_come_in(
    order: list[int], void: set[int], elsewhere: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_records(Path(folder) / "r.db") as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
        for number in order:
            place = Place.ELSEWHERE if number in elsewhere else Place.SAME
            keep(records, row(number, place=place, void_reason="captive" if number in void else None))
        newest, valid = runs.latest(records, "library-7"), runs.latest_valid(records, "library-7")
        assert newest is not None
        assert newest.serial == 7
        good = set(range(1, 8)) - void - elsewhere
        assert (valid.serial if valid else None) == max(good, default=None)
        both = runs.latest_of_all(records)["library-7"]
        assert (both.newest, both.valid) == (newest, valid)


@pytest.mark.parametrize("asked", (runs.LATEST, runs.LATEST_VALID))
def test_the_latest_run_is_found_by_keys_alone(records: Records, asked: str) -> None:
    plan = [step[3] for step in records.connection.execute(f"EXPLAIN QUERY PLAN {asked}", ("x",))]
    assert len(plan) == 2
    assert all(step.startswith("SEARCH") for step in plan), plan


def test_the_runs_of_a_time_are_found_by_their_index_in_its_order(records: Records) -> None:
    asked = (
        "SELECT record FROM runs WHERE hotspot = ? AND started >= ? AND started <= ? ORDER BY started, bundle"
    )
    (step,) = [row[3] for row in records.connection.execute(f"EXPLAIN QUERY PLAN {asked}", ("x", "", "~"))]
    assert "USING INDEX runs_of_hotspot (hotspot=? AND started>? AND started<?)" in step


def test_only_names_with_counting_runs_of_their_own_are_measured(records: Records, library: Hotspot) -> None:
    since = row(1).started
    assert runs.measured_ssids(records, "library-7", since) == ()
    keep(
        records,
        row(1, ssid="Biblioteka 5G"),
        row(2, ssid="Biblioteka", void_reason="captive"),
        row(3, ssid="Biblioteka", overrides=("resolver",)),
        row(4, ssid="Biblioteka", place=Place.UNKNOWN),
        row(5, ssid="Biblioteka", place=Place.CHANGED),
        row(6, ssid="Biblioteka", interrupted=True),
        row(7, ssid=None),
        row(8, ssid="Not of this hotspot"),
    )
    assert runs.measured_ssids(records, "library-7", since) == ("Biblioteka 5G",)
    keep(records, row(9, ssid="Biblioteka"))
    assert runs.measured_ssids(records, "library-7", since) == library.ssids
    assert runs.measured_ssids(records, "library-7", row(9).started) == ("Biblioteka",)


@pytest.mark.usefixtures("library")
def test_numbers_that_never_came_in_are_missed_for_each_vantage(records: Records) -> None:
    keep(records, row(1), row(4), row(6), row(7, vantage="another", serial=2))
    found = runs.missing(records, "library-7")
    assert found == {row(1).vantage: (2, 3, 5), "another": (1,)}


@pytest.mark.usefixtures("library")
def test_what_a_person_confirmed_is_in_the_journal_and_can_become_the_latest(records: Records) -> None:
    keep(records, row(1), row(2, place=Place.ELSEWHERE))
    valid = runs.latest_valid(records, "library-7")
    assert valid is not None
    assert valid.serial == 1
    runs.rejudged(records, msgspec.structs.replace(row(2), place=Place.SAME), now=NOW, actor="Arta")
    valid = runs.latest_valid(records, "library-7")
    assert valid is not None
    assert valid.serial == 2
    end = journal.last(records)
    assert end is not None
    assert (end.kind, end.actor) == ("run.rejudged", "Arta")


MILLION = 1_000_000


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """A million runs of 200 hotspots, written past the journal: only the tables are looked at."""
    with open_records(tmp_path_factory.mktemp("million") / "records.db") as records:
        connection = records.connection
        with records.writing():
            for number in range(200):
                hotspots.add(records, library_7(id=f"h{number}", name=f"H {number}"), now=NOW, actor="a")
            model = dict(zip(runs.COLUMNS, runs.stored(row(1)), strict=True))
            columns = ", ".join(model)
            marks = ", ".join("?" * len(model))

            def rows() -> Iterator[tuple[object, ...]]:
                for number in range(MILLION):
                    started = written(row(1).started + timedelta(minutes=number // 200))
                    its_own = {
                        "bundle": f"sha256:{number:064x}",
                        "hotspot": f"h{number % 200}",
                        "run": f"r{number}",
                        "serial": number // 200 + 1,
                        "started": started,
                        "ended": started,
                    }
                    yield tuple((model | its_own).values())

            insert = f"INSERT INTO runs ({columns}) VALUES ({marks})"  # noqa: S608 - constants
            connection.executemany(insert, rows())
            connection.execute(
                "INSERT INTO latest SELECT hotspot, bundle, max(started), bundle, started FROM runs "
                "GROUP BY hotspot"
            )
        yield records


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_latest_run_among_a_million_is_there_at_once(million: Records) -> None:
    def timed(call: object) -> float:
        began = time.perf_counter()
        assert callable(call)
        call()
        return (time.perf_counter() - began) * 1000

    newest = runs.latest(million, "h7")
    assert newest is not None
    one = sorted(timed(lambda n=n: runs.latest(million, f"h{n}")) for n in range(200))
    every = sorted(timed(lambda: runs.latest_of_all(million)) for _ in range(5))
    sys.stderr.write(
        f"latest: median {one[100]:.3f} ms, worst {one[-1]:.3f} ms; all 200: {every[2]:.1f} ms\n"
    )
    assert one[100] < 50


def test_overrides_of_one_kind_are_told_as_one_with_their_number() -> None:
    ports = tuple(f"connect-to 192.0.2.{n}:53 127.0.0.1:53" for n in range(70))
    mine = row(
        1, overrides=(*ports, "resolver 127.0.0.1:53", "seed chosen by hand", "targets a", "targets b")
    )
    assert mine.overridden() == (
        "connect-to ×70",
        "resolver 127.0.0.1:53",
        "seed chosen by hand",
        "targets ×2",
    )
    assert row(2).overridden() == ()


def test_an_inconclusive_run_names_the_gates_that_it_left_open() -> None:
    gates = (
        runs.GateResult(id="ADU-01", result=CriterionOutcome.PASS),
        runs.GateResult(id="ADU-02", result=CriterionOutcome.NOT_TESTED),
        runs.GateResult(id="OVB-02", result=CriterionOutcome.INCONCLUSIVE),
    )
    assert row(1, gates=gates, outcome=AssessmentOutcome.INCONCLUSIVE).undecided() == ("ADU-02", "OVB-02")
    # A provisional run was not asked for an authorised list, and nothing is open in it.
    assert row(1, gates=gates, outcome=AssessmentOutcome.PROVISIONAL).undecided() == ()
