"""What did one look at one cell find? The stage that decides, the rule, and what was seen.

The lower layer gates the upper: below an answer that leads nowhere, or to a block page, nothing is a symptom
of its own, unless the genuine page proved itself there. Of several addresses the most open one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from criteria import answers
from criteria.answers import Answer, Atlas
from criteria.chance import NOTHING_SEEN, Losses
from criteria.mechanism import head, primary
from criteria.records import Outcome, Strength
from criteria.rules import AS_HTTPS, Rule, RuleSet, RuleStage
from criteria.truth import Truth
from criteria.visits import Visit, read_visits
from probes.records import Family, Observation, Question, Service, Stage

_PROOF = frozenset({"tls.verified.pinned", "tls.verified.listed", "http.token"})
_OPENNESS = (Outcome.BLOCKED, Outcome.NOT_APPLICABLE, Outcome.DEAD, Outcome.INCONCLUSIVE, Outcome.REACHABLE)
_SURENESS = (Strength.WEAK, Strength.DETERMINATE, Strength.ARTEFACT)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a look, or a whole cell, came to."""

    stage: Stage
    outcome: Outcome
    strength: Strength
    rule: str
    mechanism: str | None
    mechanisms: tuple[str, ...]
    witnesses: tuple[str, ...]
    defers: bool = False
    """Plain HTTP leaves it to HTTPS."""

    @property
    def symptom(self) -> tuple[Stage, str | None]:
        """What a second look has to show again for this one to be confirmed."""
        return self.stage, None if self.mechanism is None else head(self.mechanism)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What holds for every look at a cell."""

    rules: RuleSet
    atlas: Atlas
    truth: Truth
    family: Family
    service: Service
    lane_ok: bool
    path_ok: bool
    shared: frozenset[str] = frozenset()
    exposed: frozenset[str] = frozenset()
    synthesised: bool = False
    """The resolver makes IPv6 addresses of IPv4 ones (DNS64, RFC 6147)."""
    interceptors: frozenset[str] = frozenset()
    """Issuers and keys of certificates under which controls opened although they are not the origins' own."""
    unchecked: bool = False
    """Without DNSSEC checking the resolver answered."""
    refuses: bool = False
    """The resolver refuses by how much is asked, and not by what."""
    fails: bool = False
    """The resolver says SERVFAIL to names of which that is not true."""
    losses_to: Losses = NOTHING_SEEN
    """What is lost on the way to the resolver."""
    losses_beyond: Losses = NOTHING_SEEN
    """What is lost of connections by this family."""
    slow_losses_to: Losses = NOTHING_SEEN
    slow_losses_beyond: Losses = NOTHING_SEEN
    """The same in the slow looks alone."""
    confirmed: bool = False
    otherwise: bool = False
    """All looks failed to get through, and not in the same way."""
    ruled_out: bool = False
    """Lost packets alone do not explain the silence."""


def look_at(items: Sequence[Observation], *, question: Question, here: Circumstances) -> Finding:
    """The finding of one look at a question for one service; `items` are its observations, at least one."""
    base = _base(question, here)
    observed = answers.dns_of(items)
    if observed is None:
        answer = Answer(signals=frozenset({"dns.rcode.odd"}), mechanisms=())
        witness: tuple[str, ...] = ()
    else:
        answer = answers.read(
            observed,
            atlas=here.atlas,
            family=here.family,
            truth=here.truth,
            shared=here.shared,
            exposed=here.exposed,
        )
        witness = (observed.id,)
    visits: tuple[Visit, ...] = ()
    if here.service is not Service.DNS:
        visits = read_visits(
            items,
            question=question,
            service=here.service,
            atlas=here.atlas,
            interceptors=here.interceptors,
        )
    proved = tuple(visit for visit in visits if visit.signals & _PROOF)
    if answer.poisoned:
        visits = proved
    if not visits:
        missing = here.service is not Service.DNS and bool(answer.expected or answer.public)
        signals = base | answer.signals | ({"visit.missing"} if missing else set())
        return _decide(
            here, stage=Stage.DNS, signals=signals, mechanisms=answer.mechanisms, witnesses=witness
        )
    found = [_of_visit(visit, answer=answer, base=base, witness=witness, here=here) for visit in visits]
    return max(found, key=lambda item: (openness(item.outcome), sureness(item.strength), item.witnesses))


def openness(outcome: Outcome) -> int:
    """How open it is: what is unknown may be open, so it counts for more than what is not."""
    return _OPENNESS.index(outcome)


def sureness(strength: Strength) -> int:
    """How sure it is."""
    return _SURENESS.index(strength)


def _of_visit(
    visit: Visit, *, answer: Answer, base: frozenset[str], witness: tuple[str, ...], here: Circumstances
) -> Finding:
    signals = base | answer.signals | visit.signals
    mechanisms = visit.mechanisms
    if "dns.answer.unexpected" in answer.signals:
        # The address was not the target's: what fails there is the answer's doing.
        mechanisms = answer.mechanisms
    elif "dns/injected" in answer.mechanisms:
        mechanisms = tuple(sorted({*mechanisms, "dns/injected"}))
    return _decide(
        here,
        stage=visit.stage,
        signals=signals,
        mechanisms=mechanisms,
        witnesses=(*witness, *visit.witnesses),
    )


def _decide(
    here: Circumstances,
    *,
    stage: Stage,
    signals: frozenset[str],
    mechanisms: tuple[str, ...],
    witnesses: tuple[str, ...],
) -> Finding:
    rule = here.rules.surely(RuleStage(stage.value), signals)
    finding = Finding(
        stage=stage,
        outcome=Outcome.INCONCLUSIVE,
        strength=Strength.WEAK,
        rule=rule.id,
        mechanism=None,
        mechanisms=(),
        witnesses=witnesses,
    )
    if rule.outcome == AS_HTTPS:
        return replace(finding, defers=True)
    return _ruled(finding, rule, mechanisms, confirmed=here.confirmed or here.otherwise)


def _ruled(finding: Finding, rule: Rule, mechanisms: tuple[str, ...], *, confirmed: bool) -> Finding:
    outcome = Outcome(rule.outcome)
    strength = rule.strength
    if outcome is Outcome.BLOCKED and strength is Strength.DETERMINATE and not confirmed:
        strength = Strength.WEAK
    symptoms = () if outcome in (Outcome.REACHABLE, Outcome.NOT_APPLICABLE) else mechanisms
    return replace(
        finding,
        outcome=outcome,
        strength=strength,
        mechanism=primary(symptoms, rule.mechanism),
        mechanisms=symptoms,
    )


def _base(question: Question, here: Circumstances) -> frozenset[str]:
    """The words that do not depend on what was observed in this look."""
    truth = here.truth
    has = truth.has(here.family)
    if has is False and here.synthesised and here.family is Family.IPV6:
        has = truth.has(Family.IPV4)
    words = {
        "confirmed": here.confirmed,
        "confirmed.otherwise": here.otherwise,
        "chance.ruled_out": here.ruled_out,
        "lane.refuses_at_times": here.refuses,
        "lane.fails_at_times": here.fails,
        "lane.controls_ok": here.lane_ok,
        "path.controls_ok": here.path_ok,
        "dns.unchecked": here.unchecked,
        "family.v6": here.family is Family.IPV6,
        "token.expected": question.token is not None,
        "truth.alive": truth.alive is True,
        "truth.dead": truth.alive is False,
        "truth.unknown": truth.alive is None,
        "truth.stale": truth.stale,
        "truth.has_family": has is True,
        "truth.lacks_family": has is False,
    }
    return frozenset(word for word, holds in words.items() if holds)
