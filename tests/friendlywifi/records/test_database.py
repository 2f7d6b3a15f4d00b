"""The one file: what was acknowledged survives, and whatever is wrong with it is said in a sentence."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.records import hotspots, journal
from friendlywifi.records.database import MARK, Records, open_records
from friendlywifi.records.migrations import Migration, migrations
from tests.conftest import required
from tests.friendlywifi.records.rows import NOW, library_7


def tables(records: Records) -> dict[str, str]:
    rows = records.connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return dict(rows.fetchall())


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(records: Records) -> None:
    def setting(name: str) -> object:
        return records.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2, "FULL: the log is synced at each commit"
    assert setting("foreign_keys") == 1
    assert setting("application_id") == MARK


def test_the_file_is_for_its_owner_alone(records: Records) -> None:
    assert stat.S_IMODE(records.path.stat().st_mode) == 0o600


def test_a_transaction_is_kept_whole_or_not_at_all(records: Records) -> None:
    def broken_off() -> None:
        with records.writing():
            hotspots.add(records, library_7(), now=NOW, actor="a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert list(hotspots.every(records)) == []
    assert journal.last(records) is None


def test_trying_leaves_nothing(records: Records) -> None:
    with records.trying():
        hotspots.add(records, library_7(), now=NOW, actor="a")
        assert len(list(hotspots.every(records))) == 1
    assert list(hotspots.every(records)) == []


def test_migrations_run_once_and_the_second_opening_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    with open_records(path) as records:
        before = list(records.connection.execute("SELECT * FROM migrations"))
        assert [row[0] for row in before] == [step.number for step in migrations()]
    with open_records(path) as records:
        assert list(records.connection.execute("SELECT * FROM migrations")) == before


@pytest.mark.parametrize("known", range(len(migrations())))
def test_a_file_of_every_earlier_version_becomes_todays_and_keeps_what_it_held(
    tmp_path: Path, known: int
) -> None:
    with open_records(tmp_path / "new.db") as records:
        wanted = tables(records)
    path = tmp_path / "old.db"
    with open_records(path, steps=migrations()[:known]) as records:
        assert records.version() == (migrations()[known - 1].number if known else 0)
        if known:
            hotspots.add(records, library_7(), now=NOW, actor="a")
    with open_records(path) as records:
        assert tables(records) == wanted
        assert records.version() == migrations()[-1].number
        assert journal.verify(records) is None
        assert len(list(hotspots.every(records))) == bool(known)


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    good = migrations()[:1]
    bad = Migration(number=2, name="bad", sql="CREATE TABLE half (x);\nINSERT INTO nowhere VALUES (1);\n")
    with open_records(path, steps=good) as records:
        before = tables(records)
    with pytest.raises(Complaint, match="no such table: nowhere"), open_records(path, steps=(*good, bad)):
        pass
    with open_records(path, steps=good) as records:
        assert tables(records) == before
        assert records.version() == 1


def test_many_openers_of_a_new_file_migrate_it_once(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    failed: list[Complaint] = []

    def opening() -> None:
        try:
            with open_records(path):
                pass
        except Complaint as error:
            failed.append(error)

    threads = [threading.Thread(target=opening) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with open_records(path) as records:
        assert records.connection.execute("SELECT count(*) FROM migrations").fetchone()[0] == len(
            migrations()
        )


def test_the_file_of_a_newer_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    newer = Migration(number=9000, name="later", sql="CREATE TABLE later (x);\n")
    with open_records(path, steps=(*migrations(), newer)):
        pass
    before = path.read_bytes()
    with pytest.raises(Complaint, match=r"newer version of Friendly Wi-Fi \(form 9000"), open_records(path):
        pass
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Complaint, match="another program"), open_records(path):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    (
        (b"this is a letter to the mayor" * 200, "damaged.*restore BACKUP"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "damaged.*restore BACKUP"),
    ),
)
def test_a_file_that_is_no_database_is_said_to_be_damaged_with_the_way_out(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "records.db"
    path.write_bytes(content)
    with pytest.raises(Complaint, match=said), open_records(path):
        pass
    assert path.read_bytes() == content


def test_a_page_that_was_overwritten_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    with open_records(path) as records:
        for number in range(200):
            hotspots.add(records, library_7(id=f"h{number}", name=f"H {number}"), now=NOW, actor="a")
    data = bytearray(path.read_bytes())
    data[4096 * 2 : -4096] = b"\xaa" * (len(data) - 4096 * 3)
    path.write_bytes(data)
    with pytest.raises(Complaint, match="damaged"), open_records(path) as records:
        list(hotspots.every(records))


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Complaint, match="cannot be opened"), open_records(tmp_path / "file" / "records.db"):
        pass
    with pytest.raises(Complaint, match="there is a folder"), open_records(tmp_path):
        pass
    missing = tmp_path / "none.db"
    with pytest.raises(Complaint, match="no records"), open_records(missing, make=False):
        pass
    assert not missing.exists()


def test_whoever_waits_too_long_for_another_writer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("friendlywifi.records.database.BUSY_MS", 50)
    path = tmp_path / "records.db"
    with (
        open_records(path) as one,
        open_records(path) as other,
        one.writing(),
        pytest.raises(Complaint, match="written by another program"),
        other.writing(),
    ):
        pass


FILLING = """
import resource, signal, sys
from pathlib import Path
from friendlywifi.complaint import Complaint
from friendlywifi.records import hotspots, journal
from friendlywifi.records.database import open_records
from tests.friendlywifi.records.rows import NOW, library_7
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
added = 0
with open_records(Path(sys.argv[1])) as records:
    limit = int(sys.argv[2])
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        for number in range(100_000):
            hotspots.add(records, library_7(id=f"h{number}", name=f"H {number}"), now=NOW, actor="a")
            added += 1
    except Complaint as complaint:
        print(added, complaint)
"""


def _filled(path: Path, *command: str, limit: int) -> tuple[int, str]:
    done = subprocess.run(
        [*command, sys.executable, "-c", FILLING, str(path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    added, _, said = done.stdout.partition(" ")
    return int(added), said


def _whole_with(path: Path, added: int) -> None:
    with open_records(path) as records:
        assert len(list(hotspots.every(records))) == added
        assert journal.verify(records) is None
        assert records.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        hotspots.add(records, library_7(), now=NOW, actor="after it")


def test_a_file_that_may_grow_no_further_is_said_and_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    added, said = _filled(path, limit=1_500_000)
    assert added > 20
    assert "cannot be written" in said
    assert "make room" in said
    _whole_with(path, added)


def test_a_full_disk_is_said_and_the_file_stays_whole(tmp_path: Path) -> None:
    script = (
        'mount -t tmpfs -o size=1500k none "$1" || exit 77; shift 1; "$@" || exit 1; cp -a "$0"/. "$0.after"'
    )
    full = tmp_path / "full"
    full.mkdir()
    after = tmp_path / "full.after"
    after.mkdir()
    path = full / "records.db"
    done = subprocess.run(
        [
            # Root may mount as it is; others need a user namespace, which a chroot would not give to root.
            *("unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-c", script, str(full), str(full)),
            *(sys.executable, "-c", FILLING, str(path), "0"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        required("this machine lets nobody mount a small disk; what a full one does was not tried")
    assert done.returncode == 0, done.stderr
    added, _, said = done.stdout.partition(" ")
    assert int(added) > 20
    assert "full" in said
    _whole_with(after / "records.db", int(added))


def test_the_limit_of_this_process_is_as_it_was() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
