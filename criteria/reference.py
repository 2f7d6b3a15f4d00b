"""What did the vantage see of each name? And is it one that filters, so that it may say nothing at all?

A name is alive where every resolver gave it a public address and, where it may be opened, its certificate
verified; dead where every resolver said twice in both families that it does not exist. Everything else is
`None`. Where a resolver answers an unproven name and invents addresses for names that cannot exist, its
answer is no sight of anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from criteria.controls import proven
from criteria.fitness import Soundness, judge_fitness, sound_out
from criteria.index import Look
from criteria.records import Fitness, ReferenceEntry
from criteria.shared import strange_addresses
from criteria.truth import Truth, spelt
from criteria.windows import void_looks, windows
from probes.records import Ask, Category, Kind, Observation, Plan, Question, Run, Stage, Target

TOLERATED = 100
"""One name in so many may be odd (a domain whose owner points it nowhere) before the vantage is."""
CROWD = 4
"""So many names that must be blocked, more than half of them at one address, look like a block page."""


class Told(StrEnum):
    """Of one name at one resolver, or in one family there."""

    OPEN = "open"
    DENIED = "denied"
    """NXDOMAIN, twice, and never anything else."""
    EMPTY = "no address"
    MARKED = "marked as filtered"
    SINKHOLE = "an address that leads nowhere"
    UNCLEAR = "no clear answer"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What every resolver gave for one name, folded."""

    target: Target
    by_resolver: Mapping[str, Told]
    addresses: tuple[str, ...]
    """Public ones, sorted; none where a family could not be told."""
    opened: bool
    """The genuine page was reached: its token, or a certificate that verifies."""
    decrypted: bool
    """A certificate that only this machine's own store trusts."""
    around: bool
    """It opened where a visit was tried otherwise, as browsers would, and in no plain one."""
    mark: str | None
    """The filter's signature, as a mechanism."""
    looks: int
    """How often it was looked at."""

    @property
    def alive(self) -> bool | None:
        told = set(self.by_resolver.values())
        if told == {Told.OPEN}:
            return True if self.opened or self.target.ask is Ask.DNS else None
        return False if told == {Told.DENIED} and not self._declared else None

    @property
    def why(self) -> str | None:
        """Why it could not be told; `None` where it could."""
        told = set(self.by_resolver.values())
        if self.alive is not None:
            return None
        if told == {Told.OPEN}:
            return "it resolves, and no certificate there verified"
        if told == {Told.DENIED}:
            return "no resolver knows it, and its owner documents it"
        if len(told) > 1:
            return "the resolvers disagree: " + ", ".join(sorted(item.value for item in told))
        return next(iter(told)).value if told else Told.UNCLEAR.value

    @property
    def _declared(self) -> bool:
        return bool(self.target.expect) or self.target.token is not None


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """One build: void, refused as filtering, or what was seen."""

    fitness: Fitness
    seen: tuple[Seen, ...]
    unfit: str | None
    """Why a resolver or the whole run can say nothing: a sentence; `None`: it can."""
    filters: str | None
    """Why this vantage is one that filters: a sentence; `None`: no sign of it."""

    @property
    def entries(self) -> tuple[ReferenceEntry, ...]:
        """The entries, by name."""
        return tuple(
            ReferenceEntry(
                name=item.target.name,
                alive=item.alive,
                addresses=item.addresses if item.alive else (),
                why=item.why,
            )
            for item in sorted(self.seen, key=lambda item: item.target.name)
        )


def sight(*, plan: Plan, run: Run, observations: Sequence[Observation]) -> Sighting:
    """Everything that one build came to; the more looks, the more it can tell."""
    sound = sound_out(plan=plan, run=run, observations=observations)
    fitness = judge_fitness(plan=plan, run=run, observations=observations, sound=sound)
    seen = _seen(plan, sound, fitness)
    return Sighting(
        fitness=fitness,
        seen=seen,
        unfit=_unfit(fitness),
        filters=_filters(seen) or _strange(plan, sound) or _crowd(seen),
    )


def unsettled(plan: Plan, sighting: Sighting) -> tuple[str, ...]:
    """The ids of the questions to ask once more, slowly, with the controls that answer for them."""
    names = {item.target.name for item in sighting.seen if item.alive is None}
    again = {q.id for q in plan.questions if q.kind is Kind.TARGET and q.subject in names}
    sound = windows(plan, sighting.fitness.blocked_controls)
    closing = {window.lane: window.controls for window in sound}
    for window in sound:
        if again.intersection(window.members):
            again.update(window.controls, closing[window.lane])
    return tuple(q.id for q in plan.questions if q.id in again)


