"""A run comes in: verified, compared with the place that it says it is of, kept, written down once.

The same way for a probe on site, for rounds, and for what somebody else measured.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.records import hotspots, journal, runs
from friendlywifi.records.database import Records
from friendlywifi.records.evidence import ELSEWHERE, Genuine, genuine, row_of
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Place, compare
from friendlywifi.records.runs import Ours, RunRow
from probes.records import Record, digest

AHEAD = timedelta(minutes=10)
"""How far a run's clock may be before ours: more would make it the latest run for as long."""


class Came(StrEnum):
    NEW = "new"
    KNOWN = "known"
    """It was here already; nothing changed."""
    REFUSED = "refused"


class Taken(Record):
    """What became of one bundle."""

    came: Came
    bundle: str
    """Digest."""
    hotspot: str | None = None
    row: RunRow | None = None
    why: str | None = None
    """Why it was refused: a clause."""
    remarks: tuple[str, ...] = ()
    """Sentences for a person: it is void, its place has changed, numbers are missing."""


class RefusedBundle(Record):
    """What the journal keeps of a bundle that did not come in."""

    bundle: str
    hotspot: str | None
    why: str


def record_bundle(
    records: Records,
    data: bytes,
    *,
    now: datetime,
    actor: str,
    ours: Ours = Ours.IMPORTED,
    hotspot: str | None = None,
) -> Taken:
    """Take a bundle in. `hotspot`: the id that it must be of.

    Nothing about the bundle raises; complains where the records or the folder of bundles cannot be written.
    """
    name = digest(data)
    known = runs.by_bundle(records, name)
    if known is not None:
        return Taken(came=Came.KNOWN, bundle=name, hotspot=known.hotspot, row=known)
    try:
        evidence = genuine(data)
    except EvidenceFault as fault:
        return _refused(records, name, None, str(fault), now=now, actor=actor)
    found = hotspots.named(records, evidence.contents.run.hotspot)
    why = _refusal(evidence, found, wanted=hotspot, now=now)
    if why is not None or found is None or found.identity is None:
        return _refused(records, name, found, why or "", now=now, actor=actor)
    run = evidence.contents.run
    where = compare(found.identity.at(run.started), evidence.seen, ssids=found.ssids)
    path = keep(records, data, name)
    row = row_of(evidence, hotspot=found.id, ours=ours, where=where, path=path)
    try:
        new = runs.record(records, row, now=now, actor=actor)
    except Complaint as complaint:
        return _refused(records, name, found, str(complaint), now=now, actor=actor)
    return Taken(
        came=Came.NEW if new else Came.KNOWN,
        bundle=name,
        hotspot=found.id,
        row=row,
        remarks=(*remarks(found, row), *evidence.contents.remarks),
    )


def remarks(hotspot: Hotspot, row: RunRow) -> tuple[str, ...]:
    """What a person must know of a run that came in."""
    told = []
    if row.place is Place.ELSEWHERE:
        told.append(f"You are not at {hotspot.name}: {'; '.join(row.differs)}.")
    if row.place is Place.CHANGED:
        told.append(
            f"{hotspot.name} has changed: {'; '.join(row.differs)}. Until somebody confirms it with "
            f"friendlywifi hotspot enrol {hotspot.id} BUNDLE --again --why WHY, the run is no evidence for a "
            "certificate."
        )
    if row.place is Place.UNKNOWN:
        told.append(
            f"Whether it was made at {hotspot.name} is not known ({', '.join(row.unknown)}): it is no "
            "evidence for a certificate."
        )
    if row.void_reason is not None and row.void_reason != ELSEWHERE:
        told.append(f"It is void: {row.void_reason.replace('_', ' ')}.")
    if row.overrides:
        told.append(
            f"It is not what visitors get ({', '.join(row.overridden())}): it is no evidence for a "
            "certificate."
        )
    return tuple(told)


def keep(records: Records, data: bytes, name: str) -> str:
    """The bundle in the folder of bundles, on the disk before any row speaks of it; its path within."""
    hexadecimal = name.removeprefix("sha256:")
    within = f"{hexadecimal[:2]}/{hexadecimal}.zip"
    path = records.bundles / within
    if not (path.is_file() and digest(path.read_bytes()) == name):
        _private(records.bundles)
        files.write(path, data)
        # A rename is on the disk once its folder is.
        for folder in (path.parent, records.bundles, records.bundles.parent):
            _sync(folder)
    return within


def kept(records: Records, row: RunRow) -> Path | None:
    """Where the evidence of a run lies; `None`: it is not kept here."""
    return None if row.path is None else records.bundles / row.path


def _refusal(evidence: Genuine, found: Hotspot | None, *, wanted: str | None, now: datetime) -> str | None:
    run = evidence.contents.run
    if found is None:
        return (
            f"it is of “{run.hotspot}”, and no hotspot here has that name; "
            "friendlywifi hotspot list shows all"
        )
    if wanted is not None and found.id != wanted:
        return f"it is of {found.name}, not of {wanted}"
    if run.started > now + AHEAD:
        return f"it says that it began {run.started:%-d %B %Y, %H:%M} UTC, which is still to come"
    if found.identity is None:
        return (
            f"{found.name} is not enrolled; if this run was made there, "
            f"friendlywifi hotspot enrol {found.id} BUNDLE"
        )
    if evidence.vantage not in found.identity.vantages:
        return (
            f"it is signed by a vantage that is not enrolled for {found.name}; if it is yours, "
            f'friendlywifi hotspot enrol {found.id} BUNDLE --again --why "a second laptop"'
        )
    return None


def _refused(
    records: Records, name: str, found: Hotspot | None, why: str, *, now: datetime, actor: str
) -> Taken:
    # Once: a folder that is imported each night must not fill the journal with what it always refuses.
    if all(entry.kind != "run.refused" for entry in journal.entries(records, subject=name)):
        data = RefusedBundle(bundle=name, hotspot=None if found is None else found.id, why=why)
        journal.append(records, now=now, actor=actor, kind="run.refused", subject=name, data=data)
    return Taken(came=Came.REFUSED, bundle=name, hotspot=None if found is None else found.id, why=why)


def _private(folder: Path) -> None:
    """Bundles hold names that must not be published: for the owner alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Complaint(f"the evidence cannot be kept in {folder}: {error.strerror}") from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
