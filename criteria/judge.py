"""From observations to a judgement: fitness, cells, verdicts, routes and the assessment, in this order.

Pure. The same plan, run, observations, standard, rules and reference give the same bytes on any machine,
years later. A check judges twice: after the first look, to know what deserves a second one, and after that.
"""

from __future__ import annotations

import msgspec

from criteria import rules as rule_lists
from criteria.assessment import assess
from criteria.cells import bench
from criteria.fingerprints import Fingerprints
from criteria.fitness import judge_fitness, sound_out
from criteria.forecast import forecast
from criteria.kinds import Attested, FirstStage
from criteria.noticed_records import record_findings
from criteria.records import (
    FamilyState,
    Fitness,
    Judgement,
    Outcome,
    Reference,
    RouteOutcome,
    SafeSearchOutcome,
    Strength,
    Verdict,
)
from criteria.routes import judge_routes, route_findings
from criteria.rules import RuleSet
from criteria.safesearch import judge_safesearch
from criteria.silence import Line
from criteria.standard import Standard
from criteria.targets import judge_targets
from criteria.ways import Way, way_of
from criteria.windows import windows
from probes.records import Family, Kind, Observation, Plan, Run, Stage


def judge(
    *,
    plan: Plan,
    run: Run,
    observations: tuple[Observation, ...],
    standard: Standard,
    standard_digest: str,
    reference: Reference | None = None,
    rules: RuleSet | None = None,
    fingerprints: Fingerprints | None = None,
    attestations: tuple[Attested, ...] = (),
    first: tuple[FirstStage, ...] = (),
    vendor: str | None = None,
    witnessed: bool = False,
) -> Judgement:
    """All that is concluded from one run. `first` is what the samples came to whose second stages the plan
    holds. `vendor` is the plan's own unless it is given.

    Without `rules` and `fingerprints` the ones in force decide; old evidence brings its own.
    """
    rules = rules or rule_lists.latest()
    if vendor is not None:
        plan = msgspec.structs.replace(plan, vendor=vendor)
    sound = sound_out(plan=plan, run=run, observations=observations, fingerprints=fingerprints)
    fitness = judge_fitness(plan=plan, run=run, observations=observations, sound=sound)
    line = Line.learnt(plan, sound)
    verdicts = judge_targets(
        plan=plan,
        bench=bench(
            plan=plan,
            run=run,
            fitness=fitness,
            reference=reference,
            max_reference_age_days=standard.reference_max_age_days,
            rules=rules,
            sound=sound,
            line=line,
        ),
    )
    routes = judge_routes(
        plan=plan,
        run=run,
        observations=observations,
        fitness=fitness,
        verdicts=verdicts,
        reference=reference,
        max_reference_age_days=standard.reference_max_age_days,
        rules=rules,
        sound=sound,
        line=line,
    )
    safesearch = judge_safesearch(
        plan=plan,
        run=run,
        observations=observations,
        fitness=fitness,
        rules=rules,
        sound=sound,
    )
    more = (*route_findings(routes), *record_findings(sound, verdicts))
    fitness = msgspec.structs.replace(fitness, findings=(*fitness.findings, *more))
    return Judgement(
        rules_version=rules.version,
        fitness=fitness,
        verdicts=verdicts,
        routes=routes,
        safesearch=safesearch,
        assessment=assess(
            standard=standard,
            standard_digest=standard_digest,
            verdicts=verdicts,
            routes=routes,
            safesearch=safesearch,
            fitness=fitness,
            run=run,
            plan=plan,
            attestations=attestations,
            first=first,
            witnessed=witnessed,
            forecast=forecast(
                plan=plan, standard=standard, reference=reference, now=run.started, witnessed=witnessed
            ),
        ),
    )


