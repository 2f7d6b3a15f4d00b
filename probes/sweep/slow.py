"""The second look of a sweep: few at a time, with TCP where it is needed, as a check asks.

It runs beside the fast pass in a thread with a loop of its own. What it brings is put into a queue, from
which the sweep takes it when it comes by.
"""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Self

from probes import failure
from probes.dns.exchange import Exchange, Reply
from probes.dns.wire import SERVFAIL
from probes.network import Budgets, Network
from probes.pace import Pace
from probes.records import DnsVariant
from probes.sweep.block import CANARY_EVERY, Canary, Share, right
from probes.sweep.pulse import Felt, felt, proves
from probes.sweep.readings import SILENT, TRUNCATED, UNREACHABLE, Odd, Reader, Reading, Told

GENTLE = Budgets(dns=4.0, dns_resend=(1.0, 2.2), in_flight=1024, unanswered=4096, rate=250.0)
"""Three datagrams within four seconds, at most so many at a time for each resolver."""

_UNREACHABLE = frozenset({failure.CONNECTION_REFUSED, failure.HOST_UNREACHABLE, failure.NETWORK_UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Looked:
    """What the second look at a share brought, by slot."""

    resolver: str
    share: Share
    told: dict[int, Told]


@dataclass(frozen=True, slots=True)
class Probed:
    """Whether a canary came right at a resolver that was thought to be gone."""

    resolver: str
    right: bool


class SlowLooks:
    """A thread that asks. Use it as a context manager."""

    def __init__(
        self,
        network: Network,
        *,
        reader: Reader,
        budgets: Budgets = GENTLE,
        randomness: random.Random | None = None,
        sockets: int = 8,
    ) -> None:
        """`sockets` is the number of them to each resolver."""
        self._sockets = sockets
        self.done: SimpleQueue[Looked | Probed | Felt] = SimpleQueue()
        self._network = network
        self._reader = reader
        self._budgets = budgets
        self._randomness = randomness
        self._paces: dict[str, Pace] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._exchange: Exchange | None = None
        self._thread = threading.Thread(target=self._run, name="slow looks", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def look(self, resolver: str, share: Share, slots: Sequence[int]) -> None:
        """Asks these slots again, canaries among them."""
        self._start(self._look(resolver, share, tuple(slots)))

    def probe(self, resolver: str, canary: Canary) -> None:
        """Asks one canary."""
        self._start(self._probe(resolver, canary))

    def pulse(self, resolver: str, canaries: Sequence[Canary], sent: float) -> None:
        """Asks for a new label below the first of these canaries, and below all if that proves nothing.

        `sent`: when, by the clock of the caller.
        """
        self._start(self._pulse(resolver, tuple(canaries), sent))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin, work)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        exchange = Exchange(self._network, randomness=self._randomness, sockets=self._sockets)
        async with exchange as self._exchange:
            self._ready.set()
            await self._end.wait()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self, resolver: str, share: Share, slots: tuple[int, ...]) -> None:
        told: dict[int, Told] = {}
        ordered = _interleaved(slots, _guards(share, len(slots)))

        async def one(slot: int) -> None:
            name, kind = share.block.subject(slot)
            told[slot] = await self._ask(resolver, Canary(name, kind))

        waiting = [asyncio.ensure_future(one(slot)) for slot in ordered]
        await asyncio.gather(*waiting)
        self.done.put(Looked(resolver, share, told))

    async def _probe(self, resolver: str, canary: Canary) -> None:
        self.done.put(Probed(resolver, right(await self._ask(resolver, canary))))

    async def _pulse(self, resolver: str, canaries: tuple[Canary, ...], sent: float) -> None:
        tries = [await self._below(resolver, canaries[0])]
        if not tries[0][2]:
            tries += await asyncio.gather(*(self._below(resolver, canary) for canary in canaries[1:]))
        self.done.put(felt(resolver, sent, tries))

    async def _below(self, resolver: str, canary: Canary) -> tuple[Canary, Told, bool]:
        """A new label below a canary's name. Few are asked, so that they need not wait for their turn."""
        told: Told = (SILENT, ())
        # Whoever gives an address for names that cannot exist leaves other types as they are.
        for kind in (canary.type, "TXT"):
            if self._exchange is None:
                break
            reply = await self._exchange.ask(
                f"x{secrets.token_hex(8)}.{canary.name}",
                kind,
                resolver=resolver,
                budgets=self._budgets,
                dnssec_ok=True,
            )
            found = read(reply, self._reader)
            if kind == canary.type:
                told = found
            if proves(found, reply.facts, canary):
                return canary, told, True
            if told[0] is SILENT:
                break
        return canary, told, False

    async def _ask(self, resolver: str, asked: Canary) -> Told:
        if self._exchange is None:
            return SILENT, ()
        pace = self._paces.setdefault(resolver, Pace(self._budgets))
        async with pace:
            reply = await self._exchange.ask(asked.name, asked.type, resolver=resolver, budgets=self._budgets)
        told = read(reply, self._reader)
        if not isinstance(told[0], Reading) or told[0].rcode != SERVFAIL:
            return told
        # As in a check: a name whose signatures are broken fails everywhere, and nobody blocks it.
        async with pace:
            bare = await self._exchange.ask(
                asked.name,
                asked.type,
                resolver=resolver,
                budgets=self._budgets,
                variant=DnsVariant.UNCHECKED,
            )
        return (self._reader.keep(told[0]._replace(unchecked=bare.failure is None)), told[1])


def read(reply: Reply, reader: Reader) -> Told:
    """What a reply amounts to in a sweep."""
    if reply.facts.rcode is None:
        if reply.failure == failure.TIMEOUT:
            return SILENT, ()
        return (UNREACHABLE if reply.failure in _UNREACHABLE else Odd("failing")), ()
    if reply.facts.truncated and reply.facts.raw is not None and "tc" in reply.facts.flags:
        return TRUNCATED, ()
    return reader.whole(base64.b64decode(reply.facts.raw or ""))


def _guards(share: Share, many: int) -> list[int]:
    """The canaries that came wrong, and of the others as many as so many questions need."""
    wrong = share.wrong_canaries()
    rest = sorted(set(share.canary_slots()).difference(wrong))
    wanted = max(0, 2 + many // (CANARY_EVERY // 2) - len(wrong))
    if not wanted:
        return wrong
    return sorted(wrong + rest[:: -(-len(rest) // wanted) or 1])


def _interleaved(slots: Sequence[int], guards: Sequence[int]) -> list[int]:
    """The slots with canaries before, behind and among them, each slot once."""
    wanted = [slot for slot in slots if slot not in set(guards)]
    spare = list(guards)
    ordered: list[int] = []
    for number, slot in enumerate(wanted):
        if number % (CANARY_EVERY // 2) == 0 and spare:
            ordered.append(spare.pop(0))
        ordered.append(slot)
    return ordered + spare
