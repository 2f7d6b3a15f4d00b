"""How long did it take until an ordered name was blocked? The runs of a period, looked at together.

One run bounds it from one side only: blocked by then. Two runs bound it from both: the last one in which the
name still opened, and the first of the unbroken row in which it was blocked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from criteria.records import Judgement, OrderState, Outcome
from probes.records import Record, Run, Time


class TimeToBlock(Record):
    """One name of an order over a period."""

    target: str
    ordered_at: Time | None
    due_at: Time | None
    last_open: Time | None
    """Start of the last run in which it opened."""
    first_blocked: Time | None
    """Start of the first run of the row that it has been blocked in since; `None`: it is not blocked."""
    at_least_s: int | None
    """Seconds from the order to the last run in which it opened; `None`: it was never seen open."""
    at_most_s: int | None
    """Seconds from the order to the first run in which it was blocked for good; `None`: not yet."""
    in_time: bool | None
    """Blocked by its due date; `None`: the runs do not tell."""


def times_to_block(runs: Iterable[tuple[Run, Judgement]]) -> tuple[TimeToBlock, ...]:
    """Every ordered name of the runs, by name. Void runs tell nothing."""
    seen: dict[str, list[tuple[datetime, OrderState]]] = {}
    for run, judgement in sorted(runs, key=lambda item: (item[0].started, item[0].serial)):
        if judgement.fitness.void_reason is not None:
            continue
        for result in judgement.assessment.criteria:
            for state in result.orders:
                seen.setdefault(state.target, []).append((run.started, state))
    return tuple(_time(name, row) for name, row in sorted(seen.items()))


def _time(name: str, row: list[tuple[datetime, OrderState]]) -> TimeToBlock:
    latest = row[-1][1]
    ordered, due = latest.ordered_at, latest.due_at
    last_open = max((at for at, state in row if state.outcome is Outcome.REACHABLE), default=None)
    first_blocked = min(
        (
            at
            for at, state in row
            if state.outcome is Outcome.BLOCKED and (last_open is None or at > last_open)
        ),
        default=None,
    )
    deadline = due or ordered
    in_time: bool | None = None
    if deadline is not None:
        if first_blocked is not None and first_blocked <= deadline:
            in_time = True
        elif last_open is not None and last_open > deadline:
            in_time = False
    return TimeToBlock(
        target=name,
        ordered_at=ordered,
        due_at=due,
        last_open=last_open,
        first_blocked=first_blocked,
        at_least_s=_seconds(ordered, last_open),
        at_most_s=_seconds(ordered, first_blocked),
        in_time=in_time,
    )


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else max(int((end - start).total_seconds()), 0)
