"""How hotspots are watched here: by which rhythm, at which moments, and how many of those were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from friendlywifi.records import due, runs
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.quiet import Hours
from friendlywifi.surveillance.rhythm import Rhythm, rhythm_of
from friendlywifi.surveillance.slots import Slots
from friendlywifi.surveillance.visits import visits_due


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How hotspots are watched here: the standards by their names, and what the settings add."""

    quiet: Hours | None = None
    salt: str = ""
    _standards: dict[str, tuple[Mapping[Mode, Rhythm], str]] = field(default_factory=dict)

    def rhythm(self, hotspot: Hotspot) -> Rhythm:
        """Complains where its standard cannot be loaded."""
        return self._named(hotspot.standard)[0][hotspot.mode]

    def patient(self) -> Rhythm:
        """The rhythm that waits longest for evidence, where nobody knows how a hotspot is watched:
        that of rounds in the standard that all shipped ones extend.
        """
        return self._named("baseline")[0][Mode.ROUNDS]

    def digest(self, hotspot: Hotspot) -> str:
        """Of its standard."""
        return self._named(hotspot.standard)[1]

    def slots(self, hotspot: Hotspot) -> Slots:
        return Slots(
            hotspot=hotspot.id,
            rhythm=self.rhythm(hotspot),
            zone=ZoneInfo(hotspot.time_zone),
            quiet=self.quiet,
            salt=self.salt,
        )

    def _named(self, name: str) -> tuple[Mapping[Mode, Rhythm], str]:
        if name not in self._standards:
            standard, digest = load_standard(name)
            rhythms = {Mode(item.mode): rhythm_of(standard, item.mode) for item in standard.surveillance}
            self._standards[name] = (rhythms, digest)
        return self._standards[name]


def due_runs(
    records: Records, plan: Plan, hotspot: Hotspot, *, since: datetime, until: datetime
) -> due.Share:
    """How many checks of a period were due, and in how many of those that were due one was started.

    Of a place that is visited: visits, however many runs were made in one.
    """
    if hotspot.identity is None:
        return due.Share(ran=0, due=0)
    since = max(since, hotspot.identity.since)
    if hotspot.mode is Mode.RESIDENT:
        return due.share(
            records, plan.slots(hotspot), enrolled=hotspot.identity.since, since=since, until=until
        )
    zone = ZoneInfo(hotspot.time_zone)
    by_day = {
        row.started.astimezone(zone).date(): row.started
        for row in runs.of(records, hotspot.id, since=since, until=until)
    }
    made = tuple(by_day.values())
    asked = visits_due(made, plan.rhythm(hotspot), since=since, until=until)
    return due.Share(ran=len(made), due=asked)
