"""One check: draw the plan, measure, judge, look again at what hangs on it, judge again.

The only place where measuring and judging meet. Everything that could differ between two machines is handed
in; what comes back holds all that a report, a certificate or an auditor needs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import friendlywifi
from criteria import rules as rule_lists
from criteria.coverage import overlaps
from criteria.forecast import forecast
from criteria.judge import further_look, judge, second_look
from criteria.kinds import Attested, FirstStage
from criteria.offline import beyond
from criteria.plan import draw_plan
from criteria.records import Forecast, Judgement, Reference
from criteria.rules import RuleSet
from criteria.standard import Standard
from friendlywifi.checking.login import EXEMPTED
from friendlywifi.evidence.listproofs import ListProof
from probes.encrypted import Ways
from probes.network import SLOW, Budgets, Network
from probes.portals import portals
from probes.records import (
    Engine,
    Family,
    Kind,
    ListRef,
    Machine,
    Observation,
    Plan,
    Question,
    Run,
    TargetList,
    Vantage,
    digest,
    observations_digest,
)
from probes.survey import phases, survey
from probes.visit import Stores

SECOND_LOOK_AFTER = 60.0
"""Seconds at most before anything is asked again: long enough for most filters' answers to leave a cache."""

MOST_LOOKS = 6
"""At so many looks whatever is still open stays open: who loses so much cannot tell."""
FURTHER_LOOK_AFTER = 10.0
"""Seconds between further looks, so that one bad moment does not cover two of them."""

NOTHING_TO_MEASURE = frozenset({"offline", "captive", "machine"})
"""Reasons to stop after the opening questions."""

HELD = frozenset({"captive", "offline", "answers_everything"})
"""What a portal looks like to a few questions, while it holds this device."""

OnPortal = Callable[[str, Callable[[], Awaitable[bool]]], Awaitable[bool]]
"""From a sentence about a login page, and how to ask whether it still holds us, to whether we may go on."""


@dataclass(frozen=True, kw_only=True)
class FirstRun:
    """The run before this one: which one, what it asked, and what its samples came to."""

    run: str
    plan: Plan
    stages: tuple[FirstStage, ...]


@dataclass(frozen=True, kw_only=True)
class Input:
    """What a check is made from, all of it handed in."""

    hotspot: str
    serial: int
    authorised_by: str
    standard: Standard
    standard_digest: str
    lists: tuple[TargetList, ...]
    long_lists: tuple[ListProof, ...] = ()
    """What was drawn, with this seed, from lists that are too long to be held."""
    network: Network
    resolvers: tuple[str, ...]
    resolver_source: str
    foreign: tuple[str, ...] = ()
    ways: Ways | None = None
    """What is tried beside port 53; `None`: nothing."""
    engines: tuple[Engine, ...] = ()
    """Whose restricted form is looked for."""
    reference: Reference | None = None
    reference_signer: str | None = None
    """The id of the key that signed it; `None`: nobody did."""
    reference_trusted: bool = False
    vendor: str | None = None
    attestations: tuple[Attested, ...] = ()
    """What the operator declares, and nobody can measure."""
    filter_lists: tuple[TargetList, ...] = ()
    """The lists that the filter itself uses, by the operator's word: never asked, only compared."""
    first: FirstRun | None = None
    """The run whose open samples this one decides."""
    seed: str
    overrides: tuple[str, ...] = ()
    identify: Callable[[], Vantage] = Vantage
    examine: Callable[[Plan], Machine] | None = None
    """What on the tester's machine could be in the way; `None`: nobody looks, as in an emulated hotspot."""
    portal_says: Callable[[str], bool | None] = lambda _: None
    """Asks the portal's own API, at the URI that the network gave, whether it holds this device."""
    rules: RuleSet = field(default_factory=rule_lists.latest)
    slow: Budgets = SLOW


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a check is, for whoever shows it."""

    phase: str
    done: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One finished check: what was asked, what happened, what it means."""

    plan: Plan
    run: Run
    observations: tuple[Observation, ...]
    judgement: Judgement


def plan_of(given: Input) -> Plan:
    """The questions that this input leads to, drawn from its seed."""
    return draw_plan(
        standard=given.standard,
        standard_digest=given.standard_digest,
        lists=(*given.lists, *(item.as_list() for item in given.long_lists)),
        seed=given.seed,
        resolvers=given.resolvers,
        portals=portals(),
        foreign=given.foreign,
        ways=given.ways,
        engines=given.engines,
        vendor=given.vendor,
        second_of=given.first.plan if given.first is not None else None,
    )


def forecast_of(given: Input, plan: Plan) -> Forecast:
    """The best result that this input can reach, known before a packet is sent."""
    return forecast(
        plan=plan,
        standard=given.standard,
        reference=given.reference,
        vendor=given.vendor,
        now=given.network.clock.now(),
    )


async def check(
    given: Input,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_portal: OnPortal | None = None,
) -> Checked:
    """Measure and judge, twice where it matters, and more often where packets are lost.

    Raises nothing for what the network does.

    `on_portal` is told of a login page, and how to ask whether it still holds this device; where it says that
    somebody logged in, the run begins anew: what was seen before the login is not what visitors get.
    """
    checked = await _measured(given, on_progress=on_progress)
    if checked.judgement.fitness.void_reason != "captive" or on_portal is None:
        return checked
    on_progress(Progress(phase="waiting for a login", done=0, of=0))
    if await on_portal(checked.judgement.fitness.explanation, partial(_held, given, checked)):
        return await _measured(given, on_progress=on_progress)
    return checked