# -------------------------------------------------------------------------------------------- one name


@dataclass
class _Gathered:
    looks: dict[tuple[str, str], list[Told]] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    opened: bool = False
    decrypted: bool = False
    around: bool = False
    mark: str | None = None


_MARKS = ("dns.ede.filtered", "dns.ede.forged", "dns.answer.blockpage", "dns.cname.blockpage", "dns.injected")


def _seen(plan: Plan, sound: Soundness, fitness: Fitness) -> tuple[Seen, ...]:
    targets = {target.name: target for target in plan.targets}
    void = void_looks(sound.windows, sound.controls, fitness.bad_windows, sound.looks.attempts)
    found: dict[str, _Gathered] = {}
    for question in plan.questions:
        if question.kind is not Kind.TARGET or question.via is None:
            continue
        here = found.setdefault(question.subject, _Gathered())
        told = here.looks.setdefault((question.via.resolver, question.via.family.value), [])
        for look in sound.looks.of(question):
            if (question.id, look.attempt) in void:
                told.append(Told.UNCLEAR)
            else:
                told.append(_look(look, question, targets[question.subject], sound, here))
    return tuple(_folded(targets[name], here) for name, here in found.items())


def _look(look: Look, question: Question, target: Target, sound: Soundness, here: _Gathered) -> Told:
    observed, gist, items = look.dns, look.gist, look.items
    if observed is None or gist is None or question.via is None:
        return Told.UNCLEAR
    documented = spelt(target.expect)
    truth = Truth(alive=True if documented else None, addresses=documented, documented=documented)
    answer = sound.reader.read(gist, family=question.via.family, truth=truth)
    opened = proven([item for item in items if not _tried_otherwise(item)])
    here.opened = here.opened or opened
    here.around = here.around or (not opened and proven(items))
    here.decrypted = here.decrypted or any(
        item.tls is not None and item.tls.system is True and not (item.tls.pinned or item.tls.listed)
        for item in items
    )
    if answer.signals.intersection(_MARKS):
        here.mark = here.mark or next(iter(answer.mechanisms), "dns/ede")
        return Told.MARKED
    if answer.expected or (answer.public and opened):
        here.addresses.update(answer.expected, answer.public)
        return Told.OPEN
    if answer.public:
        invents = bool(sound.invented[question.via.resolver].addresses)
        doubtful = "dns/injected" in answer.mechanisms or "dns.answer.unexpected" in answer.signals
        if doubtful or (invents and question.ask is Ask.DNS):
            return Told.UNCLEAR
        here.addresses.update(answer.public)
        return Told.OPEN
    if "dns.answer.sinkhole" in answer.signals:
        return Told.SINKHOLE
    if "dns.rcode.nxdomain" in answer.signals:
        return Told.DENIED
    return Told.EMPTY if "dns.rcode.nodata" in answer.signals else Told.UNCLEAR


def _tried_otherwise(item: Observation) -> bool:
    """Over QUIC, or with a ClientHello in two segments: made only where a plain visit was stopped."""
    return item.stage is Stage.QUIC or (item.tls is not None and item.tls.in_parts)


def _folded(target: Target, here: _Gathered) -> Seen:
    by_resolver: dict[str, list[Told]] = {}
    for (resolver, _), looks in here.looks.items():
        by_resolver.setdefault(resolver, []).append(_of_family(looks))
    complete = all(Told.UNCLEAR not in told for told in by_resolver.values())
    return Seen(
        target=target,
        by_resolver={resolver: _of_resolver(told) for resolver, told in by_resolver.items()},
        addresses=tuple(sorted(here.addresses)) if complete else (),
        opened=here.opened,
        decrypted=here.decrypted,
        around=here.around and not here.opened,
        mark=here.mark,
        looks=max((len(looks) for looks in here.looks.values()), default=0),
    )


def _of_family(looks: Sequence[Told]) -> Told:
    """Of one resolver and family, over all looks: what it says in one breath it must not take back."""
    kinds = set(looks)
    for worst in (Told.MARKED, Told.SINKHOLE):
        if worst in kinds:
            return worst
    if Told.OPEN in kinds:
        return Told.UNCLEAR if Told.DENIED in kinds else Told.OPEN
    if kinds == {Told.DENIED}:
        return Told.DENIED if len(looks) > 1 else Told.UNCLEAR
    return Told.EMPTY if Told.EMPTY in kinds else Told.UNCLEAR


