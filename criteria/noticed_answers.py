"""What answers of resolvers give away about whoever stands in between. None of it decides a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from criteria.explanation import explanations, sentence
from criteria.gist import Gist
from criteria.index import Look, Seen
from criteria.records import Finding
from criteria.telling import count, witnesses
from probes.records import DnsVariant, Ede, Family, Kind, Observation, Plan, Question, Stage, Transport, Via

if TYPE_CHECKING:
    from criteria.fitness import Soundness


def _bare(_plan: Plan, sound: Soundness) -> Iterable[Finding]:
    """NXDOMAIN without an SOA, at a resolver that gives one with the NXDOMAIN of names that do not exist."""
    usual = {
        item.dns.resolver
        for question, look in sound.looks.at(Kind.RANDOM)
        if question.via is not None
        for item in look.items
        if item.dns is not None and item.dns.rcode == 3 and _has_soa(item)
    }
    found: dict[str, list[str]] = {}
    for question, look in sound.looks.at(Kind.TARGET):
        observed = look.dns
        if question.via is None or observed is None or observed.dns is None or observed.dns.rcode != 3:
            continue
        if observed.dns.resolver in usual and not _has_soa(observed):
            found.setdefault(question.subject, []).append(observed.id)
    if found:
        text = (
            f"{count(len(found), 'name')} got NXDOMAIN without an SOA, which the resolver gives with "
            f"names that "
            "truly do not exist (RFC 2308): the filter speaks, and not the zone."
        )
        yield Finding(id="nxdomain_without_soa", text=text, witnesses=witnesses(found.values()))


def _has_soa(item: Observation) -> bool:
    return item.dns is not None and any(rr.type == "SOA" for rr in item.dns.authority)


def _injected(_plan: Plan, sound: Soundness) -> Iterable[Finding]:
    found: dict[str, list[str]] = {}
    for question, item in _peculiar(sound):
        if item.dns is not None and any(stray.reason == "second_answer" for stray in item.dns.strays):
            found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{count(len(found), 'name')} got a second, different answer to one question: somebody on the "
            f"path "
            "answers too."
        )
        yield Finding(id="dns_injected", text=text, witnesses=witnesses(found.values()))


def _switched(_plan: Plan, sound: Soundness) -> Iterable[Finding]:
    """Names that a resolver kept away at one look and gave at another."""
    several = _told_differently(sound.looks.at(Kind.TARGET))
    states: dict[_Lane, dict[bool, list[str]]] = {}
    for question, look in sound.looks.at(Kind.TARGET) if several else ():
        lane = _lane(question)
        if lane not in several or lane is None or look.dns is None or look.gist is None:
            continue
        answer = sound.reader.read(look.gist, family=lane[2])
        if answer.poisoned or answer.public:
            states.setdefault(lane, {}).setdefault(answer.poisoned, []).append(look.dns.id)
    both = {lane[0]: ids for lane, ids in states.items() if len(ids) == 2}
    if both:
        text = (
            f"{count(len(both), 'name')} opened at one look and not at another: the filter was switched "
            f"while it "
            "was measured, or caches still held what it said before."
        )
        yield Finding(
            id="filter_switched",
            text=text,
            witnesses=witnesses(ids for states_of in both.values() for ids in states_of.values()),
        )


_Lane = tuple[str, str, Family]
"""A name, a resolver, and a family."""


def _told_differently(seen: Seen) -> set[_Lane]:
    """Where not every answer was the same."""
    first: dict[_Lane, Gist] = {}
    found: set[_Lane] = set()
    for question, look in seen:
        lane = _lane(question)
        if lane is not None and look.gist is not None and first.setdefault(lane, look.gist) is not look.gist:
            found.add(lane)
    return found


def _lane(question: Question) -> _Lane | None:
    via = question.via
    return None if via is None else (question.subject, via.resolver, via.family)


def _intercepted(plan: Plan, sound: Soundness) -> Iterable[Finding]:
    """A resolver elsewhere that gives this network's own block: the question never got there."""
    there: list[tuple[Question, Via, Observation, _Block]] = []
    for question, look in sound.looks.at(Kind.ROUTE):
        via = question.via
        if via is None or via.resolver in plan.resolvers or via.transport not in _PORT_53:
            continue
        if look.dns is not None and (block := _block(look, sound, via.family)):
            there.append((question, via, look.dns, block))
    names = {question.subject for question, *_ in there}
    here = {
        (question.subject, question.via.family, _block(look, sound, question.via.family))
        for question, look in (sound.looks.at(Kind.TARGET) if names else ())
        if question.via is not None and question.subject in names
    }
    found: dict[str, list[str]] = {}
    for question, via, observed, block in there:
        if (question.subject, via.family, block) in here:
            found.setdefault(via.resolver, []).append(observed.id)
    if len(found) > 1:
        # One that answers alike may be another customer of the same filter.
        text = (
            f"Port 53 is led to the network's own resolver: {count(len(found), 'resolver')} elsewhere "
            f"gave the "
            "network's own block. That protects, and is no fault."
        )
        yield Finding(id="port53_intercepted", text=text, witnesses=witnesses(found.values()))


