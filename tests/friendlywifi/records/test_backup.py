"""A copy that can be put back, records that say when they were changed, and an export for anybody."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.records import backup, export, hotspots, journal, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.inspecting import holds_keys, inspect
from friendlywifi.records.taking import keep
from probes.records import digest
from tests.friendlywifi.records.certified import issue
from tests.friendlywifi.records.rows import NOW, library_7, row


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
        for number in range(1, 4):
            data = f"bundle {number}".encode()
            runs.record(
                records,
                row(number, bundle=digest(data), path=keep(records, data, digest(data))),
                now=NOW,
                actor="a",
            )
        yield records


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [line for line in connection.iterdump() if not line.startswith('INSERT INTO "migrations"')]
    finally:
        connection.close()


def test_a_backup_holds_everything_in_one_file_and_says_what_it_lacks(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "usb" / "back.db"
    done = backup.backup(kept, target)
    assert (done.whole.hotspots, done.whole.runs, done.whole.faults) == (1, 3, ())
    assert done.keys is False
    assert (done.bundles, done.bundle_bytes) == (3, 3 * len(b"bundle 1"))
    assert dump(target) == dump(kept.path)
    assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o077 == 0


def test_a_private_key_in_a_file_is_found_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for before in (0, (1 << 20) - 7, 1 << 20):
        path.write_bytes(b"x" * before + b"-----BEGIN PRIVATE KEY-----\n")
        assert holds_keys(path)
    path.write_bytes(b"x" * 100)
    assert not holds_keys(path)


def test_a_backup_is_made_while_others_write(kept: Records, tmp_path: Path) -> None:
    with open_records(kept.path) as other, other.writing():
        runs.record(other, row(9), now=NOW, actor="b")
        done = backup.backup(kept, tmp_path / "back.db")
    assert done.whole.runs == 3, "what is not committed is not in it"
    assert backup.backup(kept, tmp_path / "back.db").whole.runs == 4


def test_damaged_records_are_not_backed_up_over_a_good_backup(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    before = target.read_bytes()
    kept.connection.execute("UPDATE runs SET outcome = 'provisional'")
    with pytest.raises(Complaint, match=r"no backup was made.*not what the journal says"):
        backup.backup(kept, target)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".back.db*"))


def test_a_backup_that_cannot_be_written_is_said(kept: Records, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Complaint, match="cannot be written"):
        backup.backup(kept, tmp_path / "file" / "back.db")
    with pytest.raises(Complaint, match="records themselves"):
        backup.backup(kept, kept.path)


def test_checking_a_backup_does_not_touch_it(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    before, names = target.read_bytes(), sorted(tmp_path.iterdir())
    assert backup.check(target).faults == ()
    assert target.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == names
    with pytest.raises(Complaint, match="does not exist"):
        backup.check(tmp_path / "none.db")


def test_restoring_brings_everything_back_and_keeps_what_was_there(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    runs.record(kept, row(9), now=NOW, actor="a")
    done = backup.restore(target, kept.path, now=NOW + timedelta(days=1), actor="Arta")
    # The program that had it open goes on with what was restored.
    assert len(runs.of(kept, "library-7")) == 3
    end = journal.last(kept)
    assert end is not None
    assert (end.kind, end.actor) == ("records.restored", "Arta")
    assert journal.verify(kept) is None
    assert done.aside is not None
    with open_records(Path(done.aside)) as aside:
        assert len(runs.of(aside, "library-7")) == 4
    runs.record(kept, row(9), now=NOW, actor="a")
    with open_records(kept.path) as again:
        assert len(runs.of(again, "library-7")) == 4


def test_restoring_where_nothing_is_makes_the_records(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    fresh = tmp_path / "new machine" / "records.db"
    assert backup.restore(target, fresh, now=NOW, actor="a").aside is None
    with open_records(fresh) as records:
        assert len(runs.of(records, "library-7")) == 3


def test_restoring_over_damaged_records_puts_them_aside(tmp_path: Path) -> None:
    path, target = tmp_path / "records.db", tmp_path / "back.db"
    with open_records(path) as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
        backup.backup(records, target)
    path.write_bytes(b"rubbish" * 1000)
    done = backup.restore(target, path, now=NOW, actor="a")
    assert done.aside is not None
    assert Path(done.aside).read_bytes() == b"rubbish" * 1000
    with open_records(path) as records:
        assert hotspots.get(records, "library-7").name == "Library 7"


def test_a_backup_that_is_not_whole_is_not_restored(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    connection = sqlite3.connect(target)
    connection.execute("UPDATE hotspots SET name = 'Another'")
    connection.commit()
    connection.close()
    with pytest.raises(Complaint, match=r"nothing was restored.*not what the journal says"):
        backup.restore(target, kept.path, now=NOW, actor="a")
    assert hotspots.get(kept, "library-7").name == "Library 7"


def test_what_a_restore_would_lose_is_known_before(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    assert backup.compare(target, kept.path).same
    runs.record(kept, row(8), now=NOW, actor="a")
    runs.record(kept, row(9), now=NOW + timedelta(hours=1), actor="a")
    found = backup.compare(target, kept.path)
    assert (found.same, found.related, found.lost, found.last) == (False, True, 2, "2026-11-22T13:00:00Z")
    newer = tmp_path / "newer.db"
    backup.backup(kept, newer)
    assert backup.compare(newer, target).lost == 0
    with open_records(tmp_path / "other.db") as other:
        hotspots.add(other, library_7(), now=NOW + timedelta(days=1), actor="b")
    stranger = backup.compare(target, tmp_path / "other.db")
    assert (stranger.related, stranger.lost) == (False, 1)


RESTORING = """
import sys
from pathlib import Path
from friendlywifi.records import backup
from tests.friendlywifi.records.rows import NOW
print("begun", flush=True)
backup.restore(Path(sys.argv[1]), Path(sys.argv[2]), now=NOW, actor="a")
"""


def test_a_restore_that_is_killed_leaves_the_old_records_or_the_new(kept: Records, tmp_path: Path) -> None:
    target = tmp_path / "back.db"
    backup.backup(kept, target)
    runs.record(kept, row(9), now=NOW, actor="a")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for wait in (0.0, 0.02, 0.05):
        with subprocess.Popen(
            [sys.executable, "-c", RESTORING, str(target), str(kept.path)],
            stdout=subprocess.PIPE,
            env=environment,
        ) as restoring:
            assert restoring.stdout is not None
            restoring.stdout.readline()
            try:
                restoring.wait(wait)
            except subprocess.TimeoutExpired:
                restoring.send_signal(signal.SIGKILL)
        with open_records(kept.path) as records:
            assert inspect(records).faults == ()
            assert len(runs.of(records, "library-7")) in (3, 4)


# ------------------------------------------------------------------------------------------- looking


@pytest.mark.parametrize(
    ("change", "said"),
    (
        ("UPDATE runs SET outcome = 'provisional' WHERE serial = 2", "run 2 of library-7 is not what"),
        ("UPDATE runs SET void = 'captive' WHERE serial = 2", "run 2 of library-7 is not what"),
        ("UPDATE runs SET record = '{}' WHERE serial = 2", "run 2 of library-7 is not what"),
        ("UPDATE runs SET record = replace(record, 'same', 'unknown')", "run 1 of library-7 is not what"),
        ("UPDATE hotspots SET record = replace(record, 'Kavajës', 'Dibrës')", "library-7 is not what"),
        ("UPDATE hotspots SET mode = 'resident'", "library-7 is not what"),
        ("UPDATE latest SET started = '2020-01-01T00:00:00Z'", "newest run of library-7"),
        ("DELETE FROM latest", "newest run of library-7"),
        ("DROP TRIGGER runs_stay; DELETE FROM latest; DELETE FROM runs WHERE serial = 3", "is gone"),
        (
            "DROP TRIGGER journal_is_never_changed; UPDATE journal SET actor = 'nobody' WHERE number = 2",
            "journal does not hold at entry 2",
        ),
    ),
)
def test_every_change_past_the_program_is_found(kept: Records, change: str, said: str) -> None:
    assert inspect(kept).faults == ()
    kept.connection.execute("PRAGMA foreign_keys = OFF")
    for statement in change.split("; "):
        kept.connection.execute(statement)
    assert any(said in fault for fault in inspect(kept).faults), inspect(kept).faults


@pytest.mark.parametrize(
    "change",
    (
        """UPDATE certificate_events SET record = replace(record, '"by"', ' "by"')""",
        "DELETE FROM certificate_events",
    ),
)
def test_what_happened_to_a_certificate_cannot_be_made_otherwise(kept: Records, change: str) -> None:
    number = issue(kept).number
    assert inspect(kept).faults == ()
    for (name,) in kept.connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'certificate_events'"
    ).fetchall():
        kept.connection.execute(f"DROP TRIGGER {name}")
    kept.connection.execute("PRAGMA foreign_keys = OFF")
    kept.connection.execute(change)
    assert f"what happened to the certificate {number} is not what the journal says" in inspect(kept).faults


def test_evidence_that_is_gone_or_changed_is_found(kept: Records) -> None:
    assert inspect(kept, evidence=True).faults == ()
    first, second, _ = sorted(kept.bundles.glob("*/*.zip"))
    first.unlink()
    second.write_bytes(b"another")
    found = inspect(kept, evidence=True).faults
    assert len(found) == 2
    assert sum("cannot be read: No such file" in fault for fault in found) == 1
    assert sum("was changed" in fault for fault in found) == 1


def test_a_hash_that_was_written_down_is_looked_for(kept: Records) -> None:
    head = inspect(kept).head
    runs.record(kept, row(9), now=NOW, actor="a")
    assert inspect(kept, head=head).faults == ()
    assert "cut" in inspect(kept, head="sha256:" + "0" * 64).faults[0]


# ------------------------------------------------------------------------------------------ exporting


def test_the_export_holds_every_row_of_every_table_as_json(kept: Records) -> None:
    head, *lines = [json.loads(line) for line in export.lines(kept)]
    assert head["schema"] == "friendlywifi/records-export/1"
    assert {"hotspots", "runs", "journal", "latest", "migrations"} <= set(head["tables"])
    counts = {
        table: kept.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - its own
        for table in head["tables"]
    }
    for table, count in counts.items():
        assert sum(line["table"] == table for line in lines) == count
    (hotspot,) = [line["row"] for line in lines if line["table"] == "hotspots"]
    assert hotspot["record"]["name"] == "Library 7"
    assert not kept.connection.in_transaction


def test_an_export_is_of_one_moment(kept: Records) -> None:
    lines = export.lines(kept)
    next(lines)
    with open_records(kept.path) as other:
        runs.record(other, row(9), now=NOW, actor="b")
    assert sum(json.loads(line)["table"] == "runs" for line in lines) == 3


def test_a_damaged_row_is_exported_as_the_text_that_it_is(kept: Records) -> None:
    kept.connection.execute("UPDATE hotspots SET record = '{half'")
    (row,) = [line for line in map(json.loads, export.lines(kept)) if line.get("table") == "hotspots"]
    assert row["row"]["record"] == "{half"
