"""Are programs on this machine told the same as the network's resolvers say? Compared by meaning.

Content networks give everybody another address: addresses are compared where the owner documents them, only.
What differs in kind is a difference: an address here and a denial there, a place where no public name can be.
"""

from __future__ import annotations

from enum import StrEnum

from criteria.index import Looks
from criteria.records import Finding
from probes import failure
from probes.bogon import is_bogon, plain
from probes.records import Family, Kind, Lookup, Machine, Observation, Plan, Run, Target, Transport


class _Said(StrEnum):
    OPEN = "an address"
    TRUE = "its documented address"
    OTHER = "another address than the documented one"
    NOWHERE = "an address where no public name can be"
    DENIED = "that there is none"


_SAME = {
    # A name that a filter sends away may be denied by one and sunk by another: both keep it away.
    _Said.NOWHERE: _Said.DENIED,
}


def differences(machine: Machine, *, plan: Plan, run: Run, looks: Looks) -> tuple[Finding, ...]:
    """Names for which this machine says what none of the network's resolvers says. `text` is a clause."""
    mapped = frozenset(given.rpartition(":")[0].strip("[]") for given, _ in run.connect_to)
    targets = {target.name: target for target in reversed(plan.targets)}
    found = []
    for lookup in machine.lookups:
        target = targets.get(lookup.name)
        if target is None:
            continue
        here = _kind(lookup.addresses, lookup.failure, target, lookup.family, mapped=mapped)
        there = {
            kind
            for item in _answers(plan, looks, lookup)
            if item.dns is not None
            and (kind := _kind(item.dns.addresses, item.failure, target, lookup.family, mapped=mapped))
        }
        if here is None or not there or _SAME.get(here, here) in {_SAME.get(item, item) for item in there}:
            continue
        said = " or ".join(sorted(there))
        text = f"for {lookup.name} this machine tells {here}, and the network's resolver {said}"
        found.append(Finding(id="machine_lookup", text=text))
    return tuple(found)


def _answers(plan: Plan, looks: Looks, lookup: Lookup) -> list[Observation]:
    return [
        item
        for question in plan.questions
        if question.kind in (Kind.CONTROL, Kind.TARGET)
        and question.subject == lookup.name
        and question.via is not None
        and question.via.family is lookup.family
        and question.via.transport is Transport.UDP
        for look in looks.of(question)
        for item in look.items
        if item.dns is not None
    ]


def _kind(
    addresses: tuple[str, ...],
    failed: str | None,
    target: Target,
    family: Family,
    *,
    mapped: frozenset[str],
) -> _Said | None:
    """`None`: nothing follows, because nobody answered or the answer was an error of its own."""
    if failed in (failure.NXDOMAIN, failure.NO_ANSWER):
        return _Said.DENIED
    if failed is not None or not addresses:
        return None
    spelt = {plain(address) for address in addresses}
    public = {address for address in spelt if not is_bogon(address, mapped=mapped)}
    if not public:
        return _Said.NOWHERE
    documented = {plain(item) for item in target.expect if (":" in item) == (family is Family.IPV6)}
    if not documented:
        return _Said.OPEN
    return _Said.TRUE if public & documented else _Said.OTHER
