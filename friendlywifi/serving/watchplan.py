"""How hotspots are watched here: by which rhythm, at which moments, and how many of those were kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from criteria.changes import Way, compare
from criteria.standard import Standard
from friendlywifi.records import due, runs
from friendlywifi.records.database import Records
from friendlywifi.records.holding import Holding
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.shipped import ids, load_standard
from friendlywifi.surveillance.quiet import Hours
from friendlywifi.surveillance.rhythm import Rhythm, rhythm_of
from friendlywifi.surveillance.slots import Slots
from friendlywifi.surveillance.visits import visits_due


@dataclass(frozen=True, kw_only=True)
class _Named:
    """A standard that can be loaded here."""

    standard: Standard
    digest: str
    rhythms: Mapping[Mode, Rhythm]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How hotspots are watched here: the standards by their names, and what the settings add."""

    quiet: Hours | None = None
    salt: str = ""
    _standards: dict[str, _Named] = field(default_factory=dict)
    _enough: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def rhythm(self, hotspot: Hotspot) -> Rhythm:
        """Complains where its standard cannot be loaded."""
        return self._named(hotspot.standard).rhythms[hotspot.mode]

    def demanded(self, held: Holding, hotspot: Hotspot) -> Rhythm:
        """What a certificate in force asks for, whatever the hotspot is watched by meanwhile: a weaker
        standard, or visits in the place of a probe, give it no more time than its own face promised.
        """
        now, mode = self.rhythm(hotspot), Mode(held.mode)
        own = self._of_digest(held.standard, (hotspot.standard,))
        asked = self.patient() if own is None or mode not in own.rhythms else own.rhythms[mode]
        return replace(
            asked,
            silence=min(asked.silence, now.silence),
            cured_within=min(asked.cured_within, now.cured_within),
        )

    def evidence_for(self, held: Collection[Holding], hotspot: Hotspot) -> frozenset[str]:
        """Digests of the standards whose runs are evidence there: of the certificate's own, and of those that
        relax nothing in it. Without a certificate that of the hotspot.
        """
        real = [item for item in held if not item.test] or list(held)
        if not real:
            return frozenset((self.digest(hotspot),))
        return frozenset.intersection(*(self._no_weaker(item.standard, hotspot) for item in real))

    def _no_weaker(self, digest: str, hotspot: Hotspot) -> frozenset[str]:
        key = (digest, hotspot.standard)
        if key not in self._enough:
            own = self._of_digest(digest, (hotspot.standard,))
            others = () if own is None else tuple(map(self._named, (*ids(), hotspot.standard)))
            self._enough[key] = frozenset(
                {digest, *(item.digest for item in others if own is not None and _relaxes_nothing(own, item))}
            )
        return self._enough[key]

    def _of_digest(self, digest: str, more: tuple[str, ...]) -> _Named | None:
        for name in (*more, *ids()):
            if (found := self._named(name)).digest == digest:
                return found
        return None

    def patient(self) -> Rhythm:
        """The rhythm that waits longest for evidence, where nobody knows how a hotspot is watched:
        that of rounds in the standard that all shipped ones extend.
        """
        return self._named("baseline").rhythms[Mode.ROUNDS]

    def digest(self, hotspot: Hotspot) -> str:
        """Of its standard."""
        return self._named(hotspot.standard).digest

    def slots(self, hotspot: Hotspot) -> Slots:
        return Slots(
            hotspot=hotspot.id,
            rhythm=self.rhythm(hotspot),
            zone=ZoneInfo(hotspot.time_zone),
            quiet=self.quiet,
            salt=self.salt,
        )

    def _named(self, name: str) -> _Named:
        if name not in self._standards:
            standard, digest = load_standard(name)
            rhythms = {Mode(item.mode): rhythm_of(standard, item.mode) for item in standard.surveillance}
            self._standards[name] = _Named(standard=standard, digest=digest, rhythms=rhythms)
        return self._standards[name]


def _relaxes_nothing(own: _Named, other: _Named) -> bool:
    return all(change.way is not Way.RELAXED for change in compare(own.standard, other.standard))


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
