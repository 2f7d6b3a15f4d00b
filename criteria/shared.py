"""Which unknown block pages give themselves away? One address for names that have nothing in common.

Only names whose owners document their addresses count: names on one content network, and the sites of one
company, share addresses everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from criteria import answers
from criteria.answers import Atlas
from criteria.controls import proven
from criteria.index import Looks
from criteria.reader import Reader
from criteria.truth import promised
from criteria.visits import is_stranger, read_visits
from probes.records import Kind, Observation, Plan, Question, Service, Target

ENOUGH = 3
"""So many unrelated names with one address between them, documented at others, are no coincidence."""
ENOUGH_EXPOSED = 2
"""So many names that meet somebody else at one address, documented at others, are none either."""

_SOMEBODY_ELSE = frozenset({"tls.untrusted", "tls.verified.system", "http.token_missing"})

_Place = tuple[str, str]
"""A resolver and an address that it gave."""


@dataclass(frozen=True, kw_only=True)
class Strange:
    """Addresses that are not the documented ones, by resolver."""

    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Given to at least `ENOUGH` unrelated names."""
    exposed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Where at least `ENOUGH_EXPOSED` names met somebody else."""


def strange_addresses(*, plan: Plan, looks: Looks, reader: Reader) -> Strange:
    """The strange addresses of a run, without any that a control was given or a genuine page was found at."""
    targets = {target.name: target for target in reversed(plan.targets)}
    given: dict[_Place, set[str]] = {}
    exposed: dict[_Place, set[str]] = {}
    innocent: set[_Place] = set()
    for question, look in (*looks.at(Kind.TARGET), *looks.at(Kind.CONTROL)):
        target = targets.get(question.subject)
        if question.via is None or target is None or look.gist is None:
            continue
        answer = reader.read(look.gist, family=question.via.family, truth=promised(target.expect))
        if not answer.public:
            continue
        places = {(question.via.resolver, address) for address in answer.public}
        if target.category.control or proven(look.items):
            innocent |= places
        elif "dns.answer.unexpected" in answer.signals:
            for place in places:
                given.setdefault(place, set()).add(target.name)
            for address in _somebody_else(look.items, question=question, atlas=reader.atlas):
                exposed.setdefault((question.via.resolver, address), set()).add(target.name)
    shared = {place for place, names in given.items() if _unrelated(names, targets) >= ENOUGH}
    met = {place for place, names in exposed.items() if len(names) >= ENOUGH_EXPOSED}
    return Strange(shared=_by_resolver(shared - innocent), exposed=_by_resolver(met - innocent))


def interceptors(looks: Looks) -> frozenset[str]:
    """Issuers and keys of certificates under which controls were answered that are not the origins' own.

    Whoever shows them on names that must open lets pages through: being in between is then no block. A
    control whose page came and was another one is itself blocked, and shows nothing of the kind.
    """
    found: set[str] = set()
    for question, look in looks.visited:
        if question.kind is not Kind.CONTROL:
            continue
        tokens = {item.http.token_found for item in look.items if item.http is not None}
        if False in tokens and True not in tokens:
            continue
        for item in look.items:
            if item.tls is not None and not item.tls.decoy and is_stranger(item):
                found |= {word for word in (item.tls.issuer, item.tls.spki) if word is not None}
    return frozenset(found)


def _somebody_else(items: Sequence[Observation], *, question: Question, atlas: Atlas) -> set[str]:
    """The addresses at which a visitor met somebody else's certificate or page."""
    return {
        atlas.spell(answers.host(visit.address))
        for service in (Service.HTTPS, Service.HTTP)
        for visit in read_visits(items, question=question, service=service, atlas=atlas)
        if visit.signals & _SOMEBODY_ELSE and "tls.date" not in visit.signals
    }


def _by_resolver(places: Iterable[_Place]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for resolver, address in places:
        found.setdefault(resolver, set()).add(address)
    return {resolver: frozenset(addresses) for resolver, addresses in sorted(found.items())}


def _unrelated(names: set[str], targets: Mapping[str, Target]) -> int:
    """How many of them share neither a documented address nor a vendor with one counted before."""
    addresses: set[str] = set()
    vendors: set[str] = set()
    count = 0
    for name in sorted(names):
        target = targets[name]
        if addresses & set(target.expect) or (target.vendor is not None and target.vendor in vendors):
            continue
        addresses |= set(target.expect)
        vendors |= {target.vendor} if target.vendor is not None else set()
        count += 1
    return count
