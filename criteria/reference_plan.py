"""What an unfiltered vantage is asked: every name of the lists, with the guards that a check has too.

No sample is drawn: a reference is for whatever a later check may draw. Sentinels of illegal content are left
out, because their owner has not agreed to have them asked of strangers, and their truth is known anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from criteria.draw import invented_label, shuffle
from criteria.plan import PlanFault, control_pool, drawn_controls
from criteria.questions import Portal, Questions, via_udp
from probes.records import Ask, Category, Family, Kind, Plan, Target, TargetList

STANDARD = "reference"
"""In the place of a standard's digest: no standard decides what a reference asks."""

_TLDS = ("com", "net", "org")
_UNLISTED = "unlisted"


def draw_reference_plan(
    *,
    lists: tuple[TargetList, ...],
    seed: str,
    resolvers: tuple[str, ...],
    portals: Sequence[Portal] = (),
    only: Collection[str] | None = None,
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6),
) -> Plan:
    """The plan of one build, or of one confirmation of the names in `only`.

    A name that no list holds is asked by DNS only. Raises `PlanFault` where nobody or nothing is to be asked.
    """
    if not resolvers:
        raise PlanFault("There is no resolver to ask.")
    listed = names_of(lists)
    asked = (
        listed if only is None else (*(item for item in listed if item.name in only), *_rest(only, listed))
    )
    if not asked:
        raise PlanFault("There is no name to ask for.")
    controls = control_pool(listed, seed=seed)
    lanes = tuple((resolver, family) for resolver in resolvers for family in families)
    ask = Questions(families)

    ask.add(Kind.IDENTITY, "network", via=None)
    for portal in portals:
        ask.portal(portal, via_udp(resolvers[0], Family.IPV4))
    for tld in _TLDS:
        for lane in lanes:
            ask.add(Kind.RANDOM, f"{invented_label(seed=seed, label=tld)}.{tld}", via=via_udp(*lane))
    for target in drawn_controls(controls, seed=seed, label="opening"):
        for lane in lanes:
            ask.visit(Kind.CONTROL, target, lane)
    ask.targets(
        shuffle(asked, seed=seed, label="order", name=_name),
        lanes,
        shuffle(controls, seed=seed, label="riding", name=_name),
    )
    for target in drawn_controls(controls, seed=seed, label="closing"):
        for lane in lanes:
            ask.visit(Kind.CONTROL, target, lane)
    for portal in portals:
        ask.portal(portal, via_udp(resolvers[0], Family.IPV4))
    ask.add(Kind.IDENTITY, "network", via=None)
    known = {item.name for item in asked}
    return Plan(
        seed=seed,
        standard=STANDARD,
        resolvers=resolvers,
        targets=(*asked, *(item for item in listed if item.category.control and item.name not in known)),
        questions=tuple(ask.made),
    )


def names_of(lists: tuple[TargetList, ...]) -> tuple[Target, ...]:
    """Each name once, under its gravest category, asked only as far as the most careful list allows."""
    found: dict[str, Target] = {}
    reach = list(Ask)
    for target in (item for each in lists for item in each.targets if not item.category.illegal):
        other = found.get(target.name)
        if other is None:
            found[target.name] = target
            continue
        grave = min(other, target, key=lambda item: list(Category).index(item.category))
        found[target.name] = msgspec.structs.replace(
            grave,
            ask=min(other.ask, target.ask, key=reach.index),
            expect=tuple(sorted({*other.expect, *target.expect})),
        )
    return tuple(found.values())


def _rest(only: Collection[str], listed: tuple[Target, ...]) -> tuple[Target, ...]:
    """Names that no list holds any more, as gently as a name can be asked."""
    known = {item.name for item in listed}
    return tuple(
        Target(name=name, category=Category.ADULT, ask=Ask.DNS, list_id=_UNLISTED)
        for name in sorted(set(only) - known)
    )


def _name(target: Target) -> str:
    return target.name
