"""Judges each target through each resolver, by each family, for each service: the cells.

The looks at it are judged one by one, then together, and guards come before all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from criteria.chance import NOTHING_SEEN, SLOW, Losses, losses_beyond, losses_to, tries_of
from criteria.controls import Control, Look, State, best_looks
from criteria.fingerprints import Fingerprints
from criteria.fitness import Soundness, sound_out
from criteria.looks import Circumstances, Finding, look_at, sureness
from criteria.overblocked import share_by_name
from criteria.records import Cell, FamilyState, Fitness, Outcome, Reference, Strength
from criteria.rules import RuleSet, RuleStage
from criteria.shared import Strange, interceptors, strange_addresses
from criteria.truth import Truth, Truths
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


def judge_cells(
    *,
    plan: Plan,
    run: Run,
    observations: Sequence[Observation],
    fitness: Fitness,
    reference: Reference | None,
    max_reference_age_days: int,
    rules: RuleSet,
    fingerprints: Fingerprints | None = None,
    sound: Soundness | None = None,
) -> tuple[Cell, ...]:
    """Every cell of every planned target, in the order of names, resolvers, families and services."""
    sound = sound or sound_out(plan=plan, run=run, observations=observations, fingerprints=fingerprints)
    bench = _Bench(
        plan=plan,
        fitness=fitness,
        sound=sound,
        rules=rules,
        truths=Truths(reference=reference, max_age_days=max_reference_age_days, at=run.started),
    )
    cells = [cell for target in _unique(plan.targets) for cell in bench.cells_of(target)]
    return tuple(sorted(cells, key=lambda c: (c.target, c.resolver, c.family, c.service)))


def _unique(targets: Sequence[Target]) -> list[Target]:
    return list({target.name: target for target in reversed(targets)}.values())


def services(question: Question) -> tuple[Service, ...]:
    """What a question asks for, HTTPS before HTTP, which may lean on it."""
    if question.ask is Ask.DNS:
        return (Service.DNS,)
    if question.ask is Ask.TLS:
        return (Service.HTTPS,)
    wanted = ((Service.HTTPS, question.secure), (Service.HTTP, question.plain))
    return tuple(service for service, on in wanted if on)


Lane = tuple[str, Family]


@dataclass
class _Bench:
    """Everything that judging one cell needs, looked up once."""

    plan: Plan
    fitness: Fitness
    sound: Soundness
    rules: RuleSet
    truths: Truths
    questions: dict[str, list[Question]] = field(default_factory=dict)
    void: frozenset[tuple[str, int]] = frozenset()
    lanes_ok: frozenset[Lane] = frozenset()
    paths_ok: frozenset[Family] = frozenset()
    strange: Strange = field(default_factory=Strange)
    interceptors: frozenset[str] = frozenset()
    losses_to: dict[tuple[str, int], Losses] = field(default_factory=dict)
    losses_beyond: dict[tuple[Family, int], Losses] = field(default_factory=dict)
    """Since which look."""
    refuse: frozenset[str] = frozenset()
    fail: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for question in self.plan.questions:
            if question.kind in (Kind.TARGET, Kind.CONTROL) and question.via is not None:
                self.questions.setdefault(question.subject, []).append(question)
        controls = self.sound.controls
        self.void = void_looks(
            self.plan, controls, self.fitness.bad_windows, self.sound.looks.attempts, self.sound.aside
        )
        self.lanes_ok = _lanes_ok(self.sound)
        self.paths_ok = frozenset(
            item.question.via.family
            for item in controls
            if item.beyond_dns and item.state is State.RIGHT and item.question.via is not None
        )
        self.interceptors = interceptors(self.plan, self.sound.looks)
        looks, aside = self.sound.looks, self.sound.aside
        for since in (1, SLOW):
            for name in self.plan.resolvers:
                self.losses_to[name, since] = losses_to(
                    name, plan=self.plan, looks=looks, aside=aside, since=since
                )
            for family in Family:
                self.losses_beyond[family, since] = losses_beyond(
                    family, plan=self.plan, looks=looks, aside=aside, since=since
                )
        self.refuse = refusing_at_times(plan=self.plan, looks=looks, controls=controls)
        self.fail = failing_at_times(plan=self.plan, looks=looks, controls=controls)
        self.strange = strange_addresses(plan=self.plan, looks=self.sound.looks, atlas=self.sound.atlas)

    def cells_of(self, target: Target) -> list[Cell]:
        asked = self.questions.get(target.name, [])
        # A control that was also asked as a target is judged by what it was asked for as a target.
        own = [question for question in asked if question.kind is Kind.TARGET] or asked
        lanes: dict[Lane, list[Question]] = {}
        for question in own:
            if question.via is not None:
                lanes.setdefault((question.via.resolver, question.via.family), []).append(question)
        truth = self.truths.of(target)
        return [
            cell for lane, questions in lanes.items() for cell in self._lane(target, lane, questions, truth)
        ]

    def _lane(self, target: Target, lane: Lane, questions: list[Question], truth: Truth) -> list[Cell]:
        resolver, family = lane
        found: dict[Service, Finding] = {}
        for service in services(questions[0]):
            finding = self._judge(lane, service, questions, truth)
            if finding.defers:
                finding = _leave_to(found.get(Service.HTTPS), finding)
            found[service] = finding
        return [
            Cell(
                target=target.name,
                resolver=resolver,
                family=family,
                service=service,
                stage=finding.stage,
                outcome=finding.outcome,
                mechanism=finding.mechanism,
                mechanisms=finding.mechanisms,
                strength=finding.strength,
                rule=finding.rule,
                witnesses=tuple(sorted(set(finding.witnesses))),
            )
            for service, finding in found.items()
        ]

    def _judge(self, lane: Lane, service: Service, questions: list[Question], truth: Truth) -> Finding:
        looks = [(question, look) for question in questions for look in self.sound.looks.of(question)]
        standing = [(q, look) for q, look in looks if (q.id, look.attempt) not in self.void]
        guard = self.rules.decide(RuleStage.RUN, self._guards(lane, looks=bool(looks), stands=bool(standing)))
        if guard is not None:
            return Finding(
                stage=Stage.DNS,
                outcome=Outcome(guard.outcome),
                strength=Strength.WEAK,
                rule=guard.id,
                mechanism=None,
                mechanisms=(),
                witnesses=tuple(item.id for _, look in looks for item in look.items),
            )
        here = Circumstances(
            rules=self.rules,
            atlas=self.sound.atlas,
            truth=truth,
            family=lane[1],
            service=service,
            lane_ok=lane in self.lanes_ok,
            path_ok=lane[1] in self.paths_ok,
            shared=self.strange.shared.get(lane[0], frozenset()),
            exposed=self.strange.exposed.get(lane[0], frozenset()),
            synthesised=lane[0] in self.sound.atlas.dns64,
            interceptors=self.interceptors,
            refuses=lane[0] in self.refuse,
            fails=lane[0] in self.fail,
            losses_to=self.losses_to.get((lane[0], 1), NOTHING_SEEN),
            losses_beyond=self.losses_beyond.get((lane[1], 1), NOTHING_SEEN),
            slow_losses_to=self.losses_to.get((lane[0], SLOW), NOTHING_SEEN),
            slow_losses_beyond=self.losses_beyond.get((lane[1], SLOW), NOTHING_SEEN),
            unchecked=any(_answers_unchecked(item) for _, look in standing for item in look.items),
        )
        return judge_looks(standing, here=here)

    def _guards(self, lane: Lane, *, looks: bool, stands: bool) -> frozenset[str]:
        state = self.fitness.ipv4 if lane[1] is Family.IPV4 else self.fitness.ipv6
        words = {
            "run.void": self.fitness.void_reason is not None,
            "family.absent": state is FamilyState.ABSENT,
            "family.broken": state is FamilyState.BROKEN,
            "resolver.silent": lane[0] in self.fitness.dead_resolvers,
            "window.void": looks and not stands,
            "look.none": not looks,
        }
        return frozenset(word for word, holds in words.items() if holds)


def _answers_unchecked(item: Observation) -> bool:
    return item.dns is not None and item.dns.variant is DnsVariant.UNCHECKED and item.failure is None


def judge_looks(looks: Sequence[tuple[Question, Look]], *, here: Circumstances) -> Finding:
    """What several looks come to together: each is judged, and judged again as confirmed if they agree.

    Looks agree that show the same symptom, or that all failed to connect: a firewall that turns visitors away
    sends few errors to one host (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f) and drops the others.
    """
    ordered = sorted(looks, key=lambda pair: (pair[1].attempt, pair[0].id))
    findings = [look_at(look.items, question=question, here=here) for question, look in ordered]
    again = any(look.attempt > 1 for _, look in ordered) and len(ordered) > 1
    alike = len({finding.symptom for finding in findings}) == 1
    shut = {finding.symptom for finding in findings} <= _NOT_THROUGH
    if again and (alike or shut):
        silent = [(item, look) for item, (_, look) in zip(findings, ordered, strict=True)]
        sure = replace(here, confirmed=alike, otherwise=not alike, ruled_out=_ruled_out(silent, here))
        findings = [look_at(look.items, question=question, here=sure) for question, look in ordered]
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


def _lanes_ok(sound: Soundness) -> frozenset[Lane]:
    """The lanes in which most controls came right; where none could, those that were soundly answered."""
    lanes: dict[Lane, list[Control]] = {}
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
