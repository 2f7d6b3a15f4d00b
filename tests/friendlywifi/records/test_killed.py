"""kill -9 at any moment loses no row that was acknowledged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from friendlywifi.records import hotspots, journal, runs
from friendlywifi.records.database import open_records
from friendlywifi.records.inspecting import inspect
from tests.conftest import require_server, required
from tests.friendlywifi.records.rows import NOW, library_7, row

WRITER = """
import sys
from pathlib import Path
from friendlywifi.records import runs
from friendlywifi.records.database import open_records
from tests.friendlywifi.records.rows import NOW, row
with open_records(Path(sys.argv[1])) as records:
    number = records.connection.execute("SELECT coalesce(max(serial), 0) FROM runs").fetchone()[0]
    while True:
        number += 1
        runs.record(records, row(number), now=NOW, actor="the writer")
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
"""


def killed_again_and_again(path: Path, kills: int) -> tuple[int, int]:
    """How many rows were acknowledged and how many are there, after so many kills at random moments."""
    with open_records(path) as records:
        hotspots.add(records, library_7(), now=NOW, actor="the tests")
    lots = random.Random(7)
    acknowledged: set[int] = set()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=environment
        ) as writer:
            assert writer.stdout is not None
            first = writer.stdout.readline()
            time.sleep(lots.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
            # What stands in the pipe was acknowledged; a half line was not.
            told = (first + writer.stdout.read()).decode()
            acknowledged |= {int(line) for line in told.split("\n")[:-1]}
    with open_records(path) as records:
        found = {item.serial for item in runs.every(records)}
        assert acknowledged <= found
        # Each kill may leave one more that was written and not yet acknowledged.
        assert len(found - acknowledged) <= kills
        assert inspect(records).faults == ()
        newest = runs.latest(records, "library-7")
        assert newest is not None
        assert newest.serial == max(found)
        last = journal.last(records)
        assert last is not None
        assert last.number == len(found) + 1
    return len(acknowledged), len(found)


def test_ten_kills_lose_no_acknowledged_run(tmp_path: Path) -> None:
    acknowledged, found = killed_again_and_again(tmp_path / "records.db", 10)
    assert 10 <= acknowledged <= found


@pytest.mark.long
@pytest.mark.timeout(600)
def test_two_hundred_kills_lose_no_acknowledged_run(tmp_path: Path) -> None:
    acknowledged, found = killed_again_and_again(tmp_path / "records.db", 200)
    sys.stderr.write(f"{acknowledged} acknowledged, {found} found\n")
    assert 200 <= acknowledged <= found


def test_a_log_that_a_power_cut_left_half_written_gives_back_whole_transactions_only(tmp_path: Path) -> None:
    """Whatever of the log reached the disk, what comes back is a beginning of what was written, unbroken."""
    path = tmp_path / "records.db"
    lots = random.Random(11)
    with open_records(path) as records:
        hotspots.add(records, library_7(), now=NOW, actor="the tests")
        records.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        lengths = [0]
        log = path.with_name("records.db-wal")
        for number in range(1, 13):
            runs.record(records, row(number), now=NOW, actor="the tests")
            lengths.append(log.stat().st_size)
        file, whole = path.read_bytes(), log.read_bytes()
    cuts = [*lengths, *(lots.randrange(len(whole)) for _ in range(25))]
    for number, cut in enumerate(cuts):
        after = tmp_path / f"after {number}" / "records.db"
        after.parent.mkdir()
        after.write_bytes(file)
        # Behind the cut stands what was on the disk before: nothing, or rubbish.
        rest = lots.randbytes(len(whole) - cut) if number % 2 else b""
        after.with_name("records.db-wal").write_bytes(whole[:cut] + rest)
        with open_records(after) as records:
            found = [item.serial for item in runs.of(records, "library-7")]
            assert found == list(range(1, len(found) + 1))
            assert len(found) >= sum(length <= cut for length in lengths) - 1
            assert inspect(records).faults == ()


ACKNOWLEDGING = """
import sys
from pathlib import Path
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import open_records
from tests.friendlywifi.records.rows import NOW, library_7, row
with open_records(Path(sys.argv[1])) as records:
    hotspots.add(records, library_7(), now=NOW, actor="the tests")
    for number in range(1, 11):
        runs.record(records, row(number), now=NOW, actor="the writer")
        sys.stderr.write(f"acknowledged {number}\\n")
        sys.stderr.flush()
"""


def test_nothing_is_acknowledged_before_the_disk_has_it(tmp_path: Path) -> None:
    """Of a power cut nothing can be seen here; that the log is synced before the acknowledgement, can."""
    calls = tmp_path / "calls"
    done = subprocess.run(
        [
            *(require_server("strace"), "-f", "-y", "-e", "trace=fsync,fdatasync,write,pwrite64"),
            *("-o", str(calls), sys.executable, "-c", ACKNOWLEDGING, str(tmp_path / "records.db")),
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if done.returncode != 0 and b"ptrace" in done.stderr:
        required("this machine lets nobody watch a program; what it syncs was not looked at")
    assert done.returncode == 0, done.stderr
    acknowledged, synced = 0, True
    for line in calls.read_text(errors="replace").splitlines():
        if "pwrite64(" in line and "records.db-wal>" in line:
            synced = False
        elif "sync(" in line and "records.db-wal>" in line:
            synced = True
        elif '"acknowledged' in line:
            assert synced, line
            acknowledged += 1
    assert acknowledged == 10
