"""Does a way around the filter stand open? Foreign resolvers on port 53, by UDP and TCP, IPv4 and IPv6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from criteria import answers
from criteria import rules as rule_lists
from criteria.fingerprints import Fingerprints
from criteria.fitness import Soundness, sound_out
from criteria.records import (
    FamilyState,
    Fitness,
    Outcome,
    Reference,
    Route,
    RouteOutcome,
    Verdict,
)
from criteria.rules import RuleSet, RuleStage
from criteria.truth import Truth, Truths
from probes.records import Family, Kind, Observation, Plan, Question, RouteKind, Run, Target, Transport

_OVER = (
    RouteOutcome.OPEN,
    RouteOutcome.INCONCLUSIVE,
    RouteOutcome.FILTERED,
    RouteOutcome.CLOSED,
    RouteOutcome.NOT_APPLICABLE,
)
"""Of several names asked on one route the first outcome in this order counts: one that gets through is a way
around, and one that nobody understands may be one."""

_PORT53 = frozenset({Transport.UDP, Transport.TCP})


def judge_routes(
    *,
    plan: Plan,
    run: Run,
    observations: Sequence[Observation],
    fitness: Fitness,
    verdicts: Sequence[Verdict],
    reference: Reference | None,
    max_reference_age_days: int = 30,
    rules: RuleSet | None = None,
    fingerprints: Fingerprints | None = None,
) -> tuple[Route, ...]:
    """One route for each foreign resolver and transport that was planned, ordered by endpoint.

    Its family is that of the packets on the way, not that of the addresses that were asked for.
    """
    rules = rules or rule_lists.latest()
    sound = sound_out(plan=plan, run=run, observations=observations, fingerprints=fingerprints)
    targets = {target.name: target for target in reversed(plan.targets)}
    judged = _Judged(
        fitness=fitness,
        sound=sound,
        rules=rules,
        truths=Truths(reference=reference, max_age_days=max_reference_age_days, at=run.started),
        here=_answers_here(plan, sound, verdicts),
    )
    asked: dict[tuple[str, Transport], list[Question]] = {}
    for question in plan.questions:
        if question.kind is Kind.ROUTE and question.via is not None and question.via.transport in _PORT53:
            asked.setdefault((question.via.resolver, question.via.transport), []).append(question)
    return tuple(
        judged.route(resolver, transport, questions, targets)
        for (resolver, transport), questions in sorted(asked.items())
    )


@dataclass(frozen=True, kw_only=True)
class _Judged:
    fitness: Fitness
    sound: Soundness
    rules: RuleSet
    truths: Truths
    here: dict[str, frozenset[str]]

    def route(
        self,
        resolver: str,
        transport: Transport,
        questions: Sequence[Question],
        targets: dict[str, Target],
    ) -> Route:
        family = Family.IPV6 if resolver.startswith("[") else Family.IPV4
        found = [self._question(question, family, targets.get(question.subject)) for question in questions]
        outcome, rule, _ = min(found, key=lambda item: (_OVER.index(item[0]), item[1]))
        if all(item[0] is RouteOutcome.NOT_APPLICABLE for item in found) and not self._gone(family):
            # The family works, and no name that was asked could have shown anything.
            none = self.rules.surely(RuleStage.ROUTE, frozenset({"route.none"}))
            outcome, rule = RouteOutcome(none.outcome), none.id
        deciding = [ids for decided, _, ids in found if decided is outcome] or [ids for _, _, ids in found]
        return Route(
            kind=RouteKind.DNS53,
            endpoint=f"{transport.value} {resolver}",
            family=family,
            outcome=outcome,
            rule=rule,
            witnesses=tuple(sorted({item for ids in deciding for item in ids})),
        )

    def _gone(self, family: Family) -> bool:
        return self._state(family) in (FamilyState.ABSENT, FamilyState.BROKEN)

    def _state(self, family: Family) -> FamilyState:
        return self.fitness.ipv4 if family is Family.IPV4 else self.fitness.ipv6

    def _question(
        self, question: Question, family: Family, target: Target | None
    ) -> tuple[RouteOutcome, str, tuple[str, ...]]:
        looks = self.sound.looks.of(question)
        observed = [item for item in (answers.dns_of(look.items) for look in looks) if item is not None]
        ids = tuple(item.id for item in observed)
        truth = Truth() if target is None else self.truths.of(target)
        base = {
            "run.void": self.fitness.void_reason is not None,
            "family.absent": self._state(family) is FamilyState.ABSENT,
            "family.broken": self._state(family) is FamilyState.BROKEN,
            "route.none": truth.alive is False,
            "look.none": not observed,
        }
        words = {word for word, holds in base.items() if holds}
        if not observed:
            rule = self.rules.surely(RuleStage.ROUTE, words)
            return RouteOutcome(rule.outcome), rule.id, ids
        found = [self._words(item, question, truth) | words for item in observed]
        if len(found) > 1 and all("dns.timeout" in item for item in found):
            found = [item | {"confirmed"} for item in found]
        rules = [self.rules.surely(RuleStage.ROUTE, item) for item in found]
        # A look that understood what it saw stands before one that did not.
        decided = [rule for rule in rules if rule.outcome != RouteOutcome.INCONCLUSIVE.value] or rules
        rule = min(decided, key=lambda item: (_OVER.index(RouteOutcome(item.outcome)), item.id))
        return RouteOutcome(rule.outcome), rule.id, ids

    def _words(self, observed: Observation, question: Question, truth: Truth) -> set[str]:
        family = question.via.family if question.via is not None else Family.IPV4
        answer = answers.read(observed, atlas=self.sound.atlas, family=family, truth=truth)
        has = truth.has(family)
        words = {
            "truth.alive": truth.alive is True,
            "truth.dead": truth.alive is False,
            "truth.has_family": has is True,
            "truth.lacks_family": has is False,
            "route.as_here": bool(answer.public)
            and set(answer.public) <= self.here.get(question.subject, frozenset()),
        }
        return {*answer.signals, *(word for word, holds in words.items() if holds)}


def _answers_here(plan: Plan, sound: Soundness, verdicts: Sequence[Verdict]) -> dict[str, frozenset[str]]:
    """Of names that are blocked here: every address that the network's own resolvers give for them."""
    blocked = {verdict.target for verdict in verdicts if verdict.outcome is Outcome.BLOCKED}
    found: dict[str, set[str]] = {}
    for question in plan.questions:
        if question.kind is not Kind.TARGET or question.subject not in blocked:
            continue
        for look in sound.looks.of(question):
            observed = answers.dns_of(look.items)
            if observed is not None and observed.dns is not None:
                spelt = {sound.atlas.spell(address) for address in observed.dns.addresses}
                found.setdefault(question.subject, set()).update(spelt)
    return {name: frozenset(addresses) for name, addresses in found.items()}
