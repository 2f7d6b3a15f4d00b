"""The one file: opened, brought up to date, and written so that what was acknowledged survives.

WAL with synchronous=FULL: a commit returns after the log is on the disk, so that a power cut at any moment
leaves every acknowledged row and no half one.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from friendlywifi.complaint import Complaint
from friendlywifi.records.faults import told
from friendlywifi.records.migrations import Migration, migrations
from friendlywifi.records.times import written

MARK = 0x46575243
"""`application_id` of these files: another program's database is never written to."""

BUSY_MS = 10_000


class Records:
    """The open file. In autocommit; several statements that belong together go `with records.writing():`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.db = Database(connection)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, begun as a writer: all of it is kept, or nothing. Inside another one: part of it.

        Complains where the disk is full or somebody else writes for longer than ten seconds.
        """
        if self.connection.in_transaction:
            yield
            return
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise told(error, self.path) from error

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What would come of it: a transaction that is undone at its end, whatever was written in it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._undo()

    def _undo(self) -> None:
        # A full disk has made SQLite roll back by itself.
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    @property
    def bundles(self) -> Path:
        """The folder of the evidence, beside the file; each bundle is named by its digest."""
        return self.path.with_name(f"{self.path.stem}-bundles")

    def version(self) -> int:
        """The number of the last migration."""
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def open_records(
    path: Path, *, make: bool = True, steps: tuple[Migration, ...] | None = None
) -> Iterator[Records]:
    """The records in this file, brought up to date; closed at the end.

    `make`: a missing file is begun. `steps`: the migrations, those of this program by default. Complains
    where the file is another program's, a newer version's, damaged, or cannot be written.
    """
    known = migrations() if steps is None else steps
    _require_file(path, make=make)
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    except sqlite3.Error as error:
        raise told(error, path) from error
    try:
        _require_ours(connection, path)
        _settings(connection)
        _require_not_newer(connection, path, known)
        records = Records(connection, path)
        _migrate(records, known)
        yield records
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise told(error, path) from error
    finally:
        connection.close()


def _require_file(path: Path, *, make: bool) -> None:
    if path.is_dir():
        raise Complaint(f"the records {path} are to be a file, and there is a folder")
    if not make and not path.exists():
        raise Complaint(f"there are no records {path} yet; friendlywifi hotspot add begins them")
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        # It holds names and mail addresses: for its owner alone, from the first byte.
        os.close(os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600))
    except OSError as error:
        raise Complaint(f"the records {path} cannot be opened: {error.strerror}") from None


def _settings(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What a trigger does and what a view means cannot be bent by a file that somebody handed over.
    connection.execute("PRAGMA trusted_schema = OFF")


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    # Both in one transaction: another process may be making the file between two looks.
    connection.execute("BEGIN")
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.execute("COMMIT")
    if mark != MARK and (mark != 0 or tables):
        raise Complaint(f"{path} is the database of another program, not the records of Friendly Wi-Fi")


def _require_not_newer(connection: sqlite3.Connection, path: Path, known: tuple[Migration, ...]) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    last = known[-1].number if known else 0
    if version > last:
        raise Complaint(
            f"the records {path} were written by a newer version of Friendly Wi-Fi (form {version}, this one "
            f"knows {last}); install that version again. Nothing was changed"
        )


def _applied(connection: sqlite3.Connection) -> frozenset[int]:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone()
    if there is None:
        return frozenset()
    return frozenset(row[0] for row in connection.execute("SELECT number FROM migrations"))


def _migrate(records: Records, known: tuple[Migration, ...]) -> None:
    """Each missing step in a transaction of its own; looked at again inside, for two may open at once."""
    connection = records.connection
    done = _applied(connection)
    for step in known:
        if step.number in done:
            continue
        with records.writing():
            if step.number in _applied(connection):
                continue
            connection.execute(f"PRAGMA application_id = {MARK}")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations "
                "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL) STRICT"
            )
            for statement in step.statements():
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?)",
                (step.number, step.name, written(datetime.now(UTC))),
            )
            version = max(step.number, records.version())
            connection.execute(f"PRAGMA user_version = {version}")
