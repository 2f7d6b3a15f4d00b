"""One place has one name, whichever of its two is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from friendlywifi.checking.naming import Named, named_as_recorded
from friendlywifi.records import hotspots
from friendlywifi.records.database import open_records
from tests.friendlywifi.conftest import Cli
from tests.friendlywifi.records.rows import NOW, library_7


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with open_records(tmp_path / "records.db") as records:
        hotspots.add(records, library_7(), now=NOW, actor="the tests")
    return tmp_path / "records.db"


@pytest.mark.parametrize("text", ("Library 7", "library-7", "LIBRARY 7"))
def test_a_hotspot_is_named_as_it_is_recorded(file: Path, text: str) -> None:
    assert named_as_recorded(text, file) == Named(name="Library 7")


def test_a_name_that_was_mistyped_finds_the_one_that_was_meant(file: Path) -> None:
    assert named_as_recorded("Libary 7", file) == Named(name="Libary 7", unknown=True, near="Library 7")
    assert named_as_recorded("Muzeu", file) == Named(name="Muzeu", unknown=True)


def test_records_that_are_not_there_or_not_whole_keep_nobody_from_checking(tmp_path: Path) -> None:
    assert named_as_recorded("Library 7", tmp_path / "none.db") == Named(name="Library 7")
    (tmp_path / "bad.db").write_bytes(b"no database")
    assert named_as_recorded("Library 7", tmp_path / "bad.db") == Named(name="Library 7")


def test_checks_by_id_and_by_name_share_one_series_of_numbers(quick: Cli, tmp_path: Path) -> None:
    added = quick(
        *("hotspot", "add", "Library 1", "--place", "Tiranë", "--address", "Rruga 1"),
        *("--ssid", "W", "--operator", "Bashkia", "--email", "w@bashkia.example"),
    )
    assert added.returncode == 0, added.stderr
    nowhere = (
        "--authorised-by",
        "me",
        "--resolver",
        "127.0.0.1:9",
        "--connect-to",
        "192.0.2.1:53:127.0.0.1:9",
    )
    for name in ("library-1", "Library 1"):
        quick("check", "--hotspot", name, *nowhere, "-q")
    (series,) = (tmp_path / "state" / "runs").iterdir()
    assert {item.name for item in series.iterdir() if item.name.isdecimal()} == {"000001", "000002"}
    mistyped = quick("check", "--hotspot", "Libary 1", *nowhere)
    assert "No hotspot here is named Libary 1; is Library 1 meant?" in " ".join(mistyped.stderr.split())
