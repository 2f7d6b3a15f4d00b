"""Did a name that must open open? Readings of controls, portal probes and names that cannot exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from criteria.answers import Answer, Atlas
from criteria.index import Look, Looks, dns_of
from criteria.reader import Reader
from criteria.records import FamilyState
from criteria.truth import promised
from criteria.visits import read_visits
from probes import failure
from probes.records import Ask, Family, Kind, Observation, Plan, Question, Service, Stage, Target

_SIGNATURES = frozenset({"dns.ede.filtered", "dns.answer.blockpage", "dns.cname.blockpage"})
_DENIALS = frozenset({"dns.rcode.nxdomain", "dns.rcode.nodata", "dns.rcode.refused"})
_SINKHOLE = "dns/sinkhole"


class State(StrEnum):
    """Of one look at a control."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_APPLICABLE = "not_applicable"
    """It has no address of this family, or the network has no such family."""


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a control."""

    question: Question
    attempt: int
    state: State
    beyond_dns: bool
    """It was opened: by its token, or by a certificate that verifies."""
    answered: bool
    """The resolver gave a sound answer, whatever became of the visit."""
    addresses: tuple[str, ...]
    """What DNS gave, in the usual spelling."""
    signed: bool = False
    """It failed, and the filter said so: an extended error, a block page, or an address nowhere that names
    which are no controls were given too."""
    denied: bool = False
    """It failed, and an answer said so: no such name, no address, or REFUSED."""


def proven(observations: Sequence[Observation]) -> bool:
    """Whether the genuine page was reached: its token came, or its certificate verifies."""
    return any(
        (item.tls is not None and (item.tls.pinned is True or item.tls.listed is True))
        or (item.http is not None and item.http.token_found is True)
        for item in observations
    )


def read_controls(
    *,
    plan: Plan,
    looks: Looks,
    reader: Reader,
    families: Mapping[Family, FamilyState],
    sound_resolvers: frozenset[str],
) -> tuple[Control, ...]:
    """Every look at a control, in the order of the plan.

    `sound_resolvers` are those known to deny names that cannot exist: only there does any public address
    do for a control of which no address is documented.
    """
    targets = {target.name: target for target in reversed(plan.targets)}
    sinkholes = _sinkholes(plan=plan, looks=looks, reader=reader)
    return tuple(
        _read_control(
            question,
            look,
            target=targets.get(question.subject),
            reader=reader,
            state=families[question.via.family],
            sound=question.via.resolver in sound_resolvers,
            sinkholes=sinkholes.get(question.via.resolver, frozenset()),
        )
        for question, look in looks.at(Kind.CONTROL)
        if question.via is not None
    )


def _read_control(
    question: Question,
    look: Look,
    *,
    target: Target | None,
    reader: Reader,
    state: FamilyState,
    sound: bool,
    sinkholes: frozenset[str],
) -> Control:
    assert question.via is not None  # noqa: S101 - the caller leaves out questions that go nowhere
    family = question.via.family
    truth = promised(target.expect if target else ())
    answer = Answer(signals=frozenset({"look.none"}), mechanisms=())
    addresses: tuple[str, ...] = ()
    if look.gist is not None:
        answer = reader.read(look.gist, family=family, truth=truth)
        addresses = tuple(dict.fromkeys(reader.atlas.spell(text) for text in look.gist.addresses))
    empty = "dns.rcode.nodata" in answer.signals and not truth.promises(family)
    no_family = empty and (family is Family.IPV6 or truth.has(family) is False)
    genuine = bool(answer.expected) or (bool(answer.public) and not truth.documented and sound)
    opened = proven(look.items)
    right = opened or (question.ask is Ask.DNS and genuine)
    outcome = State.RIGHT if right else State.WRONG
    if not right and (no_family or state in (FamilyState.ABSENT, FamilyState.BROKEN)):
        outcome = State.NOT_APPLICABLE
    wrong = outcome is State.WRONG
    return Control(
        question=question,
        attempt=look.attempt,
        state=outcome,
        beyond_dns=opened,
        answered=right or genuine or no_family,
        addresses=addresses,
        signed=wrong and _signed(question, look, answer, atlas=reader.atlas, sinkholes=sinkholes),
        denied=wrong and bool(answer.signals & _DENIALS),
    )


def _signed(
    question: Question, look: Look, answer: Answer, *, atlas: Atlas, sinkholes: frozenset[str]
) -> bool:
    """Whether the filter's own signature is in this look."""
    if answer.signals & _SIGNATURES:
        return True
    if "dns.answer.sinkhole" in answer.signals:
        return {word for word in answer.mechanisms if word.startswith(_SINKHOLE)} <= sinkholes
    return any(
        "http.blockpage" in visit.signals
        for service in (Service.HTTPS, Service.HTTP)
        for visit in read_visits(look.items, question=question, service=service, atlas=atlas)
    )


