"""A certification run is announced before it begins, so that nobody makes several and chooses the best."""

from __future__ import annotations

from datetime import datetime, timedelta

from friendlywifi.certifying.office import Office, hotspot_named, say
from friendlywifi.certifying.request import Announced
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.records import journal, runs
from friendlywifi.records.database import Records
from friendlywifi.records.times import read
from probes.records import Record, Time

ANNOUNCED = "certification.announced"
"""The journal's word for it."""


class Announcement(Record):
    """What the journal keeps: the next run that comes to an answer is the one that decides."""

    hotspot: str
    at: Time
    by: str


def announce(office: Office, hotspot: str, *, by: str, now: datetime) -> Exit:
    """Write down, before it begins, that the next run that comes to an answer decides."""
    with office.records() as records:
        found = hotspot_named(records, hotspot)
        open_one = announcements(records, found.id, since=now - timedelta(days=1))
        if open_one and not any(
            row.started > open_one[-1].at for row in runs.of(records, found.id, since=open_one[-1].at)
        ):
            raise Complaint(
                f"a certification run of {found.name} was announced {open_one[-1].at:%-d %B, %H:%M} UTC "
                "already, and no run was made since"
            )
        data = Announcement(hotspot=found.id, at=now, by=by)
        journal.append(records, now=now, actor=by, kind=ANNOUNCED, subject=found.id, data=data)
    say(
        f"Announced: the next run of {found.name} that comes to an answer is its certification run, good or "
        "bad. Make it with the whole sample, as friendlywifi check does."
    )
    return Exit.YES


def announcements(records: Records, hotspot: str, *, since: datetime) -> tuple[Announced, ...]:
    return tuple(
        Announced(at=read(entry.at), by=entry.actor, journal=entry.hash)
        for entry in journal.entries(records, subject=hotspot)
        if entry.kind == ANNOUNCED and read(entry.at) >= since
    )
