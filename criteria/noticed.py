"""What stands between a visitor and the network, as far as answers give it away.

None of it decides a verdict. Each finding is one plain sentence with its witnesses, so that an operator knows
what is at work and an auditor can look it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from criteria import answers
from criteria.explanation import explanations, sentence
from criteria.records import Finding
from criteria.truth import Truth
from criteria.visits import blockers, is_stranger, kin
from probes import failure
from probes.bogon import plain
from probes.records import DnsVariant, Family, Kind, Observation, Plan, Question, Service, Stage, Transport

if TYPE_CHECKING:
    from criteria.fitness import Soundness

ONE_KEY = 3
"""Under so many unrelated names one key is no coincidence."""
_PROXY_HEADERS = frozenset({"via", "x-cache", "x-cache-lookup", "x-squid-error", "proxy-connection"})

_Seen = Sequence[tuple[Question, tuple[Observation, ...]]]
"""Each look at each question with a resolver, in the order of the plan."""


def noticed(plan: Plan, sound: Soundness) -> list[Finding]:
    """Everything of this kind, in no order."""
    seen = [
        (question, look.items)
        for question in plan.questions
        if question.via is not None
        for look in sound.looks.of(question)
    ]
    tests: tuple[Callable[[Plan, Soundness, _Seen], Iterable[Finding]], ...] = (
        _proxies,
        _opened,
        _one_key,
        _by_name,
        _bare,
        _injected,
        _switched,
        _intercepted,
        _letters,
        _unsigned,
        _explained,
        _named,
    )
    return [finding for test in tests for finding in test(plan, sound, seen)]


# ------------------------------------------------------------------------------------------------ http


def _proxies(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    """Headers over plain HTTP that the same page does not have where its origin is known to speak."""
    found: dict[str, list[str]] = {}
    for _, items in seen:
        honest = {item.address for item in items if item.tls is not None and item.tls.pinned is True}
        honest |= {item.address for item in items if item.tls is not None and item.tls.listed is True}
        true = [
            item for item in items if item.http and item.service is Service.HTTPS and item.address in honest
        ]
        for item in items:
            if item.http is None or item.service is not Service.HTTP:
                continue
            here = {name for name, _ in item.http.headers if name in _PROXY_HEADERS}
            there = {name for other in true if other.http for name, _ in other.http.headers}
            for name in (here - there) if true else here & {"x-squid-error"}:
                found.setdefault(name, []).append(item.id)
    if found:
        text = (
            f"Somebody reads along in plain HTTP: the header{'s' if len(found) > 1 else ''} "
            f"{', '.join(sorted(found))} came there and not from the origin."
        )
        yield Finding(id="transparent_proxy", text=text, witnesses=_ids(found.values()))


def _named(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    """Who says that they carry out a block (RFC 7725, 4)."""
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
            if item.http is not None and item.http.status == 451:
                for host in blockers(item.http):
                    if not kin(host, question.subject):
                        found.setdefault(host, []).append(item.id)
    for host, ids in sorted(found.items()):
        text = f"{_shown(host)} is named as who carries out {_count(len(ids), 'block')} (451, RFC 7725)."
        yield Finding(id="blocked_by", text=text, witnesses=_ids([ids]))


# ------------------------------------------------------------------------------------------------- tls


def _opened(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    """Names that must open, under somebody else's certificate."""
    found: dict[str, list[str]] = {}
    for question, items in seen:
        if question.kind is Kind.CONTROL:
            for item in items:
                if item.tls is not None and not item.tls.decoy and is_stranger(item):
                    found.setdefault(item.tls.issuer or "unknown", []).append(item.id)
    for issuer, ids in sorted(found.items()):
        text = (
            f"Encrypted connections are opened on the way, also those of names that must open: the "
            f"certificates "
            f"are by {_shown(issuer)}."
        )
        yield Finding(id="tls_opened", text=text, witnesses=_ids([ids]))


