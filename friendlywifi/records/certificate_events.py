"""What becomes of a certificate: every change one transaction with its event and its entry in the journal.

What the table of `certificates.transitions` refuses is refused here before it reaches the file, and the file
refuses it once more by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certificates.lifecycle import OPEN, Event, Refused, clock_event, step
from certificates.records import Status
from certificates.transitions import EventKind, Why
from friendlywifi.records import journal
from friendlywifi.records.certificate_rows import CLOCK, CertificateRow, every, get
from friendlywifi.records.database import Records
from friendlywifi.records.times import written
from probes.records import Record, Time, digest, encode


class Told(Record):
    """What the journal keeps of an event: no more than the register may know, and the event's digest."""

    number: str
    hotspot: str
    certificate: str
    """Digest of the certificate."""
    became: Status
    at: Time
    why: Why
    event: str
    """Digest of the event."""


def change(
    records: Records, number: str, event: Event, *, now: datetime, actor: str | None = None
) -> CertificateRow | Refused:
    """What happens to a certificate, by the table. `actor`: for the journal; `None`: whoever the event names.

    What the clock demands by the time of the event comes first: nothing happens to a certificate that has
    expired. A refusal changes nothing beside that.
    """
    if event.kind is EventKind.SUPERSEDE:
        return Refused(sentence="A certificate is superseded by issuing the one that takes its place.")
    if event.at > now:
        return Refused(sentence="What has not happened yet cannot be recorded.")
    with records.writing():
        catch_up(records, get(records, number), event.at, now=now)
        row = get(records, number)
        end = step(row.standing, event)
        if isinstance(end, Refused):
            return end
        write_event(records, row, event, end, now=now, actor=actor)
        return get(records, number)


def by_the_clock(records: Records, *, now: datetime) -> tuple[CertificateRow, ...]:
    """Expire what has ended, and withdraw what was suspended for too long. Again: nothing changes."""
    changed = []
    for row in every(records, statuses=OPEN):
        with records.writing():
            if catch_up(records, get(records, row.number), now, now=now):
                changed.append(get(records, row.number))
    return tuple(changed)


def catch_up(records: Records, row: CertificateRow, at: datetime, *, now: datetime) -> bool:
    """Write what the clock demands by then; whether it demanded anything."""
    due = clock_event(row.standing, at, by=CLOCK)
    if due is None:
        return False
    end = step(row.standing, due)
    if isinstance(end, Refused):
        return False
    write_event(records, row, due, end, now=now, actor=CLOCK)
    return True


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which certificate an event is of."""

    number: str
    hotspot: str
    digest: str


def write_event(
    records: Records, row: CertificateRow, event: Event, end: Status, *, now: datetime, actor: str | None
) -> None:
    """In the caller's transaction: an event of a certificate that is in the records."""
    which = Which(number=row.number, hotspot=row.hotspot, digest=digest(row.certificate))
    write(records, which, event, was=row.status, became=end, now=now, actor=actor or event.by)


def write(
    records: Records,
    which: Which,
    event: Event,
    *,
    was: Status | None,
    became: Status,
    now: datetime,
    actor: str,
) -> None:
    """In the caller's transaction: an event and its entry in the journal. `was` is `None` for an issue."""
    records.connection.execute(
        "INSERT INTO certificate_events "
        "(number, event, was, became, at, actor, role, why, successor, record) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            which.number,
            event.kind.value,
            "" if was is None else was.value,
            became.value,
            written(event.at),
            event.by,
            event.role.value,
            event.why.value,
            event.successor,
            encode(event).decode(),
        ),
    )
    told = Told(
        number=which.number,
        hotspot=which.hotspot,
        certificate=which.digest,
        became=became,
        at=event.at,
        why=event.why,
        event=digest(event),
    )
    kind = f"certificate.{'issued' if was is None else JOURNALED[event.kind]}"
    journal.append(records, now=now, actor=actor, kind=kind, subject=which.number, data=told)


JOURNALED = {
    EventKind.ISSUE: "issued",
    EventKind.SUSPEND: "suspended",
    EventKind.REINSTATE: "reinstated",
    EventKind.WITHDRAW: "withdrawn",
    EventKind.EXPIRE: "expired",
    EventKind.SUPERSEDE: "superseded",
}
"""After `certificate.`, the kinds of the journal's entries."""