_PORT_53 = frozenset({Transport.UDP, Transport.TCP})
_Block = tuple[str, ...]


def _block(look: Look, sound: Soundness, family: Family) -> _Block:
    """The addresses of a block by a special address; empty where it is none."""
    if look.gist is None or not look.gist.known:
        return ()
    answer = sound.reader.read(look.gist, family=family)
    if not answer.signals & {"dns.answer.sinkhole", "dns.answer.blockpage"}:
        return ()
    return tuple(sorted({sound.atlas.spell(address) for address in look.gist.addresses}))


def _letters(_plan: Plan, sound: Soundness) -> Iterable[Finding]:
    """What became of a name in mixed case."""
    for _, item in _peculiar(sound):
        facts = item.dns
        if facts is None or facts.variant is not DnsVariant.MIXED_CASE:
            continue
        if facts.case_kept is False:
            text = (
                f"The resolver {facts.resolver} changes the letters of names (case is not kept): "
                f"resolvers "
                "that protect themselves by it (0x20) cannot use it."
            )
            yield Finding(id="case_changed", text=text, witnesses=(item.id,))
        elif facts.rcode is None:
            text = f"The resolver {facts.resolver} did not answer for a name in mixed case."
            yield Finding(id="case_not_answered", text=text, witnesses=(item.id,))


def _unsigned(_plan: Plan, sound: Soundness) -> Iterable[Finding]:
    found: dict[str, list[str]] = {}
    for question, item in _peculiar(sound):
        facts = item.dns
        if facts is not None and facts.variant is DnsVariant.UNCHECKED and item.failure is None:
            found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{count(len(found), 'name')} failed with SERVFAIL and not without DNSSEC checking: the "
            f"signatures "
            "are broken, which is no filtering."
        )
        yield Finding(id="dnssec_broken", text=text, witnesses=witnesses(found.values()))


def _explained(_plan: Plan, sound: Soundness) -> Iterable[Finding]:
    """What the filter says about itself: shown, and not believed."""
    said: dict[tuple[Ede, ...], list[str]] = {}
    found: dict[str, list[str]] = {}
    for question, look in sound.looks.at(Kind.TARGET):
        for item in look.items:
            if item.dns is None or not item.dns.ede or item.stage is not Stage.DNS or question.via is None:
                continue
            errors = item.dns.ede
            if errors not in said:
                said[errors] = [sentence(one) for one in explanations(errors)]
            for words in said[errors]:
                found.setdefault(words, []).append(item.id)
    for words, ids in sorted(found.items())[:5]:
        text = f"With {count(len(ids), 'answer')} the resolver says of itself: {words}."
        yield Finding(id="filter_says", text=text, witnesses=witnesses([ids]))


def _peculiar(sound: Soundness) -> Iterable[tuple[Question, Observation]]:
    """Every observation at questions of which an answer did not come alone, or was asked for differently."""
    for question, look in sound.looks.peculiar:
        if question.via is not None:
            for item in look.items:
                yield question, item


TESTS: tuple[Callable[[Plan, Soundness], Iterable[Finding]], ...] = (
    _bare,
    _injected,
    _switched,
    _intercepted,
    _letters,
    _unsigned,
    _explained,
)
"""Each gives its findings, in no order."""