async def _measured(given: Input, *, on_progress: Callable[[Progress], None]) -> Checked:
    """One run from its opening questions to its second look."""
    plan = plan_of(given)
    clock = given.network.clock
    stores = Stores.load(given.network.list_roots)
    started = clock.now()

    def told(phase: str) -> Callable[[int, int], None]:
        return lambda done, of: on_progress(Progress(phase=phase, done=done, of=of))

    async def ask(questions: tuple[Question, ...], phase: str) -> tuple[Observation, ...]:
        return await survey(
            plan=plan,
            network=given.network,
            stores=stores,
            identify=given.identify,
            examine=given.examine,
            only=frozenset(item.id for item in questions),
            progress=told(phase),
        )

    opening = phases(plan.questions)[0]
    observations = await ask(opening, "is there a network")
    checked = _judged(given, plan=plan, observations=observations, started=started)
    if checked.judgement.fitness.void_reason != "captive" and await _exempted(given, checked.run.vantage):
        given = replace(given, overrides=tuple(dict.fromkeys((*given.overrides, EXEMPTED))))
        checked = _judged(given, plan=plan, observations=observations, started=started)
    if checked.judgement.fitness.void_reason == "offline":
        # A dead resolver and a dead line look alike to whoever asks that resolver alone.
        observations += await ask(beyond(plan), "is there anybody beyond")
        checked = _judged(given, plan=plan, observations=observations, started=started)
    if checked.judgement.fitness.void_reason in NOTHING_TO_MEASURE:
        # Whoever is not on the Internet, or not on the network itself, asks nobody there for 400 names.
        return checked
    observations += await ask(plan.questions[len(opening) :], "first look")
    checked = _judged(given, plan=plan, observations=observations, started=started)
    again = second_look(plan=plan, run=checked.run, observations=observations, judgement=checked.judgement)
    if again:
        on_progress(Progress(phase="waiting for caches", done=0, of=len(again)))
        await clock.sleep(min(_longest_ttl(observations, again), SECOND_LOOK_AFTER))
    attempt = 2
    while again:
        observations += await survey(
            plan=plan,
            network=replace(given.network, budgets=given.slow),
            stores=stores,
            identify=given.identify,
            examine=given.examine,
            attempt=attempt,
            # A VPN or another network may have come up since.
            only=frozenset(again) | {item.id for item in plan.questions if item.kind is Kind.IDENTITY},
            progress=told("second look" if attempt == 2 else f"look {attempt}"),
        )
        checked = _judged(given, plan=plan, observations=observations, started=started)
        attempt += 1
        if attempt > MOST_LOOKS:
            break
        again = further_look(
            plan=plan,
            run=checked.run,
            judgement=checked.judgement,
            rules=given.rules,
        )
        if again:
            await clock.sleep(FURTHER_LOOK_AFTER)
    return checked


async def _held(given: Input, checked: Checked) -> bool:
    """Whether a portal still holds this device: the opening and closing questions about it, by one lane."""
    edges = phases(checked.plan.questions)
    wanted = frozenset(
        item.id
        for phase in (edges[0], edges[-1])
        for item in phase
        if item.kind in (Kind.PORTAL, Kind.CONTROL)
        and item.via is not None
        and item.via.resolver == given.resolvers[0]
        and item.via.family is Family.IPV4
    )
    seen = await survey(
        plan=checked.plan,
        network=given.network,
        stores=Stores.load(given.network.list_roots),
        identify=given.identify,
        only=wanted,
    )
    judged = _judged(given, plan=checked.plan, observations=seen, started=checked.run.started)
    return judged.judgement.fitness.void_reason in HELD


async def _exempted(given: Input, vantage: Vantage) -> bool:
    """Pages open although the portal's own API says that visitors are held (RFC 8908)."""
    if vantage.portal_api is None:
        return False
    return await asyncio.to_thread(given.portal_says, vantage.portal_api) is True


def _ref(item: TargetList) -> ListRef:
    return ListRef(
        id=item.id, version=item.version, origin=item.origin, digest=item.digest, names=len(item.targets)
    )


def _longest_ttl(observations: tuple[Observation, ...], again: tuple[str, ...]) -> float:
    asked = frozenset(again)
    return max(
        (
            float(rr.ttl)
            for item in observations
            if item.question_id in asked and item.dns is not None
            for rr in (*item.dns.answers, *item.dns.authority)
        ),
        default=0.0,
    )


def _judged(given: Input, *, plan: Plan, observations: tuple[Observation, ...], started: datetime) -> Checked:
    run = Run(
        id=digest({"hotspot": given.hotspot, "serial": given.serial, "seed": given.seed})[7:23],
        hotspot=given.hotspot,
        serial=given.serial,
        started=started,
        ended=given.network.clock.now(),
        authorised_by=given.authorised_by,
        vantage=next((item.vantage for item in observations if item.vantage), Vantage()),
        resolvers=given.resolvers,
        resolver_source=given.resolver_source,
        overrides=given.overrides,
        connect_to=tuple(sorted(given.network.connect_to.items())),
        lists=(*(_ref(item) for item in given.lists), *(item.ref for item in given.long_lists)),
        filter_lists=tuple(
            found
            for item in given.filter_lists
            for found in overlaps(plan, ref=_ref(item), names=(target.name for target in item.targets))
        ),
        second_of=given.first.run if given.first is not None else None,
        software=f"friendlywifi {friendlywifi.__version__}",
        plan=digest(plan),
        observations=observations_digest(observations),
    )
    judgement = judge(
        plan=plan,
        run=run,
        observations=observations,
        standard=given.standard,
        standard_digest=given.standard_digest,
        reference=given.reference,
        rules=given.rules,
        attestations=given.attestations,
        first=given.first.stages if given.first is not None else (),
        vendor=given.vendor,
    )
    return Checked(plan=plan, run=run, observations=observations, judgement=judgement)
