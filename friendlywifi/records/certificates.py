"""The certificates of the records: how one enters them, and by these names what is asked and told of it.

Numbered, signed and kept in one transaction, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certificates.lifecycle import Event, Refused, step
from certificates.proofs import Proofs
from certificates.records import SignedCertificate, Status
from certificates.transitions import EventKind, Role, Why
from friendlywifi.records import journal
from friendlywifi.records.certificate_events import Which, by_the_clock, catch_up, change, write, write_event
from friendlywifi.records.certificate_rows import (
    CLOCK,
    CertificateRow,
    KeyUse,
    StatusEvent,
    every,
    find,
    get,
    history,
    in_force,
    keys_of,
    of_hotspot,
    of_request,
    open_of,
    places,
    resting_on,
    status_at,
)
from friendlywifi.records.database import Records
from friendlywifi.records.times import written
from probes.records import Record, digest, encode


@dataclass(frozen=True, kw_only=True)
class Series:
    """An issuer's own numbers, without gaps: `FW-2026-000123` is the 123rd of the series FW."""

    name: str

    def number(self, sequence: int, now: datetime) -> str:
        return f"{self.name}-{now.year}-{sequence:06d}"


@dataclass(frozen=True, kw_only=True)
class New:
    """A certificate that is to enter the records, with what the records must know beside it."""

    signed: SignedCertificate
    hotspot: str
    decided: Event
    """The event of its issue."""
    suspension_days: int
    evidence_days: int
    request: str | None = None
    keys: tuple[KeyUse, ...] = ()
    place: int | None = None
    """Its index in the status lists, where it has proofs."""
    proofs: Proofs | None = None
    replaces: Why = Why.RENEWED
    """The reason for which the certificate before it ends, where there is one."""


def issue_row(
    records: Records, *, series: Series, make: Callable[[str], New], now: datetime, actor: str
) -> CertificateRow | Refused:
    """Number, make and keep a certificate of this issuer: all of it, or nothing and no number used.

    `make` gets the number and signs; what it raises is raised, and no number is used.
    """
    with records.writing():
        row = records.connection.execute(
            "SELECT coalesce(max(sequence), 0) + 1 FROM certificates WHERE series = ?", (series.name,)
        ).fetchone()
        number = series.number(row[0], now)
        if find(records, number) is not None:
            return Refused(
                sentence=f"{number} was decided elsewhere and brought here: two machines of one issuer need "
                "a series of numbers each (series under [issuer])."
            )
        new = make(number)
        return _enter(records, new, series=(series.name, row[0]), now=now, actor=actor)


def bring(records: Records, new: New, *, now: datetime, actor: str) -> CertificateRow | Refused:
    """Keep a certificate that was decided elsewhere. Again: nothing changes, but that proofs are added to one
    that came without them.
    """
    with records.writing():
        known = find(records, new.signed.certificate.number)
        if known is not None and known.signed != new.signed:
            return Refused(sentence=f"Another certificate with the number {known.number} is here already.")
        if known is None or (known.proofs is None and new.proofs is not None):
            taken = _at(records, new.place)
            if taken is not None:
                return Refused(
                    sentence=f"Its place in the status lists is that of {taken}: what becomes of one would "
                    "show of the other. Ask for it once more, and let it be decided again."
                )
        if known is None:
            return _enter(records, new, series=None, now=now, actor=actor)
        if known.proofs is None and new.proofs is not None:
            _complete(records, known, new, now=now, actor=actor)
        return get(records, known.number)


def _at(records: Records, place: int | None) -> str | None:
    """The number of the certificate that has this place in the status lists."""
    row = records.connection.execute("SELECT number FROM certificates WHERE place = ?", (place,)).fetchone()
    return None if row is None else str(row[0])


class Proven(Record):
    """What the journal keeps of proofs that came after their certificate."""

    number: str
    proofs: str
    """Digest of them."""
    place: int


