"""What a report is made from: files, folders, and hotspots of ours, with everything that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from friendlywifi import files
from friendlywifi.checking import serials
from friendlywifi.checking.command import leave
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.commitment import kept as kept_commitment
from friendlywifi.evidence.keeping import kept_bundle
from friendlywifi.explain.command import bundle_of as explained
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.enrolling import enrol_from
from friendlywifi.records.taking import kept, record_bundle
from friendlywifi.reporting.account import State
from friendlywifi.reporting.collecting import collect, moment, read_report
from friendlywifi.reporting.report import report_of
from probes.records import encode
from tests.friendlywifi.evidence.made import HOTSPOT, Made, measure
from tests.friendlywifi.records.conftest import Bundles, there
from tests.friendlywifi.records.rows import NOW, library_7

LATER = timedelta(days=1)


@pytest.fixture(scope="module")
def made() -> Made:
    return measure("library")


@pytest.fixture(scope="module")
def bundle_of(made: Made) -> Bundles:
    return Bundles(made)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def enrolled(state: Path, bundle_of: Bundles) -> Iterator[Records]:
    with open_records(state / "records.db") as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
        enrol_from(records, "library-7", bundle_of(1), now=NOW, actor="Arta")
        yield records


def put(folder: Path, *bundles: bytes) -> Path:
    for number, data in enumerate(bundles):
        files.write(folder / f"{number}.zip", data)
    return folder


def test_a_folder_of_bundles_is_one_account_and_says_what_is_not_there(
    tmp_path: Path, bundle_of: Bundles
) -> None:
    folder = put(tmp_path / "handed-in", bundle_of(2), bundle_of(5), bundle_of(5))
    found = collect((str(folder),))
    assert [item.serial for item in found.runs] == [2, 5]
    assert [(item.numbers, item.state) for item in found.gaps] == [
        ("1", State.MISSING),
        ("3-4", State.MISSING),
    ]
    assert [item.run.serial for item in found.reports()] == [2, 5]


def test_a_changed_file_in_a_folder_is_listed_and_hides_no_other(tmp_path: Path, bundle_of: Bundles) -> None:
    folder = put(tmp_path / "handed-in", bundle_of(1), bundle_of(2)[:-9] + b"\0" * 9)
    (folder / "report.json").write_text("{}")
    # A folder that holds a report.json is the folder of one check; here it lies one deeper.
    (folder / "deeper").mkdir()
    (folder / "report.json").rename(folder / "deeper" / "report.json")
    found = collect((str(folder),))
    assert [item.serial for item in found.runs] == [1]
    assert [item.file for item in found.refused] == ["1.zip", "deeper/report.json"]


def test_a_single_changed_file_is_refused(tmp_path: Path, bundle_of: Bundles) -> None:
    folder = put(tmp_path / "handed-in", bundle_of(1)[:-9])
    with pytest.raises(Complaint, match="refused"):
        collect((str(folder / "0.zip"),))


def test_the_folder_of_a_check_and_its_bare_report_are_the_same_run(tmp_path: Path, made: Made) -> None:
    report = report_of(made.checked, reference=made.given.reference, signer=None)
    leave(tmp_path / "one", made.checked, encode(report), made.data)
    found = collect((str(tmp_path / "one"), str(tmp_path / "one" / "report.json")))
    assert [item.vantage is not None for item in found.runs] == [True]
    assert read_report(tmp_path / "one") == read_report(tmp_path / "one" / "bundle.zip")


def test_report_says_what_was_dialled_instead_and_whether_it_was_stopped(made: Made) -> None:
    run = msgspec.structs.replace(made.checked.run, interrupted=True)
    report = report_of(replace(made.checked, run=run))
    assert report.run.connect_to == made.checked.run.connect_to != ()
    assert report.run.interrupted
    assert not report_of(made.checked).run.interrupted


def test_a_hotspot_that_this_machine_checked_shows_its_aborted_numbers(state: Path, made: Made) -> None:
    for _ in range(3):
        serials.claim(state, HOTSPOT, now=NOW)
    files.write(kept_bundle(state, HOTSPOT, 1), made.data)
    files.write(kept_commitment(state, HOTSPOT, 1), made.promised.commitment)
    files.write(kept_commitment(state, HOTSPOT, 3), made.recommitted(HOTSPOT, 3))
    found = collect((HOTSPOT,))
    assert [item.serial for item in found.runs] == [1]
    assert [(item.numbers, item.state) for item in found.gaps] == [
        ("2", State.ABORTED),
        ("3", State.PROMISED),
    ]


def test_a_hotspot_of_the_records_shows_every_run_and_what_never_came_in(
    enrolled: Records, bundle_of: Bundles
) -> None:
    record_bundle(enrolled, bundle_of(2), now=NOW, actor="a")
    record_bundle(enrolled, bundle_of(5), now=NOW, actor="a")
    for name in ("library-7", "Library 7", "LIBRARY  7"):
        found = collect((name,))
        assert found.hotspots == ("Library 7",)
        assert [item.serial for item in found.runs][-2:] == [2, 5]
        assert "3-4" in [item.numbers for item in found.gaps]
        assert all(item.evidence for item in found.runs if item.serial in (2, 5))


def test_a_run_whose_evidence_was_lost_is_still_listed(enrolled: Records, bundle_of: Bundles) -> None:
    row = record_bundle(enrolled, bundle_of(2), now=NOW, actor="a").row
    assert row is not None
    path = kept(enrolled, row)
    assert path is not None
    path.unlink()
    found = collect(("library-7",))
    assert [item.serial for item in found.unread()] == [2]


def test_a_run_of_another_place_is_listed_as_void_and_speaks_for_nothing(
    enrolled: Records, bundle_of: Bundles
) -> None:
    away = there(
        ssid="Kafe", bssid="c" * 16, gateway="10.0.0.1", gateway_mac="d" * 16, resolvers=("10.0.0.1",)
    )
    taken = record_bundle(enrolled, bundle_of(2, away), now=NOW, actor="a")
    assert taken.row is not None
    assert taken.row.void_reason == "elsewhere"
    found = collect(("library-7",))
    line = next(item for item in found.runs if item.serial == 2)
    assert (line.state, line.evidence) == (State.VOID, False)
    assert 2 not in [item.run.serial for item in found.reports()]


def test_explain_finds_the_newest_run_of_a_hotspot_of_the_records_at_a_time(
    enrolled: Records, bundle_of: Bundles, made: Made
) -> None:
    first = made.checked.run.started
    later = bundle_of(2, started=first + timedelta(seconds=1), ended=made.checked.run.ended)
    record_bundle(enrolled, bundle_of(1), now=NOW, actor="a")
    record_bundle(enrolled, later, now=NOW, actor="a")
    assert explained("library-7", at=None).contents.run.serial == 2
    assert explained("library 7", at=first + timedelta(milliseconds=900)).contents.run.serial == 1
    with pytest.raises(Complaint, match="before that time"):
        explained("library-7", at=first - LATER)


def test_explain_tells_no_bundle_that_was_exchanged(enrolled: Records, bundle_of: Bundles) -> None:
    record_bundle(enrolled, bundle_of(1), now=NOW, actor="a")
    row = runs.latest(enrolled, "library-7")
    assert row is not None
    path = kept(enrolled, row)
    assert path is not None
    path.write_bytes(bundle_of(3))
    with pytest.raises(Complaint, match="not the bundle that was recorded"):
        explained("library-7", at=None)


def test_what_is_nothing_of_ours_is_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="no hotspot of ours"):
        collect(("Nowhere",))
    with pytest.raises(Complaint, match="does not exist"):
        collect((str(tmp_path / "bundle.zip"),))
    (tmp_path / "empty").mkdir()
    with pytest.raises(Complaint, match="there is no run"):
        collect((str(tmp_path / "empty"),))


def test_a_day_begins_at_its_first_and_ends_at_its_last_moment() -> None:
    assert moment("2026-11-22", option="--from") == datetime(2026, 11, 22, tzinfo=UTC)
    assert moment("2026-11-22", option="--to", end=True) == datetime(
        2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC
    )
    assert moment("2026-11-22T15:00", option="--to", end=True) == datetime(2026, 11, 22, 15, tzinfo=UTC)
    with pytest.raises(Complaint, match="--from soon"):
        moment("soon", option="--from")
