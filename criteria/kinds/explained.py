"""A block is explained to the user: by a page, or by an extended DNS error (RFC 8914).

Judged by the mechanisms of what was blocked. A page's words are not read here: whether it names a reason and
a contact stays with the operator's documents.
"""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling
from criteria.records import CriterionOutcome, Outcome
from probes.records import Record

_EXPLAINS = ("dns/blockpage", "dns/ede", "http/blockpage", "http/451")


class Explained(Record, tag="explained", tag_field="kind"):
    """Has no numbers: every block that was seen is to be explained."""


def decide(_test: Explained, evidence: Evidence) -> Ruling:
    blocked = tuple(
        item for item in evidence.verdicts if item.outcome is Outcome.BLOCKED and not item.category.control
    )
    if not blocked:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED, reason="Nothing was seen blocked, so nothing was explained."
        )
    silent = tuple(
        item.target
        for item in blocked
        if not any(mechanism.partition(":")[0] in _EXPLAINS for mechanism in item.mechanisms)
    )
    explained = len(blocked) - len(silent)
    return Ruling(
        result=CriterionOutcome.FAIL if silent else CriterionOutcome.PASS,
        reason=(
            f"{explained} of {len(blocked)} blocks came with a block page or an extended DNS error. "
            "Whether a page names a reason and a contact was not read."
        ),
        tested=len(blocked),
        passed=explained,
        against=silent,
    )