def _of_resolver(families: Sequence[Told]) -> Told:
    for first in (Told.MARKED, Told.SINKHOLE, Told.OPEN):
        if first in families:
            return first
    if set(families) == {Told.DENIED}:
        return Told.DENIED
    return Told.UNCLEAR if Told.UNCLEAR in families else Told.EMPTY


# ------------------------------------------------------------------------------------- the whole vantage


def _unfit(fitness: Fitness) -> str | None:
    if fitness.void_reason is not None:
        return fitness.explanation
    if fitness.dead_resolvers:
        names = ", ".join(fitness.dead_resolvers)
        return f"No name that must open came right at {names}: leave it out, or name another one."
    return None


def _filters(seen: Sequence[Seen]) -> str | None:
    # A vendor's malware test name is kept away by resolvers that filter nothing else.
    judged = [item for item in seen if item.target.category is not Category.SECURITY]
    marked = [item for item in judged if item.mark is not None]
    if marked:
        return f"{_names(marked)} came back marked as filtered ({marked[0].mark})."
    decrypted = [item for item in judged if item.decrypted]
    if _many(decrypted, judged, least=2):
        return f"{_names(decrypted)} came with a certificate that only this machine trusts: it is decrypted."
    around = [item for item in judged if item.around]
    if around:
        return (
            f"{_names(around)} opened over QUIC, or with a long ClientHello, alone: plain visits are stopped."
        )
    split = [item for item in judged if _split(item)]
    known = [item for item in split if item.target.expect or item.target.token]
    sunk = [item for item in judged if Told.SINKHOLE in item.by_resolver.values()]
    if known or any(item in split for item in sunk) or _many(split, judged, least=2):
        return f"One resolver keeps away what another one gives: {_names(known or split)}."
    if _many(sunk, judged, least=1):
        return f"{_names(sunk)} came back with an address that leads nowhere."
    lost = [
        item
        for item in judged
        if (item.target.expect or item.target.token) and item.alive is None and item.looks > 1
    ]
    if _many(lost, judged, least=2):
        return f"{_names(lost)} are known to exist, and cannot be had from here ({lost[0].why})."
    # Two resolvers behind one network that answers for both of them agree about everything. The best-known
    # names are not gone, whoever says so.
    ranked = [item for item in judged if item.target.rank is not None and not item.target.category.control]
    gone = [item for item in ranked if item.alive is not True and item.looks > 1]
    if len(gone) >= CROWD and 2 * len(gone) > len(ranked):
        return f"{_names(gone)} are the best known of their kind, and cannot be had from here."
    return None


def _split(item: Seen) -> bool:
    """Some resolver gives it, and another one keeps it away without a fault of the line."""
    told = set(item.by_resolver.values())
    return Told.OPEN in told and bool(told & {Told.DENIED, Told.SINKHOLE, Told.EMPTY})


def _many(odd: Sequence[Seen], judged: Sequence[Seen], *, least: int) -> bool:
    return len(odd) >= least and len(odd) * TOLERATED > len(judged)


def _strange(plan: Plan, sound: Soundness) -> str | None:
    strange = strange_addresses(plan=plan, looks=sound.looks, reader=sound.reader)
    for found in (strange.shared, strange.exposed):
        for resolver, addresses in found.items():
            if addresses:
                return f"{resolver} gives {min(addresses)} for names that have nothing in common."
    return None


def _crowd(seen: Iterable[Seen]) -> str | None:
    """A block page that nobody has published: most names that must be blocked live at its address."""
    every = list(seen)
    innocent = {
        address for item in every if item.opened or item.target.category.control for address in item.addresses
    }
    unproven = [
        item
        for item in every
        if item.addresses and not item.opened and not item.target.expect and not item.target.category.control
    ]
    counts = Counter(address for item in unproven for address in item.addresses)
    for address, count in counts.most_common(1):
        if address not in innocent and count >= CROWD and 2 * count > len(unproven):
            return f"{count} of {len(unproven)} names that are to be blocked lead to {address}."
    return None


def _names(items: Sequence[Seen]) -> str:
    first = items[0].target.name
    more = len(items) - 1
    return first if not more else f"{first} and {more} other name{'s' if more > 1 else ''}"
