"""Hours in which no planned check begins, on the hotspot's own clock, through every change of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from friendlywifi.complaint import Complaint

_FORM = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")

Span = tuple[datetime, datetime]
"""From, inclusive, to, exclusive; UTC."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From one time of the day to another, over midnight where the second is the earlier one."""

    first: time
    last: time

    def spans(self, zone: ZoneInfo, *, since: datetime, until: datetime) -> Iterator[Span]:
        """Every stretch of them that touches this part of time, in order.

        Where the clock goes back, an hour happens twice: the stretch begins with its first and ends with its
        second, so that nothing inside it is left out. Where it goes forward, an hour that does not happen
        counts as the one after it (PEP 495).
        """
        day = since.astimezone(zone).date() - timedelta(days=1)
        last = until.astimezone(zone).date() + timedelta(days=1)
        while day <= last:
            begins = self._at(zone, day, self.first)[0]
            over = timedelta(days=1) if self.last <= self.first else timedelta(0)
            ends = max(self._at(zone, day + over, self.last))
            if ends > since and begins < until and begins < ends:
                yield begins, ends
            day += timedelta(days=1)

    def holds(self, zone: ZoneInfo, moment: datetime) -> bool:
        """Whether it is within them."""
        spans = self.spans(zone, since=moment, until=moment + timedelta(seconds=1))
        return any(begins <= moment < ends for begins, ends in spans)

    @staticmethod
    def _at(zone: ZoneInfo, day: date, hour: time) -> Span:
        """The moment, twice: as the first and as the second of its kind on a day when the clock changes."""
        local = datetime.combine(day, hour, tzinfo=zone)
        return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def hours(text: str, *, what: str) -> Hours:
    """Hours from `22:00-05:30`. Complains where it is not of that form."""
    match = _FORM.fullmatch(text.strip())
    if match is None or (match[1], match[2]) == (match[3], match[4]):
        raise Complaint(f"{what}: “{text}” are no hours; write them like 22:00-05:30")
    return Hours(first=time(int(match[1]), int(match[2])), last=time(int(match[3]), int(match[4])))


def open_parts(quiet: Hours | None, zone: ZoneInfo, *, since: datetime, until: datetime) -> tuple[Span, ...]:
    """What is left of a stretch of time without the quiet hours, in order."""
    if quiet is None:
        return ((since, until),)
    parts: list[Span] = []
    at = since
    for begins, ends in quiet.spans(zone, since=since, until=until):
        if begins > at:
            parts.append((at, begins))
        at = max(at, ends)
    if at < until:
        parts.append((at, until))
    return tuple(parts)
