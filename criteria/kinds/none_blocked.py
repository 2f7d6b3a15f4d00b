"""No name of a category is blocked: help must stay reachable."""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.records import CriterionOutcome
from probes.records import Category, Record


class NoneBlocked(Record, tag="none_blocked", tag_field="kind"):
    category: Category

    def __post_init__(self) -> None:
        if not self.category.control:
            raise ValueError("category must be one of names that are to stay open")


def decide(test: NoneBlocked, evidence: Evidence) -> Ruling:
    targets = evidence.targets(test.category)
    if not targets:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"No {test.category.value} names were listed, so nothing was tested.",
            lack=f"no {test.category.value} names are listed",
        )
    found = evidence.sorted_out(targets)
    if found.blocked:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"{len(found.blocked)} of {count(found.live, f'{test.category.value} name')} blocked.",
            tested=found.decided,
            passed=len(found.reachable),
            against=found.blocked,
        )
    if found.undecided or not found.reachable:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=(
                f"{len(found.undecided)} of {count(found.live, f'{test.category.value} name')} "
                "could not be decided."
                if found.undecided
                else f"Every {test.category.value} name is dead: nothing shows that help can be reached."
            ),
            tested=found.decided,
            passed=len(found.reachable),
            against=found.undecided or found.dead,
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"None of {count(found.live, f'{test.category.value} name')} was blocked.",
        tested=found.decided,
        passed=len(found.reachable),
    )
