"""Which place must be visited when: the list that a laptop doing rounds works through."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.rhythm import LATER_AFTER, SECOND_AFTER, Rhythm
from friendlywifi.surveillance.states import State
from probes.records import Record, Time


class Errand(StrEnum):
    """What somebody goes there for."""

    ENROL = "enrol"
    """The place is not yet known again, so that no run counts."""
    CONFIRM = "confirm"
    """A gate failed on the last visit, and another run must confirm or refute it."""
    CHECK = "check"
    AGAIN = "again"
    """The last visit saw a login page, a dead line, or a network that was not the right one."""


class Visit(Record):
    """One errand at one place."""

    hotspot: str
    name: str
    place: str
    address: str
    path: str
    """The network name to join; empty: any."""
    errand: Errand
    due: Time
    """From then on."""
    day: str
    """That day on the place's own calendar, `2026-11-22`."""
    overdue_days: int
    """0 on the day itself and before."""
    lapses: Time | None
    """Without evidence until then the certificate is suspended; `None`: there never was any."""
    office_hours: str | None = None
    last: Time | None
    """The last good run."""


def next_due(condition: Condition, rhythm: Rhythm, *, enrolled: datetime) -> tuple[Errand, datetime]:
    """What is next on this path, and from when on."""
    if condition.state in (State.FAILING_SUSPECTED, State.FLAPPING) and condition.streaks:
        first, last = condition.streaks[0].first, condition.last_bad or condition.streaks[0].first
        at = last + SECOND_AFTER
        return Errand.CONFIRM, at if condition.streaks[0].runs == 1 else max(at, first + LATER_AFTER)
    if condition.sampled is None or condition.evidence is None:
        return Errand.CHECK, enrolled
    if condition.behind in (State.FAILING_CONFIRMED, State.RECOVERING):
        return Errand.CONFIRM, (condition.seen or condition.evidence) + LATER_AFTER
    if condition.state.blind:
        return Errand.AGAIN, condition.since or condition.evidence
    return Errand.CHECK, condition.sampled + rhythm.every


def visit(
    condition: Condition,
    rhythm: Rhythm,
    *,
    hotspot: tuple[str, str, str, str],
    path: str,
    zone: ZoneInfo,
    office_hours: str | None,
    enrolled: datetime | None,
    now: datetime,
) -> Visit:
    """The next errand at this place. `hotspot`: its id, name, place and address."""
    errand, due = (Errand.ENROL, now) if enrolled is None else next_due(condition, rhythm, enrolled=enrolled)
    day = due.astimezone(zone).date()
    identifier, name, place, address = hotspot
    return Visit(
        hotspot=identifier,
        name=name,
        place=place,
        address=address,
        path=path,
        errand=errand,
        due=due,
        day=day.isoformat(),
        overdue_days=max((now.astimezone(zone).date() - day).days, 0),
        lapses=None if condition.sampled is None else condition.sampled + rhythm.silence,
        office_hours=office_hours,
        last=condition.evidence,
    )


def ordered(visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """What lapses first comes first; a place that never had evidence waits for the others."""
    return tuple(
        sorted(
            visits, key=lambda item: (item.lapses is None, item.lapses or item.due, item.due, item.hotspot)
        )
    )


def visits_due(made: tuple[datetime, ...], rhythm: Rhythm, *, since: datetime, until: datetime) -> int:
    """How many visits were due in a period: those that were made, and one for each silence that was too long.

    Each visit is due an interval after the one before, not on a fixed day: who comes a week late has missed
    none as long as the evidence does not lapse.
    """
    due, at = 0, since
    for moment in sorted(item for item in made if since <= item <= until):
        due += 1 + _lapses(at, moment, rhythm)
        at = moment
    return due + _lapses(at, until, rhythm)


def _lapses(first: datetime, last: datetime, rhythm: Rhythm) -> int:
    over = last - first - rhythm.silence
    return 0 if over <= timedelta(0) else 1 + over // rhythm.every
