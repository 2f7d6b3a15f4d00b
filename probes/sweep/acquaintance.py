"""What each resolver is asked first: names that must open, names that cannot exist, and who it is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from probes.bogon import is_bogon
from probes.dns.exchange import Exchange, Reply
from probes.dns.wire import CH
from probes.network import Budgets, Network, split_endpoint
from probes.sweep.block import Canary

MEETING = Budgets(dns=4.0, dns_resend=(0.7, 2.0))
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
                asked = [(item.name, item.type) for item in canaries]
                lost = [(name, kind) for name in nowhere for kind in types if kind in ("A", "AAAA")]
                replies = await asyncio.gather(
                    *(
                        exchange.ask(name, kind, resolver=resolver, budgets=MEETING)
                        for name, kind in asked + lost
                    )
                )
                who = await exchange.ask("id.server", "TXT", resolver=resolver, budgets=MEETING, rrclass=CH)
            good = [item for item, reply in zip(canaries, replies, strict=False) if _opens(reply, mapped)]
            given = {address for reply in replies[len(asked) :] for address in reply.facts.addresses}
            return Met(resolver, tuple(good), frozenset(given), _text(who))

        return tuple(await asyncio.gather(*(one(resolver) for resolver in resolvers)))


def _opens(reply: Reply, mapped: frozenset[str]) -> bool:
    return reply.failure is None and any(not is_bogon(a, mapped=mapped) for a in reply.facts.addresses)


def _text(reply: Reply) -> str | None:
    for rr in reply.facts.answers:
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
