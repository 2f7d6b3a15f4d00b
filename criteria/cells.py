"""Judges a target through each resolver, by each family, for each service: its cells.

The looks at it are judged one by one, then together, and guards come before all of them. Nothing is
remembered from one target to the next; `targets` does that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from criteria.answers import Answer
from criteria.chance import NOTHING_SEEN, SLOW, tries_of
from criteria.controls import Control, State, best_looks
from criteria.fitness import Soundness
from criteria.gist import Gist
from criteria.index import Look, Looks
from criteria.looks import Circumstances, Finding, look_at, read_here, sureness
from criteria.overblocked import share_by_name
from criteria.precedents import Precedents, precedents
from criteria.records import Cell, FamilyState, Fitness, Outcome, Reference, Strength
from criteria.rules import RuleSet, RuleStage
from criteria.shared import interceptors, strange_addresses
from criteria.silence import Line
from criteria.truth import NOTHING, Truth, Truths
from criteria.wavering import failing_at_times, refusing_at_times
from criteria.windows import void_looks
from probes.records import (
    Ask,
    DnsVariant,
    Family,
    Kind,
    Observation,
    Plan,
    Question,
    Run,
    Service,
    Stage,
    Target,
)

_LANE_SHARE = 80


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Everything that judging one target needs, looked up once for all of them."""

    truths: Truths
    asked: Mapping[str, Mapping[Lane, Asked]]
    """By name: what was asked about it, in the lanes in the order of resolvers and families."""

    def cells_of(self, target: Target) -> list[Cell]:
        """Every cell of a target, in the order of resolvers, families and services."""
        truth = self.truths.of(target)
        return [
            cell
            for lane, asked in self.asked.get(target.name, {}).items()
            for cell in self._cells(target, lane, asked, truth)
        ]

    def _cells(self, target: Target, lane: Lane, asked: Asked, truth: Truth) -> list[Cell]:
        found: dict[Service, Finding] = {}
        for service in asked.services:
            finding = lane.judge(service, asked.looks, truth)
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
    lanes = _lanes(
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
        if question.kind not in _ASKED or question.via is None:
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
_ASKED = frozenset({Kind.TARGET, Kind.CONTROL})


def services(question: Question) -> tuple[Service, ...]:
    """What a question asks for, HTTPS before HTTP, which may lean on it."""
    if question.ask is Ask.DNS:
        return (Service.DNS,)
    if question.ask is Ask.TLS:
        return (Service.HTTPS,)
    wanted = ((Service.HTTPS, question.secure), (Service.HTTP, question.plain))
    return tuple(service for service, on in wanted if on)


Way = tuple[str, Family]
Pair = tuple[Question, Look]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lane:
    """One resolver and one family, with everything that is the same for all targets there."""

    here: Circumstances
    resolver: str
    place: int
    """Among the lanes of the run."""
    void: frozenset[tuple[str, int]]
    """Looks that say nothing, by question and attempt."""
    guards: Mapping[str | None, Finding | None]
    """What decides before anything that was seen, by what is wrong with the looks at a target."""

    def read(self, gist: Gist, truth: Truth) -> Answer:
        """What an answer amounts to here, for a name of which so much is known."""
        return read_here(gist, truth=truth, here=self.here)

    def judge(self, service: Service, looks: Sequence[Pair], truth: Truth) -> Finding:
        """What the looks at a target come to, guards before all."""
        standing = [pair for pair in looks if (pair[0].id, pair[1].attempt) not in self.void]
        guard = self.guards[None if standing else VOID if looks else NO_LOOK]
        if guard is not None:
            seen = {item.id for _, look in looks for item in look.items}
            return replace(guard, witnesses=tuple(sorted(seen)))
        unchecked = any(_answers_unchecked(item) for _, look in standing for item in look.items)
        here = replace(self.here, service=service, truth=truth, unchecked=unchecked)
        return judge_looks(standing, here=here)


def _lanes(
    plan: Plan, *, fitness: Fitness, sound: Soundness, rules: Precedents, line: Line
) -> dict[Way, Lane]:
    """Every lane of the plan, with all that is known of it beside the answers themselves."""
    looks, controls = sound.looks, sound.controls
    void = void_looks(sound.windows, controls, fitness.bad_windows, looks.attempts)
    strange = strange_addresses(plan=plan, looks=looks, reader=sound.reader)
    strangers = interceptors(looks)
    refuse = refusing_at_times(looks=looks, controls=controls)
    fail = failing_at_times(looks=looks, controls=controls)
    right = _lanes_ok(sound)
    paths = {
        item.question.via.family
        for item in controls
        if item.beyond_dns and item.state is State.RIGHT and item.question.via is not None
    }
    ways = {
        (question.via.resolver, question.via.family)
        for question in plan.questions
        if question.kind in _ASKED and question.via is not None
    }
    found: dict[Way, Lane] = {}
    for place, (resolver, family) in enumerate(sorted(ways)):
        here = Circumstances(
            rules=rules,
            reader=sound.reader,
            truth=NOTHING,
            family=family,
            service=Service.DNS,
            lane_ok=(resolver, family) in right,
            path_ok=family in paths,
            shared=strange.shared.get(resolver, frozenset()),
            exposed=strange.exposed.get(resolver, frozenset()),
            synthesised=resolver in sound.atlas.dns64,
            interceptors=strangers,
            refuses=resolver in refuse,
            fails=resolver in fail,
            losses_to=line.to.get((resolver, 1), NOTHING_SEEN),
            losses_beyond=line.beyond.get((family, 1), NOTHING_SEEN),
            slow_losses_to=line.to.get((resolver, SLOW), NOTHING_SEEN),
            slow_losses_beyond=line.beyond.get((family, SLOW), NOTHING_SEEN),
        )
        words = _guards(fitness, resolver, family)
        guards = {word: _guarded(rules, words, word) for word in (None, VOID, NO_LOOK)}
        found[resolver, family] = Lane(here=here, resolver=resolver, place=place, guards=guards, void=void)
    return found


VOID = "window.void"
NO_LOOK = "look.none"


def _guarded(rules: Precedents, words: frozenset[str], word: str | None) -> Finding | None:
    rule = rules.decide(RuleStage.RUN, words if word is None else words | {word})
    if rule is None:
        return None
    return Finding(
        stage=Stage.DNS,
        outcome=Outcome(rule.outcome),
        strength=Strength.WEAK,
        rule=rule.id,
        mechanism=None,
        mechanisms=(),
        witnesses=(),
    )


def _guards(fitness: Fitness, resolver: str, family: Family) -> frozenset[str]:
    state = fitness.ipv4 if family is Family.IPV4 else fitness.ipv6
    words = {
        "run.void": fitness.void_reason is not None,
        "family.absent": state is FamilyState.ABSENT,
        "family.broken": state is FamilyState.BROKEN,
        "resolver.silent": resolver in fitness.dead_resolvers,
    }
    return frozenset(word for word, holds in words.items() if holds)


def _answers_unchecked(item: Observation) -> bool:
    return item.dns is not None and item.dns.variant is DnsVariant.UNCHECKED and item.failure is None


def in_turn(pair: Pair) -> tuple[int, str]:
    """Looks are judged by their attempts, first to last."""
    return pair[1].attempt, pair[0].id


def judge_looks(looks: Sequence[Pair], *, here: Circumstances) -> Finding:
    """What several looks come to together: each is judged, and judged again as confirmed if they agree.

    Looks agree that show the same symptom, or that all failed to connect: a firewall that turns visitors away
    sends few errors to one host (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f) and drops the others.
    """
    ordered = sorted(looks, key=in_turn)
    findings = [look_at(look, question=question, here=here) for question, look in ordered]
    if len(findings) == 1:
        only = findings[0]
        return replace(only, witnesses=tuple(sorted(set(only.witnesses))))
    again = any(look.attempt > 1 for _, look in ordered) and len(ordered) > 1
    alike = len({finding.symptom for finding in findings}) == 1
    shut = {finding.symptom for finding in findings} <= _NOT_THROUGH
    if again and (alike or shut):
        silent = [(item, look) for item, (_, look) in zip(findings, ordered, strict=True)]
        sure = replace(here, confirmed=alike, otherwise=not alike, ruled_out=_ruled_out(silent, here))
        findings = [look_at(look, question=question, here=sure) for question, look in ordered]
    last = findings[-1]
    witnesses = tuple(sorted({witness for finding in findings for witness in finding.witnesses}))
    outcomes = {finding.outcome for finding in findings}
    if any(finding.defers for finding in findings):
        # One look that leaves it to HTTPS leaves it to HTTPS, unless another one says more.
        if all(finding.defers or finding.outcome is Outcome.INCONCLUSIVE for finding in findings):
            return replace(next(f for f in findings if f.defers), witnesses=witnesses)
    elif len(outcomes) == 1:
        best = (
            max(findings, key=lambda f: sureness(f.strength)) if last.outcome is Outcome.REACHABLE else last
        )
        seen = sorted({word for finding in findings for word in finding.mechanisms})
        return replace(best, mechanisms=tuple(seen), witnesses=witnesses)
    rule = here.rules.surely(RuleStage.LOOKS, _words(findings, alike=alike))
    outcome = Outcome(rule.outcome)
    telling = [finding for finding in findings if finding.outcome is outcome] or [
        finding for finding in findings if finding.mechanism is not None
    ]
    chosen = max(telling, key=lambda f: sureness(f.strength), default=last)
    mechanisms = () if outcome is Outcome.REACHABLE else chosen.mechanisms
    return Finding(
        stage=chosen.stage,
        outcome=outcome,
        strength=chosen.strength if outcome is chosen.outcome else rule.strength,
        rule=rule.id if outcome is Outcome.INCONCLUSIVE else chosen.rule,
        mechanism=chosen.mechanism if mechanisms else None,
        mechanisms=mechanisms,
        witnesses=witnesses,
    )


_NOT_THROUGH = frozenset(
    (Stage.TCP, word) for word in ("tcp/timeout", "tcp/unreachable", "tcp/refused", "tcp/reset")
)


def _ruled_out(silent: Sequence[tuple[Finding, Look]], here: Circumstances) -> bool:
    """Whether more was left unanswered than lost packets explain."""
    to_resolver = silent[0][0].stage is Stage.DNS
    for since, losses in (
        (1, here.losses_to if to_resolver else here.losses_beyond),
        (SLOW, here.slow_losses_to if to_resolver else here.slow_losses_beyond),
    ):
        tries = [_tries(finding, look) for finding, look in silent if look.attempt >= since]
        if not losses.may_explain(tries=sum(tries), looks=len(tries)):
            return True
    return False


def _tries(finding: Finding, look: Look) -> int:
    failed = [item for item in look.items if item.id in finding.witnesses and item.failure is not None]
    return max((tries_of(item) for item in failed), default=1)


def _words(findings: Sequence[Finding], *, alike: bool) -> frozenset[str]:
    words = {f"looks.{finding.outcome.value}" for finding in findings}
    if alike:
        words.add("looks.same_symptom")
    if findings[-1].outcome is Outcome.BLOCKED:
        words.add("looks.last_blocked")
    if findings[-1].outcome is Outcome.BLOCKED and findings[-1].strength is Strength.ARTEFACT:
        words.add("looks.blocked_artefact")
    return frozenset(words)


def _leave_to(https: Finding | None, http: Finding) -> Finding:
    """A redirect to the same name over HTTPS: whatever HTTPS has."""
    if https is None:
        return http
    return replace(
        https, rule=http.rule, witnesses=tuple(sorted({*http.witnesses, *https.witnesses})), defers=False
    )


def _lanes_ok(sound: Soundness) -> frozenset[Way]:
    """The lanes in which most controls came right; where none could, those that were soundly answered."""
    lanes: dict[Way, list[Control]] = {}
    for item in best_looks(sound.witnesses):
        if item.question.via is not None:
            lanes.setdefault((item.question.via.resolver, item.question.via.family), []).append(item)
    found = set()
    for lane, controls in lanes.items():
        counted = [item for item in controls if item.state is not State.NOT_APPLICABLE]
        answered = sum(item.answered for item in controls)
        good = share_by_name(counted) if counted else Fraction(answered, len(controls))
        if 100 * good >= _LANE_SHARE:
            found.add(lane)
    return frozenset(found)
