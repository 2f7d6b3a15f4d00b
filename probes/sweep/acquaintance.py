"""What each resolver is asked first: names that must open, names that cannot exist, and who it is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from probes.bogon import is_bogon
from probes.dns.exchange import Exchange, Reply
from probes.dns.wire import CH
from probes.network import Budgets, Network, split_endpoint
from probes.sweep.block import Canary
from probes.sweep.instance import nsid

MEETING = Budgets(dns=4.0, dns_resend=(0.7, 2.0))
GRACE = 1.0
"""Seconds that the others are waited for once most canaries have opened."""
_TOGETHER = 64
"""Resolvers that are met at the same time."""
_NOWHERE = ("com", "net", "org")


@dataclass(frozen=True, slots=True)
class Met:
    """What one resolver showed."""

    resolver: str
    right: tuple[Canary, ...]
    """The names that opened, of those that were tried."""
    rewrites: frozenset[str]
    """Addresses that it gives for names that cannot exist."""
    instance: str | None
    """What it calls itself (`id.server`, RFC 4892); at an anycast address the next one may be another."""
    nsid: str | None = None
    """Its name server identifier (RFC 5001), if it gives one."""


async def meet(
    resolvers: Sequence[str],
    *,
    network: Network,
    canaries: Sequence[Canary],
    types: Sequence[str],
    randomness: random.Random,
) -> tuple[Met, ...]:
    """All resolvers, in their order. What fails is data."""
    gate = asyncio.Semaphore(_TOGETHER)
    mapped = frozenset(split_endpoint(given)[0] for given in network.connect_to)
    nowhere = [f"x{randomness.getrandbits(60):015x}.{end}" for end in _NOWHERE]

    async with Exchange(network, sockets=1) as exchange:

        async def one(resolver: str) -> Met:
            async with gate:
                ask = partial(exchange.ask, resolver=resolver, budgets=MEETING)
                first = [asyncio.ensure_future(ask(item.name, item.type)) for item in canaries]
                lost = [
                    asyncio.ensure_future(ask(name, kind))
                    for name in nowhere
                    for kind in types
                    if kind in ("A", "AAAA")
                ]
                who = asyncio.ensure_future(ask("id.server", "TXT", rrclass=CH))
                number = asyncio.ensure_future(nsid(resolver, network=network, randomness=randomness))
                await _enough(first, [*lost, who], mapped)
                told = await number
            good = [item for item, task in zip(canaries, first, strict=True) if _opens(_reply(task), mapped)]
            given = {address for task in lost if (reply := _reply(task)) for address in reply.facts.addresses}
            return Met(resolver, tuple(good), frozenset(given), _text(_reply(who)), told)

        return tuple(await asyncio.gather(*(one(resolver) for resolver in resolvers)))


_Asked = asyncio.Task[Reply]


async def _enough(canaries: Sequence[_Asked], others: Sequence[_Asked], mapped: frozenset[str]) -> None:
    """Waits for all answers, but not for long once most canaries have opened: a resolver without an uplink
    says nothing of names that it would have to ask for.
    """
    loop = asyncio.get_running_loop()
    pending = {*canaries, *others}
    end: float | None = None
    while pending:
        left = None if end is None else end - loop.time()
        if left is not None and left <= 0:
            break
        _, pending = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if end is None and 2 * sum(_opens(_reply(task), mapped) for task in canaries) >= len(canaries):
            end = loop.time() + GRACE
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


def _reply(task: _Asked) -> Reply | None:
    return task.result() if task.done() and not task.cancelled() else None


def _opens(reply: Reply | None, mapped: frozenset[str]) -> bool:
    if reply is None:
        return False
    return reply.failure is None and any(not is_bogon(a, mapped=mapped) for a in reply.facts.addresses)


def _text(reply: Reply | None) -> str | None:
    for rr in reply.facts.answers if reply else ():
        if rr.type == "TXT":
            return rr.data.strip('"')[:200] or None
    return None


def chosen(met: Sequence[Met], canaries: Sequence[Canary], *, at_most: int = 8) -> tuple[Canary, ...]:
    """The canaries to ride along: those that opened at most resolvers, the best ones first."""
    counts = {item: sum(item in one.right for one in met) for item in canaries}
    good = [
        item for item in canaries if 2 * counts[item] > sum(bool(one.right) for one in met) and counts[item]
    ]
    return tuple(sorted(good, key=lambda item: -counts[item]))[:at_most]
