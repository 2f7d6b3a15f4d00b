"""What will be asked, in which order: drawn from a seed, so that anybody can draw it again.

Order: who the network is, captive-portal probes, names that cannot exist, NAT64, opening controls, targets in
drawn order with a control after every twenty questions of a lane, routes, closing controls, portals, and who
the network is. A lane is one resolver and one address family. The same inputs give the same plan anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from criteria.draw import Sampler, draw, invented_label, lot, shuffle
from criteria.kinds.category_rate import CategoryRate
from criteria.kinds.evidence import best_ranked
from criteria.kinds.overblock_rate import OverblockRate
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.kinds.sample_blocked import SampleBlocked, population
from criteria.questions import Lane, Portal, Questions, Ways, via_udp
from criteria.standard import Standard
from criteria.suffixes import Suffixes, latest
from probes.records import (
    Ask,
    Category,
    Engine,
    Family,
    Kind,
    Plan,
    RouteKind,
    Target,
    TargetList,
    digest,
)

_OPENING = 4
"""Controls before the targets, and as many after them."""
_POOL = 12
"""How many controls are fit to be drawn, best proof first."""
_FALLBACK_SAMPLE = 208
"""At most so many names of a category that no criterion of the standard asks for."""
_ROUTE_SUBJECTS = 2
"""How many filtered names each foreign resolver is asked for, so that one dead name decides nothing."""
_VARIED = 3
"""Of how many adult names other spellings are asked: a filter that knows names only as they are listed leaves
every site open under its other name.
"""
_RECORD_SUBJECTS = 4
"""Of how many filtered names the HTTPS record is asked for: many sites have none."""
_TLDS = ("com", "net", "org")
_NAT64 = "ipv4only.arpa"


class PlanFault(ValueError):  # noqa: N818 - a fault of the input, not of the program
    """The lists contradict each other, or there is nothing to ask by. `str()` is one sentence."""


def draw_plan(
    *,
    standard: Standard,
    standard_digest: str | None = None,
    lists: tuple[TargetList, ...],
    seed: str,
    resolvers: tuple[str, ...],
    portals: Sequence[Portal] = (),
    foreign: tuple[str, ...] = (),
    ways: Ways | None = None,
    engines: tuple[Engine, ...] = (),
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6),
    vendor: str | None = None,
    streams: Sequence[Iterable[Target]] = (),
    second_of: Plan | None = None,
    suffixes: Suffixes | None = None,
) -> Plan:
    """The plan of one run.

    `resolvers` and `foreign` are `ADDRESS:PORT`; without `ways` port 53 is the only way around that is tried,
    and without `engines` nobody's restricted form is looked for. `standard_digest` is over the bytes of the
    standard's file; without one the standard's canonical form is digested. `streams` are lists that are too
    long to be held: each is read once, ranked ones in the order of their ranks, and memory grows with the
    sample only. `second_of` is the plan of a run whose samples were left open: the second samples are drawn,
    without any registrable domain of the first. `suffixes` tell what is one; without them the latest snapshot
    does. Raises `PlanFault` where a name must both open and be blocked, or where there is no resolver.
    """
    if not resolvers:
        raise PlanFault("There is no resolver to ask.")
    suffixes = suffixes or latest()
    targets = choose_targets(
        standard=standard,
        lists=lists,
        seed=seed,
        streams=streams,
        second_of=second_of,
        suffixes=suffixes,
    )
    controls = control_pool(targets, seed=seed)
    lanes = tuple((resolver, family) for resolver in resolvers for family in families)
    ask = Questions(families)

    ask.add(Kind.IDENTITY, "network", via=None)
    for portal in portals:
        ask.portal(portal, via_udp(resolvers[0], Family.IPV4))
    for tld in _TLDS:
        for lane in lanes:
            ask.add(Kind.RANDOM, f"{invented_label(seed=seed, label=tld)}.{tld}", via=via_udp(*lane))
    for resolver in resolvers:
        ask.add(Kind.NAT64, _NAT64, via=via_udp(resolver, Family.IPV6))
    for target in drawn_controls(controls, seed=seed, label="opening"):
        for lane in lanes:
            ask.visit(Kind.CONTROL, target, lane)
    ask.targets(
        shuffle(targets, seed=seed, label="order", name=_key),
        lanes,
        shuffle(controls, seed=seed, label="riding", name=_key),
    )
    filtered = _route_subjects(targets, seed=seed, vendor=vendor)
    ask.routes(foreign, filtered[:_ROUTE_SUBJECTS])
    if ways is not None:
        _ask_ways(ask, ways, filtered, lanes, seed=seed)
    ask.engines(engines, lanes)
    for target in drawn_controls(controls, seed=seed, label="closing"):
        for lane in lanes:
            ask.visit(Kind.CONTROL, target, lane)
    for portal in portals:
        ask.portal(portal, via_udp(resolvers[0], Family.IPV4))
    ask.add(Kind.IDENTITY, "network", via=None)
    return Plan(
        seed=seed,
        standard=standard_digest or digest(standard),
        resolvers=resolvers,
        vendor=vendor,
        suffixes=suffixes.ref,
        second_of=None if second_of is None else digest(second_of),
        targets=targets,
        engines=engines,
        questions=tuple(ask.made),
    )


# ------------------------------------------------------------------------------------------- targets


def choose_targets(
    *,
    standard: Standard,
    lists: tuple[TargetList, ...],
    seed: str,
    streams: Sequence[Iterable[Target]] = (),
    second_of: Plan | None = None,
    suffixes: Suffixes | None = None,
) -> tuple[Target, ...]:
    """Who is asked: everything that is listed, and of large categories a sample, as the standard says.

    Of what a criterion counts, siblings of one registrable domain are drawn once.
    """
    found: dict[str, Target] = {}
    for target in (target for item in lists for target in item.targets):
        _add(found, target)
    by = suffixes or latest()
    samplers = {
        item: _sampler(standard, item, seed=seed, second_of=second_of, suffixes=by) for item in Category
    }
    for stream in streams:
        heads = {item: _Head(_candidates(standard, item), by) for item in Category}
        for target in stream:
            # Only what is listed elsewhere too, asked in full or among the best known is kept; everything
            # else has its lot and goes.
            if (
                target.name in found
                or in_full(target.category)
                or (target.rank is not None and heads[target.category].takes(target))
            ):
                _add(found, target)
            else:
                samplers[target.category].offer(target)
    chosen: dict[str, Target] = {}
    for category in Category:
        listed = tuple(target for target in found.values() if target.category is category)
        best = best_ranked(listed, category, _candidates(standard, category), suffixes=by)
        for target in best:
            _add(chosen, target)
        names = {target.name for target in best}
        rest = (target for target in listed if target.name not in names)
        if in_full(category):
            drawn = shuffle(rest, seed=seed, label=_label(category), name=_key)
        else:
            kin = {by.registrable(name) for name in names} if _counted(standard, category) else set()
            for target in rest:
                samplers[category].offer(target)
            drawn = samplers[category].drawn(without=kin)
        for target in drawn:
            _add(chosen, target)
    return tuple(chosen.values())


class _Head:
    """The best known names of a stream that comes in the order of its ranks: one of each domain."""

    def __init__(self, count: int, suffixes: Suffixes) -> None:
        self._count = count
        self._suffixes = suffixes
        self._domains: set[str] = set()

    def takes(self, target: Target) -> bool:
        domain = self._suffixes.registrable(target.name) if len(self._domains) < self._count else None
        if domain is None or domain in self._domains:
            return False
        self._domains.add(domain)
        return True


def in_full(category: Category) -> bool:
    """Whether every name is asked, never a sample."""
    return category.illegal or category in (Category.NATIONAL_ORDER, Category.CONTROL_HELP)


def _counted(standard: Standard, category: Category) -> bool:
    """Whether a criterion makes a rate of this category's names: then siblings count once."""
    return bool(_sizes(standard, category))


