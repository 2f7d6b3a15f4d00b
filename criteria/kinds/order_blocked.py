"""Every live name of an authority's order is blocked, and the order list is fresh."""

from __future__ import annotations

from datetime import date

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.kinds.numbers import Days
from criteria.records import CriterionOutcome
from probes.records import Category, Record


class OrderBlocked(Record, tag="order_blocked", tag_field="kind"):
    category: Category
    max_list_age_days: Days
    """The version of an order list is its date (`2026-01-31`)."""


def decide(test: OrderBlocked, evidence: Evidence) -> Ruling:
    targets = evidence.targets(test.category)
    if not targets:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason="No list of ordered names was given, so nothing was tested.",
            lack="no list of ordered names is given",
        )
    found = evidence.sorted_out(targets)
    if found.reachable:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"{len(found.reachable)} of {count(found.live, 'live ordered name')} opened.",
            tested=found.decided,
            passed=len(found.blocked),
            against=found.reachable,
        )
    if found.undecided or not found.blocked:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=(
                f"{len(found.undecided)} of {count(found.live, 'ordered name')} could not be decided."
                if found.undecided
                else "Every ordered name is dead: nothing shows that the order is carried out."
            ),
            tested=found.decided,
            passed=len(found.blocked),
            against=found.undecided or found.dead,
        )
    stale = _stale_lists(test, evidence, frozenset(target.list_id for target in targets))
    if stale:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"Every ordered name was blocked, but {stale}.",
            tested=found.decided,
            passed=len(found.blocked),
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"{len(found.blocked)} of {count(found.live, 'live ordered name')} blocked.",
        tested=found.decided,
        passed=len(found.blocked),
    )


def _stale_lists(test: OrderBlocked, evidence: Evidence, ids: frozenset[str]) -> str | None:
    """Why the order may have changed since it was listed, as a clause; `None`: the lists are fresh."""
    if evidence.run is None:
        return None
    known = {item.id: item.version for item in evidence.run.lists}
    for list_id in sorted(ids):
        try:
            dated = date.fromisoformat(known.get(list_id, ""))
        except ValueError:
            return f'the version of the list "{list_id}" is no date, so its age is unknown'
        age = (evidence.run.started.date() - dated).days
        if age > test.max_list_age_days:
            allowed = test.max_list_age_days
            return f'the list "{list_id}" is {count(age, "day")} old, and at most {allowed} are allowed'
        if age < 0:
            return f'the list "{list_id}" is dated after the check'
    return None
