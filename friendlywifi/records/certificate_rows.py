"""The certificates as the records have them: what each is worth today, was worth then, and rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from certificates.lifecycle import IN_FORCE, OPEN, Event, Standing, clock_event, step
from certificates.proofs import Proofs
from certificates.records import Certificate, SignedCertificate, Status
from friendlywifi.complaint import Complaint
from friendlywifi.records.database import Records
from friendlywifi.records.times import read, written
from probes.records import Record, Time, decode

CLOCK = "the clock"
"""Who is named where time alone ended something."""

_COLUMNS = (
    "number, hotspot, test, request, issued_as, issued, valid_until, suspension_days, evidence_days, status, "
    "changed, superseded_by, signed, place, proofs"
)


class CertificateRow(Record):
    """One certificate as the records have it today."""

    number: str
    hotspot: str
    """Id of the hotspot."""
    test: bool
    request: str | None
    """Digest of the request that was decided about; `None`: brought here without it."""
    status: Status
    changed: Time
    """When it got that status."""
    issued_as: Status
    issued: Time
    valid_until: Time
    suspension_days: int
    evidence_days: int
    superseded_by: str | None
    signed: SignedCertificate
    place: int | None = None
    """Its index in the status lists; `None`: it was made without proofs, or brought here."""
    proofs: Proofs | None = None
    """The signed code and the credential that its faces carry."""

    @property
    def certificate(self) -> Certificate:
        return self.signed.certificate

    @property
    def standing(self) -> Standing:
        return Standing(
            status=self.status,
            issued_as=self.issued_as,
            since=self.changed,
            until=self.valid_until,
            suspension_days=self.suspension_days,
            evidence_days=self.evidence_days,
        )

    @property
    def open(self) -> bool:
        """Something can still become of it."""
        return self.status in OPEN


class StatusEvent(Record):
    """One line of a certificate's history."""

    number: str
    was: Status | None
    """`None`: it began."""
    became: Status
    event: Event

    @property
    def at(self) -> datetime:
        return self.event.at


@dataclass(frozen=True, kw_only=True)
class KeyUse:
    """A key that a certificate rests on, and when it was last used for it."""

    key: str
    """Its id."""
    part: str
    """`issuer`, `evaluator` or `vantage`."""
    used: datetime


def get(records: Records, number: str) -> CertificateRow:
    """By its number. Complains where there is none."""
    row = find(records, number)
    if row is None:
        raise Complaint(f"there is no certificate {number} in the records")
    return row


def find(records: Records, number: str) -> CertificateRow | None:
    """By its number, where there is one."""
    return next(_rows(records, "number = ?", number), None)


def of_request(records: Records, request: str) -> CertificateRow | None:
    """The certificate that was decided about this request."""
    return next(_rows(records, "request = ?", request), None)


def of_hotspot(records: Records, hotspot: str) -> tuple[CertificateRow, ...]:
    """All of one hotspot, oldest first."""
    return tuple(_rows(records, "hotspot = ? ORDER BY issued, number", hotspot))


def open_of(records: Records, hotspot: str, *, test: bool = False) -> CertificateRow | None:
    """The one of a hotspot from which something can still become: in force, or suspended."""
    asked = "hotspot = ? AND test = ? AND status IN ('provisional', 'valid', 'suspended')"
    return next(_rows(records, asked, hotspot, int(test)), None)


def every(records: Records, *, statuses: frozenset[Status] | None = None) -> tuple[CertificateRow, ...]:
    """All, or those with one of these statuses, in the order of their numbers."""
    found = _rows(records, "1 ORDER BY number")
    return tuple(row for row in found if statuses is None or row.status in statuses)


def status_at(records: Records, number: str, at: datetime) -> Status | None:
    """What a certificate was worth at a time; `None`: it had not begun."""
    row = get(records, number)
    events = [item for item in history(records, number) if item.at <= at]
    if not events:
        return None
    last = events[-1]
    standing = msgspec.structs.replace(row.standing, status=last.became, since=last.at)
    due = clock_event(standing, at, by=CLOCK)
    if due is None:
        return last.became
    end = step(standing, due)
    return end if isinstance(end, Status) else last.became


def in_force(records: Records, at: datetime) -> tuple[CertificateRow, ...]:
    """Those that a visitor could rely on at a time, whatever became of them later."""
    asked = "issued <= ? AND valid_until >= ? ORDER BY number"
    found = _rows(records, asked, written(at), written(at))
    return tuple(row for row in found if status_at(records, row.number, at) in IN_FORCE)


def history(records: Records, number: str) -> tuple[StatusEvent, ...]:
    """Everything that happened to one certificate, in order."""
    rows = records.connection.execute(
        "SELECT number, was, became, record FROM certificate_events WHERE number = ? ORDER BY id", (number,)
    )
    return tuple(
        StatusEvent(
            number=name,
            was=Status(was) if was else None,
            became=Status(became),
            event=decode(record, Event),
        )
        for name, was, became, record in rows
    )


def places(records: Records) -> frozenset[int]:
    """The indexes of the status lists that are taken."""
    rows = records.connection.execute("SELECT place FROM certificates WHERE place IS NOT NULL")
    return frozenset(row[0] for row in rows)


def resting_on(records: Records, key: str, *, since: datetime | None = None) -> tuple[CertificateRow, ...]:
    """Certificates for which a key was used, at or after a time where one is given."""
    asked = "number IN (SELECT number FROM certificate_keys WHERE key = ? AND used >= ?) ORDER BY number"
    return tuple(_rows(records, asked, key, "" if since is None else written(since)))


def keys_of(records: Records, number: str) -> tuple[KeyUse, ...]:
    """The keys that a certificate rests on."""
    rows = records.connection.execute(
        "SELECT key, part, used FROM certificate_keys WHERE number = ? ORDER BY part, key", (number,)
    )
    return tuple(KeyUse(key=key, part=part, used=read(used)) for key, part, used in rows)


def _rows(records: Records, where: str, *values: Any) -> Iterator[CertificateRow]:  # noqa: ANN401 - of SQL
    asked = f"SELECT {_COLUMNS} FROM certificates WHERE {where}"  # noqa: S608 - the words of this module
    return map(_row, records.connection.execute(asked, values).fetchall())


def _row(row: tuple[Any, ...]) -> CertificateRow:
    found = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return CertificateRow(
        number=found["number"],
        hotspot=found["hotspot"],
        test=bool(found["test"]),
        request=found["request"],
        status=Status(found["status"]),
        changed=read(found["changed"]),
        issued_as=Status(found["issued_as"]),
        issued=read(found["issued"]),
        valid_until=read(found["valid_until"]),
        suspension_days=found["suspension_days"],
        evidence_days=found["evidence_days"],
        superseded_by=found["superseded_by"],
        signed=decode(found["signed"], SignedCertificate),
        place=found["place"],
        proofs=None if found["proofs"] is None else decode(found["proofs"], Proofs),
    )
