"""Certificates for tests: really signed, and with events that lack nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from certificates.keys import key_from_seed, key_id, public_text
from certificates.lifecycle import Event, Proof
from certificates.records import Certificate, SignedCertificate
from certificates.signing import from_file, sign
from certificates.transitions import EventKind, Role, Why
from friendlywifi.records import certificates
from friendlywifi.records.certificates import CertificateRow, New, Series
from friendlywifi.records.database import Records

GOLDEN = Path(__file__).parents[2] / "certificates" / "golden" / "valid.json"
KEY = key_from_seed(bytes(range(32)))
FW = Series(name="FW")
RUN = "sha256:" + "1" * 64
MODEL = from_file(GOLDEN.read_bytes()).certificate
START = MODEL.issued


def signed(number: str, issued: datetime, *, days: int = 365, **changed: Any) -> SignedCertificate:
    """A certificate of this number, really signed."""
    public = KEY.public_key()
    issuer = msgspec.structs.replace(MODEL.issuer, key=public_text(public), key_id=key_id(public))
    until = issued + timedelta(days=days)
    certificate: Certificate = msgspec.structs.replace(
        MODEL, number=number, issued=issued, valid_until=until, issuer=issuer, **changed
    )
    return sign(certificate, KEY)


def event(kind: EventKind, why: Why, at: datetime, **changed: Any) -> Event:
    """An event that lacks nothing that any reason asks for."""
    given: dict[str, Any] = {
        "kind": kind,
        "at": at,
        "by": "Arben Çela",
        "role": Role.DECIDER,
        "why": why,
        "words": "What happened is told here.",
        "evidence": (Proof(digest=RUN, made=at, good=kind is not EventKind.SUSPEND),),
        "decided": RUN,
    }
    return Event(**{**given, **changed})


def new(number: str, at: datetime, *, hotspot: str = "library-7", **changed: Any) -> New:
    """A certificate that is to enter the records."""
    more = {name: changed.pop(name) for name in ("request", "keys", "replaces") if name in changed}
    return New(
        signed=signed(number, at, **changed),
        hotspot=hotspot,
        decided=event(EventKind.ISSUE, Why.DECIDED, at),
        suspension_days=183,
        evidence_days=30,
        **more,
    )


def issue(records: Records, at: datetime = START, **changed: Any) -> CertificateRow:
    """One that is in them."""
    row = certificates.issue_row(
        records, series=FW, make=lambda number: new(number, at, **changed), now=at, actor="Arben Çela"
    )
    assert isinstance(row, CertificateRow)
    return row
