"""Every live name of an authority's order is blocked by its due date, and the order list is fresh.

A name whose time is not up yet may still open; one without a due date is due at once. The result names every
name of the order with what became of it: the overdue ones first.
"""

from __future__ import annotations

from datetime import date, datetime

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.kinds.numbers import Days
from criteria.records import CriterionOutcome, OrderState, Outcome
from probes.records import Category, Record, Target


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
    states = order_states(evidence, targets)
    live = tuple(item for item in states if item.outcome is not Outcome.DEAD)
    dead = tuple(item.target for item in states if item.outcome is Outcome.DEAD)
    blocked = tuple(item for item in live if item.outcome is Outcome.BLOCKED)
    decided = sum(item.outcome in (Outcome.BLOCKED, Outcome.REACHABLE) for item in live)
    late = tuple(item.target for item in live if item.due and item.outcome is Outcome.REACHABLE)
    undecided = tuple(
        item.target for item in live if item.due and item.outcome not in (Outcome.BLOCKED, Outcome.REACHABLE)
    )
    due = sum(item.due for item in live)
    waiting = _waiting(len(live) - due)

    def ruling(result: CriterionOutcome, reason: str, against: tuple[str, ...] = ()) -> Ruling:
        return Ruling(
            result=result,
            reason=reason + waiting,
            tested=decided,
            passed=len(blocked),
            against=against,
            dead=dead,
            orders=states,
        )

    if late:
        return ruling(
            CriterionOutcome.FAIL, f"{len(late)} of {count(due, 'live ordered name')} opened.", late
        )
    if undecided:
        return ruling(
            CriterionOutcome.INCONCLUSIVE,
            f"{len(undecided)} of {count(due, 'ordered name')} could not be decided.",
            undecided,
        )
    if not live:
        return ruling(
            CriterionOutcome.INCONCLUSIVE,
            "Every ordered name is dead: nothing shows that the order is carried out.",
            dead,
        )
    stale = _stale_lists(test, evidence, frozenset(target.list_id for target in targets))
    if stale:
        return ruling(CriterionOutcome.INCONCLUSIVE, f"No ordered name is overdue, but {stale}.")
    if not due:
        return ruling(CriterionOutcome.NOT_APPLICABLE, "No name of the order is due yet.")
    done = sum(item.due for item in blocked)
    return ruling(CriterionOutcome.PASS, f"{done} of {count(due, 'live ordered name')} blocked.")


def order_states(evidence: Evidence, targets: tuple[Target, ...]) -> tuple[OrderState, ...]:
    """What became of each name of an order, the longest overdue first, then by name."""
    found = evidence.sorted_out(targets)
    outcomes = dict.fromkeys(found.blocked, Outcome.BLOCKED)
    outcomes |= dict.fromkeys(found.reachable, Outcome.REACHABLE)
    outcomes |= dict.fromkeys(found.dead, Outcome.DEAD)
    started = None if evidence.run is None else evidence.run.started
    states = (_state(item, outcomes.get(item.name, Outcome.INCONCLUSIVE), started) for item in targets)
    return tuple(sorted(states, key=lambda item: (-(item.overdue_s or -1), item.target)))


def _state(target: Target, outcome: Outcome, started: datetime | None) -> OrderState:
    since = target.due_at or target.ordered_at
    # A forecast knows no date: everything is due.
    due = started is None or since is None or since <= started
    late = due and outcome is Outcome.REACHABLE and started is not None and since is not None
    shut = outcome is Outcome.BLOCKED and started is not None and target.ordered_at is not None
    return OrderState(
        target=target.name,
        outcome=outcome,
        ordered_at=target.ordered_at,
        due_at=target.due_at,
        due=due,
        overdue_s=_seconds(since, started) if late else None,
        blocked_within_s=_seconds(target.ordered_at, started) if shut else None,
    )


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None or end < start:
        return None
    return int((end - start).total_seconds())


def _waiting(number: int) -> str:
    return f" {count(number, 'name')} {'is' if number == 1 else 'are'} not due yet." if number else ""


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
