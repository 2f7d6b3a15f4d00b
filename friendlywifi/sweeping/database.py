"""`-o out.db`: one row for each name, type and resolver, and a view that reads as the record of a sweep.

A block is written in one transaction together with the note that it is done, so that a sweep that was cut off
goes on behind the last whole block: nothing is lost and nothing stands there twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.source import Batch
from friendlywifi.sweeping.verdicts import Entry, Row

SCHEMA = """
CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE resolvers (id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL UNIQUE, instance TEXT);
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, outcome TEXT NOT NULL, strength TEXT NOT NULL,
    mechanisms TEXT NOT NULL, rule TEXT NOT NULL, judged_at TEXT NOT NULL, rcode INTEGER,
    addresses TEXT NOT NULL, ede TEXT NOT NULL
);
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE answers (
    name INTEGER NOT NULL, resolver INTEGER NOT NULL, verdict INTEGER NOT NULL, addresses TEXT
);
CREATE TABLE undecidable (block INTEGER NOT NULL, page TEXT NOT NULL);
CREATE TABLE blocks (
    number INTEGER PRIMARY KEY, first INTEGER NOT NULL, names INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE VIEW records AS
    SELECT names.name, verdicts.type, verdicts.outcome, verdicts.strength, verdicts.mechanisms, verdicts.rule,
           verdicts.judged_at, resolvers.endpoint AS resolver, verdicts.rcode,
           coalesce(answers.addresses, verdicts.addresses) AS addresses, verdicts.ede
    FROM answers
    JOIN names ON names.id = answers.name
    JOIN resolvers ON resolvers.id = answers.resolver
    JOIN verdicts ON verdicts.id = answers.verdict;
"""
VERSION = 1


class Database:
    """A sweep in an SQLite file. Raises nothing of the database but what `run` turns into a sentence."""

    def __init__(self, path: Path, *, resolvers: Sequence[str], meta: dict[str, str]) -> None:
        """Opens a file, or makes one. `meta` says what is swept how: a file of another sweep is refused."""
        self._path = path
        new = not path.exists()
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._prepare(new=new)
            self._meet(resolvers, meta, new=new)
        except BaseException:
            self._connection.close()
            raise
        self.done = dict(self._connection.execute("SELECT number, digest FROM blocks"))
        self._ids: dict[Entry, int] = {}
        self._known: dict[bytes, int] = {
            msgspec.json.encode(row[1:]): row[0]
            for row in self._connection.execute(
                "SELECT id, type, outcome, strength, mechanisms, rule, judged_at, rcode, addresses, ede "
                "FROM verdicts"
            )
        }
        self._next = self._connection.execute(
            "SELECT coalesce(max(first + names), 0) FROM blocks"
        ).fetchone()[0]

    def _prepare(self, *, new: bool) -> None:
        try:
            # The journal is made safe at each checkpoint: after a power cut the last blocks may be missing,
            # and are then asked again; the file is whole in any case.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            if new:
                self._connection.executescript(f"BEGIN;{SCHEMA}PRAGMA user_version = {VERSION};COMMIT;")
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise Complaint(f"{self._path} is no database of a sweep: {error}") from None
        if version != VERSION:
            raise Complaint(f"{self._path} is no database of a sweep of this version")

    def _meet(self, resolvers: Sequence[str], meta: dict[str, str], *, new: bool) -> None:
        if new:
            with self._transaction():
                self._connection.executemany("INSERT INTO sweep VALUES (?, ?)", sorted(meta.items()))
                self._connection.executemany(
                    "INSERT INTO resolvers (id, endpoint) VALUES (?, ?)", list(enumerate(resolvers))
                )
            return
        found = dict(self._connection.execute("SELECT key, value FROM sweep"))
        there = [row[0] for row in self._connection.execute("SELECT endpoint FROM resolvers ORDER BY id")]
        wrong = [key for key, value in meta.items() if found.get(key) != value]
        if wrong or there != list(resolvers):
            what = wrong[0] if wrong else "the resolvers"
            raise Complaint(
                f"{self._path} holds another sweep ({what} differs); name another file, or take it away"
            )

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None:
        """One block: the rows of each resolver, in the order of names and types."""
        first, types = self._next, len(columns[0]) // len(batch.names) if columns and batch.names else 1
        with self._transaction():
            run = self._connection.executemany
            run("INSERT INTO names VALUES (?, ?)", enumerate(batch.names, first))
            ids = self._ids
            for resolver, rows in enumerate(columns):
                for entry in {row[0] for row in rows} - ids.keys():
                    ids[entry] = self._id(entry)
                run(
                    "INSERT INTO answers VALUES (?, ?, ?, ?)",
                    [
                        (first + at // types, resolver, ids[entry], " ".join(public) if public else None)
                        for at, (entry, public) in enumerate(rows)
                    ],
                )
            run("INSERT INTO undecidable VALUES (?, ?)", [(batch.number, page) for page in batch.undecidable])
            run(
                "INSERT INTO blocks VALUES (?, ?, ?, ?)",
                [(batch.number, first, len(batch.names), batch.digest)],
            )
        self._next = first + len(batch.names)
        if len(ids) > 1 << 16:
            ids.clear()

    def note(self, **meta: str) -> None:
        """What is known at the end only."""
        with self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO sweep VALUES (?, ?)", sorted(meta.items()))

    def instances(self, seen: dict[str, str]) -> None:
        """Which instance answered at an address (an anycast address has many)."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE resolvers SET instance = ? WHERE endpoint = ?", [(v, k) for k, v in seen.items()]
            )

    def close(self) -> None:
        self._connection.close()

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def _id(self, entry: Entry) -> int:
        row = (
            entry.type,
            entry.outcome.value,
            entry.strength,
            " ".join(entry.mechanisms),
            entry.rule,
            entry.judged_at,
            entry.rcode,
            " ".join(entry.addresses),
            msgspec.json.encode([[item.code, item.text] for item in entry.ede]).decode(),
        )
        key = msgspec.json.encode(row)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self._known) + 1
            self._connection.execute(
                "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (known, *row)
            )
        return known


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
