"""Is this file whole? The database, the journal, what the rows say, and the evidence that they name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from friendlywifi.records import journal, runs
from friendlywifi.records.certificate_events import JOURNALED, Told
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Identity
from friendlywifi.records.runs import Recorded, RunRow
from friendlywifi.records.taking import kept
from probes.records import Record, decode, digest, encode

_CERTIFICATE_KINDS = frozenset(f"certificate.{word}" for word in JOURNALED.values())

Tell = Callable[[str], None]


class Whole(Record):
    """What a file holds and all that is wrong with it."""

    version: int
    hotspots: int
    runs: int
    certificates: int
    entries: int
    """Of the journal."""
    head: str | None
    """The hash of the journal's end: written down, it shows later that nothing was cut off."""
    changed: str | None
    """When the last change was made."""
    faults: tuple[str, ...]


def inspect(
    records: Records, *, head: str | None = None, evidence: bool = False, tell: Tell = lambda _: None
) -> Whole:
    """Everything that can be looked at. `evidence`: the bundles too; `head`: a hash that must be in it."""
    faults: list[str] = []
    tell("the database")
    faults += _database(records)
    if not faults:
        tell("the journal")
        faults += _journal(records, head)
        tell("hotspots and runs")
        faults += _rows(records)
        faults += _certificates(records)
    if evidence and not faults:
        tell("the evidence")
        faults += _evidence(records)
    end = None if faults else journal.last(records)
    return Whole(
        version=records.version(),
        hotspots=_count(records, "hotspots"),
        runs=_count(records, "runs"),
        certificates=_count(records, "certificates"),
        entries=_count(records, "journal"),
        head=None if end is None else end.hash,
        changed=None if end is None else end.at,
        faults=tuple(faults),
    )


def _database(records: Records) -> Iterator[str]:
    try:
        for row in records.connection.execute("PRAGMA integrity_check(20)"):
            if row[0] != "ok":
                yield f"the database is damaged: {row[0]}"
        for row in records.connection.execute("PRAGMA foreign_key_check"):
            yield f"a row of {row[0]} names a row of {row[2]} that is not there"
    except sqlite3.DatabaseError as error:
        yield f"the database is damaged: {error}"


def _journal(records: Records, head: str | None) -> Iterator[str]:
    try:
        broken = journal.verify(records, head=head)
    except msgspec.ValidationError as error:
        yield f"the journal cannot be read: {error}"
        return
    if broken is not None:
        yield f"the journal does not hold at entry {broken.number}: {broken.why}"


def _rows(records: Records) -> Iterator[str]:
    """Each row must be what the journal says of it last, and nothing that it speaks of may be gone."""
    places: dict[str, Hotspot] = {}
    rows: dict[str, str] = {}
    for entry in journal.entries(records):
        if entry.data is None:
            continue
        if entry.kind in ("hotspot.added", "hotspot.changed"):
            places[entry.subject] = decode(entry.data, Hotspot)
        elif entry.kind == "hotspot.enrolled" and entry.subject in places:
            identity = decode(entry.data, Identity)
            places[entry.subject] = msgspec.structs.replace(places[entry.subject], identity=identity)
        elif entry.kind in ("run.recorded", "run.rejudged"):
            data = decode(entry.data, Recorded)
            rows[data.bundle] = data.row
    for identifier, name, mode, text in records.connection.execute(
        "SELECT id, name, mode, record FROM hotspots ORDER BY id"
    ):
        said = places.pop(identifier, None)
        if said is None or (name, mode, text) != (said.name, said.mode.value, encode(said).decode()):
            yield f"the hotspot {identifier} is not what the journal says"
    columns = ", ".join(runs.COLUMNS)
    for values in records.connection.execute(f"SELECT {columns} FROM runs ORDER BY rowid"):  # noqa: S608 - constants
        if rows.pop(values[0], None) != _digest_of(values):
            yield f"run {values[3]} of {values[1]} is not what the journal says"
    yield from (f"the hotspot {name} is gone" for name in places)
    yield from (f"the run with the bundle {name} is gone" for name in rows)
    for row in records.connection.execute(
        "SELECT hotspot FROM latest WHERE started != "
        "(SELECT max(started) FROM runs WHERE hotspot = latest.hotspot) "
        "UNION SELECT DISTINCT hotspot FROM runs WHERE hotspot NOT IN (SELECT hotspot FROM latest)"
    ):
        yield f"the newest run of {row[0]} is not the one that is named as such"


def _certificates(records: Records) -> Iterator[str]:
    """Each event of a certificate has its entry in the journal, in the same order, and nothing more has."""
    told: dict[str, list[str]] = {}
    for entry in journal.entries(records):
        if entry.data is not None and entry.kind in _CERTIFICATE_KINDS:
            told.setdefault(entry.subject, []).append(decode(entry.data, Told).event)
    made: dict[str, list[str]] = {}
    for number, text in records.connection.execute(
        "SELECT number, record FROM certificate_events ORDER BY id"
    ):
        made.setdefault(number, []).append(digest(text.encode()))
    for number in sorted({*told, *made}):
        if told.get(number) != made.get(number):
            yield f"what happened to the certificate {number} is not what the journal says"


def _digest_of(values: tuple[Any, ...]) -> str | None:
    """Of the row that these columns hold; `None`: they are no row, or do not agree with each other."""
    try:
        row = decode(values[-1], RunRow)
    except msgspec.DecodeError:
        return None
    return digest(row) if runs.stored(row) == values else None


def _evidence(records: Records) -> Iterator[str]:
    for row in runs.every(records):
        path = kept(records, row)
        if path is None:
            continue
        named = f"the evidence of run {row.serial} of {row.hotspot}, {path},"
        try:
            data = path.read_bytes()
        except OSError as error:
            yield f"{named} cannot be read: {error.strerror}"
            continue
        if digest(data) != row.bundle:
            yield f"{named} was changed"


def _count(records: Records, table: str) -> int:
    try:
        return int(records.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - constants
    except sqlite3.DatabaseError:
        return 0


def holds_keys(path: Path) -> bool:
    """Whether a private key in PEM stands anywhere in the file's bytes."""
    mark = b"PRIVATE KEY-----"
    before = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if mark in before + block:
                return True
            before = block[-len(mark) :]
    return False
