"""What is the best that this input can reach? Said before a packet is sent.

The criteria are put to the best run that can be imagined with the plan: everything that must be blocked is
blocked by a filter that signs its blocks, everything else opens, every way around is shut. What does not pass
even then is lacking in the input, so that a forecast and an assessment can never disagree about a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec

from criteria.assessment import decide_criteria, outcome_of
from criteria.kinds import Evidence, decide
from criteria.kinds.evidence import count
from criteria.records import (
    CriterionOutcome,
    CriterionResult,
    FamilyState,
    Fitness,
    Forecast,
    Outcome,
    Reference,
    Route,
    RouteOutcome,
    SafeSearch,
    SafeSearchOutcome,
    Strength,
    Verdict,
)
from criteria.standard import Standard, Witness
from criteria.ways import Way, way_of
from probes.records import Ask, Family, Kind, Plan, RouteKind, Stage, Target, Time


def forecast(
    *,
    plan: Plan,
    standard: Standard,
    reference: Reference | None = None,
    vendor: str | None = None,
    now: Time | None = None,
    witnessed: bool = False,
) -> Forecast:
    """The best outcome, what stands in the way of a better one, and what must hold for this one.

    `vendor` is the plan's own unless it is given. With `now`, a reference that is too old counts for nothing.
    """
    alive = _known(reference, now=now, max_age=timedelta(days=standard.reference_max_age_days))
    ways = [way for item in plan.questions if item.kind is Kind.ROUTE and (way := way_of(item)) is not None]
    evidence = Evidence(
        plan=plan if vendor is None else msgspec.structs.replace(plan, vendor=vendor),
        fitness=_best_fitness(plan, ways),
        verdicts=tuple(_best_verdict(target, alive.get(target.name)) for target in plan.targets),
        routes=_best_routes(ways),
        safesearch=_best_safesearch(plan),
    )
    results = decide_criteria(standard, evidence)
    outcome = outcome_of(standard, results, fitness=evidence.fitness, witnessed=witnessed)
    return Forecast(
        outcome=outcome,
        because=(*_lacks(standard, evidence, results), *_witness(standard, witnessed=witnessed)),
        provided=_provided(standard, plan, alive),
    )


def _known(reference: Reference | None, *, now: Time | None, max_age: timedelta) -> dict[str, bool | None]:
    """What the reference still says: each name is as old as its last confirmation."""
    if reference is None:
        return {}
    return {
        item.name: item.alive
        for item in reference.entries
        if now is None or abs(now - (item.confirmed or reference.taken)) <= max_age
    }


# -------------------------------------------------------------------------------- the best run of all


def _best_fitness(plan: Plan, ways: Sequence[Way]) -> Fitness:
    controls = tuple(item for item in plan.questions if item.kind is Kind.CONTROL)
    names = {item.subject for item in controls}
    routed = {way.family is Family.IPV6 for way in ways if way.kind is RouteKind.DNS53}
    return Fitness(
        void_reason=None if len(names) > 1 else "controls_wrong",
        explanation="at least two names that must open are needed to know that the line works.",
        # A network without IPv6 asks for less: the best run is made where no more is asked than is planned.
        ipv4=FamilyState.USABLE if False in routed or not routed else FamilyState.ABSENT,
        ipv6=FamilyState.USABLE if True in routed else FamilyState.ABSENT,
        path_shown=any(item.ask is not Ask.DNS for item in controls),
        controls_ok=len(controls),
        controls_asked=len(controls),
    )


def _best_verdict(target: Target, alive: bool | None) -> Verdict:  # noqa: FBT001 - three states of one fact
    outcome = Outcome.REACHABLE if target.category.control else Outcome.BLOCKED
    if alive is False and not target.sentinel:
        outcome = Outcome.DEAD
    return Verdict(
        target=target.name,
        category=target.category,
        outcome=outcome,
        mechanisms=("dns/ede:17",) if outcome is Outcome.BLOCKED else (),
        strength=Strength.ARTEFACT,
        judged_at=Stage.DNS,
        rule="forecast",
        cells=(),
    )


def _best_routes(ways: Sequence[Way]) -> tuple[Route, ...]:
    return tuple(
        Route(
            kind=way.kind,
            endpoint=way.endpoint,
            family=way.family,
            outcome=RouteOutcome.CLOSED,
            rule="forecast",
            witnesses=(),
        )
        for way in dict.fromkeys(ways)
    )


def _best_safesearch(plan: Plan) -> tuple[SafeSearch, ...]:
    asked = {item.subject for item in plan.questions if item.kind is Kind.SAFESEARCH}
    return tuple(
        SafeSearch(
            engine=engine.name,
            family=Family.IPV4,
            outcome=SafeSearchOutcome.FORCED,
            rule="forecast",
        )
        for engine in plan.engines
        if asked.issuperset(engine.names)
    )


# --------------------------------------------------------------------------------------------- words


def _lacks(standard: Standard, evidence: Evidence, results: tuple[CriterionResult, ...]) -> Iterator[str]:
    if evidence.fitness.void_reason is not None:
        yield evidence.fitness.explanation.rstrip(".")
        return
    if not evidence.fitness.path_shown:
        yield "no control is visited beyond DNS, so that nothing can show that pages really open"
    fine = (CriterionOutcome.PASS, CriterionOutcome.NOT_APPLICABLE)
    for item, result in zip(standard.criteria, results, strict=True):
        if item.gate and result.result not in fine:
            yield f"{item.id}: {decide(item.test, evidence).lack or result.reason.rstrip('.')}"


def _witness(standard: Standard, *, witnessed: bool) -> Iterator[str]:
    if standard.witness is Witness.REQUIRED and not witnessed:
        yield "nobody witnesses time and place, and this standard requires it"


def _provided(standard: Standard, plan: Plan, alive: Mapping[str, bool | None]) -> tuple[str, ...]:
    """Without a known truth only the filter's own signature tells a block from a dead name."""
    gated = {getattr(item.test, "category", None) for item in standard.criteria if item.gate and item.enabled}
    filtered = [item for item in plan.targets if item.category in gated and not item.category.control]
    unknown = sum(
        not target.expect and target.token is None and alive.get(target.name) is None for target in filtered
    )
    if not unknown:
        return ()
    total = count(len(filtered), "name")
    clause = (
        f"the filter signs its blocks: {unknown} of {total} that must be blocked have no known truth, so "
        "that silence proves nothing about them"
    )
    return (clause,)
