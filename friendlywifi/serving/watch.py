"""One look at all hotspots: what came in is folded, certificates follow, and what must be told is kept.

Everything is in the records: a look that is broken off changes nothing, and the next one does it all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import msgspec

from certificates.lifecycle import Refused
from criteria.records import CriterionOutcome
from friendlywifi.records import certificates, due, hotspots, runs, watching
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.holding import Holding, clock_is_due, holdings
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.identity import Place
from friendlywifi.records.runs import RunRow
from friendlywifi.records.times import written
from friendlywifi.records.watching import Path, Tick, Watch
from friendlywifi.serving.watchplan import Plan, due_runs
from friendlywifi.surveillance.causes import Site
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.duties import Held, evidence_of, suspension
from friendlywifi.surveillance.facts import Watched, facts_of
from friendlywifi.surveillance.folding import fold, silent
from friendlywifi.surveillance.notices import Notice, announce
from friendlywifi.surveillance.rhythm import SHARE_OVER, Rhythm
from friendlywifi.surveillance.sight import Sighting, failed_gates, is_full, sight_of
from friendlywifi.surveillance.ticking import JUMPED_BACK, settled, steady_since, up_since
from friendlywifi.surveillance.visits import Visit, ordered, visit

__all__ = ["Looked", "Plan", "clock_settled", "due_runs", "held", "look", "site_of", "visits"]

AHEAD = timedelta(minutes=10)
"""A run that begins later than this is by another clock: it waits until ours is there."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a look brought about."""

    notices: tuple[Notice, ...] = ()
    suspended: tuple[CertificateRow, ...] = ()
    ended: tuple[CertificateRow, ...] = ()
    """Expired, or withdrawn after too long a suspension."""
    refused: tuple[str, ...] = ()
    """Sentences: what the rules asked for and the life cycle did not allow."""
    clock_settled: bool = True


def look(records: Records, plan: Plan, *, now: datetime, believe_clock: bool = False) -> Looked:
    """Fold what came in, suspend what must be, and keep what must be told.

    Each hotspot is folded in a transaction of its own, and what follows from all of them is one. After a jump
    of the clock, what time alone brings about waits a little; `believe_clock`: it does not.
    """
    before = watching.tick(records)
    steady = _steady(before, now)
    up = now if before is None else up_since(before.at, before.up, now)
    ticking = believe_clock or settled(steady, now)
    came, read_to = watching.came_since(records, 0 if before is None else before.journal)
    scene = _Scene(records=records, plan=plan, now=now)
    scene.fold(came, by_time=ticking)
    with records.writing():
        if before is not None and _believed_again(before, now, believe_clock=believe_clock, ticking=ticking):
            due.set_back(records, now=now)
        looked = scene.followed() if ticking else Looked(clock_settled=False)
        watching.keep_tick(records, Tick(at=now, up=up, steady=steady, journal=read_to))
    return looked


def clock_settled(records: Records, *, now: datetime) -> bool:
    """Whether the clock has run evenly for long enough to be believed."""
    return settled(_steady(watching.tick(records), now), now)


def _believed_again(before: Tick, now: datetime, *, believe_clock: bool, ticking: bool) -> bool:
    """Whether this is the first look by a clock that is believed after it jumped, and not within the jump: a
    machine that wakes up in 1970 was not ahead before.
    """
    if believe_clock and now < before.at - JUMPED_BACK:
        return True
    return ticking and not settled(before.steady, before.at)


def _steady(before: Tick | None, now: datetime) -> datetime:
    return steady_since(None, None, now) if before is None else steady_since(before.at, before.steady, now)


def visits(records: Records, plan: Plan, *, now: datetime) -> tuple[Visit, ...]:
    """What is due where: what lapses first comes first.

    Of all hotspots that are visited, and of those where a probe is to stay and somebody must enrol it first.
    """
    known = watching.watches(records)
    found: list[Visit] = []
    for hotspot in hotspots.every(records):
        if hotspot.mode is not Mode.ROUNDS and hotspot.identity is not None:
            continue
        conditions = known.get(hotspot.id, Watch(hotspot=hotspot.id)).conditions
        paths = hotspot.ssids or ("",)
        found += [
            visit(
                conditions.get(path, conditions.get("", Condition())),
                plan.rhythm(hotspot),
                hotspot=(hotspot.id, hotspot.name, hotspot.place, hotspot.address),
                path=path,
                zone=ZoneInfo(hotspot.time_zone),
                office_hours=hotspot.office_hours,
                enrolled=None if hotspot.identity is None else hotspot.identity.since,
                now=now,
            )
            for path in paths
        ]
    return ordered(tuple(found))