def _label(category: Category) -> str:
    return f"sample:{category.value}"


def sample_lot(target: Target, *, standard: Standard, seed: str, suffixes: Suffixes | None = None) -> bytes:
    """The lot by which a name of a first sample was drawn: its registrable domain's where those count."""
    counted = _counted(standard, target.category)
    name = (suffixes or latest()).registrable(target.name) if counted else target.name
    return lot(seed=seed, label=_label(target.category), name=name)


def _sampler(
    standard: Standard, category: Category, *, seed: str, second_of: Plan | None, suffixes: Suffixes
) -> Sampler[Target]:
    size, label, without = _sample_size(standard, category), _label(category), frozenset[str]()
    best = 0
    for test in (item.test for item in standard.criteria):
        if isinstance(test, PopularBlocked) and test.category is category:
            best = max(best, test.candidates)
        if isinstance(test, SampleBlocked) and test.category is category and second_of is not None:
            # Only a test that declares a second sample has one; without it the first is drawn again.
            if test.second_sample is None:
                continue
            size, label = test.second_sample, f"second:{category.value}"
            first = population(second_of.targets, test, suffixes=suffixes)
            without = frozenset(suffixes.registrable(item.name) for item in first)
    counted = _counted(standard, category)
    return Sampler(
        size,
        seed=seed,
        label=label,
        name=_key,
        group=(lambda target: suffixes.registrable(target.name)) if counted else _key,
        without=without,
        spare=best if counted else 0,
    )