def _one_key(plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    """One leaf key for hosts that have nothing in common: whoever holds it stands in between."""
    expected = {target.name: frozenset(map(plain, target.expect)) for target in plan.targets}
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for question, items in seen:
        for item in items:
            facts = item.tls
            if facts is not None and not facts.decoy and facts.spki is not None and is_stranger(item):
                names = found.setdefault((facts.spki, facts.issuer or "unknown"), {})
                names.setdefault(question.subject, []).append(item.id)
    for (_, issuer), names in sorted(found.items()):
        places = {expected.get(name) or frozenset({name}) for name in names}
        if len(names) >= ONE_KEY and len(places) > 1:
            text = (
                f"{_count(len(names), 'unrelated name')} had one and the same key, in certificates by "
                f"{_shown(issuer)}: somebody stands in between."
            )
            yield Finding(id="tls_one_key", text=text, witnesses=_ids(names.values()))


def _by_name(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    """Whether handshakes are cut off for the name that is said in them, or for where they go."""
    found: dict[bool, dict[str, list[str]]] = {True: {}, False: {}}
    for question, items in seen:
        for item in items:
            if item.tls is not None and item.tls.decoy and not failure.is_ours(item.failure):
                found[item.failure is None].setdefault(question.subject, []).append(item.id)
    if found[True]:
        text = (
            f"{_count(len(found[True]), 'name')} met a filter that reads names: at the same address a "
            f"handshake "
            "under another name is let through."
        )
        yield Finding(id="sni_filter", text=text, witnesses=_ids(found[True].values()))
    if found[False]:
        text = (
            f"{_count(len(found[False]), 'name')} met a filter of addresses, or a server that is down: a "
            "handshake under another name fails there too."
        )
        yield Finding(id="address_filter", text=text, witnesses=_ids(found[False].values()))


# ------------------------------------------------------------------------------------------------- dns


def _bare(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
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
            f"{_count(len(found), 'name')} got NXDOMAIN without an SOA, which the resolver gives with "
            f"names that "
            "truly do not exist (RFC 2308): the filter speaks, and not the zone."
        )
        yield Finding(id="nxdomain_without_soa", text=text, witnesses=_ids(found.values()))


def _has_soa(item: Observation) -> bool:
    return item.dns is not None and any(rr.type == "SOA" for rr in item.dns.authority)


def _injected(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
            if item.dns is not None and any(stray.reason == "second_answer" for stray in item.dns.strays):
                found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{_count(len(found), 'name')} got a second, different answer to one question: somebody on the "
            f"path "
            "answers too."
        )
        yield Finding(id="dns_injected", text=text, witnesses=_ids(found.values()))


def _switched(_plan: Plan, sound: Soundness, seen: _Seen) -> Iterable[Finding]:
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
            f"{_count(len(both), 'name')} opened at one look and not at another: the filter was switched "
            f"while it "
            "was measured, or caches still held what it said before."
        )
        yield Finding(
            id="filter_switched",
            text=text,
            witnesses=_ids(ids for states_of in both.values() for ids in states_of.values()),
        )


def _intercepted(plan: Plan, sound: Soundness, seen: _Seen) -> Iterable[Finding]:
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
            f"Port 53 is led to the network's own resolver: {_count(len(found), 'resolver')} elsewhere "
            f"gave the "
            "network's own block. That protects, and is no fault."
        )
        yield Finding(id="port53_intercepted", text=text, witnesses=_ids(found.values()))


def _block(observed: Observation, sound: Soundness, family: Family) -> tuple[str, ...]:
    """The addresses of a block by a special address; empty where it is none."""
    answer = answers.read(observed, atlas=sound.atlas, family=family, truth=Truth())
    if observed.dns is None or not answer.signals & {"dns.answer.sinkhole", "dns.answer.blockpage"}:
        return ()
    return tuple(sorted({sound.atlas.spell(address) for address in observed.dns.addresses}))


def _letters(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
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


def _unsigned(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
            facts = item.dns
            if facts is not None and facts.variant is DnsVariant.UNCHECKED and item.failure is None:
                found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{_count(len(found), 'name')} failed with SERVFAIL and not without DNSSEC checking: the "
            f"signatures "
            "are broken, which is no filtering."
        )
        yield Finding(id="dnssec_broken", text=text, witnesses=_ids(found.values()))


def _explained(_plan: Plan, _sound: Soundness, seen: _Seen) -> Iterable[Finding]:
    """What the filter says about itself: shown, and not believed."""
    found: dict[str, list[str]] = {}
    for question, items in seen:
        for item in items:
            if question.kind is Kind.TARGET and item.stage is Stage.DNS and item.dns is not None:
                for said in explanations(item.dns.ede):
                    found.setdefault(sentence(said), []).append(item.id)
    for words, ids in sorted(found.items())[:5]:
        text = f"With {_count(len(ids), 'answer')} the resolver says of itself: {words}."
        yield Finding(id="filter_says", text=text, witnesses=_ids([ids]))


# ---------------------------------------------------------------------------------------------- words


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _ids(found: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({item for ids in found for item in ids}))


def _shown(text: str) -> str:
    """A stranger's text, fit to be shown."""
    return "".join(char if char.isprintable() else "?" for char in text)[:120]
