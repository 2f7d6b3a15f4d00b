"""Carries out a plan: asks its questions, keeps what happened, judges nothing.

Three phases: what tells where we are (identity, portals, controls), then targets, their riding controls and
the routes, then the closing look at the same network. Inside a phase everything is under way together,
limited by packets in flight and by rate; no target waits for another one's deadline, and all addresses of an
answer are visited at once. What waits for a resolver and what visits addresses is counted apart, so that
neither silence holds up the other.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from probes.bogon import is_bogon, plain
from probes.differential import Differential
from probes.dns.asked import Asked
from probes.dns.encrypted import SPOKEN, ask_encrypted
from probes.dns.exchange import Exchange
from probes.dns.wire import IN
from probes.nat64 import prefixes, seen_through
from probes.network import Budgets, Network, split_endpoint
from probes.pace import Burden, Doors, Pace, Turns
from probes.recorder import Recorder
from probes.records import (
    Ask,
    DnsVariant,
    Family,
    Kind,
    Machine,
    Observation,
    Plan,
    Question,
    RouteKind,
    Service,
    Stage,
    Transport,
    Vantage,
    Via,
)
from probes.visit import Stores, visit
from probes.visit.http3 import knock, stopped
from probes.visit.inparts import shake_in_parts, was_read

VISITED = 16
"""Addresses of one answer that are visited at most: a hostile one could hold hundreds. Where some are passed
over nothing is taken for blocked."""
DIALLED = 2
"""Of an encrypted resolver, whose addresses are all alike."""

KNOWN = 20
"""Of a list that is ordered by popularity so many names get time for a second, injected answer to arrive."""
ABROAD = 64
"""Encrypted resolvers that are dialled at once, however gentle the look: most of what is sent to them is a
SYN that nobody answers, which crowds no line, and each waits for a deadline of its own."""

KNOCKS = 64
"""Sites that are tried over QUIC at once. Where it is dropped each waits for its deadline; where it is not, a
machine ten times slower than a desk's (20 ms for a handshake, two for each site) is still in time for all."""

