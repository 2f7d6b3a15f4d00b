"""Small records for the tests of judging: names, verdicts, routes and runs as a test wants them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from criteria.kinds import Attested, Evidence
from criteria.records import (
    FamilyState,
    Fitness,
    Outcome,
    Route,
    RouteOutcome,
    SafeSearch,
    Strength,
    Verdict,
)
from criteria.standard import Standard, parse, released
from probes.records import (
    Ask,
    Category,
    Family,
    ListRef,
    Plan,
    RouteKind,
    Run,
    Stage,
    Target,
    TargetList,
    Vantage,
)

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@cache
def baseline() -> Standard:
    return parse(released("baseline"), source="baseline.toml")


def target(
    name: str,
    category: Category = Category.ADULT,
    *,
    rank: int | None = None,
    expect: tuple[str, ...] = (),
    token: str | None = None,
    ask: Ask = Ask.DNS,
    sentinel: bool = False,
    vendor: str | None = None,
    list_id: str = "list",
) -> Target:
    return Target(
        name=name,
        category=category,
        ask=ask,
        expect=expect,
        token=token,
        rank=rank,
        sentinel=sentinel,
        authorised_by="the owner of the list" if sentinel else None,
        vendor=vendor,
        list_id=list_id,
    )


def named(prefix: str, count: int, category: Category = Category.ADULT) -> tuple[Target, ...]:
    return tuple(target(f"{prefix}{number}.lab.example", category) for number in range(count))


def ranked(count: int) -> tuple[Target, ...]:
    return tuple(target(f"top{number}.lab.example", rank=number) for number in range(1, count + 1))


def listed(*targets: Target, list_id: str = "list") -> TargetList:
    return TargetList(
        id=list_id,
        version="1",
        licence="CC0-1.0",
        source="test",
        origin="test",
        digest="sha256:" + "0" * 64,
        targets=targets,
    )


def plan(targets: Iterable[Target] = (), *, vendor: str | None = None) -> Plan:
    return Plan(
        seed="seed",
        standard="sha256:" + "0" * 64,
        resolvers=("192.0.2.53:53",),
        vendor=vendor,
        targets=tuple(targets),
        questions=(),
    )


def verdict(item: Target, outcome: Outcome, *, mechanisms: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        target=item.name,
        category=item.category,
        outcome=outcome,
        mechanisms=mechanisms,
        strength=Strength.ARTEFACT,
        judged_at=Stage.DNS,
        rule="test",
        cells=(),
    )


def fitness(
    *,
    void_reason: str | None = None,
    ipv6: FamilyState = FamilyState.ABSENT,
    path_shown: bool = True,
) -> Fitness:
    return Fitness(
        void_reason=void_reason,
        explanation="The line is dead." if void_reason else "The network works.",
        ipv4=FamilyState.USABLE,
        ipv6=ipv6,
        path_shown=path_shown,
    )


def route(
    endpoint: str,
    outcome: RouteOutcome = RouteOutcome.CLOSED,
    kind: RouteKind = RouteKind.DNS53,
    family: Family = Family.IPV4,
) -> Route:
    return Route(kind=kind, endpoint=endpoint, family=family, outcome=outcome, rule="test", witnesses=())


def run(
    *,
    serial: int = 1,
    started: datetime = START,
    overrides: tuple[str, ...] = (),
    lists: tuple[ListRef, ...] = (),
    hotspot: str = "library",
    interrupted: bool = False,
) -> Run:
    return Run(
        id=f"run{serial}",
        hotspot=hotspot,
        serial=serial,
        started=started,
        ended=started,
        interrupted=interrupted,
        authorised_by="the tests",
        vantage=Vantage(),
        resolvers=("192.0.2.53:53",),
        resolver_source="network",
        overrides=overrides,
        lists=lists,
        software="friendlywifi test",
        plan="sha256:" + "1" * 64,
        observations="sha256:" + "2" * 64,
    )


def evidence(
    outcomes: Iterable[tuple[Target, Outcome]] = (),
    *,
    mechanisms: tuple[str, ...] = (),
    routes: tuple[Route, ...] = (),
    safesearch: tuple[SafeSearch, ...] = (),
    attested: tuple[Attested, ...] = (),
    vendor: str | None = None,
    fit: Fitness | None = None,
    made: Run | None = None,
) -> Evidence:
    pairs = tuple(outcomes)
    return Evidence(
        plan=plan((item for item, _ in pairs), vendor=vendor),
        fitness=fit or fitness(),
        verdicts=tuple(verdict(item, outcome, mechanisms=mechanisms) for item, outcome in pairs),
        routes=routes,
        safesearch=safesearch,
        attested=attested,
        run=made or run(),
    )


def mixed(
    targets: tuple[Target, ...], *, blocked: int = 0, reachable: int = 0, dead: int = 0
) -> tuple[tuple[Target, Outcome], ...]:
    """The first so many blocked, then reachable, then dead; the rest inconclusive."""
    outcomes = [Outcome.BLOCKED] * blocked + [Outcome.REACHABLE] * reachable + [Outcome.DEAD] * dead
    outcomes += [Outcome.INCONCLUSIVE] * (len(targets) - len(outcomes))
    return tuple(zip(targets, outcomes, strict=True))
