"""What was changed, when, by whom: a chain in which each entry holds the hash of the one before.

Triggers refuse to change or remove an entry. Whoever has the file can take the triggers away, so the chain
shows that; that the end was cut off is shown by any later hash that somebody wrote down or published.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from friendlywifi.records.database import Records
from friendlywifi.records.times import written
from probes.records import Record, digest, encode

SCHEMA: Literal["friendlywifi/journal/1"] = "friendlywifi/journal/1"

_COLUMNS = "number, at, actor, kind, subject, data, previous, hash"


class Entry(Record):
    """One change. `hash` is the digest of all the rest, with the schema's name."""

    number: int
    """From 1 without gaps."""
    at: str
    actor: str
    """A person's name, or the program's part: `serve`, `records import`."""
    kind: str
    """Like `hotspot.enrolled`, `run.recorded`, `certificate.suspended`."""
    subject: str
    """The id of the hotspot, the number of the certificate…"""
    data: str | None
    """Canonical JSON of a record."""
    previous: str
    """The hash of the entry before; empty in the first."""
    hash: str

    def expected(self) -> str:
        """The hash that its content has."""
        rest = msgspec.structs.asdict(self)
        del rest["hash"]
        return digest(encode({"schema": SCHEMA, **rest}))


class Broken(Record):
    """Where the chain does not hold."""

    number: int
    why: str


def append(
    records: Records, *, now: datetime, actor: str, kind: str, subject: str, data: Record | None = None
) -> Entry:
    """The next entry, in the caller's transaction (one of its own where there is none)."""
    with records.writing():
        end = last(records)
        entry = Entry(
            number=1 if end is None else end.number + 1,
            at=written(now),
            actor=actor,
            kind=kind,
            subject=subject,
            data=None if data is None else encode(data).decode(),
            previous="" if end is None else end.hash,
            hash="",
        )
        entry = msgspec.structs.replace(entry, hash=entry.expected())
        values = msgspec.structs.astuple(entry)
        records.connection.execute(
            f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
            values,
        )
    return entry


def last(records: Records) -> Entry | None:
    """The end of the chain; its hash vouches for everything before."""
    asked = f"SELECT {_COLUMNS} FROM journal ORDER BY number DESC LIMIT 1"  # noqa: S608 - likewise
    row = records.connection.execute(asked).fetchone()
    return None if row is None else _entry(row)


def entries(records: Records, *, subject: str | None = None, since: int = 0) -> Iterator[Entry]:
    """In order, those with a number above `since`; all of them, or those of one subject."""
    asked = f"SELECT {_COLUMNS} FROM journal WHERE number > ?"  # noqa: S608 - likewise
    values: tuple[Any, ...] = (since,)
    if subject is not None:
        asked, values = f"{asked} AND subject = ?", (since, subject)
    return map(_entry, records.connection.execute(f"{asked} ORDER BY number", values))


def verify(records: Records, *, head: str | None = None) -> Broken | None:
    """The first place where the chain does not hold; `None`: it holds from its first entry to its last.

    `head`: a hash that was written down earlier, and must be in it.
    """
    number, previous, met = 0, "", head is None
    for entry in entries(records):
        number += 1
        if entry.number != number:
            return Broken(number=number, why="an entry is missing")
        if entry.previous != previous:
            return Broken(number=number, why="it does not follow the entry before it")
        if entry.hash != entry.expected():
            return Broken(number=number, why="its content was changed")
        previous = entry.hash
        met = met or entry.hash == head
    if not met:
        return Broken(
            number=number, why="the hash that was written down is not in it: it was cut or made anew"
        )
    return None


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(**dict(zip(_COLUMNS.split(", "), row, strict=True)))