HANDSHAKES = 24
"""Made at once: dozens more would make a slow machine late for the answers to everything else."""

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
    pace = Pace(budgets)
    abroad = Pace(budgets, in_flight=ABROAD)
    mapped = frozenset(plain(split_endpoint(given)[0]) for given in network.connect_to)

    async with Exchange(network) as exchange:
        asking = _Asking(
            exchange=exchange,
            network=network,
            stores=stores,
            budgets=budgets,
            mapped=mapped,
            randomness=random.SystemRandom(),
            doors=Doors(budgets),
            turns=Turns(HANDSHAKES),
            knocks=asyncio.Semaphore(KNOCKS),
            known=frozenset(
                target.name for target in plan.targets if target.rank is not None and target.rank <= KNOWN
            ),
            barred=frozenset(target.name for target in plan.targets if not target.category.control),
        )

        differential = Differential(
            plan=plan, exchange=exchange, network=network, stores=stores, budgets=budgets
        )

        burden = Burden()

        async def one(question: Question) -> None:
            nonlocal done
            recorder = Recorder(question=question, attempt=attempt, clock=network.clock)
            leads: Sequence[str] = ()
            async with abroad if _goes_abroad(question) else pace:
                if question.kind is Kind.IDENTITY:
                    mark = recorder.begin()
                    vantage = await asyncio.to_thread(identify)
                    recorder.record(mark=mark, stage=Stage.IDENTITY, failure=None, vantage=vantage)
                    if examine is not None:
                        mark = recorder.begin()
                        machine = await asyncio.to_thread(examine, plan)
                        recorder.record(mark=mark, stage=Stage.MACHINE, failure=None, machine=machine)
                else:
                    leads = await asking.ask(question, recorder)
                    if burden.felt(question, recorder.observations):
                        pace.slow_down()
            # Nobody asks the resolver for this any more, so it takes no place among what it is asked.
            if leads:
                await asking.visit(recorder, leads)
            await differential.explain(question, recorder)
            found.extend(recorder.observations)
            done += 1
            progress(done, len(wanted))

        for together in phases(wanted):
            async with asyncio.TaskGroup() as group:
                for question in together:
                    group.create_task(one(question))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """What every question of one survey shares."""

    exchange: Exchange
    network: Network
    stores: Stores
    budgets: Budgets
    mapped: frozenset[str]
    randomness: random.Random
    doors: Doors
    """Addresses that are dialled, and connections that stand."""
    turns: Turns
    """Visits whose connection stands."""
    knocks: asyncio.Semaphore
    """Visits that were stopped over TCP and are tried otherwise."""
    known: frozenset[str] = frozenset()
    """Names that are worth waiting for a second answer."""
    barred: frozenset[str] = frozenset()
    """Names that must not open: where a visit over TCP is stopped, it is tried as browsers would."""
    nat64: set[ipaddress.IPv6Network] = field(default_factory=set)
    """Prefixes that were learnt before anything is dialled (RFC 7050)."""

    async def ask(self, question: Question, recorder: Recorder) -> Sequence[str]:
        """Asks, and gives the addresses that are to be visited."""
        via = question.via
        if question.address is not None and question.route is RouteKind.H3:
            await self._knock(recorder, question.address)
        elif question.address is not None:
            return (question.address,)
        elif via is not None and via.transport in SPOKEN:
            await self._encrypted(question, via, recorder)
        elif via is not None:
            kind = question.type or _TYPES[via.family]
            addresses = await self._look_up(
                question.subject, kind, via.resolver, recorder, transport=via.transport
            )
            if question.ask is not Ask.DNS:
                return addresses[:VISITED]
        return ()

    async def _look_up(
        self,
        name: str,
        kind: str,
        resolver: str,
        recorder: Recorder,
        *,
        transport: Transport = Transport.UDP,
    ) -> list[str]:
        """The addresses that may be dialled, bogons left out: a few of them must not hide a true one."""
        respelt = recorder.question.route is RouteKind.VARIANT and name != name.lower()
        mark = recorder.begin()
        reply = await self.exchange.ask(
            name,
            kind,
            resolver=resolver,
            transport=transport,
            budgets=self._patience(recorder.question),
            # Another spelling of a name is sent as it is spelt; everything else goes out in lower case.
            variant=DnsVariant.MIXED_CASE if respelt else None,
        )
        recorder.record(mark=mark, stage=Stage.DNS, failure=reply.failure, address=resolver, dns=reply.facts)
        if reply.failure is not None:
            return []
        given = dict.fromkeys(reply.facts.addresses)
        if recorder.question.kind is Kind.NAT64:
            self.nat64.update(prefixes(given))
        return [item for item in given if not is_bogon(seen_through(item, self.nat64), mapped=self.mapped)]

    def _patience(self, question: Question) -> Budgets:
        if question.kind is not Kind.TARGET or question.subject not in self.known:
            return self.budgets
        return replace(self.budgets, linger=max(self.budgets.linger, self.budgets.linger_known))

    async def visit(self, recorder: Recorder, addresses: Sequence[str]) -> None:
        """Every service of every address at once; their observations come in the order of the addresses."""
        asides: list[Recorder] = []

        async def one(address: str, service: Service, aside: Recorder) -> None:
            async with self.doors.dialled() as connected:
                await visit(
                    network=self.network,
                    recorder=aside,
                    address=address,
                    service=service,
                    stores=self.stores,
                    budgets=self.budgets,
                    turns=self.turns,
                    connected=connected,
                )
            question = recorder.question
            if (
                question.kind is Kind.TARGET
                and question.subject in self.barred
                and stopped(aside.observations)
            ):
                async with self.knocks:
                    await self._otherwise(aside, address)

        async with asyncio.TaskGroup() as group:
            for address in addresses:
                for service in _services(recorder.question):
                    asides.append(recorder.aside())
                    group.create_task(one(address, service, asides[-1]))
        recorder.join(asides)

    async def _otherwise(self, recorder: Recorder, address: str) -> None:
        """As browsers would, where a short ClientHello over TCP was stopped: both ways at once."""
        in_parts, over_quic, quic_in_parts = (recorder.aside() for _ in range(3))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._knock(over_quic, address))
            group.create_task(self._knock(quic_in_parts, address, in_parts=True))
            if was_read(recorder.observations):
                group.create_task(
                    shake_in_parts(
                        network=self.network,
                        recorder=in_parts,
                        address=address,
                        stores=self.stores,
                        budgets=self.budgets,
                    )
                )
        recorder.join((in_parts, over_quic, quic_in_parts))

    async def _knock(self, recorder: Recorder, address: str, *, in_parts: bool = False) -> None:
        await knock(
            network=self.network,
            recorder=recorder,
            address=address,
            stores=self.stores,
            budgets=self.budgets,
            in_parts=in_parts,
        )

    async def _encrypted(self, question: Question, via: Via, recorder: Recorder) -> None:
        host, _, port = via.resolver.rpartition(":")
        addresses = [host.strip("[]")]
        if via.through is not None:
            found = await self._look_up(host, _TYPES[via.family], via.through, recorder)
            addresses = found[:DIALLED]
        kind = question.type or _TYPES[via.family]
        asked = Asked.of(question.subject, kind, rrclass=IN, payload=1232, dnssec_ok=False)
        for address in addresses:
            await ask_encrypted(
                asked,
                network=self.network,
                recorder=recorder,
                stores=self.stores,
                address=address,
                port=int(port),
                randomness=self.randomness,
                budgets=self.budgets,
            )


def _goes_abroad(question: Question) -> bool:
    via = question.via
    return question.address is not None or (via is not None and via.transport in SPOKEN)


def _services(question: Question) -> tuple[Service, ...]:
    if question.ask is Ask.TLS:
        return (Service.HTTPS,)
    wanted = ((Service.HTTP, question.plain), (Service.HTTPS, question.secure))
    return tuple(service for service, on in wanted if on)
