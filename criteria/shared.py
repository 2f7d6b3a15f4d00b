"""Which unknown block pages give themselves away? One address for names that have nothing in common.

Only names whose owners document their addresses count: names on one content network, and the sites of one
company, share addresses everywhere.
"""

from __future__ import annotations

from criteria import answers
from criteria.answers import Atlas
from criteria.controls import Looks
from criteria.truth import Truth
from probes.bogon import plain
from probes.records import Kind, Plan, Target

ENOUGH = 3
"""So many unrelated names with one address between them, documented at others, are no coincidence."""


def shared_addresses(*, plan: Plan, looks: Looks, atlas: Atlas) -> dict[str, frozenset[str]]:
    """By resolver, the addresses that at least `ENOUGH` unrelated names were given and no control was."""
    targets = {target.name: target for target in reversed(plan.targets)}
    names: dict[tuple[str, str], set[str]] = {}
    innocent: set[tuple[str, str]] = set()
    for question in plan.questions:
        target = targets.get(question.subject)
        if question.via is None or target is None or question.kind not in (Kind.TARGET, Kind.CONTROL):
            continue
        for look in looks.of(question):
            observed = answers.dns_of(look.items)
            if observed is None:
                continue
            documented = frozenset(plain(address) for address in target.expect)
            truth = Truth(alive=True, addresses=documented, documented=documented)
            answer = answers.read(observed, atlas=atlas, family=question.via.family, truth=truth)
            strange = target.category.control or "dns.answer.unexpected" in answer.signals
            for address in answer.public if strange else ():
                key = (question.via.resolver, address)
                if target.category.control:
                    innocent.add(key)
                else:
                    names.setdefault(key, set()).add(target.name)
    found: dict[str, set[str]] = {}
    for (resolver, address), given in names.items():
        if (resolver, address) not in innocent and _unrelated(given, targets) >= ENOUGH:
            found.setdefault(resolver, set()).add(address)
    return {resolver: frozenset(addresses) for resolver, addresses in sorted(found.items())}


def _unrelated(names: set[str], targets: dict[str, Target]) -> int:
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
