"""`hotspot`, `records` and `status` as a municipality meets them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.keeping import kept_bundle
from friendlywifi.exitcodes import Exit
from friendlywifi.records import command as recording
from friendlywifi.records import hotspot_command as hotspot_commands
from friendlywifi.records import hotspots
from friendlywifi.records.database import open_records
from friendlywifi.records.enrolling import enrol_from
from friendlywifi.records.place import records_file
from friendlywifi.serving import status as status_command
from friendlywifi.settings import Settings
from tests.friendlywifi.evidence.made import measure
from tests.friendlywifi.records.conftest import Bundles, there
from tests.friendlywifi.records.rows import NOW, library_7

Quick = Callable[..., "subprocess.CompletedProcess[str]"]

FIRST = ("--place", "Tiranë", "--address", "Rruga 1", "--ssid", "Biblioteka", "--operator", "Bashkia")


@pytest.fixture(scope="module")
def bundle_of() -> Bundles:
    return Bundles(measure("library"))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(place))
    monkeypatch.setenv("COLUMNS", "160")
    return place


def test_a_hotspot_is_added_and_the_next_one_takes_over_what_is_the_same(quick: Quick) -> None:
    done = quick("hotspot", "add", "Library 1", *FIRST, "--email", "wifi@bashkia.example")
    assert done.returncode == 0, done.stderr
    assert "Added Library 1 as library-1." in done.stdout
    assert "friendlywifi hotspot enrol library-1\n" in done.stdout
    done = quick("hotspot", "add", "Library 2", "--address", "Rruga 2", "--ssid", "Biblioteka")
    assert done.returncode == 0, done.stderr
    assert "operator: Bashkia (as for Library 1)" in done.stdout
    listed = json.loads(quick("hotspot", "list", "--format", "json").stdout)
    assert listed["schema"] == "friendlywifi/hotspots/1"
    first, second = listed["hotspots"]
    assert second["contacts"] == [{**first["contacts"][0], "name": "wifi@bashkia.example"}]
    assert (second["place"], second["operator"], second["address"]) == ("Tiranë", "Bashkia", "Rruga 2")


def test_everything_that_is_missing_or_wrong_is_told_at_once(quick: Quick) -> None:
    done = quick("hotspot", "add", "Library 1", "--email", "no mail", "--mode", "often")
    assert done.returncode == 2
    for part in ("--place is missing", "--address is missing", "--ssid is missing", "--operator is missing"):
        assert part in done.stderr
    assert "--email “no mail” is no mail address" in done.stderr
    assert "--mode “often” must be resident or rounds" in done.stderr


def test_a_name_that_is_taken_is_told(quick: Quick) -> None:
    quick("hotspot", "add", "Library 1", *FIRST)
    done = quick("hotspot", "add", "LIBRARY 1", *FIRST)
    assert done.returncode == 2
    assert "already" in done.stderr


def test_the_template_filled_in_comes_in(quick: Quick, tmp_path: Path) -> None:
    template = quick("hotspot", "import", "--template")
    assert template.returncode == 0
    (headings,) = csv.reader(io.StringIO(template.stdout.lstrip("\ufeff"), newline=""), delimiter=";")
    told = {"name / emri": "Biblioteka 1", "place / vendi": "Tiranë", "address / adresa": "Rruga 1"}
    told |= {"ssids / rrjetet Wi-Fi": "Biblioteka", "operator / operatori": "Bashkia"}
    row = ";".join(told.get(heading, "") for heading in headings)
    (tmp_path / "list.csv").write_text(template.stdout + row + "\r\n", encoding="utf-8")
    done = quick("hotspot", "import", "list.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "list.csv: 1 added." in done.stdout
    again = quick("hotspot", "import", "list.csv")
    assert (again.returncode, "1 here already" in again.stdout) == (0, True)


def test_one_wrong_row_keeps_all_out_unless_only_the_good_ones_are_wanted(
    quick: Quick, tmp_path: Path
) -> None:
    text = "name;place;address;ssid;operator\nA;T;S;W;O\nB;T;;W;O\nC;T;S;W;O\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = quick("hotspot", "import", "list.csv", COLUMNS="120")
    assert done.returncode == 1
    assert re.search(r"3\s*│\s*C address\s*│\s*│\s*is missing", done.stdout)
    assert "Nothing was imported" in done.stdout
    assert json.loads(quick("hotspot", "list", "--format", "json").stdout)["hotspots"] == []
    done = quick("hotspot", "import", "list.csv", "--only-good", "--dry-run")
    assert "--dry-run only looks" in done.stdout
    done = quick("hotspot", "import", "list.csv", "--only-good")
    assert (done.returncode, "2 added" in done.stdout) == (1, True)
    listed = json.loads(quick("hotspot", "list", "--format", "json").stdout)["hotspots"]
    assert [item["id"] for item in listed] == ["a", "c"]


def test_a_file_that_is_no_list_is_called_what_it_is(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    done = quick("hotspot", "import", "list.csv")
    assert done.returncode == 2
    assert "no spreadsheet: it is a PDF" in done.stderr
    assert "Windows-1252" not in done.stderr


def test_faults_of_a_list_are_told_in_albanian(quick: Quick, tmp_path: Path) -> None:
    text = "emri;vendi;adresa;rrjetet Wi-Fi;operatori;e-mail;mënyra\nA;T;;W;O;a(at)b;herë-herë\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = quick("--lang", "sq", "hotspot", "import", "list.csv", COLUMNS="160")
    assert done.returncode == 1
    for told in (
        "C adresa",
        "mungon",
        "nuk është adresë poste",
        "me vizita (rounds)",
        "3 gabime në 1 rresht",
    ):
        assert told in done.stdout


def _twelve(quick: Quick, tmp_path: Path) -> None:
    rows = "".join(f"Biblioteka {number};T;Rruga {number};W;O\n" for number in range(1, 13))
    (tmp_path / "list.csv").write_text("name;place;address;ssid;operator\n" + rows, encoding="utf-8")
    assert quick("hotspot", "import", "list.csv").returncode == 0


def test_twelve_hotspots_of_which_the_same_is_to_be_said_are_one_block_in_the_order_of_their_numbers(
    quick: Quick, tmp_path: Path
) -> None:
    _twelve(quick, tmp_path)
    told = quick("status").stdout
    assert told.count("Not enrolled yet") == 1
    commands = [line.strip() for line in told.splitlines() if line.strip().startswith("friendlywifi")]
    assert commands[:4] == [
        'friendlywifi check --hotspot "Biblioteka 1" --authorised-by "WHO ALLOWS IT"',
        "friendlywifi hotspot enrol biblioteka-1",
        'friendlywifi check --hotspot "Biblioteka 2" --authorised-by "WHO ALLOWS IT"',
        "friendlywifi hotspot enrol biblioteka-2",
    ]
    assert len(commands) == 24


def test_what_is_due_where_is_told_in_the_language_that_was_asked_for(quick: Quick, tmp_path: Path) -> None:
    _twelve(quick, tmp_path)
    english, albanian = quick("serve", "--due"), quick("--lang", "sq", "serve", "--due")
    assert english.returncode == albanian.returncode == 1
    assert "make a first check and enrol it" in english.stdout
    assert "bëni një kontroll të parë" in albanian.stdout
    assert "make a" not in albanian.stdout
    assert "nuk është kontrolluar nga një folës amtar" in albanian.stdout


@pytest.mark.parametrize(("width", "wide"), ((80, False), (160, True)))
@pytest.mark.usefixtures("state")
def test_a_narrow_terminal_gets_the_columns_that_fit(
    quick: Quick, tmp_path: Path, *, width: int, wide: bool
) -> None:
    _twelve(quick, tmp_path)
    with open_records(records_file(Settings()), make=False) as records:
        table = hotspot_commands._table(tuple(hotspots.every(records)), width=width)
    assert any(column.header == "Wi-Fi" for column in table.columns) is wide
    assert [str(cell) for cell in table.columns[0].cells][:3] == [
        "biblioteka-1",
        "biblioteka-2",
        "biblioteka-3",
    ]


def test_a_name_from_a_stranger_steers_no_terminal_and_no_spreadsheet(quick: Quick) -> None:
    quick("hotspot", "add", '=HYPERLINK("http://x")', *FIRST)
    quick("hotspot", "add", "[red]B\u202e", *FIRST)
    shown = quick("hotspot", "list", COLUMNS="200").stdout
    assert "[red]B" in shown
    assert "\u202e" not in shown
    listed = quick("hotspot", "list", "--format", "csv").stdout
    assert "\"'=HYPERLINK(" in listed


@pytest.mark.parametrize(
    "arguments", (("list",), ("enrol", "library-7", "x.zip"), ("enrol", "a", "b.zip", "--why", "x"))
)
def test_there_is_a_sentence_where_nothing_is_yet(quick: Quick, arguments: tuple[str, ...]) -> None:
    done = quick("hotspot", *arguments)
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if arguments == ("list",) else 2)
    assert done.stdout or done.stderr


def test_records_are_where_the_settings_say(quick: Quick, tmp_path: Path) -> None:
    quick("hotspot", "add", "Library 1", *FIRST, FRIENDLYWIFI_RECORDS_FILE=str(tmp_path / "here.db"))
    assert (tmp_path / "here.db").is_file()
    assert records_file(Settings()).name == "records.db"


def test_a_year_of_rounds_on_one_laptop(
    state: Path, tmp_path: Path, bundle_of: Bundles, capsys: pytest.CaptureFixture[str]
) -> None:
    """Add, enrol, import, look, back up, lose the disk, restore: nothing that was acknowledged is lost."""
    path = records_file(Settings())
    with open_records(path) as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
    folder = tmp_path / "usb"
    folder.mkdir()
    for serial, vantage in ((1, there()), (2, there(gateway_mac="c" * 16)), (4, there(ssid="Biblioteka 5G"))):
        (folder / f"{serial}.zip").write_bytes(bundle_of(serial, vantage))
    (folder / "5.zip").write_bytes(bundle_of(5)[:-1])
    assert hotspot_commands.enrol("Library 7", folder / "1.zip", why=None, config=None, now=NOW) is Exit.YES
    said = capsys.readouterr().out
    assert "Library 7 is known from now on by:" in said
    assert "Not yet measured: “Biblioteka 5G”" in said

    assert recording.import_((folder,), json=False, config=None, now=NOW) is Exit.NO
    said = capsys.readouterr().out
    assert "You are not at Library 7: the gateway (router) is another one." in said
    assert "Refused: 5.zip" in said
    assert "Library 7: run 3 of vantage" in said
    assert "2 came in, 1 here already, 1 refused." in said

    assert recording.import_((folder / "1.zip",), json=True, config=None, now=NOW) is Exit.YES
    report = json.loads(capsys.readouterr().out)
    assert (report["new"], report["known"], report["refused"]) == (0, 1, 0)

    assert status_command.run(None, json=True, config=None, now=NOW) in (Exit.NO, Exit.UNKNOWN)
    (item,) = json.loads(capsys.readouterr().out)["hotspots"]
    assert item["light"] != "well", "inconclusive runs are never green"
    status_command.run("LIBRARY 7", json=False, config=None, now=NOW)
    said = capsys.readouterr().out
    assert "“Biblioteka” ✓" in said
    assert "made elsewhere" in said

    assert recording.backup_(tmp_path / "back.db", config=None) is Exit.YES
    said = capsys.readouterr().out
    assert "1 hotspot, 3 runs" in said
    assert "No private key is in it" in said
    assert "The evidence is not in it either: 3 bundles" in said
    for part in state.glob("records.db*"):
        part.unlink()
    restored = recording.restore(
        tmp_path / "back.db", check=False, force=False, json=False, config=None, now=NOW
    )
    assert restored is Exit.YES
    capsys.readouterr()
    assert recording.verify(head=None, json=False, config=None) is Exit.YES
    assert "is whole: 1 hotspot, 3 runs" in capsys.readouterr().out


def test_what_this_machine_measured_needs_no_file_names(
    state: Path, bundle_of: Bundles, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_records(records_file(Settings())) as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
    with pytest.raises(Complaint, match="has made no check of Library 7"):
        hotspot_commands.enrol("library-7", None, why=None, config=None, now=NOW)
    files.write(kept_bundle(state, "Library 7", 1), bundle_of(1))
    with pytest.raises(Complaint, match="friendlywifi hotspot enrol library-7"):
        recording.import_((), json=False, config=None, now=NOW)
    assert hotspot_commands.enrol("library-7", None, why=None, config=None, now=NOW) is Exit.YES
    files.write(kept_bundle(state, "Library 7", 2), bundle_of(2))
    files.write(kept_bundle(state, "library-7", 3), bundle_of(3, hotspot="library-7"))
    capsys.readouterr()
    assert recording.import_((), json=False, config=None, now=NOW) is Exit.YES
    said = capsys.readouterr().out
    assert "2 came in, 1 here already, 0 refused." in said
    assert "000001.bundle.zip" not in said, "only the news"
    assert recording.import_((), json=False, config=None, now=NOW) is Exit.YES
    assert capsys.readouterr().out == "0 came in, 3 here already, 0 refused.\n"


def test_newer_records_are_not_restored_over(state: Path, tmp_path: Path) -> None:
    with open_records(records_file(Settings())) as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
    recording.backup_(tmp_path / "back.db", config=None)
    with open_records(records_file(Settings())) as records:
        hotspots.add(records, library_7(id="b", name="B"), now=NOW, actor="a")

    def restore(*, force: bool) -> Exit:
        return recording.restore(
            tmp_path / "back.db", check=False, force=force, json=False, config=None, now=NOW
        )

    with pytest.raises(Complaint, match=r"newer than .* they hold 1 change since"):
        restore(force=False)
    assert restore(force=True) is Exit.YES
    assert len(list(state.glob("records.db.before-*"))) == 1


def test_looking_changes_nothing(state: Path, bundle_of: Bundles) -> None:
    path = records_file(Settings())
    with open_records(path) as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
        enrol_from(records, "library-7", bundle_of(1), now=NOW, actor="a")
        before = list(records.connection.iterdump())
        status_command.run(None, json=True, config=None, now=NOW + timedelta(days=400))
        assert list(records.connection.iterdump()) == before


def test_status_of_nothing_is_unknown_and_says_how_to_begin(quick: Quick) -> None:
    done = quick("status")
    assert done.returncode == 3
    assert "friendlywifi hotspot add" in done.stdout
    assert quick("status", "library-7").returncode == 2


def test_an_export_is_left_whole(quick: Quick, tmp_path: Path) -> None:
    quick("hotspot", "add", "Library 1", *FIRST)
    done = quick("records", "export", "-o", "all.jsonl")
    assert done.returncode == 0
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[0]["schema"] == "friendlywifi/records-export/1"
    assert f"{len(lines) - 1} rows" in done.stderr
    assert quick("records", "export").stdout == (tmp_path / "all.jsonl").read_text(encoding="utf-8")


def test_two_hundred_hotspots_are_looked_at_in_a_moment(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_records(records_file(Settings())) as records, records.writing():
        for number in range(200):
            hotspots.add(records, library_7(id=f"h{number}", name=f"H {number}"), now=NOW, actor="a")
    began = time.monotonic()
    status_command.run(None, json=False, config=None, now=datetime.now(UTC))
    assert time.monotonic() - began < 10
    assert "Of 200 hotspots: 200 to act on soon." in capsys.readouterr().out
