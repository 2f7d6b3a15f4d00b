"""From the records to the outbox: which reminders and changes of certificates are owed to whom, by now.

Again and again gives nothing new. What happened stands in the records first, so that a power cut between the
two costs a letter some minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from certificates.records import Status
from certificates.reminding import Expiring, Reminder, due
from certificates.reminding import needless as needless_reminder
from certificates.reminding import rests_until as reminder_rests_until
from certificates.transitions import EventKind
from friendlywifi.language.spoken import phrase
from friendlywifi.mail.desk import Desk, addressed, paper_of, place_of, put
from friendlywifi.mail.letters import Kind, Letter, sign_down_by
from friendlywifi.mail.readers import Readers, readers
from friendlywifi.records import certificates, hotspots, outbox, watching
from friendlywifi.records.certificate_rows import CertificateRow, StatusEvent
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.times import read, written
from probes.records import Record

LOOKS_BACK = timedelta(days=30)
"""News older than this is none: whoever starts to send mail is not flooded with the past."""

_CHANGES = {
    EventKind.ISSUE: Kind.ISSUED,
    EventKind.SUSPEND: Kind.SUSPENDED,
    EventKind.REINSTATE: Kind.REINSTATED,
    EventKind.WITHDRAW: Kind.WITHDRAWN,
}
"""Of an end by the clock the last reminders tell; of a renewal the letter about the new certificate."""

_FINAL = frozenset({Kind.SUSPENDED, Kind.WITHDRAWN})
"""A holder who does not hear of these goes on promising what nobody vouches for."""


class Queued(Record):
    """What a look at the records gave."""

    letters: int = 0
    faults: tuple[str, ...] = ()
    """Sentences about readers that cannot be written to."""


def queue_certificates(records: Records, desk: Desk, *, now: datetime) -> Queued:
    """Owe everybody the reminders and the news of certificates that are due by now.

    It is asked each minute for years: where nothing is due only a few columns are read.
    """
    faults: list[str] = list(_strangers(records))
    letters = 0
    places = {item.id: item for item in hotspots.every(records)}
    for reminder in due_reminders(records, now=now):
        row = certificates.get(records, reminder.certificate)
        hotspot = places[row.hotspot]
        found = readers(hotspot, Kind.REMINDER, office=desk.office)
        faults += _faults(hotspot, found)
        letters += _queue_reminder(records, desk, reminder, row=row, hotspot=hotspot, found=found, now=now)
    owed = _owed(records, since=now - LOOKS_BACK)
    for news in _news(records, since=now - LOOKS_BACK, until=now):
        if news.hotspot not in places:
            continue
        hotspot = places[news.hotspot]
        found = readers(hotspot, news.kind, office=desk.office)
        faults += _faults(hotspot, found)
        if all((news.kind.value, news.number, news.at, reader.email) in owed for reader in found.found):
            continue
        row = certificates.get(records, news.number)
        for event in certificates.history(records, news.number):
            if (written(event.at), _CHANGES.get(event.event.kind)) == (news.at, news.kind):
                letters += _queue_change(
                    records, desk, event, kind=news.kind, row=row, hotspot=hotspot, found=found, now=now
                )
    return Queued(letters=letters, faults=tuple(dict.fromkeys(faults)))


def known_here(records: Records) -> tuple[tuple[CertificateRow, ...], tuple[str, ...]]:
    """The certificates whose hotspot is in the records, and sentences about the others that are in force.

    Whoever decides needs no list of hotspots; nobody can be written to about a place that is not in it.
    """
    places = {item.id for item in hotspots.every(records)}
    rows = tuple(row for row in certificates.every(records) if row.hotspot in places)
    return rows, _strangers(records)


def due_reminders(records: Records, *, now: datetime) -> tuple[Reminder, ...]:
    """The reminders that are to be sent at a time, as things stand; nothing is put anywhere."""
    rows = records.connection.execute(
        "SELECT DISTINCT subject, step FROM outbox WHERE kind = ?", (Kind.REMINDER.value,)
    )
    return due(_expiring(records), {(subject, step) for subject, step in rows}, now)


def _expiring(records: Records, hotspot: str | None = None) -> tuple[Expiring, ...]:
    """What reminding needs of every certificate whose hotspot is in the records, or of those of one."""
    rows = records.connection.execute(
        "SELECT c.number, c.hotspot, c.issued, c.valid_until, c.status, h.record, c.test FROM certificates c "
        "JOIN hotspots h ON h.id = c.hotspot WHERE ?1 IS NULL OR c.hotspot = ?1 ORDER BY c.number",
        (hotspot,),
    )
    return tuple(
        Expiring(
            number=number,
            hotspot=place,
            issued=read(issued),
            valid_until=read(until),
            status=Status(status),
            zone=_PLACE.decode(record).time_zone,
            test=bool(test),
        )
        for number, place, issued, until, status, record, test in rows
    )


class _Zoned(msgspec.Struct):
    """Of a hotspot what is needed here."""

    time_zone: str


_PLACE = msgspec.json.Decoder(_Zoned)


class _News(Record):
    """Something that happened to a certificate and that its readers hear of."""

    number: str
    hotspot: str
    kind: Kind
    at: str


def _news(records: Records, *, since: datetime, until: datetime) -> tuple[_News, ...]:
    """What happened in a time, as far as letters tell of it."""
    rows = records.connection.execute(
        "SELECT e.number, c.hotspot, e.event, e.at FROM certificate_events e "
        "JOIN certificates c USING (number) WHERE e.at > ? AND e.at <= ? ORDER BY e.number, e.id",
        (written(since), written(until)),
    )
    return tuple(
        _News(number=number, hotspot=hotspot, kind=_CHANGES[EventKind(event)], at=at)
        for number, hotspot, event, at in rows
        if EventKind(event) in _CHANGES
    )


def _owed(records: Records, *, since: datetime) -> frozenset[tuple[str, str, str, str]]:
    """Letters about such news that are in the outbox, whatever became of them."""
    kinds = [item.value for item in _CHANGES.values()]
    marks = ", ".join("?" * len(kinds))
    asked = f"SELECT kind, subject, step, recipient FROM outbox WHERE kind IN ({marks}) AND step > ?"  # noqa: S608 - question marks
    return frozenset(records.connection.execute(asked, (*kinds, written(since))).fetchall())


def _strangers(records: Records) -> tuple[str, ...]:
    """Sentences about certificates of which something can still become and whose hotspot is not here."""
    rows = records.connection.execute(
        "SELECT number FROM certificates WHERE status IN ('provisional', 'valid', 'suspended') "
        "AND hotspot NOT IN (SELECT id FROM hotspots) ORDER BY number"
    )
    return tuple(
        phrase(
            "%(certificate)s: its hotspot is not in these records, so that nobody is reminded from here. Add "
            "it with friendlywifi hotspot import, where it is to be watched here.",
            certificate=number,
        )
        for (number,) in rows
    )


def needless(records: Records, message: outbox.Message, letter: Letter, *, now: datetime) -> str | None:
    """Why a letter that waits need not be sent any more; `None`: it must. Asked right before it is sent."""
    if letter.kind is Kind.RECOVERED and any(_fails(records, place.hotspot) for place in letter.places):
        return "the filter fails again by now"
    row = None if letter.paper is None else certificates.find(records, letter.paper.number)
    if row is None:
        return None
    if letter.kind is Kind.REMINDER:
        return needless_reminder(row.number, message.step, _expiring(records, row.hotspot), now)
    over = {
        Kind.SUSPENDED: row.status is not Status.SUSPENDED,
        Kind.REINSTATED: row.status not in (Status.PROVISIONAL, Status.VALID),
        Kind.ISSUED: row.status in (Status.WITHDRAWN, Status.SUPERSEDED, Status.EXPIRED),
    }
    return f"the certificate is {row.status.value} by now" if over.get(letter.kind, False) else None


def _fails(records: Records, hotspot: str) -> bool:
    """Whether the filter of a place is seen to fail now, whatever hides it at the moment."""
    return any(item.behind.failing for item in watching.watch_of(records, hotspot).conditions.values())


def rests_until(
    records: Records, message: outbox.Message, letter: Letter, *, now: datetime
) -> datetime | None:
    """Until when a letter that waits rests; `None`: it may go. Asked right before it is sent, too."""
    if letter.kind is not Kind.REMINDER or letter.place is None:
        return None
    known = _expiring(records, letter.place.hotspot)
    return reminder_rests_until(message.subject, message.step, known, now)


def _queue_reminder(
    records: Records,
    desk: Desk,
    reminder: Reminder,
    *,
    row: CertificateRow,
    hotspot: Hotspot,
    found: Readers,
    now: datetime,
) -> int:
    step = reminder.step
    letter = Letter(kind=Kind.REMINDER, place=place_of(hotspot), paper=paper_of(row), at=step.moment)
    letters = [addressed(reader, letter, desk) for reader in found.found]
    with records.writing():
        for item in letters:
            outbox.overtake(
                records,
                kind=Kind.REMINDER.value,
                subject=row.number,
                recipient=item.email,
                by=step.name,
                now=now,
            )
        for name in reminder.overtaken:
            put(
                records,
                desk,
                letters,
                subject=row.number,
                step=name,
                final=False,
                due=now,
                now=now,
                needless=f"overtaken by {step.name}",
            )
        return put(
            records,
            desk,
            letters,
            subject=row.number,
            step=step.name,
            final=step.final,
            due=step.moment,
            now=now,
        )


def _queue_change(
    records: Records,
    desk: Desk,
    event: StatusEvent,
    *,
    kind: Kind,
    row: CertificateRow,
    hotspot: Hotspot,
    found: Readers,
    now: datetime,
) -> int:
    letter = Letter(
        kind=kind,
        place=place_of(hotspot),
        paper=paper_of(row),
        at=event.at,
        until=sign_down_by(event.at) if kind is Kind.SUSPENDED else None,
        why=event.event.why.value,
        words=event.event.words,
    )
    return put(
        records,
        desk,
        [addressed(reader, letter, desk) for reader in found.found],
        subject=row.number,
        step=f"{event.at:%Y-%m-%dT%H:%M:%SZ}",
        final=kind in _FINAL,
        due=now,
        now=now,
    )


def _faults(hotspot: Hotspot, found: Readers) -> tuple[str, ...]:
    if found.found:
        return found.faults
    return (
        *found.faults,
        f"{hotspot.name}: nobody can be written to; give it a contact, or set [mail] office.",
    )
