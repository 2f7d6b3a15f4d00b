"""A key was lost or has leaked: which certificates fall, which stand, and what shows it.

What was signed with it at or after that time falls: nobody can tell who signed. What was signed before
stands where the journal of this machine, which is a chain of hashes, holds its issue from before that time;
the date in a certificate shows nothing, since whoever has the key writes what date they like.
"""

from __future__ import annotations

from datetime import datetime

from certificates.lifecycle import OPEN, Event, Refused
from certificates.records import Status
from certificates.transitions import EventKind, Role, Why
from friendlywifi.certifying.keyring import Ended, KeyEntry
from friendlywifi.records import certificates, journal
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.journal import Entry
from friendlywifi.records.times import read
from probes.records import Record, Time, digest

WHY = {Ended.LEAKED: Why.KEY_LEAKED, Ended.LOST: Why.KEY_LOST}


class Fate(Record):
    """One certificate that rests on the key."""

    number: str
    place: str
    hotspot: str
    digest: str
    """Of the certificate."""
    status: Status
    issued: Time
    falls: bool
    why: str
    """A clause."""
    entry: int | None = None
    """Number of the journal's entry of its issue."""
    hash: str | None = None
    """The hash of that entry."""


class Retired(Record):
    """What the journal keeps."""

    key: str
    name: str
    since: Time
    why: Ended
    falls: tuple[str, ...]
    """Numbers."""
    stands: tuple[str, ...]
    """Digests of the certificates that the scheme is to keep."""


def fates(records: Records, key: KeyEntry, *, since: datetime, why: Ended) -> tuple[Fate, ...]:
    """Every certificate for which the key was used, in the order of their numbers."""
    rows = certificates.resting_on(records, key.id)
    if why is Ended.ROTATED:
        return tuple(_fate(row, None, falls=False, why="nobody else ever had the key") for row in rows)
    broken = journal.verify(records)
    return tuple(_judged(records, row, key, since=since, whole=broken is None) for row in rows)


def standing(found: tuple[Fate, ...]) -> tuple[str, ...]:
    """The digests that stand, as a list of trust names them; those that ended by themselves, too."""
    return tuple(sorted(item.digest for item in found if not item.falls))


def withdraw(
    records: Records,
    found: tuple[Fate, ...],
    key: KeyEntry,
    *,
    since: datetime,
    why: Ended,
    by: str,
    now: datetime,
) -> tuple[str, ...]:
    """Withdraw what falls and can still be withdrawn, in one transaction; the numbers."""
    done = []
    with records.writing():
        for item in found:
            if not item.falls or item.status not in OPEN:
                continue
            event = Event(
                kind=EventKind.WITHDRAW,
                at=now,
                by=by,
                role=Role.CERTIFIER,
                why=WHY[why],
                words=f"The key {key.name} ({key.id[:24]}) is {why.value} since {since:%Y-%m-%d %H:%M} UTC.",
            )
            answer = certificates.change(records, item.number, event, now=now)
            if not isinstance(answer, Refused):
                done.append(item.number)
        data = Retired(
            key=key.id, name=key.name, since=since, why=why, falls=tuple(done), stands=standing(found)
        )
        journal.append(records, now=now, actor=by, kind="key.retired", subject=key.id, data=data)
    return tuple(done)


def _judged(records: Records, row: CertificateRow, key: KeyEntry, *, since: datetime, whole: bool) -> Fate:
    used = max(use.used for use in certificates.keys_of(records, row.number) if use.key == key.id)
    entry = _issue_of(records, row)
    if used >= since:
        return _fate(row, entry, falls=True, why=f"the key was used for it {used:%-d %B %Y, %H:%M} UTC")
    if not whole:
        return _fate(row, entry, falls=True, why="the journal was changed, so that nothing shows its time")
    if entry is None or read(entry.at) >= since:
        return _fate(row, entry, falls=True, why="nothing shows that it was signed before")
    return _fate(
        row, entry, falls=False, why=f"entry {entry.number} of the journal, {read(entry.at):%-d %B %Y}"
    )


def _issue_of(records: Records, row: CertificateRow) -> Entry | None:
    """The entry of its issue, for these very bytes."""
    name = digest(row.certificate)
    for entry in journal.entries(records, subject=row.number):
        if entry.kind == "certificate.issued" and name in (entry.data or ""):
            return entry
    return None


def _fate(row: CertificateRow, entry: Entry | None, *, falls: bool, why: str) -> Fate:
    return Fate(
        number=row.number,
        place=row.certificate.place,
        hotspot=row.hotspot,
        digest=digest(row.certificate),
        status=row.status,
        issued=row.issued,
        falls=falls,
        why=why,
        entry=None if entry is None else entry.number,
        hash=None if entry is None else entry.hash,
    )
