"""What a hotspot is held to: a standard is a file of criteria, each with its reason, its rule and its remedy.

Thresholds, texts and duties are data; the kinds of rule that a criterion may use are code (`criteria.kinds`).
Every number names where it comes from, and a file that leaves one out is refused.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from criteria.kinds import Test
from criteria.kinds.numbers import Count, Days, Share
from probes.records import Record

Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
        description="lower-case letters, digits and hyphens, at most 40 (school-network)",
    ),
]


class Lifecycle(StrEnum):
    EXPERIMENTAL = "experimental"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Witness(StrEnum):
    """Whether somebody else must vouch for time and place of a check."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class Scope(StrEnum):
    """What a criterion is judged over."""

    RUN = "run"
    PERIOD = "period"
    DOCUMENT = "document"


class Owner(StrEnum):
    """Who can put it right."""

    VENUE = "venue"
    PROVIDER = "provider"
    CERTIFIER = "certifier"


class Effort(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Source(Record):
    """Where a number, or a rule without one, comes from."""

    of: Text
    """The key of the number beside it, or `rule`."""
    says: Text


class Words(Record):
    """What a criterion says, in another language than English."""

    title: Text
    protects: Text
    how: Text
    rule: Text
    remedy: Text


class CriterionTexts(Record):
    """The languages beside English."""

    sq: Words | None = None
    """Albanian."""


class Criterion(Record):
    """One thing that a standard asks, in words for people and in a rule for the program."""

    id: Annotated[
        str,
        Meta(
            pattern=r"^[A-Z]{3}-[0-9]{2}$",
            description="three capitals, a hyphen and two digits (ADU-02)",
        ),
    ]
    """Never reused: another meaning is another id or another version."""
    version: Count
    lifecycle: Lifecycle
    title: Text
    gate: bool
    """A gate decides and has no weight; anything else is advice and has one (0: information)."""
    weight: Annotated[int, Meta(ge=0, le=100)]
    protects: Text
    why: Text
    how: Text
    """How it is tested."""
    rule: Text
    """When it passes, in words."""
    remedy: Text
    effort: Effort
    owner: Owner
    scope: Scope
    enabled: bool = True
    """Off: national profiles switch it on."""
    source: tuple[Source, ...]
    test: Test
    text: CriterionTexts = CriterionTexts()


class Evidence(Record):
    """What a certificate needs before it is given."""

    runs: Count
    """Valid runs."""
    days: Days
    """From the first of them to the last."""
    hours: Annotated[int, Meta(ge=1, le=24)]
    """At so many different hours of the day (UTC)."""
    source: tuple[Source, ...]


class Surveillance(Record):
    """One way of watching while a certificate is in force."""

    mode: Literal["resident", "rounds"]
    gates_every_hours: Count
    sample_every_days: Days
    fresh_sample_every_days: Days
    due_runs_at_least: Share
    silence_days: Days
    """Without evidence for longer: suspended."""
    validity_days: Days
    source: tuple[Source, ...]


class StandardWords(Record):
    """What a standard says as a whole, in another language than English."""

    title: Text
    summary: Text
    limits: tuple[Text, ...]
    """The same sentences in the same order."""
    review: Text
    """Who of those that grew up with the language has read it; shown wherever it is."""


class StandardTexts(Record):
    sq: StandardWords | None = None


class Line(Record):
    """One duty or route, in another language than English."""

    name: Text
    says: Text


class LineTexts(Record):
    sq: Line | None = None


class DutyBearer(Record):
    """Who has a duty where the standard holds, and which."""

    id: Name
    name: Text
    says: Text
    source: Text
    text: LineTexts = LineTexts()


class ReportRoute(Record):
    """Where somebody turns who has found something."""

    id: Name
    name: Text
    contact: Text
    """An address of a page, or a telephone number."""
    host: str | None = None
    """Its name on the network; a control, since help must stay reachable."""
    says: Text
    text: LineTexts = LineTexts()


class Standard(Record):
    """A whole standard."""

    schema: Literal["friendlywifi/standard/1"]
    extends: str | None = None
    """The id of the standard that this one builds on; what that one says is already in here."""
    id: Name
    version: Annotated[
        str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", description="three numbers with dots (1.0.0)")
    ]
    lifecycle: Lifecycle
    title: Text
    languages: tuple[
        Annotated[str, Meta(pattern=r"^[a-z]{2}$", description="two lower-case letters (en)")], ...
    ]
    summary: Text
    witness: Witness
    reference_max_age_days: Days
    """How old a known truth may be."""
    validity_days: Days
    provisional_days: Days
    suspended_after_hours: Count
    """How long a confirmed failure of a gate may stay uncured."""
    suspension_max_days: Days
    renewal_evidence_days: Days
    """How old the evidence of a renewal may be."""
    limits: tuple[Text, ...]
    """What stays possible: sentences for the face of every certificate."""
    source: tuple[Source, ...]
    evidence: Evidence
    surveillance: tuple[Surveillance, ...]
    text: StandardTexts = StandardTexts()
    duty_bearer: tuple[DutyBearer, ...] = ()
    report_to: tuple[ReportRoute, ...] = ()
    criteria: tuple[Criterion, ...] = msgspec.field(name="criterion")

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((item for item in self.criteria if item.id == criterion_id), None)
