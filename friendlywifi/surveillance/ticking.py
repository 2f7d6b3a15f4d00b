"""May the clock be believed? A machine without a battery wakes up in another year, and is put right later.

After a jump everything waits a little: checks that seem due, suspensions for want of evidence, letters.
"""

from __future__ import annotations

from datetime import datetime, timedelta

JUMPED_AHEAD = timedelta(hours=36)
"""Longer than this between two looks is a long time without power, or a clock that jumped. A daily timer
stays below it."""

JUMPED_BACK = timedelta(minutes=5)
"""More than a clock that is being disciplined goes back; a change to winter time moves no UTC."""

SETTLED_AFTER = timedelta(minutes=15)
"""Time servers put a clock right within minutes of the line coming up."""


GAP = timedelta(minutes=15)
"""Longer than this between two looks, and nobody was there in between."""


def up_since(last: datetime | None, up: datetime | None, now: datetime) -> datetime:
    """Since when somebody has looked without a gap. `last` and `up` are those of the look before."""
    if last is None or up is None or not -JUMPED_BACK <= now - last <= GAP:
        return now
    return min(up, now)


def steady_since(last: datetime | None, steady: datetime | None, now: datetime) -> datetime:
    """Since when the clock has run without a jump. `last` and `steady` are those of the look before."""
    if last is None or steady is None:
        # The first look ever: nothing is there that time alone could end wrongly.
        return now - SETTLED_AFTER
    if now < last - JUMPED_BACK or now > last + JUMPED_AHEAD:
        return now
    return min(steady, now)


def settled(steady: datetime, now: datetime) -> bool:
    """Whether what time alone brings about may be brought about."""
    return now - steady >= SETTLED_AFTER
