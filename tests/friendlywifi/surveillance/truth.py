"""What is true of a hotspot by the world's own log of runs: plainer than the program, and told twice."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from friendlywifi.records.runs import RunRow
from tests.friendlywifi.surveillance.world import DAY, HOUR


def valid(log: list[RunRow]) -> list[RunRow]:
    return [item for item in log if item.void_reason is None]


def episodes(log: list[RunRow]) -> list[tuple[datetime, datetime, datetime | None]]:
    """Confirmed failures: the first bad run, the one that confirmed it, and the run that cured it."""
    found: list[tuple[datetime, datetime, datetime | None]] = []
    first: datetime | None = None
    confirmed: datetime | None = None
    bad = good = 0
    last_bad: datetime | None = None
    for item in valid(log):
        if item.failing():
            good = 0
            bad += 1
            last_bad = item.started
            first = first or item.started
            if bad == 1 and confirmed is None:
                first = item.started
            sure = "ILL-01" in item.failing() or (bad >= 3 and item.started - first >= HOUR)
            if sure and confirmed is None:
                confirmed = item.started
                found.append((first, confirmed, None))
        else:
            bad = 0
            good += 1
            if confirmed is not None and good >= 3 and last_bad and item.started - last_bad >= HOUR:
                found[-1] = (found[-1][0], found[-1][1], item.started)
                confirmed = first = None
            elif confirmed is None:
                first = None
    return found


def restless_since(log: list[RunRow], moment: datetime) -> datetime:
    """Since when it failed again and again without three calm days of good runs: told once, it stays told."""
    since, last_bad, goods = moment, None, 0
    for item in [one for one in valid(log) if one.started <= moment]:
        if not item.failing():
            goods += 1
            if last_bad is not None and goods >= 3 and item.started - last_bad >= 3 * DAY:
                last_bad = None
        else:
            since = item.started if last_bad is None else since
            last_bad, goods = item.started, 0
    return since


def uncured(log: list[RunRow], at: datetime) -> bool:
    """Whether a failure that was confirmed three days before is not cured by then.

    What fell from good to bad three times within a week is cured by three days without a failure alone.
    """
    until = [item for item in valid(log) if item.started <= at]
    bad = [item.started for item in until if item.failing()]
    falls = [b.started for a, b in pairwise(until) if b.failing() and not a.failing()]
    flaps = any(c - a < 7 * DAY for a, c in zip(falls, falls[2:], strict=False))
    for first, confirmed, cured in episodes(until):
        if at - confirmed < 3 * DAY:
            continue
        since = [item for item in bad if item >= first]
        calm = any(b - a >= 3 * DAY for a, b in pairwise([*since, at]))
        if cured is None or (flaps and not calm):
            return True
    return False
