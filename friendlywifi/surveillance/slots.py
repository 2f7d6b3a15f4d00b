"""When a resident probe is due: one moment in each interval, elsewhere for each hotspot and each interval.

The moments follow from the hotspot's id and the number of the interval, so that every process reckons the
same ones without asking another, 200 sites do not begin in the same minute, and the hours of the day change.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from friendlywifi.surveillance.quiet import Hours, open_parts
from friendlywifi.surveillance.rhythm import Rhythm

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""Intervals are numbered from here. It never changes: the numbers are in the records."""


@dataclass(frozen=True, kw_only=True)
class Slots:
    """The due moments of one hotspot."""

    hotspot: str
    rhythm: Rhythm
    zone: ZoneInfo
    quiet: Hours | None = None
    salt: str = ""
    """Known to the certifier alone, it keeps whoever runs the filter from reckoning the moments too."""

    def number(self, moment: datetime) -> int:
        """The interval that a moment lies in."""
        return (moment - BEGINNING) // self.rhythm.every

    def at(self, number: int) -> datetime:
        """The due moment of an interval, whole seconds.

        At least `rhythm.apart` before the interval ends, so that the next one is never closer. Where quiet
        hours fill that part of the interval, it is when they end, which may be after the interval.
        """
        begins = BEGINNING + self.rhythm.every * number
        ends = begins + self.rhythm.every - self.rhythm.apart
        parts = open_parts(self.quiet, self.zone, since=begins, until=ends)
        if not parts:
            return self._end_of_quiet(begins, ends)
        offset = self._part_of(sum(((last - first) for first, last in parts), timedelta()), number)
        for first, last in parts:
            if offset < last - first:
                return (first + offset).replace(microsecond=0)
            offset -= last - first
        return parts[-1][1].replace(microsecond=0)

    def due(self, *, after: int, now: datetime) -> tuple[int, ...]:
        """The intervals after this one up to the last whose moment has come, in order."""
        newest = self.number(now)
        while newest > after and self.at(newest) > now:
            newest -= 1
        return tuple(range(after + 1, newest + 1))

    def next_after(self, number: int) -> datetime:
        """The due moment of the interval that follows."""
        return self.at(number + 1)

    def first_since(self, moment: datetime) -> int:
        """The first interval whose moment is not before this one."""
        number = self.number(moment)
        return number if self.at(number) >= moment else number + 1

    def _part_of(self, whole: timedelta, number: int) -> timedelta:
        """Something from nothing to the whole, in integers: every machine reckons the same."""
        text = f"{self.salt}\0{self.hotspot}\0{number}"
        share = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return timedelta(microseconds=(whole // timedelta(microseconds=1)) * share >> 64)

    def _end_of_quiet(self, begins: datetime, ends: datetime) -> datetime:
        if self.quiet is None:
            raise AssertionError("an interval without quiet hours has an open part")
        moment = max(last for _, last in self.quiet.spans(self.zone, since=begins, until=ends))
        # Everybody's quiet hours end together, and nobody is to begin together.
        return (moment + self._part_of(self.rhythm.apart, 0)).replace(microsecond=0)
