"""Every authorised sentinel of an illegal-content list is blocked. Without a sentinel nothing was tested."""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.records import CriterionOutcome
from probes.records import Category, Record


class SentinelBlocked(Record, tag="sentinel_blocked", tag_field="kind"):
    category: Category

    def __post_init__(self) -> None:
        if not self.category.illegal:
            raise ValueError("category must be one of illegal content")


def decide(test: SentinelBlocked, evidence: Evidence) -> Ruling:
    sentinels = tuple(target for target in evidence.targets(test.category) if target.sentinel)
    if not sentinels:
        lack = "no authorised sentinel is listed"
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason="No authorised sentinel was listed, so nothing was tested.",
            lack=lack,
        )
    found = evidence.sorted_out(sentinels)
    total = len(sentinels)
    if found.reachable:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"{len(found.reachable)} of {count(total, 'authorised sentinel')} opened.",
            tested=found.decided,
            passed=len(found.blocked),
            against=found.reachable,
        )
    # A dead sentinel is no witness: its owner has to bring it back before it can prove anything.
    open_ended = found.undecided + found.dead
    if open_ended:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"{len(open_ended)} of {count(total, 'authorised sentinel')} could not be decided.",
            tested=found.decided,
            passed=len(found.blocked),
            against=open_ended,
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"{len(found.blocked)} of {count(total, 'authorised sentinel')} blocked.",
        tested=total,
        passed=total,
    )
