"""What answers of resolvers give away about whoever stands in between. None of it decides a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from criteria import answers
from criteria.explanation import explanations, sentence
from criteria.records import Finding
from criteria.telling import Seen, count, witnesses
from criteria.truth import Truth
from probes.records import DnsVariant, Family, Kind, Observation, Plan, Stage, Transport

if TYPE_CHECKING:
    from criteria.fitness import Soundness


def _bare(_plan: Plan, _sound: Soundness, seen: Seen) -> Iterable[Finding]:
    """NXDOMAIN without an SOA, at a resolver that gives one with the NXDOMAIN of names that do not exist."""
    usual = {
        item.dns.resolver
        for question, items in seen
        if question.kind is Kind.RANDOM
        for item in items
        if item.dns is not None and item.dns.rcode == 3 and _has_soa(item)
    }
    found: dict[str, list[str]] = {}
    for question, items in seen:
        observed = answers.dns_of(items)
        if question.kind is not Kind.TARGET or observed is None or observed.dns is None:
            continue
        if observed.dns.rcode == 3 and observed.dns.resolver in usual and not _has_soa(observed):
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


def _injected(_plan: Plan, _sound: Soundness, seen: Seen) -> Iterable[Finding]:
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
            if item.dns is not None and any(stray.reason == "second_answer" for stray in item.dns.strays):
                found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{count(len(found), 'name')} got a second, different answer to one question: somebody on the "
            f"path "
            "answers too."
        )
        yield Finding(id="dns_injected", text=text, witnesses=witnesses(found.values()))


def _switched(_plan: Plan, sound: Soundness, seen: Seen) -> Iterable[Finding]:
    """Names that a resolver kept away at one look and gave at another."""
    states: dict[tuple[str, str, Family], dict[bool, list[str]]] = {}
    for question, items in seen:
        observed = answers.dns_of(items)
        if question.kind is not Kind.TARGET or question.via is None or observed is None:
            continue
        answer = answers.read(observed, atlas=sound.atlas, family=question.via.family)
        if answer.poisoned or answer.public:
            lane = (question.subject, question.via.resolver, question.via.family)
            states.setdefault(lane, {}).setdefault(answer.poisoned, []).append(observed.id)
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


def _intercepted(plan: Plan, sound: Soundness, seen: Seen) -> Iterable[Finding]:
    """A resolver elsewhere that gives this network's own block: the question never got there."""
    here: dict[tuple[str, Family], set[tuple[str, ...]]] = {}
    for question, items in seen:
        observed = answers.dns_of(items)
        if question.kind is Kind.TARGET and question.via is not None and observed is not None:
            block = _block(observed, sound, question.via.family)
            if block:
                here.setdefault((question.subject, question.via.family), set()).add(block)
    found: dict[str, list[str]] = {}
    for question, items in seen:
        via = question.via
        observed = answers.dns_of(items)
        if question.kind is not Kind.ROUTE or via is None or observed is None:
            continue
        if via.resolver in plan.resolvers or via.transport not in (Transport.UDP, Transport.TCP):
            continue
        block = _block(observed, sound, via.family)
        if block and block in here.get((question.subject, via.family), set()):
            found.setdefault(via.resolver, []).append(observed.id)
    if len(found) > 1:
        # One that answers alike may be another customer of the same filter.
        text = (
            f"Port 53 is led to the network's own resolver: {count(len(found), 'resolver')} elsewhere "
            f"gave the "
            "network's own block. That protects, and is no fault."
        )
        yield Finding(id="port53_intercepted", text=text, witnesses=witnesses(found.values()))


def _block(observed: Observation, sound: Soundness, family: Family) -> tuple[str, ...]:
    """The addresses of a block by a special address; empty where it is none."""
    answer = answers.read(observed, atlas=sound.atlas, family=family, truth=Truth())
    if observed.dns is None or not answer.signals & {"dns.answer.sinkhole", "dns.answer.blockpage"}:
        return ()
    return tuple(sorted({sound.atlas.spell(address) for address in observed.dns.addresses}))


def _letters(_plan: Plan, _sound: Soundness, seen: Seen) -> Iterable[Finding]:
    """What became of a name in mixed case."""
    for _, items in seen:
        for item in items:
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


def _unsigned(_plan: Plan, _sound: Soundness, seen: Seen) -> Iterable[Finding]:
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
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


def _explained(_plan: Plan, _sound: Soundness, seen: Seen) -> Iterable[Finding]:
    """What the filter says about itself: shown, and not believed."""
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
            if question.kind is Kind.TARGET and item.stage is Stage.DNS and item.dns is not None:
                for said in explanations(item.dns.ede):
                    found.setdefault(sentence(said), []).append(item.id)
    for words, ids in sorted(found.items())[:5]:
        text = f"With {count(len(ids), 'answer')} the resolver says of itself: {words}."
        yield Finding(id="filter_says", text=text, witnesses=witnesses([ids]))


TESTS: tuple[Callable[[Plan, Soundness, Seen], Iterable[Finding]], ...] = (
    _bare,
    _injected,
    _switched,
    _intercepted,
    _letters,
    _unsigned,
    _explained,
)
"""Each gives its findings, in no order."""
