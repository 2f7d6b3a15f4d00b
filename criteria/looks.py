"""What did one look at one cell find? The stage that decides, the rule, and what was seen.

The lower layer gates the upper: below an answer that leads nowhere, or to a block page, nothing is a symptom
of its own, unless the genuine page proved itself there. Of several addresses the most open one counts.
"""

from __future__ import annotations

import msgspec

from criteria.answers import Answer, host
from criteria.chance import NOTHING_SEEN, SLOW, Losses
from criteria.gist import Gist
from criteria.index import Look
from criteria.mechanism import head, primary
from criteria.precedents import Precedents
from criteria.reader import Reader
from criteria.records import Outcome, Strength
from criteria.rules import AS_HTTPS, RuleSet, RuleStage
from criteria.truth import Truth
from criteria.visits import PROVEN, Visit, read_visits
from probes.records import Family, Question, Service, Stage

_PROOF = PROVEN | {"quic.genuine", "tls.in_parts", "http.token"}
_OPENNESS = (Outcome.BLOCKED, Outcome.NOT_APPLICABLE, Outcome.DEAD, Outcome.INCONCLUSIVE, Outcome.REACHABLE)
_SURENESS = (Strength.WEAK, Strength.DETERMINATE, Strength.ARTEFACT)
_RULE_STAGES = {stage: RuleStage(stage.value) for stage in (Stage.DNS, Stage.TCP, Stage.TLS, Stage.HTTP)}
_OUTCOMES = {item.value: item for item in Outcome}
_NO_ANSWER = Answer(signals=frozenset({"dns.rcode.odd"}), mechanisms=())
_ALIVE = {True: "truth.alive", False: "truth.dead", None: "truth.unknown"}
_HAS = {True: "truth.has_family", False: "truth.lacks_family", None: None}
_SILENT = frozenset({"tcp.timeout", "tls.timeout", "http.timeout"})
_MISSING = frozenset({"visit.missing"})
_NOTHING: frozenset[str] = frozenset()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
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


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every look at a cell."""

    rules: RuleSet | Precedents
    reader: Reader
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


def read_here(gist: Gist, *, truth: Truth, here: Circumstances) -> Answer:
    """What an answer amounts to in a lane; of what holds there beside, the truth is given apart."""
    return here.reader.read(gist, family=here.family, truth=truth, shared=here.shared, exposed=here.exposed)


def look_at(look: Look, *, question: Question, here: Circumstances) -> Finding:
    """The finding of one look at a question for one service."""
    base = _base(here, token=question.token is not None)
    if look.gist is None or look.dns is None:
        answer = _NO_ANSWER
        witness: tuple[str, ...] = ()
    else:
        answer = read_here(look.gist, truth=here.truth, here=here)
        witness = (look.dns.id,)
    visits: tuple[Visit, ...] = ()
    unvisited: tuple[str, ...] = ()
    if here.service is not Service.DNS:
        visits = read_visits(
            look.items,
            question=question,
            service=here.service,
            atlas=here.reader.atlas,
            interceptors=here.interceptors,
        )
        unvisited = _unvisited(answer, visits, here=here)
    if answer.poisoned:
        # What is silent in the first look may only be slow: a browser waits on, whatever the answer says.
        telling = _PROOF if look.attempt >= SLOW else _PROOF | _SILENT
        visits = tuple(visit for visit in visits if visit.signals & telling)
    if not visits and not unvisited:
        missing = here.service is not Service.DNS and bool(answer.expected or answer.public)
        signals = base | answer.signals | (_MISSING if missing else _NOTHING)
        return _decide(
            here, stage=Stage.DNS, signals=signals, mechanisms=answer.mechanisms, witnesses=witness
        )
    found = [_of_visit(visit, answer=answer, base=base, witness=witness, here=here) for visit in visits]
    if unvisited:
        # A browser goes on to the next address; whatever else the answer says, nobody knows what is there.
        word = "dns.answer.expected" if set(unvisited) & set(answer.expected) else "dns.answer.public"
        signals = base | _MISSING | {word}
        found.append(_decide(here, stage=Stage.DNS, signals=signals, mechanisms=(), witnesses=witness))
    return max(found, key=lambda item: (openness(item.outcome), sureness(item.strength), item.witnesses))


def _unvisited(answer: Answer, visits: tuple[Visit, ...], *, here: Circumstances) -> tuple[str, ...]:
    """The addresses of an answer that were passed over although others of it were visited."""
    spell = here.reader.atlas.spell
    seen = {spell(host(visit.address)) for visit in visits}
    given = (*answer.expected, *answer.public)
    return tuple(address for address in given if address not in seen) if seen else ()


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
    rule = here.rules.surely(_RULE_STAGES[stage], signals)
    if rule.outcome == AS_HTTPS:
        return Finding(
            stage=stage,
            outcome=Outcome.INCONCLUSIVE,
            strength=Strength.WEAK,
            rule=rule.id,
            mechanism=None,
            mechanisms=(),
            witnesses=witnesses,
            defers=True,
        )
    outcome = _OUTCOMES[rule.outcome]
    strength = rule.strength
    confirmed = here.confirmed or here.otherwise
    if outcome is Outcome.BLOCKED and strength is Strength.DETERMINATE and not confirmed:
        strength = Strength.WEAK
    symptoms = () if outcome in (Outcome.REACHABLE, Outcome.NOT_APPLICABLE) else mechanisms
    return Finding(
        stage=stage,
        outcome=outcome,
        strength=strength,
        rule=rule.id,
        mechanism=primary(symptoms, rule.mechanism),
        mechanisms=symptoms,
        witnesses=witnesses,
    )


def _base(here: Circumstances, *, token: bool) -> frozenset[str]:
    """The words that do not depend on what was observed in this look."""
    truth = here.truth
    has = truth.has(here.family)
    if has is False and here.synthesised and here.family is Family.IPV6:
        has = truth.has(Family.IPV4)
    words = (
        here.confirmed and "confirmed",
        here.otherwise and "confirmed.otherwise",
        here.ruled_out and "chance.ruled_out",
        here.refuses and "lane.refuses_at_times",
        here.fails and "lane.fails_at_times",
        here.lane_ok and "lane.controls_ok",
        here.path_ok and "path.controls_ok",
        here.unchecked and "dns.unchecked",
        here.family is Family.IPV6 and "family.v6",
        token and "token.expected",
        _ALIVE[truth.alive],
        truth.stale and "truth.stale",
        _HAS[has],
    )
    return frozenset([word for word in words if word])
