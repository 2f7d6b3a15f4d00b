"""What is worth knowing of this network and is no fault of the run: each finding one plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from criteria.machine import hints_in_run
from criteria.noticed import noticed
from criteria.records import FamilyState, Finding, Fitness
from probes.records import Family, Kind, Plan, Transport

if TYPE_CHECKING:
    from criteria.fitness import Soundness

_WORDS = {
    FamilyState.ABSENT: "This network has no {family}: nothing was judged by it.",
    FamilyState.BROKEN: "{family} has addresses here and no path: nothing was judged by it.",
}
_NAMES = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}


def findings(*, plan: Plan, fitness: Fitness, sound: Soundness) -> tuple[Finding, ...]:
    """In the order of their ids."""
    found = [*_families(fitness), *_resolvers(fitness), *_windows(fitness), *_blocked(plan, fitness)]
    found += _rewriting(sound)
    found += _no_edns(plan, sound)
    found += _leaking_aaaa(plan, fitness, sound)
    found += _nat64(sound)
    found += hints_in_run(sound.looks)
    found += noticed(plan, sound)
    return tuple(sorted(found, key=lambda item: (item.id, item.text)))


def _families(fitness: Fitness) -> list[Finding]:
    states = ((Family.IPV4, fitness.ipv4), (Family.IPV6, fitness.ipv6))
    return [
        Finding(id=f"{family.value}_{state.value}", text=_WORDS[state].format(family=_NAMES[family]))
        for family, state in states
        if state in _WORDS
    ]


def _resolvers(fitness: Fitness) -> list[Finding]:
    return [
        Finding(
            id="resolver_silent",
            text=f"At the resolver {resolver} no control came right: it is not judged, and not passed.",
        )
        for resolver in fitness.dead_resolvers
    ]


def _windows(fitness: Fitness) -> list[Finding]:
    count = len(fitness.bad_windows)
    if not count:
        return []
    text = (
        f"The network failed in mid-run: {count} control{'s' if count > 1 else ''} among the targets failed."
    )
    return [Finding(id="window_void", text=text)]


def _blocked(plan: Plan, fitness: Fitness) -> list[Finding]:
    aside = set(fitness.blocked_controls)
    if not aside:
        return []
    names = sorted({question.subject for question in plan.questions if question.id in aside})
    text = f"Names that must open fail here each time, while others open: {', '.join(names)}."
    return [Finding(id="control_blocked", text=text)]


def _rewriting(sound: Soundness) -> list[Finding]:
    return [
        Finding(
            id="nxdomain_rewritten",
            text=(
                f"The resolver {item.resolver} gives {', '.join(sorted(item.addresses))} for names that "
                "cannot exist; here that counts as saying that they do not."
            ),
            witnesses=item.witnesses,
        )
        for item in sound.invented.values()
        if item.addresses
    ]


def _no_edns(plan: Plan, sound: Soundness) -> list[Finding]:
    """Without OPT nobody can send an extended error (RFC 8914, 2): its absence then says nothing."""
    said: dict[str, bool] = {}
    for _, look in sound.looks.seen:
        for item in look.items:
            if item.dns is not None and item.dns.rcode is not None:
                resolver = item.dns.resolver
                said[resolver] = said.get(resolver, False) or item.dns.edns is not None
    return [
        Finding(
            id="no_edns",
            text=f"The resolver {resolver} does not answer with EDNS, so it could not say why it blocks.",
        )
        for resolver in plan.resolvers
        if said.get(resolver) is False
    ]


def _leaking_aaaa(plan: Plan, fitness: Fitness, sound: Soundness) -> list[Finding]:
    """IPv6 does not work here, and AAAA answers are not filtered: the day it works, names leak."""
    if fitness.ipv6 not in (FamilyState.ABSENT, FamilyState.BROKEN):
        return []
    given: dict[str, list[str]] = {}
    poisoned: set[str] = set()
    harmful = {target.name for target in plan.targets if not target.category.control}
    for question, look in sound.looks.at(Kind.TARGET):
        if question.via is None or question.subject not in harmful:
            continue
        if question.via.transport is not Transport.UDP or look.dns is None or look.gist is None:
            continue
        answer = sound.reader.read(look.gist, family=question.via.family)
        if question.via.family is Family.IPV4 and answer.poisoned:
            poisoned.add(question.subject)
        if question.via.family is Family.IPV6 and answer.public and not answer.poisoned:
            given.setdefault(question.subject, []).append(look.dns.id)
    names = sorted(poisoned & set(given))
    if not names:
        return []
    count = f"{len(names)} blocked name{'s' if len(names) > 1 else ''}"
    text = f"For {count} the resolver gives the IPv6 address: as soon as IPv6 works here, they open."
    witnesses = tuple(sorted(item for name in names for item in given[name]))
    return [Finding(id="aaaa_not_filtered", text=text, witnesses=witnesses)]


def _nat64(sound: Soundness) -> list[Finding]:
    return [
        Finding(id="nat64", text=f"This network embeds IPv4 addresses in {prefix} (NAT64, RFC 7050).")
        for prefix in sound.atlas.nat64
    ]
