"""What stands between a visitor and the network, as far as answers give it away.

None of it decides a verdict. Each finding is one plain sentence with its witnesses, so that an operator knows
what is at work and an auditor can look it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from criteria.index import Seen
from criteria.noticed_answers import TESTS
from criteria.records import Finding
from criteria.telling import count, shown, witnesses
from criteria.truth import spelt
from criteria.visits import PROVEN, blockers, is_stranger, kin, tls_words
from probes import failure
from probes.records import Kind, Plan, Service, Stage

if TYPE_CHECKING:
    from criteria.fitness import Soundness

ONE_KEY = 3
"""Under so many unrelated names one key is no coincidence."""
_PROXY_HEADERS = frozenset({"via", "x-cache", "x-cache-lookup", "x-squid-error", "proxy-connection"})


def noticed(plan: Plan, sound: Soundness) -> list[Finding]:
    """Everything of this kind, in no order."""
    visited = [pair for pair in sound.looks.visited if pair[0].via is not None]
    found = [finding for test in TESTS for finding in test(plan, sound)]
    found += [finding for test in _VISITS for finding in test(visited)]
    return [*found, *_one_key(plan, visited)]


# ------------------------------------------------------------------------------------------------ http


def _proxies(visited: Seen) -> Iterable[Finding]:
    """Headers over plain HTTP that the same page does not have where its origin is known to speak."""
    found: dict[str, list[str]] = {}
    for _, look in visited:
        items = look.items
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
        yield Finding(id="transparent_proxy", text=text, witnesses=witnesses(found.values()))


def _named(visited: Seen) -> Iterable[Finding]:
    """Who says that they carry out a block (RFC 7725, 4)."""
    found: dict[str, list[str]] = {}
    for question, look in visited:
        for item in look.items:
            if item.http is not None and item.http.status == 451:
                for host in blockers(item.http):
                    if not kin(host, question.subject):
                        found.setdefault(host, []).append(item.id)
    for host, ids in sorted(found.items()):
        text = f"{shown(host)} is named as who carries out {count(len(ids), 'block')} (451, RFC 7725)."
        yield Finding(id="blocked_by", text=text, witnesses=witnesses([ids]))


# ------------------------------------------------------------------------------------------------- tls


def _opened(visited: Seen) -> Iterable[Finding]:
    """Names that must open, under somebody else's certificate."""
    found: dict[str, list[str]] = {}
    for question, look in visited:
        if question.kind is Kind.CONTROL:
            for item in look.items:
                if item.tls is not None and not item.tls.decoy and is_stranger(item):
                    found.setdefault(item.tls.issuer or "unknown", []).append(item.id)
    for issuer, ids in sorted(found.items()):
        text = (
            f"Encrypted connections are opened on the way, also those of names that must open: the "
            f"certificates "
            f"are by {shown(issuer)}."
        )
        yield Finding(id="tls_opened", text=text, witnesses=witnesses([ids]))


def _one_key(plan: Plan, visited: Seen) -> Iterable[Finding]:
    """One leaf key for hosts that have nothing in common: whoever holds it stands in between."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for question, look in visited:
        for item in look.items:
            facts = item.tls
            if facts is not None and not facts.decoy and facts.spki is not None and is_stranger(item):
                names = found.setdefault((facts.spki, facts.issuer or "unknown"), {})
                names.setdefault(question.subject, []).append(item.id)
    many = [(issuer, names) for (_, issuer), names in sorted(found.items()) if len(names) >= ONE_KEY]
    expected = {target.name: spelt(target.expect) for target in plan.targets} if many else {}
    for issuer, names in many:
        places = {expected.get(name) or frozenset({name}) for name in names}
        if len(places) > 1:
            text = (
                f"{count(len(names), 'unrelated name')} had one and the same key, in certificates by "
                f"{shown(issuer)}: somebody stands in between."
            )
            yield Finding(id="tls_one_key", text=text, witnesses=witnesses(names.values()))


def _by_name(visited: Seen) -> Iterable[Finding]:
    """Whether handshakes are cut off for the name that is said in them, or for where they go."""
    found: dict[bool, dict[str, list[str]]] = {True: {}, False: {}}
    for question, look in visited:
        for item in look.items:
            if item.tls is not None and item.tls.decoy and not failure.is_ours(item.failure):
                found[item.failure is None].setdefault(question.subject, []).append(item.id)
    if found[True]:
        text = (
            f"{count(len(found[True]), 'name')} met a filter that reads names: at the same address a "
            f"handshake "
            "under another name is let through."
        )
        yield Finding(id="sni_filter", text=text, witnesses=witnesses(found[True].values()))
    if found[False]:
        text = (
            f"{count(len(found[False]), 'name')} met a filter of addresses, or a server that is down: a "
            "handshake under another name fails there too."
        )
        yield Finding(id="address_filter", text=text, witnesses=witnesses(found[False].values()))


def _quic_forgotten(visited: Seen) -> Iterable[Finding]:
    """Names that are stopped over TCP and open over QUIC."""
    found: dict[str, list[str]] = {}
    for question, look in visited:
        for item in look.items:
            if question.kind is Kind.TARGET and item.stage is Stage.QUIC and tls_words(item) & PROVEN:
                found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{count(len(found), 'name')} did not open over TCP and opened over QUIC, as HTTP/3 uses it: the "
            "filter forgets UDP on port 443. Where that is dropped, browsers fall back to TCP."
        )
        yield Finding(id="quic_forgotten", text=text, witnesses=witnesses(found.values()))


def _first_segment(visited: Seen) -> Iterable[Finding]:
    """Names that are stopped where ClientHello is short, and open where it fills two segments."""
    found: dict[str, list[str]] = {}
    for question, look in visited:
        for item in look.items:
            if item.tls is not None and item.tls.in_parts and tls_words(item) & PROVEN:
                found.setdefault(question.subject, []).append(item.id)
    if found:
        text = (
            f"{count(len(found), 'name')} opened where ClientHello fills two segments, as browsers' does, "
            "and not where it is short: the filter reads the first segment alone."
        )
        yield Finding(id="first_segment_alone", text=text, witnesses=witnesses(found.values()))


_VISITS: tuple[Callable[[Seen], Iterable[Finding]], ...] = (
    _proxies,
    _opened,
    _by_name,
    _named,
    _quic_forgotten,
    _first_segment,
)
"""Each gives its findings, in no order."""
