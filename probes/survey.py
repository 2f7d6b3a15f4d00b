"""Carries out a plan: asks its questions, keeps what happened, judges nothing.

Three phases: what tells where we are (identity, portals, controls), then targets, their riding controls and
the routes, then the closing look at the same network. Inside a phase everything is under way together,
limited by packets in flight and by rate; no target waits for another one's deadline.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

from probes.bogon import is_bogon
from probes.dns.exchange import Exchange
from probes.network import Budgets, Network, split_endpoint
from probes.recorder import Recorder
from probes.records import (
    Ask,
    Family,
    Kind,
    Machine,
    Observation,
    Plan,
    Question,
    Service,
    Stage,
    Vantage,
)
from probes.visit import Stores, visit

VISITED = 8
"""Addresses of one answer that are visited at most: a hostile one could hold hundreds."""

_TYPES = {Family.IPV4: "A", Family.IPV6: "AAAA"}
_MIDDLE = frozenset({Kind.TARGET, Kind.ROUTE, Kind.SAFESEARCH})


def phases(questions: tuple[Question, ...]) -> tuple[tuple[Question, ...], ...]:
    """Opening, middle and closing questions: the middle lasts from the first to the last target or route."""
    asked = [index for index, question in enumerate(questions) if question.kind in _MIDDLE]
    if not asked:
        return (questions,)
    first, last = asked[0], asked[-1] + 1
    return questions[:first], questions[first:last], questions[last:]


async def survey(
    *,
    plan: Plan,
    network: Network,
    stores: Stores,
    identify: Callable[[], Vantage],
    examine: Callable[[Plan], Machine] | None = None,
    attempt: int = 1,
    only: Collection[str] | None = None,
    budgets: Budgets | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[Observation, ...]:
    """Ask a plan's questions, or `only` those with these ids, and return every observation made."""
    budgets = budgets or network.budgets
    wanted = tuple(item for item in plan.questions if only is None or item.id in only)
    found: list[Observation] = []
    done = 0
    pace = _Pace(budgets)
    mapped = frozenset(split_endpoint(given)[0] for given in network.connect_to)

    async with Exchange(network) as exchange:

        async def one(question: Question) -> None:
            nonlocal done
            async with pace:
                recorder = Recorder(question=question, attempt=attempt, clock=network.clock)
                if question.kind is Kind.IDENTITY:
                    mark = recorder.begin()
                    vantage = await asyncio.to_thread(identify)
                    recorder.record(mark=mark, stage=Stage.IDENTITY, failure=None, vantage=vantage)
                    if examine is not None:
                        mark = recorder.begin()
                        machine = await asyncio.to_thread(examine, plan)
                        recorder.record(mark=mark, stage=Stage.MACHINE, failure=None, machine=machine)
                else:
                    await _ask(
                        question,
                        recorder,
                        exchange=exchange,
                        network=network,
                        stores=stores,
                        budgets=budgets,
                        mapped=mapped,
                    )
            found.extend(recorder.observations)
            done += 1
            progress(done, len(wanted))

        for phase in phases(wanted):
            async with asyncio.TaskGroup() as group:
                for question in phase:
                    group.create_task(one(question))
    return tuple(found)


async def _ask(
    question: Question,
    recorder: Recorder,
    *,
    exchange: Exchange,
    network: Network,
    stores: Stores,
    budgets: Budgets,
    mapped: frozenset[str],
) -> None:
    via = question.via
    if via is None:
        return
    mark = recorder.begin()
    reply = await exchange.ask(
        question.subject,
        _TYPES[via.family],
        resolver=via.resolver,
        transport=via.transport,
        budgets=budgets,
    )
    recorder.record(mark=mark, stage=Stage.DNS, failure=reply.failure, address=via.resolver, dns=reply.facts)
    if question.ask is Ask.DNS or reply.failure is not None:
        return
    # Bogons go first: a few of them before a true address must not hide that it opens.
    places = [item for item in dict.fromkeys(reply.facts.addresses) if not is_bogon(item, mapped=mapped)]
    for address in places[:VISITED]:
        for service in _services(question):
            await visit(
                network=network,
                recorder=recorder,
                address=address,
                service=service,
                stores=stores,
                budgets=budgets,
            )


def _services(question: Question) -> tuple[Service, ...]:
    if question.ask is Ask.TLS:
        return (Service.HTTPS,)
    wanted = ((Service.HTTP, question.plain), (Service.HTTPS, question.secure))
    return tuple(service for service, on in wanted if on)


class _Pace:
    """Lets questions begin: so many under way, so many a second."""

    def __init__(self, budgets: Budgets) -> None:
        self._slots = asyncio.Semaphore(budgets.in_flight)
        self._gap = 1.0 / budgets.rate if budgets.rate else 0.0
        self._next = 0.0

    async def __aenter__(self) -> None:
        await self._slots.acquire()
        now = time.monotonic()
        # Behind by more than a few steps, the lost time is not made up with a burst.
        self._next = max(self._next, now - 5 * self._gap) + self._gap
        if self._next > now:
            await asyncio.sleep(self._next - now)

    async def __aexit__(self, *_: object) -> None:
        self._slots.release()