def _complete(records: Records, known: CertificateRow, new: New, *, now: datetime, actor: str) -> None:
    """In the caller's transaction: the proofs of a certificate that came without them."""
    if new.proofs is None or new.place is None:
        raise AssertionError("proofs and a place in the status lists go together")
    records.connection.execute(
        "UPDATE certificates SET place = ?, proofs = ?, request = coalesce(request, ?) WHERE number = ?",
        (new.place, encode(new.proofs).decode(), new.request, known.number),
    )
    for use in set(new.keys) - set(keys_of(records, known.number)):
        _insert_use(records, known.number, use)
    told = Proven(number=known.number, proofs=digest(new.proofs), place=new.place)
    journal.append(records, now=now, actor=actor, kind="certificate.proven", subject=known.number, data=told)


def _enter(
    records: Records, new: New, *, series: tuple[str, int] | None, now: datetime, actor: str
) -> CertificateRow | Refused:
    """In the caller's transaction. Everything that could be refused is asked before anything is written."""
    certificate = new.signed.certificate
    begun = step(None, new.decided, issued_as=Status(certificate.status))
    if isinstance(begun, Refused):
        return begun
    if certificate.issued > now:
        return Refused(sentence="The certificate is dated in the future.")
    if new.decided.at != certificate.issued:
        return Refused(sentence="The certificate is dated otherwise than its issue.")
    if new.request is not None and (done := of_request(records, new.request)) is not None:
        return Refused(sentence=f"This request was decided already: it became {done.number}.")
    later = [
        row
        for row in of_hotspot(records, new.hotspot)
        if row.test is certificate.test and row.issued > certificate.issued
    ]
    if later:
        # Whatever became of the newer one: an older one, found again, is no way back.
        return Refused(
            sentence=f"It is older than {later[-1].number}, which the hotspot got after it, and cannot take "
            "its place."
        )
    before = open_of(records, new.hotspot, test=certificate.test)
    if before is not None and catch_up(records, before, certificate.issued, now=now):
        before = open_of(records, new.hotspot, test=certificate.test)
    if before is not None:
        ending = _ending(before, new)
        end = step(before.standing, ending)
        if isinstance(end, Refused):
            return end
        write_event(records, before, ending, end, now=now, actor=actor)
    _insert(records, new, series=series)
    row = Which(number=certificate.number, hotspot=new.hotspot, digest=digest(certificate))
    write(records, row, new.decided, was=None, became=begun, now=now, actor=actor)
    return get(records, certificate.number)


def _ending(before: CertificateRow, new: New) -> Event:
    """The end of the certificate before: at the start of the new one, so that there is no gap and no overlap.

    One that was brought here late ends no earlier than what happened to it meanwhile.
    """
    return Event(
        kind=EventKind.SUPERSEDE,
        at=max(new.signed.certificate.issued, before.changed),
        by=new.decided.by,
        role=Role.DECIDER,
        why=new.replaces,
        successor=new.signed.certificate.number,
    )


def _insert(records: Records, new: New, *, series: tuple[str, int] | None) -> None:
    certificate = new.signed.certificate
    name, sequence = (None, None) if series is None else series
    records.connection.execute(
        "INSERT INTO certificates (number, series, sequence, hotspot, test, digest, request, issued_as, "
        "issued, valid_until, suspension_days, evidence_days, signed, changed, place, proofs) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            certificate.number,
            name,
            sequence,
            new.hotspot,
            int(certificate.test),
            digest(certificate),
            new.request,
            certificate.status,
            written(certificate.issued),
            written(certificate.valid_until),
            new.suspension_days,
            new.evidence_days,
            encode(new.signed).decode(),
            written(certificate.issued),
            new.place,
            None if new.proofs is None else encode(new.proofs).decode(),
        ),
    )
    for use in new.keys:
        _insert_use(records, certificate.number, use)


def _insert_use(records: Records, number: str, use: KeyUse) -> None:
    """Where a key is known already, what is known of it stays."""
    records.connection.execute(
        "INSERT INTO certificate_keys (number, key, part, used) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (number, use.key, use.part, written(use.used)),
    )


__all__ = [
    "CLOCK",
    "CertificateRow",
    "KeyUse",
    "New",
    "Series",
    "StatusEvent",
    "bring",
    "by_the_clock",
    "change",
    "every",
    "find",
    "get",
    "history",
    "in_force",
    "issue_row",
    "keys_of",
    "of_hotspot",
    "of_request",
    "open_of",
    "places",
    "resting_on",
    "status_at",
]
