"""Every run that came in, from a probe on site, from rounds or from elsewhere: once each, and none leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.complaint import Complaint
from friendlywifi.records import hotspots, journal
from friendlywifi.records.database import Records
from friendlywifi.records.identity import Place, Seen
from friendlywifi.records.times import written
from probes.records import Record, Time, decode, digest, encode


class Ours(StrEnum):
    """How a run came to be."""

    RESIDENT = "resident"
    ROUNDS = "rounds"
    IMPORTED = "imported"


class GateResult(Record):
    """One gate of the standard."""

    id: str
    result: CriterionOutcome


class RunRow(Record):
    """What the records keep of one run; the evidence itself is its bundle."""

    hotspot: str
    """Id of the hotspot."""
    run: str
    serial: int
    vantage: str
    """Id of the key that signed the bundle."""
    ssid: str | None = None
    started: Time
    ended: Time
    ours: Ours
    place: Place = Place.UNKNOWN
    """Whether it was made at this hotspot."""
    differs: tuple[str, ...] = ()
    """In clauses: what makes the place another one, or changed."""
    unknown: tuple[str, ...] = ()
    """What of the place could not be known."""
    network: Seen | None = None
    void_reason: str | None = None
    """`offline`, `captive`… as judged, or `elsewhere`; `None`: it can be judged."""
    outcome: AssessmentOutcome
    gates: tuple[GateResult, ...] = ()
    causes: tuple[str, ...] = ()
    """Behind gates that fail: resolvers (`ADDRESS:PORT`) and ways around, sorted. The same public resolver
    at six places is one cause; a private address is each place's own."""
    standard: str = ""
    """Digest of the standard."""
    second_of: str | None = None
    interrupted: bool = False
    overrides: tuple[str, ...] = ()
    commitment: str | None = None
    """Digest of its commitment."""
    bundle: str
    """Digest of the bundle."""
    path: str | None = None
    """Where the bundle is kept: relative to the folder of the records' bundles."""

    @property
    def valid(self) -> bool:
        """It can be judged, and by the public's own path."""
        return self.void_reason is None and not self.interrupted and not self.overrides

    @property
    def counts(self) -> bool:
        """It may stand as evidence for a certificate of this hotspot: surely there, and not changed."""
        return self.valid and self.place is Place.SAME

    def failing(self) -> tuple[str, ...]:
        """Ids of the gates that failed."""
        return tuple(item.id for item in self.gates if item.result is CriterionOutcome.FAIL)

    def undecided(self) -> tuple[str, ...]:
        """Ids of the gates that left an inconclusive run open."""
        if self.outcome is not AssessmentOutcome.INCONCLUSIVE:
            return ()
        return tuple(item.id for item in self.gates if item.result in _OPEN)

    def overridden(self) -> tuple[str, ...]:
        """Its overrides, for a reader: those of one kind are one, with how many they are."""
        kinds: dict[str, list[str]] = {}
        for item in self.overrides:
            kind = next((begins for begins in _KINDS if item.startswith(f"{begins} ")), item)
            kinds.setdefault(kind, []).append(item)
        return tuple(
            items[0] if len(items) == 1 else f"{kind} ×{len(items)}" for kind, items in kinds.items()
        )


_OPEN = (CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED)
_KINDS = ("connect-to", "resolver", "targets", "own CA")
"""How overrides begin of which a run may have dozens, as one in a lab does."""


class Recorded(Record):
    """What the journal keeps of a run: enough to see that its row was changed."""

    bundle: str
    row: str
    """Digest of the row."""


class Latest(Record):
    """The newest run of a hotspot, and the newest that can be judged."""

    newest: RunRow
    valid: RunRow | None


def record(records: Records, row: RunRow, *, now: datetime, actor: str) -> bool:
    """Keep a run; `False` where this bundle is here already, and then nothing changes.

    Complains where another run of the same vantage has its number.
    """
    with records.writing():
        if knows(records, row.bundle):
            return False
        try:
            marks = ", ".join("?" * len(COLUMNS))
            records.connection.execute(
                f"INSERT INTO runs ({', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608 - constants
                stored(row),
            )
        except sqlite3.IntegrityError as error:
            if "runs.serial" not in str(error):
                raise Complaint(f"there is no hotspot {row.hotspot}") from None
            raise Complaint(
                f"another run {row.serial} of {row.hotspot} by the same vantage is here already: "
                "one number was used twice"
            ) from None
        _keep_latest(records, row)
        _note(records, row, now=now, actor=actor, kind="run.recorded")
    return True


def rejudged(records: Records, row: RunRow, *, now: datetime, actor: str) -> None:
    """The same run with its place seen again, after a person confirmed a change."""
    with records.writing():
        records.connection.execute(
            "UPDATE runs SET place = ?, void = ?, record = ? WHERE bundle = ?",
            (row.place.value, row.void_reason, encode(row).decode(), row.bundle),
        )
        _keep_latest(records, row)
        _note(records, row, now=now, actor=actor, kind="run.rejudged")


def knows(records: Records, bundle: str) -> bool:
    """Whether this evidence is here."""
    asked = "SELECT 1 FROM runs WHERE bundle = ?"
    return records.connection.execute(asked, (bundle,)).fetchone() is not None


