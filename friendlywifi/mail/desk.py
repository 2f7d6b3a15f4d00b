"""What all letters have in common, and how one gets into the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from friendlywifi.mail.letters import Letter, Paper, Place
from friendlywifi.mail.readers import Reader
from friendlywifi.mail.webhook import WEBHOOK
from friendlywifi.records import outbox
from friendlywifi.records.certificate_rows import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot
from probes.records import Record, encode


class Desk(Record):
    """What all letters have in common."""

    office: str | None = None
    """In its one form."""
    binds: str = "en"
    webhook: bool = False


class Addressed(Record):
    """A letter and its reader."""

    email: str
    letter: Letter


def addressed(reader: Reader, letter: Letter, desk: Desk) -> Addressed:
    """The same letter, for this reader, in their language."""
    own = msgspec.structs.replace(
        letter, reader=reader.name, language=reader.language.value, binds=desk.binds
    )
    return Addressed(email=reader.email, letter=own)


def place_of(hotspot: Hotspot) -> Place:
    """The hotspot as letters name it."""
    return Place(hotspot=hotspot.id, name=hotspot.name, address=hotspot.address, zone=hotspot.time_zone)


def paper_of(row: CertificateRow) -> Paper:
    """The certificate as letters name it."""
    certificate = row.certificate
    return Paper(
        number=certificate.number,
        url=certificate.url,
        issuer=certificate.issuer.name,
        issued=certificate.issued,
        until=certificate.valid_until,
        evidence_days=row.evidence_days,
        test=certificate.test,
    )


def put(
    records: Records,
    desk: Desk,
    letters: Iterable[Addressed],
    *,
    subject: str,
    step: str,
    final: bool,
    due: datetime,
    now: datetime,
    needless: str | None = None,
) -> int:
    """Each letter to its reader, and the first one's facts to the webhook. How many letters were new."""
    letters = tuple(letters)
    kinds = [(item.email, item.letter) for item in letters]
    if desk.webhook and letters and needless is None:
        kinds.append((WEBHOOK, msgspec.structs.replace(letters[0].letter, reader=WEBHOOK, words=None)))
    new = 0
    with records.writing():
        for recipient, letter in kinds:
            added = outbox.put(
                records,
                kind=letter.kind.value,
                subject=subject,
                step=step,
                recipient=recipient,
                record=encode(letter).decode(),
                final=final,
                due=due,
                now=now,
                needless=needless,
            )
            new += added and recipient != WEBHOOK
    return new