def _sinkholes(*, plan: Plan, looks: Looks, reader: Reader) -> dict[str, frozenset[str]]:
    """By resolver: the addresses nowhere, as mechanisms, that names were given which need not open."""
    harmful = {target.name for target in plan.targets if not target.category.control}
    told = {
        (question.via.resolver, question.via.family, look.gist)
        for question, look in looks.at(Kind.TARGET)
        if look.gist is not None and question.via is not None and question.subject in harmful
    }
    found: dict[str, set[str]] = defaultdict(set)
    for resolver, family, gist in told:
        words = reader.read(gist, family=family).mechanisms
        found[resolver].update(word for word in words if word.startswith(_SINKHOLE))
    return {resolver: frozenset(words) for resolver, words in found.items()}


def best_looks(controls: Sequence[Control]) -> list[Control]:
    """Of several looks at one control question the best: a slow line may need the slow look."""
    ranks = (State.WRONG, State.NOT_APPLICABLE, State.RIGHT)
    found: dict[str, Control] = {}
    for item in controls:
        old = found.get(item.question.id)
        if old is None or ranks.index(item.state) > ranks.index(old.state):
            found[item.question.id] = item
    return list(found.values())


# -------------------------------------------------------------------------------------------- families


def judge_family(family: Family, *, looks: Looks, configured: bool | None) -> FamilyState:
    """Whether a family works from here. `configured`: what the machine says, `None` where it does not know.

    Anything that connects shows that it works: controls that fail must never hide a target that opens.
    """
    visits = [
        (question.kind, item.failure)
        for question, look in looks.visited
        if question.via is not None and question.via.family is family
        for item in look.items
        if item.stage is Stage.TCP and not failure.is_ours(item.failure)
    ]
    if any(failed is None for _, failed in visits):
        return FamilyState.USABLE
    if configured is False:
        return FamilyState.ABSENT
    failures = {failed for kind, failed in visits if kind is Kind.CONTROL}
    if not failures:
        return FamilyState.UNKNOWN
    if failures == {failure.NETWORK_UNREACHABLE}:
        return FamilyState.ABSENT
    if failures <= {failure.NETWORK_UNREACHABLE, failure.HOST_UNREACHABLE, failure.TIMEOUT}:
        return FamilyState.BROKEN
    # Refused or reset: something answers, so there is a way.
    return FamilyState.USABLE


# --------------------------------------------------------------------------------------------- portals


class PortalState(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    """Something else answered: a redirect, 511 (RFC 6585, 6), another page."""
    SILENT = "silent"
    """Nothing answered, or the name did not resolve: no sign of a portal."""


def read_portal(question: Question, items: Sequence[Observation], *, atlas: Atlas) -> PortalState:
    """One look at a vendor's probe: its status, its body, and nobody else's address."""
    states = [_page(question, item) for item in items if item.http is not None]
    for state in (PortalState.RIGHT, PortalState.WRONG):
        if state in states:
            return state
    observed = dns_of(items)
    if observed is not None and observed.dns is not None:
        spelt = [atlas.spell(address) for address in observed.dns.addresses]
        # A private address is a portal that answers itself; 0.0.0.0 and loopback are nobody.
        if any(atlas.is_bogon(a) and not _nobody(a) for a in spelt):
            return PortalState.WRONG
    return PortalState.SILENT


def _nobody(address: str) -> bool:
    return address in ("0.0.0.0", "::", "::1") or address.startswith(("0.", "127."))  # noqa: S104 - compared


def _page(question: Question, item: Observation) -> PortalState:
    facts = item.http
    if facts is None or facts.status is None:
        return PortalState.SILENT if facts is None else PortalState.WRONG
    if question.token is None:
        right = facts.status == 204 and facts.body_bytes == 0
    else:
        right = facts.status == 200 and facts.token_found is True
    return PortalState.RIGHT if right else PortalState.WRONG


# ---------------------------------------------------------------------------------------- random names


@dataclass(frozen=True, kw_only=True)
class Invented:
    """What one resolver gave for names that cannot exist."""

    resolver: str
    answered: bool
    """At least one such name was answered: with NXDOMAIN, without an address, or with an invented one."""
    addresses: frozenset[str]
    witnesses: tuple[str, ...]
    """Observations in which an address came."""


def read_invented(*, looks: Looks, atlas: Atlas) -> dict[str, Invented]:
    """By resolver."""
    found: dict[str, Invented] = {}
    for question, look in looks.at(Kind.RANDOM):
        if question.via is None or look.dns is None or look.gist is None:
            continue
        resolver = question.via.resolver
        old = found.get(resolver)
        addresses = frozenset(atlas.spell(address) for address in look.gist.addresses)
        denied = look.dns.failure in (failure.NXDOMAIN, failure.NO_ANSWER)
        found[resolver] = Invented(
            resolver=resolver,
            answered=denied or bool(addresses) or (old is not None and old.answered),
            addresses=addresses | (old.addresses if old else frozenset()),
            witnesses=(old.witnesses if old else ()) + ((look.dns.id,) if addresses else ()),
        )
    return found
