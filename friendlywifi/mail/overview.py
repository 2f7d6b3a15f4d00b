"""The post at a time: what is due, what comes next, what waits, and what a person must look at."""

from __future__ import annotations

from datetime import datetime

from certificates.reminding import Reminder, Step, expiring, steps
from friendlywifi.language.spoken import phrase
from friendlywifi.mail.configuring import desk_of
from friendlywifi.mail.letters import Kind
from friendlywifi.mail.queueing import due_reminders, known_here
from friendlywifi.mail.readers import readers
from friendlywifi.records import hotspots, outbox
from friendlywifi.records.certificate_rows import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.outbox import Message, State
from friendlywifi.records.times import read
from friendlywifi.settings import Settings
from probes.records import Record, Time

ATTENTION = (State.FAILED, State.UNKNOWN)
"""Where a person must look."""


class DueRow(Record):
    """One reminder that is due at a time."""

    certificate: str
    hotspot: str
    step: str
    days_left: int
    moment: Time
    overtaken: tuple[str, ...]
    readers: int


class NextRow(Record):
    """The next reminder of a certificate."""

    certificate: str
    hotspot: str
    step: str
    moment: Time


class MessageRow(Record):
    """A message of the outbox. Without what it says and without the address."""

    id: int
    kind: str
    subject: str
    step: str
    state: State
    attempts: int
    due: Time
    reply: str | None


class DueReport(Record):
    """What `reminders due --format json` prints."""

    schema: str = "friendlywifi/reminders/1"
    at: Time
    due: tuple[DueRow, ...]
    next: tuple[NextRow, ...]
    waiting: tuple[MessageRow, ...]
    attention: tuple[MessageRow, ...]
    faults: tuple[str, ...]


def overview(records: Records, settings: Settings, moment: datetime) -> DueReport:
    places = {item.id: item for item in hotspots.every(records)}
    here, strangers = known_here(records)
    rows = {row.number: row for row in here}
    office = desk_of(settings).office
    found = due_reminders(records, now=moment)
    faults: list[str] = list(strangers)
    listed = []
    for item in found:
        hotspot = places[rows[item.certificate].hotspot]
        who = readers(hotspot, Kind.REMINDER, office=office)
        faults += who.faults
        if not who.found:
            faults.append(
                phrase("%(place)s: nobody can be written to. Give it a contact.", place=hotspot.name)
            )
        listed.append(_due_row(item, hotspot.name, len(who.found)))
    upcoming = [
        NextRow(certificate=row.number, hotspot=places[row.hotspot].name, step=step.name, moment=step.moment)
        for row in rows.values()
        if row.open
        for step in steps(
            expiring(
                row.certificate,
                hotspot=row.hotspot,
                status=row.status,
                zone=places[row.hotspot].time_zone,
            )
        )
        if step.moment > moment
    ]
    soonest: dict[str, NextRow] = {}
    for row in sorted(upcoming, key=lambda one: one.moment):
        soonest.setdefault(row.certificate, row)
    return DueReport(
        at=moment,
        due=tuple(listed),
        next=tuple(soonest.values()),
        waiting=tuple(map(_message_row, outbox.every(records, State.PENDING, State.SENDING))),
        attention=tuple(map(_message_row, outbox.every(records, *ATTENTION))),
        faults=tuple(dict.fromkeys(faults)),
    )


def _steps(row: CertificateRow, zone: str) -> tuple[Step, ...]:
    return steps(expiring(row.certificate, hotspot=row.hotspot, status=row.status, zone=zone))


def _due_row(item: Reminder, hotspot: str, count: int) -> DueRow:
    return DueRow(
        certificate=item.certificate,
        hotspot=hotspot,
        step=item.step.name,
        days_left=item.days_left,
        moment=item.step.moment,
        overtaken=item.overtaken,
        readers=count,
    )


def _message_row(message: Message) -> MessageRow:
    return MessageRow(
        id=message.id,
        kind=message.kind,
        subject=message.subject,
        step=message.step,
        state=message.state,
        attempts=message.attempts,
        due=read(message.due),
        reply=message.reply,
    )
