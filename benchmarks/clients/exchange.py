"""The awaitable questions that `check` asks: `probes.dns.exchange`. `PORT LIST COUNT [TOGETHER]`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

from benchmarks.clients.telling import expected, names, told, wrong
from probes.dns.exchange import Exchange, Reply
from probes.network import Network


async def _all(port: int, list_: str, count: int, together: int) -> Counter[str]:
    found: Counter[str] = Counter()
    source = names(list_, count)
    resolver = f"127.0.0.1:{port}"
    async with Exchange(Network(confined=True)) as exchange:

        async def worker() -> None:
            for name in source:
                reply = await exchange.ask(name, "A", resolver=resolver)
                found[kind(reply)] += 1

        await asyncio.gather(*(worker() for _ in range(together)))
    return found


def kind(reply: Reply) -> str:
    """What was done to the name, by the answer."""
    if reply.facts.rcode == 3:
        return "nxdomain"
    if reply.facts.rcode == 5:
        return "refused"
    addresses = reply.facts.addresses
    return (
        "sink"
        if "0.0.0.0" in addresses
        else "page"
        if "203.0.113.9" in addresses
        else "open"
        if addresses
        else "lost"
    )


def main(port: str, list_: str, count: str, together: str = "256") -> None:
    """Ask and print."""
    number = int(count)
    with told(number) as line:
        found = asyncio.run(_all(int(port), list_, number, int(together)))
        line["wrong"] = wrong(found, expected(list_, number))


if __name__ == "__main__":
    main(*sys.argv[1:])
