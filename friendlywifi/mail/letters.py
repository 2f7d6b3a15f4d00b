"""What a letter is about: facts alone, kept in the outbox. Its words are made when it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from probes.records import Record, Time

SIGN_DOWN = timedelta(hours=72)
"""How long the holder of a suspended certificate has to take its sign down: as long as it had to cure it."""


class Kind(StrEnum):
    """What a letter may be about. The word stands in the outbox and in the journal."""

    REMINDER = "reminder"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    WITHDRAWN = "withdrawn"
    FAILING = "failing"
    """A gate failed and was confirmed."""
    RECOVERED = "recovered"
    FLAPPING = "flapping"
    """The filter comes and goes."""
    PORTAL_LOCKED = "portal_locked"
    UPLINK_DEAD = "uplink_dead"
    PROBE_SILENT = "probe_silent"
    LAPSING = "lapsing"
    """The evidence ends soon."""
    BEHIND = "behind"
    """Fewer checks were made than the standard asks for."""
    DIGEST = "digest"
    """Once a week, instead of a letter for each small thing."""


class Place(Record):
    """The hotspot that a letter is about."""

    hotspot: str
    name: str
    address: str
    zone: str
    """IANA; days and times in the letter are its own."""


class Paper(Record):
    """The certificate that a letter is about."""

    number: str
    url: str
    issuer: str
    issued: Time
    until: Time
    evidence_days: int
    """How old the checks behind a renewal may be."""
    test: bool


class Line(Record):
    """One place in a digest."""

    place: str
    kind: Kind
    at: Time


class Letter(Record):
    """One letter to one reader."""

    kind: Kind
    reader: str = ""
    """The name of the person."""
    language: str = "en"
    binds: str = "en"
    """The language whose text counts."""
    place: Place | None = None
    paper: Paper | None = None
    at: Time | None = None
    """When it happened or began."""
    until: Time | None = None
    """By when the reader must have done something, or what follows then."""
    why: str | None = None
    """A reason of `certificates.transitions.Why`."""
    words: str | None = None
    """What a person wrote about it."""
    findings: tuple[str, ...] = ()
    """Gates that failed, by id and title."""
    cause: str | None = None
    """What the failures of several places share: a resolver, a route."""
    retest: tuple[str, ...] = ()
    """Commands with which the provider sees the same."""
    places: tuple[Place, ...] = ()
    """All that share the cause."""
    lines: tuple[Line, ...] = ()


def sign_down_by(suspended: datetime) -> datetime:
    """By when the sign of a suspended certificate is down."""
    return suspended + SIGN_DOWN
