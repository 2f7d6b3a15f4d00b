"""What a hotspot is held to: a standard is a file of criteria, each with its reason, its rule and its remedy.

Thresholds, texts and duties are data; the kinds of rule that a criterion may use are code (`criteria.kinds`).
Every number names where it comes from, and a file that leaves one out is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from criteria.kinds import Test
from criteria.kinds.attested import AttestedBy
from criteria.kinds.never_open import NeverOpen
from criteria.kinds.numbers import Count, Days, Share
from criteria.released import released_text
from probes import tomlfile
from probes.records import Record
from probes.tomlfile import TomlFault
from probes.tomllines import Path, line_of, scan

Text = Annotated[str, Meta(min_length=1, max_length=2000)]


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


class Criterion(Record):
    """One thing that a standard asks, in words for people and in a rule for the program."""

    id: Annotated[str, Meta(pattern=r"^[A-Z]{3}-[0-9]{2}$")]
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


class Standard(Record):
    """A whole standard."""

    schema: Literal["friendlywifi/standard/1"]
    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    version: Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    lifecycle: Lifecycle
    title: Text
    languages: tuple[Annotated[str, Meta(pattern=r"^[a-z]{2}$")], ...]
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
    criteria: tuple[Criterion, ...] = msgspec.field(name="criterion")

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((item for item in self.criteria if item.id == criterion_id), None)


def released(standard_id: str) -> str:
    """The text of a standard that comes with the program. Raises `KeyError` for any other id."""
    return released_text("standards", f"{standard_id}.toml")


def parse(text: str, *, source: str) -> Standard:
    """A standard from its text. Raises `TomlFault`: one sentence with the line."""
    standard = tomlfile.load(text, source=source, kind=Standard)
    found = _semantic_faults(standard, text, source)
    if found:
        raise found[0]
    return standard


def lint(text: str, source: str) -> tuple[TomlFault, ...]:
    """Everything that is wrong with a standard's text, in the order of lines."""
    found = tomlfile.faults(text, source=source, kind=Standard)
    if found:
        return found
    return _semantic_faults(tomlfile.load(text, source=source, kind=Standard), text, source)


# ------------------------------------------------------------------------------------------ semantics


def _semantic_faults(standard: Standard, text: str, source: str) -> tuple[TomlFault, ...]:
    found = [*_standard_faults(standard)]
    seen: set[str] = set()
    for number, item in enumerate(standard.criteria):
        path: Path = ("criterion", number)
        if item.id in seen:
            found.append(((*path, "id"), f'the id "{item.id}" is used twice'))
        seen.add(item.id)
        found += [((*path, *where), f"{item.id}: {message}") for where, message in _criterion_faults(item)]
    if not found:
        return ()
    lines = scan(text)
    faults = (TomlFault(message, source=source, line=line_of(lines, path)) for path, message in found)
    return tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _standard_faults(standard: Standard) -> Iterator[tuple[Path, str]]:
    if not any(item.gate and item.enabled for item in standard.criteria):
        yield ("criterion",), "a standard needs at least one gate: without one everything would pass"
    modes = [item.mode for item in standard.surveillance]
    if len(set(modes)) < len(modes):
        yield ("surveillance",), "a mode of surveillance is described twice"
    if standard.provisional_days > standard.validity_days:
        yield ("provisional_days",), "a provisional certificate cannot be valid for longer than a full one"
    yield from _source_faults(standard.source, _numbers(standard))
    yield from _below(("evidence",), _source_faults(standard.evidence.source, _numbers(standard.evidence)))
    for number, way in enumerate(standard.surveillance):
        yield from _below(("surveillance", number), _source_faults(way.source, _numbers(way)))


def _criterion_faults(item: Criterion) -> Iterator[tuple[Path, str]]:
    if item.gate and item.weight:
        yield ("weight",), "a gate decides and has no weight: write weight = 0"
    if isinstance(item.test, NeverOpen) is not (item.scope is Scope.PERIOD):
        yield ("scope",), 'the rule "never_open", and no other, is judged over a period'
    if isinstance(item.test, AttestedBy) is not (item.scope is Scope.DOCUMENT):
        yield ("scope",), 'the rule "attested", and no other, is judged by documents'
    if item.gate and isinstance(item.test, AttestedBy):
        yield ("gate",), "what is declared and never measured cannot be a gate"
    yield from _source_faults(item.source, _numbers(item.test))


def _source_faults(sources: tuple[Source, ...], numbers: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """Every number has a source, and no source speaks of a number that is not there."""
    told = [item.of for item in sources]
    for key in numbers:
        if key not in told:
            yield ("source",), f'the number "{key}" has no source'
    for number, key in enumerate(told):
        if key != "rule" and key not in numbers:
            yield (
                ("source", number, "of"),
                f'there is no number "{key}" here; a rule in words has of = "rule"',
            )


def _below(path: Path, faults: Iterator[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    return (((*path, *where), message) for where, message in faults)


def _numbers(record: Record) -> tuple[str, ...]:
    """The keys of a record that hold a count or a share."""
    return tuple(
        name
        for name in record.__struct_fields__
        if name not in _NO_NUMBERS and _is_number(getattr(record, name))
    )


_NO_NUMBERS = frozenset({"schema", "id", "version"})


def _is_number(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value[:2] in ("0.", "1."))
