"""A certification run is announced before it begins, so that nobody makes several and chooses the best."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from certificates.keys import public_text
from certificates.records import plain, whole_seconds
from friendlywifi import files
from friendlywifi.certifying.keyring import Purpose
from friendlywifi.certifying.office import Office, hotspot_named, say
from friendlywifi.certifying.request import Announced
from friendlywifi.certifying.witnessing import Notice, signed_notice
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


def announce(office: Office, hotspot: str, *, by: str, now: datetime, output: Path | None = None) -> Exit:
    """Write down, before it begins, that the next run that comes to an answer decides. `output`: and sign it
    for the decider.
    """
    now, key = whole_seconds(now), None
    if output is not None:
        evaluator = office.key(office.issuer.evaluator_key, Purpose.EVALUATOR)
        key = office.keyring.open(evaluator, office.passphrases.existing)
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
        entry = journal.append(records, now=now, actor=by, kind=ANNOUNCED, subject=found.id, data=data)
    if output is not None and key is not None:
        notice = Notice(
            hotspot=found.id,
            name=plain(found.name),
            at=now,
            by=plain(by),
            journal=entry.hash,
            key=public_text(key.public_key()),
        )
        files.write(output, signed_notice(notice, key))
    say(
        f"Announced: the next run of {found.name} that comes to an answer is its certification run, good or "
        "bad. Make it with the whole sample, as friendlywifi check does."
    )
    if output is not None:
        say(
            f"Left in {output}. Send it to the decider before the run begins; they run: "
            f"friendlywifi certify witness {output.name}"
        )
    return Exit.YES


def announcements(records: Records, hotspot: str, *, since: datetime) -> tuple[Announced, ...]:
    return tuple(
        Announced(at=read(entry.at), by=entry.actor, journal=entry.hash)
        for entry in journal.entries(records, subject=hotspot)
        if entry.kind == ANNOUNCED and read(entry.at) >= since
    )