def second_look(
    *, plan: Plan, run: Run, observations: tuple[Observation, ...], judgement: Judgement
) -> tuple[str, ...]:
    """The ids of the questions to ask once more, slowly, in the order of the plan; none for a void run.

    Whatever is undecided, and whatever would change a gate in either direction: what opened and must not,
    what is blocked and must not be, every block that the filter did not sign, every route that is not shut.
    Where a family seems to lead nowhere and names that must not open have addresses in it, its controls are
    asked again too: a slow one is no dead one.
    """
    if run.interrupted or judgement.fitness.void_reason is not None:
        return ()
    question_of = {item.id: item.question_id for item in observations}
    names = {item.target for item in judgement.verdicts if _deserves(item)}
    routes = {
        question_of[witness]
        for route in judgement.routes
        if route.outcome in (RouteOutcome.OPEN, RouteOutcome.INCONCLUSIVE)
        for witness in route.witnesses
        if witness in question_of
    }
    undecided = {
        item.engine for item in judgement.safesearch if item.outcome is SafeSearchOutcome.INCONCLUSIVE
    }
    engines = {
        host
        for engine in plan.engines
        if engine.name in undecided
        for host in (*engine.names, *engine.forced)
    }
    again = {
        item.id
        for item in plan.questions
        if (item.kind is Kind.TARGET and item.subject in names)
        or (item.kind is Kind.ROUTE and item.id in routes)
        or (item.kind is Kind.SAFESEARCH and item.subject in engines)
    }
    again |= _controls_of_broken_families(plan, observations, judgement.fitness)
    again |= _controls_for(
        plan,
        again,
        bad=frozenset(judgement.fitness.bad_windows),
        aside=frozenset(judgement.fitness.blocked_controls),
    )
    return tuple(item.id for item in plan.questions if item.id in again)


def further_look(*, plan: Plan, run: Run, judgement: Judgement, rules: RuleSet) -> tuple[str, ...]:
    """The ids of the questions to ask yet again: what stays open by a rule that more looks can settle.

    On a line that loses packets two looks do not tell a filter that drops from chance; five may.
    """
    if run.interrupted or judgement.fitness.void_reason is not None:
        return ()
    waiting = {rule.id for rule in rules.rules if rule.again}
    lanes = {
        (cell.target, cell.resolver, cell.family)
        for verdict in judgement.verdicts
        # What opens another way is open.
        if verdict.outcome is not Outcome.REACHABLE
        for cell in verdict.cells
        if cell.rule in waiting
    }
    ways = {
        Way(kind=route.kind, endpoint=route.endpoint, family=route.family)
        for route in judgement.routes
        if route.rule in waiting
    }
    again = {
        item.id
        for item in plan.questions
        if (
            item.kind is Kind.TARGET
            and item.via is not None
            and (item.subject, item.via.resolver, item.via.family) in lanes
        )
        or (item.kind is Kind.ROUTE and way_of(item) in ways)
    }
    again |= _controls_for(
        plan,
        again,
        bad=frozenset(judgement.fitness.bad_windows),
        aside=frozenset(judgement.fitness.blocked_controls),
    )
    return tuple(item.id for item in plan.questions if item.id in again)


def _controls_of_broken_families(
    plan: Plan, observations: tuple[Observation, ...], fitness: Fitness
) -> set[str]:
    broken = {
        family
        for family, state in ((Family.IPV4, fitness.ipv4), (Family.IPV6, fitness.ipv6))
        if state is FamilyState.BROKEN
    }
    if not broken:
        return set()
    barred = {target.name for target in plan.targets if not target.category.control}
    dialled = {item.question_id for item in observations if item.stage is Stage.TCP}
    waiting = {
        item.via.family
        for item in plan.questions
        if item.kind is Kind.TARGET and item.via is not None and item.subject in barred and item.id in dialled
    }
    return {
        item.id
        for item in plan.questions
        if item.kind is Kind.CONTROL and item.via is not None and item.via.family in broken & waiting
    }


def _controls_for(plan: Plan, again: set[str], *, bad: frozenset[str], aside: frozenset[str]) -> set[str]:
    """The controls that answer for a second look: without them a dead line would confirm every block.

    The window's own. Where those failed the first time they may be blocked themselves, so that the lane's
    closing ones, which are others, are asked in their place.
    """
    found: set[str] = set()
    all_windows = windows(plan, aside)
    closing = {window.lane: window.controls for window in all_windows}
    for window in all_windows:
        if again.intersection(window.members):
            own_failed = bad.intersection(window.controls)
            found.update(closing[window.lane] if own_failed else window.controls)
    return found


def _deserves(verdict: Verdict) -> bool:
    if verdict.outcome is Outcome.INCONCLUSIVE:
        return True
    if verdict.category.control:
        return verdict.outcome is Outcome.BLOCKED
    if verdict.outcome is Outcome.BLOCKED:
        return verdict.strength is not Strength.ARTEFACT
    return verdict.outcome is Outcome.REACHABLE
