"""The certificates as surveillance needs them each minute: a few facts of each, and no signature read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import msgspec

from certificates.lifecycle import IN_FORCE
from certificates.records import Status
from criteria.assessment import VISITS_LIMIT
from criteria.records import CriterionOutcome
from friendlywifi.records.database import Records
from friendlywifi.records.times import written
from probes.records import Record, Time


class Holding(Record):
    """A certificate that a hotspot holds."""

    number: str
    hotspot: str
    status: Status
    since: Time
    """When it got that status."""
    until: Time
    ssids: tuple[str, ...]
    evidence: Time
    """The last valid run that it was issued on."""
    standard: str
    """Digest."""
    mode: Literal["resident", "rounds"] = "resident"
    """How it was promised to be watched: on visits where its face says so."""
    test: bool = False
    shown: tuple[str, ...] = ()
    """Gates that it says were passed, sorted."""


class _Evidence(msgspec.Struct):
    last: Time


class _Standard(msgspec.Struct):
    digest: str


class _Claim(msgspec.Struct):
    criterion: str
    gate: bool
    result: str


class _Face(msgspec.Struct):
    claims: tuple[_Claim, ...]
    ssids: tuple[str, ...]
    limits: tuple[str, ...]
    test: bool
    evidence: _Evidence
    standard: _Standard


class _Signed(msgspec.Struct):
    """Of a signed certificate what is needed here: it was read as a whole when it came in."""

    certificate: _Face


_PASS = CriterionOutcome.PASS.value
_SIGNED = msgspec.json.Decoder(_Signed)


def holdings(records: Records, *, statuses: Collection[Status] = IN_FORCE) -> tuple[Holding, ...]:
    """Every certificate with one of these statuses, in the order of their numbers."""
    marks = ", ".join("?" * len(statuses))
    rows = records.connection.execute(
        "SELECT number, hotspot, status, changed, valid_until, signed FROM certificates "  # noqa: S608 - question marks
        f"WHERE status IN ({marks}) ORDER BY number",
        tuple(item.value for item in statuses),
    )
    return tuple(map(_holding, rows))


def clock_is_due(records: Records, *, now: datetime) -> bool:
    """Whether time alone ended something that is not yet written down."""
    row = records.connection.execute(
        "SELECT EXISTS (SELECT 1 FROM certificates WHERE status IN ('provisional', 'valid', 'suspended') "
        "AND (valid_until < ?1 OR (status = 'suspended' "
        "AND unixepoch(changed) + suspension_days * 86400 <= unixepoch(?1))))",
        (written(now),),
    ).fetchone()
    return bool(row[0])


def _holding(row: tuple[str, ...]) -> Holding:
    number, hotspot, status, changed, until, signed = row
    face = _SIGNED.decode(signed).certificate
    return Holding(
        number=number,
        hotspot=hotspot,
        status=Status(status),
        since=datetime.fromisoformat(changed),
        until=datetime.fromisoformat(until),
        ssids=face.ssids,
        evidence=face.evidence.last,
        standard=face.standard.digest,
        mode="rounds" if VISITS_LIMIT in face.limits else "resident",
        test=face.test,
        shown=tuple(sorted(claim.criterion for claim in face.claims if claim.gate and claim.result == _PASS)),
    )
