"""Making a reference: ask every name from an unfiltered vantage, twice where need be, and sign what was seen.

The only place where measuring and the judging of a reference meet. Everything that could differ between two
machines is handed in. A void run, or a vantage that filters, leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

import friendlywifi
from criteria.records import Reference, ReferenceEntry
from criteria.reference import Sighting, sight, unsettled
from criteria.reference_plan import draw_reference_plan
from friendlywifi.checking.check import SECOND_LOOK_AFTER, Progress
from probes.network import SLOW, Budgets, Network
from probes.portals import portals
from probes.records import Observation, Plan, Run, TargetList, Vantage, digest, observations_digest
from probes.survey import phases, survey
from probes.visit import Stores


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What a reference is made from, all of it handed in."""

    vantage: str
    authorised_by: str
    lists: tuple[TargetList, ...]
    network: Network
    resolvers: tuple[str, ...]
    seed: str
    overrides: tuple[str, ...] = ()
    only: frozenset[str] | None = None
    """Ask these names and no others: a confirmation."""
    identify: Callable[[], Vantage] = Vantage
    slow: Budgets = SLOW


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What came of it: the evidence and the reading of it, which counts only where it is `usable`."""

    plan: Plan
    observations: tuple[Observation, ...]
    sighting: Sighting
    started: datetime

    @property
    def usable(self) -> bool:
        return self.sighting.unfit is None and self.sighting.filters is None


def plan_of(given: Commission) -> Plan:
    """The questions of a build. Raises `PlanFault`."""
    return draw_reference_plan(
        lists=given.lists,
        seed=given.seed,
        resolvers=given.resolvers,
        portals=portals(),
        only=given.only,
    )


async def look(given: Commission, *, on_progress: Callable[[Progress], None] = lambda _: None) -> Looked:
    """Ask, and ask again slowly whatever was not plain. Stops early where it would all be in vain."""
    plan = plan_of(given)
    clock = given.network.clock
    stores = Stores.load(given.network.list_roots)
    started = clock.now()
    observations: tuple[Observation, ...] = ()

    async def ask(only: Collection[str], phase: str, attempt: int, budgets: Budgets) -> Looked:
        nonlocal observations
        observations += await survey(
            plan=plan,
            network=replace(given.network, budgets=budgets),
            stores=stores,
            identify=given.identify,
            attempt=attempt,
            only=frozenset(only),
            progress=lambda done, of: on_progress(Progress(phase=phase, done=done, of=of)),
        )
        run = _run(given, plan=plan, observations=observations, started=started)
        sighting = sight(plan=plan, run=run, observations=observations)
        return Looked(plan=plan, observations=observations, sighting=sighting, started=started)

    opening = tuple(item.id for item in phases(plan.questions)[0])
    looked = await ask(opening, "is it unfiltered", 1, given.network.budgets)
    if looked.sighting.fitness.void_reason is not None:
        return looked
    rest = tuple(item.id for item in plan.questions if item.id not in frozenset(opening))
    looked = await ask(rest, "first look", 1, given.network.budgets)
    again = unsettled(plan, looked.sighting)
    if looked.usable and again:
        on_progress(Progress(phase="waiting for caches", done=0, of=len(again)))
        # A resolver remembers that a name was not there (RFC 2308): what it says twice it should ask twice.
        await clock.sleep(min(_remembered(observations, again), SECOND_LOOK_AFTER))
        looked = await ask(again, "second look", 2, given.slow)
    return looked


def _remembered(observations: tuple[Observation, ...], questions: tuple[str, ...]) -> float:
    """For how many seconds the resolvers may repeat themselves: the longest lifetime in their answers."""
    asked = frozenset(questions)
    facts = (item.dns for item in observations if item.question_id in asked and item.dns is not None)
    return max((float(rr.ttl) for each in facts for rr in (*each.answers, *each.authority)), default=0.0)


def reference_of(given: Commission, looked: Looked) -> Reference:
    """The reference that a usable look makes."""
    if not looked.usable:
        raise AssertionError("a void run or a filtered vantage makes no reference")
    return Reference(
        id=f"{looked.started:%Y-%m-%d}-{observations_digest(looked.observations)[7:15]}",
        taken=looked.started,
        vantage=given.vantage,
        entries=looked.sighting.entries,
        resolvers=given.resolvers,
        authorised_by=given.authorised_by,
        software=f"friendlywifi {friendlywifi.__version__}",
        overrides=given.overrides,
    )


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A reference after some of its names were asked again."""

    reference: Reference
    confirmed: tuple[str, ...]
    changed: tuple[str, ...]
    """Seen otherwise than before: since nobody knows when that came, nothing is known of them now."""
    open: tuple[str, ...]
    """Could not be told this time, and are as old as they were."""


def confirm(old: Reference, looked: Looked) -> Confirmation:
    """The old reference, with whatever was seen again, as it was then, dated now."""
    now = {entry.name: entry for entry in looked.sighting.entries}
    confirmed, changed, undecided, entries = [], [], [], []
    for entry in old.entries:
        fresh = now.get(entry.name)
        if fresh is None:
            entries.append(entry)
        elif fresh.alive is None:
            undecided.append(entry.name)
            entries.append(entry)
        elif entry.alive is None or fresh.alive is entry.alive:
            # What was unknown is known from now on; `confirmed` is the date that counts.
            confirmed.append(entry.name)
            entries.append(msgspec.structs.replace(fresh, confirmed=looked.started))
        else:
            changed.append(entry.name)
            entries.append(_changed(entry, at=looked.started))
    return Confirmation(
        reference=msgspec.structs.replace(old, entries=tuple(entries)),
        confirmed=tuple(confirmed),
        changed=tuple(changed),
        open=tuple(undecided),
    )


def _changed(entry: ReferenceEntry, *, at: datetime) -> ReferenceEntry:
    words = ("alive", "dead") if entry.alive else ("dead", "alive")
    return ReferenceEntry(
        name=entry.name, alive=None, why=f"it was {words[0]} first and {words[1]} on {at:%Y-%m-%d}"
    )


def _run(given: Commission, *, plan: Plan, observations: tuple[Observation, ...], started: datetime) -> Run:
    """As much of a run as fitness is judged from: a reference is no hotspot's, and has no number."""
    return Run(
        id="reference",
        hotspot=given.vantage,
        serial=0,
        started=started,
        ended=given.network.clock.now(),
        authorised_by=given.authorised_by,
        vantage=next((item.vantage for item in observations if item.vantage), Vantage()),
        resolvers=given.resolvers,
        resolver_source="given",
        overrides=given.overrides,
        connect_to=tuple(sorted(given.network.connect_to.items())),
        software=f"friendlywifi {friendlywifi.__version__}",
        plan=digest(plan),
        observations=observations_digest(observations),
    )
