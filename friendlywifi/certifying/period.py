"""What the runs of a period come to, worked out from their bundles alone, by evaluator and decider alike.

The run that decides is chosen by the clock: nobody can choose the best of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from criteria.period import PeriodAssessment, assess_period
from criteria.records import Judgement
from criteria.standard import Standard
from friendlywifi.certifying import checklist, networks
from friendlywifi.certifying.checklist import Check
from friendlywifi.certifying.dueruns import Agenda, Late, agenda_of, due_runs
from friendlywifi.certifying.weighing import Weighed
from friendlywifi.records.evidence import ELSEWHERE
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Place

UNSURE = "place_unknown"
"""Why a run is no evidence of which it is not known that it was made there."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the period comes to."""

    period: PeriodAssessment
    agenda: Agenda | None
    """What the mode of surveillance asked for; `None`: the standard has no such mode."""
    certification: Weighed | None
    """The run that decides: the registered one, or its second stage."""
    registered: Weighed | None
    passed_over: tuple[Weighed, ...]
    """Runs between the announcement and it for which names were drawn, and which came to no answer."""
    valid: frozenset[str]
    """Ids of the runs that are evidence, for it or against it."""
    ssids: tuple[str, ...]
    """Names with a good run of their own."""
    checks: tuple[Check, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(item.text for item in self.checks if item.done is False)


def weigh_period(
    runs: tuple[Weighed, ...],
    *,
    hotspot: Hotspot,
    standard: Standard,
    standard_digest: str,
    registered: datetime | None,
    since: datetime,
    until: datetime,
    now: datetime,
    late: tuple[Late, ...] = (),
    test: bool = False,
) -> Result:
    """All runs of a hotspot in a period. `registered`: when a certification run was announced; `since` and
    `until`: the period; `late`: runs that were made for the interval before theirs.

    `test` is for emulated hotspots, whose certificates say TEST: what was overridden counts there.
    """
    first = _registered(runs, registered, test=test)
    passed_over = _passed_over(runs, first, standard, registered)
    mine = tuple(item for item in runs if first is None or item.vantage == first.vantage)
    agenda = agenda_of(hotspot, standard, (item.run for item in runs), since=since, until=until, late=late)
    period = assess_period(
        standard=standard,
        standard_digest=standard_digest,
        runs=tuple((item.run, _placed(item, test=test)) for item in mine),
        certification_run=None if first is None else first.run.id,
        allow_overrides=test,
        # A run that was surely made elsewhere is no look at this place, whatever it came to.
        due=due_runs(
            agenda,
            (item.run for item in runs if test or item.where.place is not Place.ELSEWHERE),
            hotspot=hotspot,
            standard=standard,
        ),
        unpromised=frozenset(number for item in mine for number in item.unpromised),
    )
    certification = next((item for item in mine if item.run.id == period.certification_run), None)
    good = [item for item in runs if item.usable or (test and _sound(item))]
    seen = [item for item in runs if item.usable or item.changed]
    ssids = tuple(
        name for name in hotspot.ssids if networks.well(name, good) and networks.changed(name, seen) is None
    )
    if test and not ssids:
        # An emulated hotspot has no radio: its name is the declared one.
        ssids = hotspot.ssids
    checks = (
        *checklist.window(standard, period, mine, now=now),
        *checklist.certification_run(first, certification, registered),
        *checklist.repeated(passed_over),
        *checklist.others(runs, mine),
        *checklist.otherwise(mine, standard, standard_digest),
        *networks.told(hotspot, ssids, good, seen),
        *checklist.rest(standard, period),
    )
    return Result(
        period=period,
        agenda=agenda,
        certification=certification if first is not None else None,
        registered=first,
        passed_over=passed_over,
        valid=frozenset(
            item.run.id
            for item in mine
            if (item in good or item.against) and item.judgement.assessment.standard_digest == standard_digest
        ),
        ssids=ssids,
        checks=checks,
    )


def _sound(item: Weighed) -> bool:
    return item.judgement.fitness.void_reason is None and not item.run.interrupted


def _registered(runs: tuple[Weighed, ...], registered: datetime | None, *, test: bool) -> Weighed | None:
    """The first run after the announcement that came to an answer: nobody can choose the best of several."""
    if registered is None:
        return None
    after = sorted(
        (item for item in runs if item.run.started > registered), key=lambda item: item.run.started
    )
    return next((item for item in after if (item.usable or (test and _sound(item))) and item.answers), None)


def _passed_over(
    runs: tuple[Weighed, ...], first: Weighed | None, standard: Standard, registered: datetime | None
) -> tuple[Weighed, ...]:
    """The announced runs that were begun before the one that decides, and decided nothing."""
    if first is None or registered is None:
        return ()
    between = (item for item in runs if registered < item.run.started < first.run.started)
    drawn = (item for item in between if item.run.second_of is None and item.sampled(standard))
    return tuple(sorted(drawn, key=lambda item: item.run.started))


def _placed(item: Weighed, *, test: bool) -> Judgement:
    """The judgement, void where the run was not surely made there and on the network that is enrolled."""
    if test or item.where.place is Place.SAME or item.judgement.fitness.void_reason is not None:
        return item.judgement
    if item.against:
        return item.judgement
    reason = ELSEWHERE if item.where.place is Place.ELSEWHERE else UNSURE
    fitness = msgspec.structs.replace(item.judgement.fitness, void_reason=reason)
    return msgspec.structs.replace(item.judgement, fitness=fitness)
