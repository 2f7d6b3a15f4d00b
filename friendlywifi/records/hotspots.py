"""The hotspots that are looked after: one record each, and by what each is known again."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from friendlywifi.complaint import Complaint
from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.identity import Identity
from probes.records import Record, decode, encode


class Mode(StrEnum):
    """How it is watched."""

    RESIDENT = "resident"
    """A probe stays on site."""
    ROUNDS = "rounds"
    """Somebody visits."""


class Role(StrEnum):
    """Why a person is written to."""

    OPERATOR = "operator"
    PROVIDER = "provider"
    CERTIFIER = "certifier"


class Language(StrEnum):
    """In which language."""

    ALBANIAN = "sq"
    ENGLISH = "en"


class Contact(Record):
    name: str
    email: str
    language: Language = Language.ALBANIAN
    role: Role = Role.OPERATOR


class Hotspot(Record):
    """One place, one operator, its network names."""

    id: str
    """Like `library-7`: small letters, digits and hyphens; it never changes."""
    name: str
    place: str
    """Town or municipality."""
    address: str
    """Street and number, as on the certificate."""
    latitude: str | None = None
    """Decimal degrees, WGS 84, like "41.3275"."""
    longitude: str | None = None
    ssids: tuple[str, ...]
    operator: str
    provider: str | None = None
    contacts: tuple[Contact, ...] = ()
    time_zone: str = "Europe/Tirane"
    """Of the IANA database."""
    mode: Mode = Mode.ROUNDS
    standard: str = "baseline"
    """An id, or the path of a file."""
    office_hours: str | None = None
    """Like "08:00-16:00", in its own time zone: when mails are sent and somebody can be called."""
    identity: Identity | None = None
    """`None`: not yet enrolled, so that no run counts."""

    @property
    def enrolled(self) -> bool:
        return self.identity is not None

    def emails(self, role: Role) -> tuple[Contact, ...]:
        """The people of one role."""
        return tuple(item for item in self.contacts if item.role is role)


def add(records: Records, hotspot: Hotspot, *, now: datetime, actor: str) -> None:
    """A new one. Complains where its id or its name is taken."""
    with records.writing():
        _require_plain_meaning(records, hotspot)
        try:
            records.connection.execute(
                "INSERT INTO hotspots (id, name, folded, mode, standard, record) VALUES (?, ?, ?, ?, ?, ?)",
                (hotspot.id, *_values(hotspot)),
            )
        except sqlite3.IntegrityError:
            raise Complaint(
                f"there is a hotspot {hotspot.id} or one called “{hotspot.name}” already; "
                "friendlywifi hotspot list shows all"
            ) from None
        journal.append(records, now=now, actor=actor, kind="hotspot.added", subject=hotspot.id, data=hotspot)


def change(records: Records, hotspot: Hotspot, *, now: datetime, actor: str) -> None:
    """Other facts of a hotspot that is there; its id stays. Complains where it is not there."""
    with records.writing():
        _write(records, hotspot)
        journal.append(
            records, now=now, actor=actor, kind="hotspot.changed", subject=hotspot.id, data=hotspot
        )


def enrol(records: Records, identifier: str, identity: Identity, *, now: datetime, actor: str) -> Hotspot:
    """By what it is known from now on. Complains where it was enrolled before and no why is given."""
    with records.writing():
        before = get(records, identifier)
        if before.identity is not None and not identity.why:
            raise Complaint(
                f"{before.name} is enrolled already; say with --again --why what changed there, "
                'like --why "new router"'
            )
        after = msgspec.structs.replace(before, identity=identity)
        _write(records, after)
        journal.append(
            records, now=now, actor=actor, kind="hotspot.enrolled", subject=identifier, data=identity
        )
    return after


def get(records: Records, identifier: str) -> Hotspot:
    """By its id. Complains where there is none."""
    row = records.connection.execute("SELECT record FROM hotspots WHERE id = ?", (identifier,)).fetchone()
    if row is None:
        raise Complaint(f"there is no hotspot {identifier}; friendlywifi hotspot list shows all")
    return decode(row[0], Hotspot)


def named(records: Records, text: str) -> Hotspot | None:
    """By its id or by its name, as runs and people call it."""
    row = records.connection.execute(
        "SELECT record FROM hotspots WHERE id = ? OR folded = ?", (text, fold(text))
    ).fetchone()
    return None if row is None else decode(row[0], Hotspot)


def every(records: Records) -> Iterator[Hotspot]:
    """All, in the order of their ids."""
    rows = records.connection.execute("SELECT record FROM hotspots ORDER BY id").fetchall()
    return (decode(row[0], Hotspot) for row in rows)


def fold(name: str) -> str:
    """A name without what readers do not see or hear: case, doubled spaces, the way accents are written."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def slug(name: str) -> str:
    """An id from a name: `Biblioteka Nr. 7, Tiranë` gives `biblioteka-nr-7-tirane`."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in letters)
    return "-".join(kept.split())[:60].strip("-")


def _require_plain_meaning(records: Records, hotspot: Hotspot) -> None:
    """Complains where a run could be of two places: one called by the name that is another's id."""
    row = records.connection.execute(
        "SELECT id FROM hotspots WHERE id <> ?1 AND (id = ?2 OR folded = ?1)",
        (hotspot.id, fold(hotspot.name)),
    ).fetchone()
    if row is not None:
        raise Complaint(
            f"{hotspot.id}, called “{hotspot.name}”, could be taken for {row[0]}: the name of one is the "
            "id of the other"
        )


def _write(records: Records, hotspot: Hotspot) -> None:
    _require_plain_meaning(records, hotspot)
    try:
        done = records.connection.execute(
            "UPDATE hotspots SET name = ?, folded = ?, mode = ?, standard = ?, record = ? WHERE id = ?",
            (*_values(hotspot), hotspot.id),
        )
    except sqlite3.IntegrityError:
        raise Complaint(f"another hotspot is called “{hotspot.name}” already") from None
    if done.rowcount == 0:
        raise Complaint(f"there is no hotspot {hotspot.id}; friendlywifi hotspot list shows all")


def _values(hotspot: Hotspot) -> tuple[str, ...]:
    return (
        hotspot.name,
        fold(hotspot.name),
        hotspot.mode.value,
        hotspot.standard,
        encode(hotspot).decode(),
    )
