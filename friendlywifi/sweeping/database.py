"""`-o out.db`: one row for each name, type and resolver, and a view that reads as the record of a sweep.

A block is written in one transaction together with the note that it is done, so that a sweep that was cut off
goes on behind the last whole block: nothing is lost and nothing stands there twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.inserting import insert
from friendlywifi.sweeping.keeping import finished, rfc3339, stopped
from friendlywifi.sweeping.leaks import Seen, Standing, leak_id
from friendlywifi.sweeping.source import Batch
from friendlywifi.sweeping.tally import Differing, Dissent, Tally
from friendlywifi.sweeping.verdicts import Entry, Row

SCHEMA = """
CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE resolvers (id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL UNIQUE, instance TEXT);
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, outcome TEXT NOT NULL, strength TEXT NOT NULL,
    mechanisms TEXT NOT NULL, rule TEXT NOT NULL, judged_at TEXT NOT NULL, rcode INTEGER,
    addresses TEXT NOT NULL, ede TEXT NOT NULL
);
CREATE TABLE differing (
    name TEXT NOT NULL, type TEXT NOT NULL, outcome TEXT NOT NULL, resolvers INTEGER NOT NULL,
    others TEXT NOT NULL
);
CREATE TABLE leaks (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, resolver TEXT NOT NULL, since TEXT NOT NULL
) WITHOUT ROWID;
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


_VERDICT = "type, outcome, strength, mechanisms, rule, judged_at, rcode, addresses, ede"
_ROOM = 1 << 16
"""Verdicts that are remembered; a resolver that says another thing of each name must not make this grow."""


