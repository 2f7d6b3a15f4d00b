"""What came of the runs of each day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from friendlywifi.formats.wording import Sign, sign_of
from friendlywifi.reporting.account import ListedRun
from probes.records import Record

STRIP_DAYS = 371
"""Days that a strip shows at most, 53 weeks: a run with a wrong clock must not draw a century."""

_WORST = (Sign.NO, Sign.HALF, Sign.UNKNOWN, Sign.YES, Sign.VOID)
"""Of several runs of one day the first of these is shown; a void one says nothing against a good one."""


class Day(Record):
    date: str
    sign: Sign
    runs: int


def days_of(
    runs: tuple[ListedRun, ...], *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Day, ...]:
    """Every day (UTC) of the time, the last ones where there are too many; none where it is one day only."""
    if not runs:
        return ()
    of: dict[date, list[Sign]] = {}
    for item in runs:
        of.setdefault(item.started.date(), []).append(sign_of(item))
    first = min(of) if since is None else since.date()
    last = max(of) if until is None else min(until.date(), max(of) + timedelta(days=STRIP_DAYS))
    first = max(first, last - timedelta(days=STRIP_DAYS - 1))
    if first >= last:
        return ()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(
        Day(
            date=day.isoformat(),
            sign=min(of[day], key=_WORST.index) if day in of else Sign.NONE,
            runs=len(of.get(day, ())),
        )
        for day in days
    )
