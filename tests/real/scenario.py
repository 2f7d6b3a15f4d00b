"""A real network and what is true there: which names its filter was told about, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from criteria.records import Outcome, RouteOutcome, SafeSearchOutcome
from probes.records import Ask, Category, Family, Service
from tests.real import world
from tests.real.site import GATEWAY, Site


@dataclass(frozen=True, kw_only=True)
class True_:  # noqa: N801 - `True` is taken
    """What is true of a name over one address family."""

    outcome: Outcome
    mechanisms: tuple[str, ...] = ()
    """Beginnings of the words that may be said; of a blocked name one must be."""


OPEN = True_(outcome=Outcome.REACHABLE)
ABSENT = True_(outcome=Outcome.NOT_APPLICABLE)
DEAD = True_(outcome=Outcome.DEAD)


def blocked(*mechanisms: str) -> True_:
    return True_(outcome=Outcome.BLOCKED, mechanisms=mechanisms)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some names that are treated alike."""

    label: str
    count: int = 10
    ask: Ask = Ask.DNS
    category: Category = Category.ADULT
    ipv4: True_
    ipv6: True_
    also: True_ | None = None
    """What is true of it through another resolver, where there are several."""
    http: True_ | None = None
    """Of plain HTTP, where it differs; `ipv4` and `ipv6` then speak of HTTPS."""
    hoster: int | None = None
    """Whose sites they are; `None`: anybody's."""
    old: bool = False
    """They have no IPv6 address."""
    dead: Callable[..., world.Name] | None = None
    """They work nowhere: `world.gone` or `world.shut`."""
    undecided: bool = False
    """They may stay undecided; wrongly decided they may not be."""

    @property
    def verdict(self) -> Outcome:
        """What a name is that is this over IPv4 and that over IPv6: one way in is enough."""
        both = {item.outcome for item in (self.ipv4, self.ipv6, self.http) if item is not None}
        both.discard(Outcome.NOT_APPLICABLE)
        if Outcome.REACHABLE in both:
            return Outcome.REACHABLE
        if Outcome.DEAD in both and both <= {Outcome.BLOCKED, Outcome.DEAD}:
            return Outcome.DEAD
        return Outcome.BLOCKED if both == {Outcome.BLOCKED} else Outcome.INCONCLUSIVE

    def true(self, family: Family, service: Service) -> True_:
        found = self.ipv4 if family is Family.IPV4 else self.ipv6
        if self.http is not None and service is Service.HTTP and found is not ABSENT:
            return self.http
        return found


def group(label: str, ipv4: True_, ipv6: True_ | None = None, **more: Any) -> Group:
    """Names that are treated alike; the same over IPv6 unless it is said."""
    return Group(label=label, ipv4=ipv4, ipv6=ipv4 if ipv6 is None else ipv6, **more)


Names = Mapping[str, tuple[str, ...]]
"""The names of each group, by its label."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One hotspot with one filter."""

    id: str
    story: str
    filter: str
    """What filters, as people call it: one line of the matrix."""
    programs: tuple[str, ...] = ()
    """Programs of the distribution that must be there."""
    start: Callable[[Site, Names], None] = lambda _site, _names: None
    """Installs the filter into a site that filters nothing. What it starts, it enters into `site.undo`."""
    groups: tuple[Group, ...]
    controls: True_ = OPEN
    controls6: True_ | None = None
    """Of controls over IPv6, where it differs."""
    void: str | None = None
    """Why a run here is void; then every name is inconclusive."""
    told: str | None = None
    """What the explanation of the run must say."""
    resolvers: Callable[[Site], tuple[str, ...]] = lambda _site: (f"{GATEWAY}:53",)
    ipv4: bool = True
    """Whether the client has IPv4 at all."""
    ipv6: bool = True
    """Whether the site has IPv6 at all."""
    delay_ms: int = 0
    """How late every packet between the gateway and the world is, each way."""
    undecided: bool = False
    """Names may stay undecided, as on a line that loses packets; wrongly decided they may not be."""
    weakness: str | None = None
    """What the program does not decide here though a person would; said in the accuracy page."""
    gentle: bool = False
    """Whether the second look is as slow and gentle as a user's; else it is a hurried one."""
    routes: Mapping[str, RouteOutcome] = field(default_factory=dict)
    """The most open outcome by `KIND FAMILY` (`doh ipv4`), or narrower, by how the endpoint begins:
    `dns53 udp ipv4`, `doh https://1.1.1.1 ipv4`. Others are not judged."""
    safesearch: SafeSearchOutcome | None = None
    """Of every engine that is asked; `None`: not judged."""
    failing: tuple[str, ...] = ()
    """Gates that must be told to fail here."""
    long: bool = False
    """Not in the default run of the tests."""
    meddle: Callable[[Site], None] | None = None
    """Called a moment after the check began: what changes in mid-run."""

    @property
    def tries_all_ways(self) -> bool:
        """Whether the check goes beyond port 53."""
        return self.safesearch is not None or any(not way.startswith("dns53") for way in self.routes)

    def names(self) -> dict[str, tuple[world.Name, ...]]:
        """Which names of the world each group has."""
        left = list(range(world.POOL))
        buried = list(range(world.GONE))
        found: dict[str, tuple[world.Name, ...]] = {}
        for each in self.groups:
            if each.dead is not None:
                numbers, buried = buried[: each.count], buried[each.count :]
                found[each.label] = tuple(
                    each.dead(number, ask=each.ask, category=each.category) for number in numbers
                )
                continue
            fit = [
                number
                for number in left
                if each.hoster in (None, number % len(world.HOSTERS)) and (number >= world.OLD) is each.old
            ][: each.count]
            if len(fit) < each.count:
                raise ValueError(f"{self.id}: more names than the world has")
            left = [number for number in left if number not in fit]
            found[each.label] = tuple(
                world.site(number, ask=each.ask, category=each.category) for number in fit
            )
        return found


def ways(outcome: RouteOutcome) -> dict[str, RouteOutcome]:
    """The same on port 53 by UDP and TCP over both families."""
    return {f"dns53 {transport} {family.value}": outcome for transport in ("udp", "tcp") for family in Family}


def kinds(**outcomes: RouteOutcome) -> dict[str, RouteOutcome]:
    """The same over both families, by kind of way."""
    return {f"{kind} {family.value}": outcome for kind, outcome in outcomes.items() for family in Family}
