"""Which runs of a period were due, and in how many intervals one was made: from the bundles alone.

The moments of a probe follow from a secret of its machine, so that a decider cannot reckon them. Anybody can
reckon the intervals: one run is due in each. What the evaluator's records add is which run was made for the
interval before its own, as where quiet hours filled that one; it is believed as far as the bundles show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from criteria.period import DueRuns
from criteria.standard import Standard
from friendlywifi.records import due
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.surveillance.rhythm import NoRhythm, Rhythm, rhythm_of
from friendlywifi.surveillance.slots import BEGINNING
from friendlywifi.surveillance.visits import visits_due
from probes.records import Record, Run, Time


class Late(Record):
    """A run that was made for the interval before the one that it began in."""

    interval: int
    run: str


class Agenda(Record):
    """What a schedule asked for in a period."""

    mode: Literal["resident", "rounds"]
    every_seconds: int
    since: Time
    """Where the period begins, or where somebody first stood in that place."""
    until: Time
    first: int
    """Of a probe that stays: the first interval that lies wholly in the period…"""
    last: int
    """…and the last. Of a place that is visited both are 0."""
    late: tuple[Late, ...] = ()


def agenda_of(
    hotspot: Hotspot,
    standard: Standard,
    runs: Iterable[Run],
    *,
    since: datetime,
    until: datetime,
    late: tuple[Late, ...] = (),
) -> Agenda | None:
    """The agenda of a hotspot's mode of surveillance; `None`: the standard has no such mode.

    A place that was enrolled in the middle of the period is due from then on, or from the first run there.
    """
    try:
        rhythm = rhythm_of(standard, hotspot.mode.value)
    except NoRhythm:
        return None
    since = max(since, min((_enrolled(hotspot, since), *(run.started for run in runs))))
    first = last = 0
    if hotspot.mode is Mode.RESIDENT:
        first = -((BEGINNING - since) // rhythm.every)
        last = (until - BEGINNING) // rhythm.every - 1
    return Agenda(
        mode=hotspot.mode.value,
        every_seconds=int(rhythm.every.total_seconds()),
        since=since,
        until=until,
        first=first,
        last=last,
        late=late,
    )


def late_runs(
    records: Records, hotspot: Hotspot, runs: Iterable[Run], *, since: datetime, until: datetime
) -> tuple[Late, ...]:
    """The runs that the records know to have been made for the interval before the one that they began in."""
    if hotspot.mode is not Mode.RESIDENT:
        return ()
    known = {run.serial: run for run in runs}
    found = []
    for interval, every, serial in due.made_for(records, hotspot.id, since=since, until=until):
        run = known.get(serial)
        if run is not None and _interval(run.started, timedelta(seconds=every)) == interval + 1:
            found.append(Late(interval=interval, run=run.id))
    return tuple(found)


def due_runs(agenda: Agenda | None, runs: Iterable[Run], *, hotspot: Hotspot, standard: Standard) -> DueRuns:
    """How many were due, and in how many of those that were due a run was started, void ones too."""
    if agenda is None:
        return DueRuns(mode=hotspot.mode.value, due=None, ran=None)
    if agenda.mode == "rounds":
        return _visits(agenda, runs, hotspot, rhythm_of(standard, agenda.mode))
    every = timedelta(seconds=agenda.every_seconds)
    late = {item.run: item.interval for item in agenda.late}
    kept = set()
    for run in runs:
        own = _interval(run.started, every)
        wanted = late.get(run.id, own)
        # A run is made for one interval: its own one or, where the records say so, the one before.
        kept.add(wanted if wanted == own - 1 else own)
    asked = range(agenda.first, agenda.last + 1)
    return DueRuns(mode=agenda.mode, due=len(asked), ran=len(kept & set(asked)))


def _visits(agenda: Agenda, runs: Iterable[Run], hotspot: Hotspot, rhythm: Rhythm) -> DueRuns:
    """However many runs are made in a day, it is one visit."""
    try:
        zone = ZoneInfo(hotspot.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # The word of whoever asks: one that means nothing here tells nothing.
        return DueRuns(mode="rounds", due=None, ran=None)
    days = {run.started.astimezone(zone).date(): run.started for run in runs}
    made = tuple(days.values())
    asked = visits_due(made, rhythm, since=agenda.since, until=agenda.until)
    return DueRuns(mode="rounds", due=asked, ran=len(made))


def _enrolled(hotspot: Hotspot, otherwise: datetime) -> datetime:
    """Since when it is enrolled, as far as that is known: of an earlier identity its end is kept alone."""
    if hotspot.identity is None:
        return otherwise
    return hotspot.identity.former[0].until if hotspot.identity.former else hotspot.identity.since


def _interval(moment: datetime, every: timedelta) -> int:
    return (moment - BEGINNING) // every
