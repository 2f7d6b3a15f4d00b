"""The audit's memory: one SQLite file. Importing the same bundle again changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path

from friendlywifi.audit.entries import Entry, Promised
from friendlywifi.complaint import Complaint

_MARK = 0x46574155
"""`application_id` of these files: another program's database is never written to."""

_COLUMNS = tuple(field.name for field in fields(Entry))
_PROMISED = tuple(field.name for field in fields(Promised))

_SCHEMA = """
CREATE TABLE IF NOT EXISTS bundle (
    digest TEXT NOT NULL, path TEXT NOT NULL, certifier TEXT NOT NULL, refused TEXT,
    hotspot TEXT NOT NULL, serial INTEGER NOT NULL, run TEXT NOT NULL, started TEXT NOT NULL,
    committed TEXT NOT NULL, outcome TEXT NOT NULL, void TEXT, key TEXT NOT NULL, seed TEXT NOT NULL,
    commitment TEXT NOT NULL, previous TEXT, aborted TEXT NOT NULL DEFAULT '',
    standard TEXT NOT NULL, software TEXT NOT NULL, replayed TEXT, differing INTEGER NOT NULL,
    PRIMARY KEY (certifier, digest)
) STRICT;
CREATE INDEX IF NOT EXISTS bundle_of_hotspot ON bundle (certifier, hotspot, serial);
CREATE TABLE IF NOT EXISTS promised (
    digest TEXT NOT NULL, path TEXT NOT NULL, certifier TEXT NOT NULL, hotspot TEXT NOT NULL,
    serial INTEGER NOT NULL, committed TEXT NOT NULL, key TEXT NOT NULL, previous TEXT,
    aborted TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (certifier, digest)
) STRICT;
"""


class Store:
    """An open file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def knows(self, certifier: str, digest: str) -> bool:
        asked = "SELECT 1 FROM bundle WHERE certifier = ? AND digest = ?"
        return self._connection.execute(asked, (certifier, digest)).fetchone() is not None

    def add(self, entry: Entry) -> None:
        columns, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
        self._connection.execute(
            f"INSERT OR IGNORE INTO bundle ({columns}) VALUES ({marks})",  # noqa: S608 - constants
            astuple(entry),
        )

    def add_promised(self, item: Promised) -> None:
        columns, marks = ", ".join(_PROMISED), ", ".join("?" * len(_PROMISED))
        self._connection.execute(
            f"INSERT OR IGNORE INTO promised ({columns}) VALUES ({marks})",  # noqa: S608 - likewise
            astuple(item),
        )

    def replayed(self, entry: Entry, result: str, differing: int) -> None:
        self._connection.execute(
            "UPDATE bundle SET replayed = ?, differing = ? WHERE certifier = ? AND digest = ?",
            (result, differing, entry.certifier, entry.digest),
        )

    def entries(self) -> Iterator[Entry]:
        """Every bundle, by certifier, hotspot and number."""
        order = "ORDER BY certifier, hotspot, serial, digest"
        columns = ", ".join(_COLUMNS)
        rows = self._connection.execute(f"SELECT {columns} FROM bundle {order}")  # noqa: S608 - likewise
        return (Entry(**dict(zip(_COLUMNS, row, strict=True))) for row in rows)

    def promised(self) -> Iterator[Promised]:
        order = "ORDER BY certifier, hotspot, serial, digest"
        columns = ", ".join(_PROMISED)
        rows = self._connection.execute(f"SELECT {columns} FROM promised {order}")  # noqa: S608 - likewise
        return (Promised(**dict(zip(_PROMISED, row, strict=True))) for row in rows)

    def commit(self) -> None:
        self._connection.commit()


@contextmanager
def opened(path: Path, *, make: bool = False) -> Iterator[Store]:
    """The audit's file. Complains where there is none and none may be made, or it is not ours."""
    if not make and not path.is_file():
        raise Complaint(f"there is no audit {path}; begin one with friendlywifi audit import DIR --db {path}")
    try:
        connection = sqlite3.connect(path)
    except sqlite3.Error as error:
        raise Complaint(f"{path} cannot be opened: {error}") from None
    try:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if mark != _MARK and not empty:
            raise Complaint(f"{path} is the database of another program")
        connection.execute(f"PRAGMA application_id = {_MARK}")
        connection.executescript(_SCHEMA)
        _bring_up_to_date(connection)
        yield Store(connection)
        connection.commit()
    except sqlite3.DatabaseError as error:
        raise Complaint(f"{path}: {error}") from None
    finally:
        connection.close()


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """A file of an earlier version lacks a column; what it would have said is in the bundles."""
    for table in ("bundle", "promised"):
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        if "aborted" not in columns:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN aborted TEXT NOT NULL DEFAULT ''")


def chunks(items: Iterable[Entry], size: int) -> Iterator[tuple[Entry, ...]]:
    """Parts of at most `size`, so that no list of everything is ever held."""
    part: list[Entry] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)