@dataclass(kw_only=True)
class _Scene:
    """The hotspots and their watches in the middle of a look."""

    records: Records
    plan: Plan
    now: datetime

    @cached_property
    def hotspots(self) -> dict[str, Hotspot]:
        return {item.id: item for item in hotspots.every(self.records) if item.enrolled}

    @cached_property
    def watches(self) -> dict[str, Watch]:
        return watching.watches(self.records)

    @cached_property
    def certificates(self) -> tuple[Holding, ...]:
        return holdings(self.records)

    def fold(self, came: Mapping[str, set[str]], *, by_time: bool) -> None:
        """Every hotspot of which something came in, or of which time alone tells something."""
        for identifier, hotspot in self.hotspots.items():
            before = self.watches.get(identifier, Watch(hotspot=identifier))
            kinds = came.get(identifier, set())
            waited = before.later is not None and before.later <= self.now + AHEAD
            # By a clock that was ahead: what is still to come is no evidence that would last until then.
            ahead = by_time and before.through is not None and before.through > self.now + AHEAD
            other = before.folded > 0 and before.standards != self._evidence_for(hotspot)
            again = waited or ahead or other
            if not (kinds or again or (by_time and self._silent(hotspot, before) != before)):
                continue
            with self.records.writing():
                before = after = watching.watch_of(self.records, identifier)
                if kinds or again:
                    after = self._folded(hotspot, before, again=again or kinds != {"run.recorded"})
                if by_time:
                    after = self._silent(hotspot, after)
                self.watches[identifier] = after
                if after != before:
                    watching.keep_watch(self.records, after, state=site_of(hotspot, after).worst.state)

    def followed(self) -> Looked:
        """What follows for certificates, then what must be told of all this."""
        suspended, refused = self._suspend()
        ended: tuple[CertificateRow, ...] = ()
        if clock_is_due(self.records, now=self.now):
            ended = certificates.by_the_clock(self.records, now=self.now)
        over = {row.number for row in (*suspended, *ended)}
        notices = self._announce(over)
        return Looked(notices=notices, suspended=suspended, ended=ended, refused=refused)

    def _folded(self, hotspot: Hotspot, before: Watch, *, again: bool) -> Watch:
        """With the new runs; all of them from the beginning where one of them is older than what is known."""
        known = self.records.connection.execute(
            "SELECT count(*) FROM runs WHERE hotspot = ? AND started <= ?",
            (hotspot.id, "" if before.through is None else written(before.through)),
        ).fetchone()[0]
        if again or known != before.folded:
            before = Watch(hotspot=hotspot.id)
        through = "" if before.through is None else written(before.through)
        rows = [
            row
            for row in runs.of(self.records, hotspot.id, since=before.through)
            if written(row.started) > through
        ]
        ready = [row for row in rows if row.started <= self.now + AHEAD]
        waiting = rows[len(ready) :]
        # A probe that was silent from the beginning stood for a network of which nothing was known.
        conditions = {name: item for name, item in before.conditions.items() if item.seen is not None}
        rhythm = self._demanded(hotspot)
        for row in ready:
            seen = self._sighting(hotspot, row, rhythm)
            conditions[seen.path] = fold(conditions.get(seen.path, Condition()), seen, rhythm=rhythm)
        return Watch(
            hotspot=hotspot.id,
            paths=tuple(Path(name=name, condition=conditions[name]) for name in sorted(conditions)),
            through=ready[-1].started if ready else before.through,
            folded=before.folded + len(ready),
            standards=self._evidence_for(hotspot),
            later=waiting[0].started if waiting else None,
        )

    def _sighting(self, hotspot: Hotspot, row: RunRow, rhythm: Rhythm) -> Sighting:
        gates = tuple((item.id, item.result) for item in row.gates)
        standards = self._evidence_for(hotspot)
        # What a face says was passed is watched, or nobody knows that it still would be.
        untested = self._shown(hotspot) & {
            name for name, result in gates if result is CriterionOutcome.NOT_TESTED
        }
        return Sighting(
            run=row.run,
            started=row.started,
            path=row.ssid or "",
            vantage=row.vantage,
            sight=sight_of(
                void_reason="interrupted" if row.interrupted else row.void_reason,
                overrides=row.overrides,
                here=row.place in (Place.SAME, Place.CHANGED),
                certain=row.place is Place.SAME and row.standard in standards and not untested,
                outcome=row.outcome,
                gates=gates,
            ),
            failed=failed_gates(gates),
            causes=row.causes,
            sampled=is_full(rhythm, gates),
            evidence=row.bundle,
        )

    @cached_property
    def _held(self) -> dict[str, tuple[Holding, ...]]:
        """The certificates in force, by hotspot."""
        found: dict[str, tuple[Holding, ...]] = {}
        for row in self.certificates:
            found[row.hotspot] = (*found.get(row.hotspot, ()), row)
        return found

    def _evidence_for(self, hotspot: Hotspot) -> tuple[str, ...]:
        """Digests of the standards whose runs are evidence there, sorted."""
        if hotspot.id not in self._evidence:
            held = self._held.get(hotspot.id, ())
            self._evidence[hotspot.id] = tuple(sorted(self.plan.evidence_for(held, hotspot)))
        return self._evidence[hotspot.id]

    @cached_property
    def _evidence(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _demanded(self, hotspot: Hotspot) -> Rhythm:
        """By what the certificate in force asks for; without one, by the hotspot's own standard."""
        real = self._real(hotspot)
        return self.plan.demanded(real[0], hotspot) if real else self.plan.rhythm(hotspot)

    def _shown(self, hotspot: Hotspot) -> frozenset[str]:
        """The gates that a certificate in force says were passed."""
        return frozenset(name for item in self._real(hotspot) for name in item.shown)

    def _real(self, hotspot: Hotspot) -> tuple[Holding, ...]:
        """The certificates in force there; those that say TEST only where there is no other."""
        held = self._held.get(hotspot.id, ())
        return tuple(item for item in held if not item.test) or held

    def _silent(self, hotspot: Hotspot, before: Watch) -> Watch:
        rhythm = self.plan.rhythm(hotspot)
        if hotspot.identity is None or rhythm.mode != "resident":
            return before
        # A probe is silent as a whole: it sits on one network, whatever others there are.
        last = before.through or hotspot.identity.since
        paths = before.paths or (Path(name="", condition=Condition()),)
        after = tuple(
            Path(name=item.name, condition=silent(item.condition, rhythm=rhythm, now=self.now, last=last))
            for item in paths
        )
        return before if after == paths else msgspec.structs.replace(before, paths=after)

    def _suspend(self) -> tuple[tuple[CertificateRow, ...], tuple[str, ...]]:
        changed: list[CertificateRow] = []
        refused: list[str] = []
        for row in self.certificates:
            # Of a place that nobody watches here too: who only decides and publishes has no evidence either.
            hotspot = self.hotspots.get(row.hotspot)
            rhythm = self.plan.patient() if hotspot is None else self.plan.demanded(row, hotspot)
            event = suspension(held(row), self._conditions(row.hotspot), rhythm, now=self.now)
            if event is None:
                continue
            done = certificates.change(self.records, row.number, event, now=self.now)
            if isinstance(done, Refused):
                refused.append(f"{row.number}: {done.sentence}")
            else:
                changed.append(done)
        return tuple(changed), tuple(refused)

    def _announce(self, over: Collection[str]) -> tuple[Notice, ...]:
        in_force = {row.hotspot: row for row in self.certificates if row.number not in over}
        watched = tuple(self._watched(item, in_force.get(item.id)) for item in self.hotspots.values())
        rhythms = {item.id: self.plan.rhythm(item) for item in self.hotspots.values()}
        facts = facts_of(watched, rhythms, now=self.now)
        before = watching.told(self.records)
        said = announce(facts, before, tuple(item.site for item in watched), now=self.now)
        if said.told != before:
            watching.keep_told(self.records, said.told)
        return tuple(item for item in said.notices if watching.keep_notice(self.records, item, now=self.now))

    def _watched(self, hotspot: Hotspot, row: Holding | None) -> Watched:
        rhythm = self.plan.rhythm(hotspot)
        conditions = self._conditions(hotspot.id)
        lapses = None
        if row is not None:
            lapses = evidence_of(held(row), conditions) + self.plan.demanded(row, hotspot).silence
        behind = False
        if hotspot.mode is Mode.RESIDENT:
            share = due_runs(self.records, self.plan, hotspot, since=self.now - SHARE_OVER, until=self.now)
            # Below so many due runs one that was missed would already be too many.
            enough = share.due * (1 - rhythm.ran_at_least) >= 1
            behind = enough and share.ran < rhythm.ran_at_least * share.due
        return Watched(
            site=site_of(hotspot, self.watches.get(hotspot.id, Watch(hotspot=hotspot.id))),
            lapses=lapses,
            behind_since=self.now if behind else None,
        )

    def _conditions(self, hotspot: str) -> dict[str, Condition]:
        return self.watches.get(hotspot, Watch(hotspot=hotspot)).conditions


def site_of(hotspot: Hotspot, watch: Watch) -> Site:
    """A hotspot with what surveillance knows of it."""
    networks = () if hotspot.identity is None else hotspot.identity.networks
    return Site(
        hotspot=hotspot.id,
        provider=hotspot.provider,
        resolvers=tuple(sorted({name for item in networks for name in item.resolvers or ()})),
        readers=tuple(sorted({item.email.casefold() for item in hotspot.contacts})),
        conditions=tuple((item.name, item.condition) for item in watch.paths),
    )


def held(row: Holding) -> Held:
    """A certificate, as far as surveillance goes."""
    return Held(
        number=row.number,
        status=row.status,
        since=row.since,
        until=row.until,
        paths=row.ssids,
        evidence=row.evidence,
    )