class Database:
    """A sweep in an SQLite file. What the disk does is a `Complaint`: what stands in the file stays whole."""

    def __init__(
        self,
        path: Path,
        *,
        resolvers: Sequence[str],
        meta: Mapping[str, str],
        begun: Mapping[str, str] | None = None,
    ) -> None:
        """Opens a file, or makes one. `meta` says what is swept how: a file of another sweep is refused.
        `begun` is kept of the first run that wrote to it.
        """
        self._path = path
        # For its owner alone: it may be a directory of sites that nobody should be led to. What SQLite puts
        # beside it has the same rights.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, files.PRIVATE))
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._prepare(resolvers, {**(begun or {}), **meta})
            self.meta = self._meet(resolvers, meta)
        except sqlite3.Error as error:
            self._connection.close()
            raise Complaint(f"{path} is no database of a sweep, or cannot be used: {error}") from None
        except BaseException:
            self._connection.close()
            raise
        self.done = dict(self._connection.execute("SELECT number, digest FROM blocks"))
        self.tally = msgspec.json.decode(self.meta["tally"], type=Tally) if "tally" in self.meta else Tally()
        self._ids: dict[Entry, int] = {}
        self._known: dict[bytes, int] = {
            msgspec.json.encode(row[1:]): row[0]
            for row in self._connection.execute(f"SELECT id, {_VERDICT} FROM verdicts LIMIT {_ROOM}")  # noqa: S608 - constants
        }
        self._verdict, self._next = self._connection.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM verdicts), "
            "(SELECT coalesce(max(first + names), 0) FROM blocks)"
        ).fetchone()

    def _prepare(self, resolvers: Sequence[str], meta: Mapping[str, str]) -> None:
        # The journal is made safe at each checkpoint: after a power cut the last blocks may be missing,
        # and are then asked again; the file is whole in any case.
        self._connection.execute("PRAGMA busy_timeout = 10000")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._transaction():
            if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                # All in one transaction: whoever is killed here leaves an empty file, which is begun anew.
                for statement in SCHEMA.split(";"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {VERSION}")
                self._connection.executemany("INSERT INTO sweep VALUES (?, ?)", sorted(meta.items()))
                self._connection.executemany(
                    "INSERT INTO resolvers (id, endpoint) VALUES (?, ?)", list(enumerate(resolvers))
                )
        if self._connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            raise Complaint(f"{self._path} is no database of a sweep of this version")

    def _meet(self, resolvers: Sequence[str], meta: Mapping[str, str]) -> dict[str, str]:
        found = dict(self._connection.execute("SELECT key, value FROM sweep"))
        there = [row[0] for row in self._connection.execute("SELECT endpoint FROM resolvers ORDER BY id")]
        wrong = [key for key, value in meta.items() if found.get(key) != value]
        if wrong or there != list(resolvers):
            what = wrong[0] if wrong else "resolvers"
            raise Complaint(
                f"{self._path} holds another sweep ({what} differs); name another file, or take it away"
            )
        if "ended" in found:
            raise Complaint(finished(self._path, found["ended"]))
        return found

    def write(
        self, batch: Batch, columns: Sequence[Sequence[Row]], *, differing: Sequence[Differing] = ()
    ) -> None:
        """One block: the rows of each resolver, in the order of names and types."""
        try:
            with self._transaction():
                self._write(batch, columns, differing)
        except sqlite3.IntegrityError:
            raise Complaint(f"another sweep writes to {self._path} at the same time") from None
        except sqlite3.Error as error:
            raise Complaint(stopped(self._path, str(error))) from None
        self._next += len(batch.names)
        if len(self._ids) > _ROOM:
            self._ids.clear()
            self._known.clear()

    def _write(self, batch: Batch, columns: Sequence[Sequence[Row]], differing: Sequence[Differing]) -> None:
        first, types = self._next, len(columns[0]) // len(batch.names) if columns and batch.names else 1
        run, ids = self._connection.executemany, self._ids
        insert(self._connection, "names", enumerate(batch.names, first), width=2)
        for resolver, rows in enumerate(columns):
            for entry in {row[0] for row in rows} - ids.keys():
                ids[entry] = self._id(entry)
            answers = (
                (first + at // types, resolver, ids[entry], " ".join(public) if public else None)
                for at, (entry, public) in enumerate(rows)
            )
            insert(self._connection, "answers", answers, width=4)
        run("INSERT INTO undecidable VALUES (?, ?)", [(batch.number, page) for page in batch.undecidable])
        run(
            "INSERT INTO differing VALUES (?, ?, ?, ?, ?)",
            [
                (item.name, item.type, item.outcome, item.count, msgspec.json.encode(item.others).decode())
                for item in differing
            ],
        )
        run("INSERT INTO blocks VALUES (?, ?, ?, ?)", [(batch.number, first, len(batch.names), batch.digest)])
        run(
            "INSERT OR REPLACE INTO sweep VALUES (?, ?)",
            [("tally", msgspec.json.encode(self.tally).decode())],
        )

    def earlier(self, names: Collection[str]) -> Iterator[Seen]:
        """What an earlier run wrote: whatever opens, and whatever has one of these names."""
        if not self.done:
            return
        self._connection.execute("CREATE TEMP TABLE wanted (name TEXT PRIMARY KEY)")
        self._connection.executemany("INSERT INTO wanted VALUES (?)", [(name,) for name in names])
        rows = self._connection.execute(
            "SELECT name, type, resolver, outcome, rule, addresses FROM records "
            "WHERE outcome = 'reachable' OR name IN (SELECT name FROM wanted)"
        )
        for name, kind, resolver, outcome, rule, addresses in rows:
            yield Seen(name, kind, resolver, outcome, rule, tuple(addresses.split()))
        self._connection.execute("DROP TABLE wanted")

    def differing(self, limit: int) -> tuple[Differing, ...]:
        """The first names on which resolvers differ, over all runs."""
        rows = self._connection.execute(
            "SELECT name, type, outcome, resolvers, others FROM differing ORDER BY rowid LIMIT ?", (limit,)
        )
        return tuple(
            Differing(
                name=name,
                type=kind,
                outcome=outcome,
                count=count,
                others=msgspec.json.decode(others, type=tuple[Dissent, ...]),
            )
            for name, kind, outcome, count, others in rows
        )

    def finish(
        self, *, ended: str, standing: Sequence[Standing] | None, instances: Mapping[str, str]
    ) -> None:
        """The sweep is whole: what it leaves to the one of tomorrow, and who answered.

        At an anycast address an instance is only the one that was seen.
        """
        run = self._connection.executemany
        try:
            with self._transaction():
                run(
                    "UPDATE resolvers SET instance = ? WHERE endpoint = ?",
                    [(seen, resolver) for resolver, seen in instances.items()],
                )
                run(
                    "INSERT INTO leaks VALUES (?, ?, ?, ?, ?)",
                    [
                        (
                            leak_id(item.name, item.type, item.resolver),
                            item.name,
                            item.type,
                            item.resolver,
                            rfc3339(item.since),
                        )
                        for item in standing or ()
                    ],
                )
                followed = "yes" if standing is not None else "no"
                run("INSERT INTO sweep VALUES (?, ?)", [("ended", ended), ("followed", followed)])
            # From now on it is only read, moved and kept: one file, and none beside it.
            self._connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise Complaint(stopped(self._path, str(error))) from None

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
            self._verdict += 1
            known = self._known[key] = self._verdict
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
        if kind is None:
            self._connection.execute("COMMIT")
        elif self._connection.in_transaction:
            # A full disk has rolled it back already.
            self._connection.execute("ROLLBACK")
