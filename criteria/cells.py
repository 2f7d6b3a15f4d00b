"""Judges a target through each resolver, by each family, for each service: its cells.

The looks at it are judged one by one, then together, and guards come before all of them. Nothing is
remembered from one target to the next; `targets` does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from criteria.fitness import Soundness
from criteria.index import Looks
from criteria.lanes import ASKED, Lane, Way, lanes_of
from criteria.looks import Finding
from criteria.precedents import precedents
from criteria.records import Cell, Fitness, Outcome, Reference
from criteria.rules import RuleSet
from criteria.silence import Line
from criteria.together import Pair
from criteria.truth import Truth, Truths
from probes.records import Ask, Kind, Plan, Question, Run, Service, Target


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Everything that judging one target needs, looked up once for all of them."""

    truths: Truths
    asked: Mapping[str, Mapping[Lane, Asked]]
    """By name: what was asked about it, in the lanes in the order of resolvers and families."""

    def cells_of(self, target: Target) -> list[Cell]:
        """Every cell of a target, in the order of resolvers, families and services."""
        truth = self.truths.of(target)
        by_lane = self.asked.get(target.name, {})
        cells = [cell for lane, asked in by_lane.items() for cell in self._cells(target, lane, asked, truth)]
        if any(cell.outcome not in _SHUT for cell in cells):
            return cells
        open_on_phones = [
            cell
            for lane, asked in by_lane.items()
            if lane.translated is not None
            for cell in self._cells(target, lane, asked, truth, on_phones=True)
            if cell.outcome not in _SHUT
        ]
        places = {_CELL(cell) for cell in open_on_phones}
        return [cell for cell in cells if _CELL(cell) not in places] + open_on_phones

    def _cells(
        self, target: Target, lane: Lane, asked: Asked, truth: Truth, *, on_phones: bool = False
    ) -> list[Cell]:
        found: dict[Service, Finding] = {}
        for service in asked.services:
            finding = lane.judge(service, asked.looks, truth, on_phones=on_phones)
            if finding.defers:
                finding = _leave_to(found.get(Service.HTTPS), finding)
            found[service] = finding
        return [
            Cell(
                target=target.name,
                resolver=lane.resolver,
                family=lane.here.family,
                service=service,
                stage=found[service].stage,
                outcome=found[service].outcome,
                mechanism=found[service].mechanism,
                mechanisms=found[service].mechanisms,
                strength=found[service].strength,
                rule=found[service].rule,
                witnesses=found[service].witnesses,
            )
            for service in sorted(found)
        ]


def bench(
    *,
    plan: Plan,
    run: Run,
    fitness: Fitness,
    reference: Reference | None,
    max_reference_age_days: int,
    rules: RuleSet,
    sound: Soundness,
    line: Line | None = None,
) -> Bench:
    """What a run comes to beside the targets themselves."""
    lanes = lanes_of(
        plan,
        fitness=fitness,
        sound=sound,
        rules=precedents(rules),
        line=line or Line.learnt(plan, sound),
    )
    return Bench(
        truths=Truths(reference=reference, max_age_days=max_reference_age_days, at=run.started),
        asked=_asked(plan, sound.looks, lanes),
    )


class Asked(msgspec.Struct, frozen=True):
    """What was asked about a name in a lane, and what was seen."""

    services: tuple[Service, ...]
    looks: list[Pair]


def _asked(plan: Plan, looks: Looks, lanes: Mapping[Way, Lane]) -> dict[str, dict[Lane, Asked]]:
    controls: dict[str, dict[Lane, Asked]] = {}
    targets: dict[str, dict[Lane, Asked]] = {}
    for question in plan.questions:
        if question.kind not in ASKED or question.via is None:
            continue
        lane = lanes[question.via.resolver, question.via.family]
        found = targets if question.kind is Kind.TARGET else controls
        by_lane = found.setdefault(question.subject, {})
        asked = by_lane.get(lane)
        if asked is None:
            asked = by_lane[lane] = Asked(services(question), [])
        for look in looks.of(question):
            asked.looks.append((question, look))
    # A control that was also asked as a target is judged by what it was asked for as a target.
    return {name: _in_order(by_lane) for name, by_lane in (controls | targets).items()}


def _in_order(asked: dict[Lane, Asked]) -> dict[Lane, Asked]:
    order = sorted(asked, key=_PLACE)
    return asked if order == [*asked] else {lane: asked[lane] for lane in order}


_PLACE = attrgetter("place")
_CELL = attrgetter("resolver", "family", "service")
_SHUT = frozenset({Outcome.BLOCKED, Outcome.NOT_APPLICABLE, Outcome.DEAD})


def services(question: Question) -> tuple[Service, ...]:
    """What a question asks for, HTTPS before HTTP, which may lean on it."""
    if question.ask is Ask.DNS:
        return (Service.DNS,)
    if question.ask is Ask.TLS:
        return (Service.HTTPS,)
    wanted = ((Service.HTTPS, question.secure), (Service.HTTP, question.plain))
    return tuple(service for service, on in wanted if on)


def _leave_to(https: Finding | None, http: Finding) -> Finding:
    """A redirect to the same name over HTTPS: whatever HTTPS has."""
    if https is None:
        return http
    return replace(
        https, rule=http.rule, witnesses=tuple(sorted({*http.witnesses, *https.witnesses})), defers=False
    )
