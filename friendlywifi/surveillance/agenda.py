"""What a resident probe does now: one run at most, however many were due while nobody was there.

Like anacron: after a night without power there is one run, and what was not made is recorded as missed. A
failure that waits for its confirmation goes before everything else, quiet hours included. A
confirming run that told nothing is followed by another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.rhythm import CURED_BY, LATER_AFTER, SECOND_AFTER, Rhythm
from friendlywifi.surveillance.slots import Slots
from friendlywifi.surveillance.states import State

AGAIN_FOR = timedelta(days=1)
"""How long void runs are followed by another confirming one; then the plan's own runs will do."""


class Purpose(StrEnum):
    """Why a run is made."""

    PLANNED = "planned"
    CONFIRMING = "confirming"
    """The immediate second run after a failure, or the later one."""


class Skipped(StrEnum):
    """Why a run that was due was not made. Each counts among the due ones."""

    MISSED = "missed"
    """Nothing ran then: no power, or `serve` was stopped."""
    SKIPPED = "skipped"
    """It ran and let it pass: another run was going on, or had just been made."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """One thing to do, under a key that no two processes can both take."""

    key: str
    at: datetime
    purpose: Purpose
    number: int | None = None
    """Of its interval; a confirming run belongs to none."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One run that was due and will not be made."""

    number: int
    at: datetime
    how: Skipped


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What is due now, what passed, and when to look again."""

    due: Due | None
    passed: tuple[Passed, ...]
    next_at: datetime
    otherwise: Due | None = None
    """What the plan asks for, where `due` cannot be taken: whoever took it may be gone for good."""


def agenda(
    *,
    slots: Slots,
    handled: int,
    last_run: datetime | None,
    conditions: tuple[Condition, ...],
    up: datetime,
    now: datetime,
) -> Agenda:
    """`handled`: the last interval that was made, missed or skipped. `last_run`: the start of the last run of
    any kind. `up`: since when the schedule has looked without a gap.
    """
    waiting = slots.due(after=handled, now=now)
    passed = tuple(_passed(slots, item, up) for item in waiting[:-1])
    following = slots.next_after(waiting[-1] if waiting else handled)
    planned, at = _planned(slots, waiting, last_run, now)
    following = min(following, at)
    confirming = _confirming(conditions, now)
    if confirming is not None:
        due, at = confirming
        if due is not None:
            return Agenda(due=due, passed=passed, next_at=now, otherwise=planned)
        following = min(following, at)
    return Agenda(due=planned, passed=passed, next_at=following if planned is None else now)


def _planned(
    slots: Slots, waiting: tuple[int, ...], last_run: datetime | None, now: datetime
) -> tuple[Due | None, datetime]:
    """The run that the plan asks for now, and when to look for it again."""
    if not waiting:
        return None, datetime.max.replace(tzinfo=UTC)
    newest = waiting[-1]
    # A run in the future is a clock that was set back: it must not hold up the next one for ever.
    if last_run is not None and timedelta(0) <= now - last_run < slots.rhythm.apart:
        return None, last_run + slots.rhythm.apart
    return Due(key=f"{newest:08d}", at=slots.at(newest), purpose=Purpose.PLANNED, number=newest), now


def _passed(slots: Slots, number: int, up: datetime) -> Passed:
    at = slots.at(number)
    how = Skipped.SKIPPED if at >= up else Skipped.MISSED
    return Passed(number=number, at=at, how=how)


def _confirming(conditions: tuple[Condition, ...], now: datetime) -> tuple[Due | None, datetime] | None:
    """The next confirming run of a suspected failure, or when it comes; `None`: nothing is suspected."""
    found = [item for item in map(_next_confirming, conditions) if item is not None]
    if not found:
        return None
    first = min(found, key=lambda item: (item.at, item.key))
    return (first if first.at <= now else None), first.at


def _next_confirming(condition: Condition) -> Due | None:
    if condition.state not in (State.FAILING_SUSPECTED, State.FLAPPING) or not condition.streaks:
        return None
    streak = max(condition.streaks, key=lambda item: (item.runs, item.gate))
    last = condition.last_bad or streak.first
    if streak.runs > CURED_BY or (condition.evidence is not None and condition.evidence > last):
        # Three that came too close together confirm nothing; after a fourth the plan's own runs will do. They
        # will, too, where another vantage has seen it pass since then.
        return None
    at = last + SECOND_AFTER if streak.runs == 1 else max(last + SECOND_AFTER, streak.first + LATER_AFTER)
    key = f"confirm {streak.first:%Y%m%dT%H%M%SZ} {streak.runs + 1}"
    if condition.seen is not None and condition.seen > last:
        # What was made since then told nothing. Whatever made it void is seldom gone within minutes.
        if condition.seen - last > AGAIN_FOR:
            return None
        at, key = condition.seen + LATER_AFTER, f"{key} again {condition.seen:%Y%m%dT%H%M%SZ}"
    return Due(key=key, at=at, purpose=Purpose.CONFIRMING)


def full_sample_due(condition: Condition, rhythm: Rhythm, now: datetime) -> datetime | None:
    """Since when a full run is due; `None`: the last one is fresh enough."""
    if condition.sampled is None:
        return now
    due = condition.sampled + min(rhythm.sample_every, rhythm.fresh_every)
    return due if due <= now else None