def by_bundle(records: Records, bundle: str) -> RunRow | None:
    """One run by the digest of its bundle."""
    return _one(records, "SELECT record FROM runs WHERE bundle = ?", bundle)


def of(
    records: Records, hotspot: str, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[RunRow, ...]:
    """The runs of a hotspot that started in a time, oldest first, void ones too."""
    rows = records.connection.execute(
        "SELECT record FROM runs WHERE hotspot = ? AND started >= ? AND started <= ? "
        "ORDER BY started, bundle",
        (hotspot, "" if since is None else written(since), "~" if until is None else written(until)),
    )
    return tuple(decode(row[0], RunRow) for row in rows)


def every(records: Records) -> Iterator[RunRow]:
    """All of them, in the order in which they came in."""
    return (
        decode(row[0], RunRow) for row in records.connection.execute("SELECT record FROM runs ORDER BY rowid")
    )


LATEST = "SELECT runs.record FROM latest JOIN runs ON runs.bundle = latest.bundle WHERE latest.hotspot = ?"
LATEST_VALID = (
    "SELECT runs.record FROM latest JOIN runs ON runs.bundle = latest.valid_bundle WHERE latest.hotspot = ?"
)


def latest(records: Records, hotspot: str) -> RunRow | None:
    """The newest run, void or not."""
    return _one(records, LATEST, hotspot)


def latest_valid(records: Records, hotspot: str) -> RunRow | None:
    """The newest run that can be judged and was surely not made elsewhere."""
    return _one(records, LATEST_VALID, hotspot)


def latest_of_all(records: Records) -> dict[str, Latest]:
    """Of every hotspot that has any, by its id."""
    rows = records.connection.execute(
        "SELECT latest.hotspot, newest.record, valid.record FROM latest "
        "JOIN runs AS newest ON newest.bundle = latest.bundle "
        "LEFT JOIN runs AS valid ON valid.bundle = latest.valid_bundle ORDER BY latest.hotspot"
    ).fetchall()
    return {
        hotspot: Latest(newest=decode(newest, RunRow), valid=None if valid is None else decode(valid, RunRow))
        for hotspot, newest, valid in rows
    }


def missing(records: Records, hotspot: str) -> dict[str, tuple[int, ...]]:
    """By vantage: the numbers below its highest that never came in, though each was a run that started."""
    rows = records.connection.execute(
        "SELECT vantage, serial FROM runs WHERE hotspot = ? ORDER BY vantage, serial", (hotspot,)
    )
    found: dict[str, set[int]] = {}
    for vantage, serial in rows:
        found.setdefault(vantage, set()).add(serial)
    gaps = {name: tuple(sorted(set(range(1, max(have) + 1)) - have)) for name, have in found.items()}
    return {name: gap for name, gap in gaps.items() if gap}


def measured_ssids(records: Records, hotspot: str, since: datetime) -> tuple[str, ...]:
    """The network names that have counting runs of their own since then, in the hotspot's own order.

    A certificate lists these and no other.
    """
    seen = {row.ssid for row in of(records, hotspot, since=since) if row.counts}
    return tuple(name for name in hotspots.get(records, hotspot).ssids if name in seen)


def _one(records: Records, asked: str, value: str) -> RunRow | None:
    row = records.connection.execute(asked, (value,)).fetchone()
    return None if row is None else decode(row[0], RunRow)


COLUMNS = (
    "bundle",
    "hotspot",
    "run",
    "serial",
    "vantage",
    "ssid",
    "started",
    "ended",
    "ours",
    "place",
    "void",
    "outcome",
    "record",
)


def stored(row: RunRow) -> tuple[Any, ...]:
    """A run as it stands in the file, in the order of `COLUMNS`."""
    return (
        row.bundle,
        row.hotspot,
        row.run,
        row.serial,
        row.vantage,
        row.ssid,
        written(row.started),
        written(row.ended),
        row.ours.value,
        row.place.value,
        row.void_reason,
        row.outcome.value,
        encode(row).decode(),
    )


def _keep_latest(records: Records, row: RunRow) -> None:
    """Imported runs may be older than what is here: only a later start takes the place."""
    started = written(row.started)
    records.connection.execute(
        "INSERT INTO latest (hotspot, bundle, started) VALUES (?1, ?2, ?3) ON CONFLICT (hotspot) DO UPDATE "
        "SET bundle = ?2, started = ?3 WHERE excluded.started >= started",
        (row.hotspot, row.bundle, started),
    )
    if row.valid and row.place is not Place.ELSEWHERE:
        records.connection.execute(
            "UPDATE latest SET valid_bundle = ?2, valid_started = ?3 "
            "WHERE hotspot = ?1 AND coalesce(valid_started, '') <= ?3",
            (row.hotspot, row.bundle, started),
        )


def _note(records: Records, row: RunRow, *, now: datetime, actor: str, kind: str) -> None:
    data = Recorded(bundle=row.bundle, row=digest(row))
    journal.append(records, now=now, actor=actor, kind=kind, subject=row.hotspot, data=data)
