"""The declared vendor's own test names are blocked. Another vendor's prove nothing about this filter."""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.records import CriterionOutcome
from probes.records import Category, Record


class VendorBlocked(Record, tag="vendor_blocked", tag_field="kind"):
    category: Category


def decide(test: VendorBlocked, evidence: Evidence) -> Ruling:
    vendor = evidence.plan.vendor
    if vendor is None:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason="No filter vendor was declared, and another vendor's test names prove nothing.",
            lack="no filter vendor is declared",
        )
    targets = tuple(target for target in evidence.targets(test.category) if target.vendor == vendor)
    if not targets:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"No {test.category.value} test name of {vendor} was listed, so nothing was tested.",
            lack=f"no {test.category.value} test name of {vendor} is listed",
        )
    found = evidence.sorted_out(targets)
    if found.reachable:
        result, verb = CriterionOutcome.FAIL, "opened"
        part, against = found.reachable, found.reachable
    elif found.undecided or found.dead:
        # A vendor's test name that is dead says nothing about the wiring.
        result, verb = CriterionOutcome.INCONCLUSIVE, "could not be decided"
        part = against = found.undecided + found.dead
    else:
        result, verb = CriterionOutcome.PASS, "blocked"
        part, against = found.blocked, ()
    return Ruling(
        result=result,
        reason=f"{len(part)} of {count(len(targets), 'test name')} of {vendor} {verb}.",
        tested=found.decided,
        passed=len(found.blocked),
        against=against,
    )
