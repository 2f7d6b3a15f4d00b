"""Over a period the filter was never wholly off, and the checks that were due were made.

Decided by `criteria.period`, which sees more than one run.
"""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling
from criteria.kinds.numbers import Share
from criteria.records import CriterionOutcome
from probes.records import Record


class NeverOpen(Record, tag="never_open", tag_field="kind"):
    ran_at_least: Share
    """The share of due checks that were made, where a schedule was set before the period began."""


def decide(_test: NeverOpen, _evidence: Evidence) -> Ruling:
    return Ruling(
        result=CriterionOutcome.NOT_APPLICABLE, reason="This is judged over a period, not in one check."
    )
