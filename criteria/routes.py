"""Does a way around the filter stand open? Each way that was planned, judged by the rules of stage `route`.

Resolvers elsewhere on port 53, encrypted ones by name and by address, the names by which a network asks
devices not to go their own way, whom its resolver designates, and blocked sites by their addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from criteria import rules as rule_lists
from criteria.designated import designates
from criteria.fingerprints import Fingerprints
from criteria.fitness import Soundness, sound_out
from criteria.precedents import Precedents, precedents
from criteria.records import (
    FamilyState,
    Finding,
    Fitness,
    Outcome,
    Reference,
    Route,
    RouteOutcome,
    Verdict,
)
from criteria.rules import RuleSet, RuleStage
from criteria.sights import Seer, Sight
from criteria.silence import Line
from criteria.truth import NOTHING, Truth, Truths
from criteria.ways import Way, way_of
from probes.records import Family, Kind, Observation, Plan, Question, RouteKind, Run, Stage, Target

_OVER = (
    RouteOutcome.OPEN,
    RouteOutcome.INCONCLUSIVE,
    RouteOutcome.FILTERED,
    RouteOutcome.CLOSED,
    RouteOutcome.NOT_APPLICABLE,
)
"""Of several names asked on one route the first outcome in this order counts: one that gets through is a way
around, and one that nobody understands may be one."""

_OUTCOMES = {item.value: item for item in RouteOutcome}

_TWICE = (
    {"dns.reset"},
    {"dns.timeout"},
    {"dns.rcode.servfail"},
    {"dns.rcode.refused"},
    {"route.name.lost"},
    {"tls.timeout"},
    # Who turns visitors away sends few errors and drops the rest (Linux: one a second to a host).
    {"tcp.timeout", "tcp.unreachable"},
    {"quic.timeout", "quic.unreachable"},
    {"route.unreachable"},
)
"""What congestion does as well: it counts only where every look shows it."""

_KINDS = {
    RouteKind.CANARY: "route.canary",
    RouteKind.RELAY: "route.relay",
    RouteKind.DDR: "route.ddr",
    RouteKind.DIRECT_IP: "route.direct",
    RouteKind.H3: "route.h3",
    RouteKind.VARIANT: "route.variant",
    RouteKind.HTTPS_RECORD: "route.https_record",
}


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
    sound: Soundness | None = None,
    line: Line | None = None,
) -> tuple[Route, ...]:
    """One route for each way that was planned, ordered by kind and endpoint.

    Its family is that of the packets on the way; of names that the network's own resolver is asked for, that
    of the addresses.
    """
    rules = rules or rule_lists.latest()
    sound = sound or sound_out(plan=plan, run=run, observations=observations, fingerprints=fingerprints)
    judged = _Judged(
        fitness=fitness,
        sound=sound,
        rules=precedents(rules),
        truths=Truths(reference=reference, max_age_days=max_reference_age_days, at=run.started),
        targets={target.name: target for target in reversed(plan.targets)},
        verdicts={verdict.target: verdict for verdict in verdicts},
        seer=Seer(reader=sound.reader, gists=sound.looks.gists, here=_answers_here(sound, verdicts)),
        over_tcp=_opened_over_tcp(sound),
        line=line or Line.learnt(plan, sound),
    )
    asked: dict[Way, list[Question]] = {}
    for question in plan.questions:
        if question.kind is Kind.ROUTE and (way := way_of(question)) is not None:
            asked.setdefault(way, []).append(question)
    routes: list[Route] = []
    # Whom a resolver designates is known only by what was asked of the designated ones themselves.
    for way in sorted(asked, key=lambda item: item.order):
        routes.append(judged.route(way, asked[way], routes))
    return tuple(routes)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    fitness: Fitness
    sound: Soundness
    rules: Precedents
    truths: Truths
    targets: Mapping[str, Target]
    verdicts: Mapping[str, Verdict]
    seer: Seer
    over_tcp: frozenset[tuple[str, str]]
    """Sites and their addresses that open without QUIC."""
    line: Line

    def route(self, way: Way, questions: Sequence[Question], known: Sequence[Route]) -> Route:
        found = [self._question(question, way, known) for question in questions]
        outcome, rule, _ = min(found, key=lambda item: (_OVER.index(item[0]), item[1]))
        if self._showed_nothing(way, found):
            # The family works, and no name that was asked could have shown anything.
            none = self.rules.surely(RuleStage.ROUTE, frozenset({"route.none"}))
            outcome, rule = RouteOutcome(none.outcome), none.id
        deciding = [ids for decided, _, ids in found if decided is outcome] or [ids for _, _, ids in found]
        return Route(
            kind=way.kind,
            endpoint=way.endpoint,
            family=way.family,
            outcome=outcome,
            rule=rule,
            witnesses=tuple(sorted({item for ids in deciding for item in ids})),
        )

    def _showed_nothing(self, way: Way, found: Sequence[tuple[RouteOutcome, str, tuple[str, ...]]]) -> bool:
        if way.kind in _MAY_BE_NOTHING or self._state(way.family) in _GONE:
            return False
        return all(item[0] is RouteOutcome.NOT_APPLICABLE for item in found)

    def _state(self, family: Family) -> FamilyState:
        return self.fitness.ipv4 if family is Family.IPV4 else self.fitness.ipv6

    def _question(
        self, question: Question, way: Way, known: Sequence[Route]
    ) -> tuple[RouteOutcome, str, tuple[str, ...]]:
        target = self._target(question)
        truth = self._truth(question, way, target)
        # A record tells of both families, whichever the question went out by.
        state = None if way.kind is RouteKind.HTTPS_RECORD else self._state(way.family)
        blocked = self._blocked_here(question, target)
        looks = self.sound.looks.of(question)
        views = (self.seer.see(question, look, truth, blocked=blocked) for look in looks)
        seen = [sights for sights in views if sights]
        words = {
            "run.void": self.fitness.void_reason is not None,
            "family.absent": state is FamilyState.ABSENT,
            "family.broken": state is FamilyState.BROKEN,
            "route.none": truth.alive is False and way.kind is not RouteKind.HTTPS_RECORD,
            "look.none": not seen,
            "route.blocked_here": bool(blocked),
            "route.over_tcp": (question.subject, question.address) in self.over_tcp,
        }
        base = {word for word, holds in words.items() if holds}
        if way.kind in _KINDS:
            base.add(_KINDS[way.kind])
        if not seen:
            rule = self.rules.surely(RuleStage.ROUTE, frozenset(base))
            return _OUTCOMES[rule.outcome], rule.id, ()
        sights = [sight for look in seen for sight in look]
        if len(seen) > 1 and any(all(words & sight.words for sight in sights) for words in _TWICE):
            base.add("confirmed")
            if self.line.rules_out(question, way, looks):
                base.add("chance.ruled_out")
        if way.kind is RouteKind.DDR:
            base |= designates((sight.answer for sight in sights), resolver=way.endpoint, known=known)
        decided = [self._look(look, base) for look in seen]
        # A look that understood what it saw stands before one that did not.
        sure = [item for item in decided if item[0] is not RouteOutcome.INCONCLUSIVE] or decided
        outcome, rule_id = min(sure, key=lambda item: (_OVER.index(item[0]), item[1]))
        return outcome, rule_id, tuple(item for sight in sights for item in sight.witnesses)

    def _look(self, sights: Sequence[Sight], base: set[str]) -> tuple[RouteOutcome, str]:
        """Of several addresses of one endpoint the most open one counts."""
        found = [self.rules.surely(RuleStage.ROUTE, sight.words | base) for sight in sights]
        rule = min(found, key=lambda item: (_OVER.index(_OUTCOMES[item.outcome]), item.id))
        return _OUTCOMES[rule.outcome], rule.id

    def _truth(self, question: Question, way: Way, target: Target | None) -> Truth:
        if target is None or way.kind in (RouteKind.CANARY, RouteKind.RELAY, RouteKind.DDR):
            return NOTHING
        truth = self.truths.of(target)
        if way.kind is RouteKind.VARIANT and question.subject.lower() != target.name:
            # Where the site itself is, its other names may be; nobody promised that they are.
            return Truth(addresses=truth.addresses)
        return truth

    def _target(self, question: Question) -> Target | None:
        """The target that a question is about, also where it asks for another spelling of its name."""
        name = question.subject.lower()
        exact = self.targets.get(name)
        if exact is not None or question.route is not RouteKind.VARIANT:
            return exact
        return self.targets.get(name.partition(".")[2]) or self.targets.get(f"www.{name}")

    def _blocked_here(self, question: Question, target: Target | None) -> frozenset[Family]:
        """The families by which it is blocked there by what the resolver says, and not further down.

        Of those that were asked for: a record answers for both.
        """
        via = question.via
        verdict = None if target is None else self.verdicts.get(target.name)
        if via is None or verdict is None:
            return frozenset()
        return frozenset(
            cell.family
            for cell in verdict.cells
            if cell.resolver == via.resolver
            and (cell.family is via.family or question.route is RouteKind.HTTPS_RECORD)
            and cell.outcome is Outcome.BLOCKED
            and cell.stage is Stage.DNS
        )


_MAY_BE_NOTHING = (RouteKind.VARIANT, RouteKind.H3, RouteKind.HTTPS_RECORD)
"""What need not exist at all, so that it is no fault of the check where it does not."""
_GONE = (FamilyState.ABSENT, FamilyState.BROKEN)


def _opened_over_tcp(sound: Soundness) -> frozenset[tuple[str, str]]:
    """Sites that answered by TCP under a certificate of their own, and the addresses where they did."""
    return frozenset(
        (question.subject, question.address)
        for question, look in sound.looks.visited
        if question.route is RouteKind.DIRECT_IP and question.address is not None
        if any(item.tls is not None and (item.tls.pinned or item.tls.listed) for item in look.items)
    )


def _answers_here(sound: Soundness, verdicts: Sequence[Verdict]) -> dict[str, frozenset[str]]:
    """Of names that are blocked here: every address that the network's own resolvers give for them."""
    asked = {question.subject for question, _ in sound.looks.at(Kind.ROUTE)}
    blocked = {item.target for item in verdicts if item.outcome is Outcome.BLOCKED and item.target in asked}
    found: dict[str, set[str]] = {}
    for question, look in sound.looks.at(Kind.TARGET):
        if question.subject in blocked and look.gist is not None and look.gist.known:
            spelt = {sound.atlas.spell(address) for address in look.gist.addresses}
            found.setdefault(question.subject, set()).update(spelt)
    return {name: frozenset(addresses) for name, addresses in found.items()}


_TOLD = {
    "relay_dropped": (
        "{endpoint} gets no answer: iPhones and Macs wait for it and seem slow. NXDOMAIN or an empty answer "
        "lets them go on at once."
    ),
    "relay_false_address": (
        "{endpoint} gets an address that is not its own: devices may wait for it. NXDOMAIN or an empty "
        "answer is what its owner asks for."
    ),
}


def route_findings(routes: Sequence[Route]) -> tuple[Finding, ...]:
    """What is worth knowing of a way that stands neither open nor shut, once for both families."""
    found: dict[tuple[str, str], list[str]] = {}
    for route in routes:
        if route.rule in _TOLD:
            found.setdefault((route.rule, route.endpoint), []).extend(route.witnesses)
    return tuple(
        Finding(id=rule, text=_TOLD[rule].format(endpoint=endpoint), witnesses=tuple(witnesses))
        for (rule, endpoint), witnesses in found.items()
    )