def _add(found: dict[str, Target], target: Target) -> None:
    """Each name once: of several entries the gravest category, then the best truth, under the best rank."""
    other = found.get(target.name)
    if other is None:
        found[target.name] = target
        return
    if other.category.control is not target.category.control:
        opens, blocked = sorted((other, target), key=lambda item: not item.category.control)
        raise PlanFault(
            f"{target.name} must open ({opens.category.value} in {opens.list_id}) and be blocked "
            f"({blocked.category.value} in {blocked.list_id}): the lists contradict each other."
        )
    best, second = sorted((other, target), key=_worth)
    ranks = [item.rank for item in (best, second) if item.rank and item.category is best.category]
    found[target.name] = msgspec.structs.replace(best, rank=min(ranks, default=None))


def _worth(target: Target) -> tuple[int, int, str]:
    # The categories are declared from the gravest on.
    return list(Category).index(target.category), _proof(target), target.list_id


def _candidates(standard: Standard, category: Category) -> int:
    """From among how many of the best known names of a category some are asked."""
    tests = [item.test for item in standard.criteria if isinstance(item.test, PopularBlocked)]
    return max((test.candidates for test in tests if test.category is category), default=0)


def _sample_size(standard: Standard, category: Category) -> int:
    return max(_sizes(standard, category), default=_FALLBACK_SAMPLE)


def _sizes(standard: Standard, category: Category) -> list[int]:
    """The samples that the criteria of a standard ask for."""
    return [
        test.sample
        for test in (item.test for item in standard.criteria)
        if (isinstance(test, SampleBlocked | OverblockRate) and test.category is category)
        or (isinstance(test, CategoryRate) and category in test.categories)
    ]


# ------------------------------------------------------------------------------------------ controls


def _proof(target: Target) -> int:
    """How well it proves an open line, 0 the best: by token, certificate, documented address, or a name."""
    if target.token is not None and target.ask is Ask.GET:
        return 0
    if target.ask is not Ask.DNS:
        return 1
    return 2 if target.expect else 3


def control_pool(targets: tuple[Target, ...], *, seed: str) -> tuple[Target, ...]:
    """The controls that can be drawn in this run, best proof first; without any proof only if need be."""
    open_ended = shuffle(
        (target for target in targets if target.category.control), seed=seed, label="control", name=_key
    )
    ordered = sorted(open_ended, key=_proof)
    proven = [target for target in ordered if _proof(target) < 3]
    return tuple((proven if len(proven) > 1 else ordered)[:_POOL])


def drawn_controls(controls: tuple[Target, ...], *, seed: str, label: str) -> tuple[Target, ...]:
    """The best one, and others that the seed chooses: which ones cannot be known before."""
    if not controls:
        return ()
    best = draw(
        (item for item in controls if _proof(item) == _proof(controls[0])),
        1,
        seed=seed,
        label=label,
        name=_key,
    )
    others = (item for item in controls if item not in best)
    return best + draw(others, _OPENING - 1, seed=seed, label=label, name=_key)


def _route_subjects(targets: tuple[Target, ...], *, seed: str, vendor: str | None) -> tuple[Target, ...]:
    """Names that must be blocked here, in the order in which they are worth asking elsewhere: those with a
    known truth first, then the best known.

    Never a sentinel: its owner has not agreed to have it asked of strangers.
    """
    filtered = (
        target
        for target in shuffle(targets, seed=seed, label="route", name=_key)
        if not target.category.control
        and not target.category.illegal
        and (
            target.category not in (Category.SECURITY, Category.WIRING, Category.BYPASS)
            or (vendor is not None and target.vendor == vendor)
        )
    )
    unranked = 10**9
    ordered = sorted(filtered, key=lambda item: (not item.expect, item.token is None, item.rank or unranked))
    return tuple(ordered)


def _ask_ways(
    ask: Questions, ways: Ways, filtered: Sequence[Target], lanes: Sequence[Lane], *, seed: str
) -> None:
    """Everything beside port 53 that a child could try."""
    resolvers = tuple(dict.fromkeys(resolver for resolver, _ in lanes))
    for subject in filtered[:1]:
        ask.encrypted(ways.endpoints, subject, resolvers)
    ask.requests(ways.requests, lanes)
    ask.designations(resolvers)
    visited = [item for item in filtered if item.ask is not Ask.DNS and item.expect]
    ask.by_address(visited[:_ROUTE_SUBJECTS], RouteKind.DIRECT_IP)
    ask.by_address(visited[:_ROUTE_SUBJECTS], RouteKind.H3)
    adult = [item for item in filtered if item.category is Category.ADULT][:_VARIED]
    varied = dict.fromkeys(item.name for item in (*filtered[:1], *adult))
    ask.variants([name for item in varied for name in _variants(item, seed=seed)], lanes)
    ask.https_records(filtered[:_RECORD_SUBJECTS], resolvers)


def _variants(name: str, *, seed: str) -> tuple[str, ...]:
    """The name with and without `www.`, a name below it that nobody can foresee, and in capital letters.

    A trailing dot is no other question: names have none on the wire.
    """
    other = name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"
    return other, f"{invented_label(seed=seed, label='variant')}.{name}", name.upper()


def _key(target: Target) -> str:
    return target.name
