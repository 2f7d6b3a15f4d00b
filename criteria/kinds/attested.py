"""Somebody has declared, with their name, what no probe can measure. Never a pass: it was not measured."""

from __future__ import annotations

from collections.abc import Iterator

from criteria.kinds.evidence import Attested, Evidence, Ruling
from criteria.kinds.numbers import Days
from criteria.records import CriterionOutcome
from probes.records import Record


class AttestedBy(Record, tag="attested", tag_field="kind"):
    statements: tuple[str, ...]
    """All of these must have been declared."""
    max_age_days: Days
    """How old a declaration may be when the run begins."""


def decide(test: AttestedBy, evidence: Evidence) -> Ruling:
    declared: dict[str, Attested] = {}
    for item in sorted(_in_time(test, evidence), key=lambda item: (item.on, item.by, item.digest)):
        declared[item.statement] = item
    missing = tuple(statement for statement in test.statements if statement not in declared)
    if missing:
        told = {item.statement for item in evidence.attested}
        stale = sum(statement in told for statement in missing)
        tail = (
            f" {stale} of them only by a declaration dated after the check or older than "
            f"{test.max_age_days} days."
            if stale
            else ""
        )
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"{len(missing)} of {len(test.statements)} statements have not been declared.{tail}",
            against=missing,
            lack="the operator's documents have not been declared",
        )
    wanted = {declared[statement] for statement in test.statements}
    told_by = sorted({(item.by, item.on.isoformat(), item.document, item.digest) for item in wanted})
    people = "; ".join(f"{by} on {on} ({document}, {digest[:19]})" for by, on, document, digest in told_by)
    return Ruling(result=CriterionOutcome.ATTESTED, reason=f"Declared by {people}. Declared, never measured.")


def _in_time(test: AttestedBy, evidence: Evidence) -> Iterator[Attested]:
    for item in evidence.attested:
        # A forecast knows no date: it counts what is handed in.
        age = 0 if evidence.run is None else (evidence.run.started.date() - item.on).days
        if 0 <= age <= test.max_age_days:
            yield item
