"""Somebody has declared, with their name, what no probe can measure. Never a pass: it was not measured."""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling
from criteria.records import CriterionOutcome
from probes.records import Record


class AttestedBy(Record, tag="attested", tag_field="kind"):
    statements: tuple[str, ...]
    """All of these must have been declared."""


def decide(test: AttestedBy, evidence: Evidence) -> Ruling:
    declared = {item.statement: item.by for item in evidence.attested}
    missing = tuple(statement for statement in test.statements if statement not in declared)
    if missing:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"{len(missing)} of {len(test.statements)} statements have not been declared.",
            against=missing,
            lack="the operator's documents have not been declared",
        )
    people = ", ".join(sorted({declared[statement] for statement in test.statements}))
    return Ruling(result=CriterionOutcome.ATTESTED, reason=f"Declared by {people}; declared, never measured.")
