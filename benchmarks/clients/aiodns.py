"""aiodns (c-ares): `PORT LIST COUNT [TOGETHER]`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import aiodns
from aiodns import error

from benchmarks.clients.telling import expected, names, told, wrong

_KINDS = {error.ARES_ENOTFOUND: "nxdomain", error.ARES_EREFUSED: "refused"}


async def _all(port: int, list_: str, count: int, together: int) -> Counter[str]:
    found: Counter[str] = Counter()
    gate = asyncio.Semaphore(together)
    resolver = aiodns.DNSResolver(nameservers=[f"127.0.0.1:{port}"], timeout=3, tries=1)

    async def one(name: str) -> None:
        try:
            answer = await resolver.query_dns(name, "A")
        except error.DNSError as failed:
            found[_KINDS.get(failed.args[0], "lost")] += 1
        else:
            text = {str(getattr(item.data, "addr", "")) for item in answer.answer}
            found["sink" if "0.0.0.0" in text else "page" if "203.0.113.9" in text else "open"] += 1
        finally:
            gate.release()

    async with asyncio.TaskGroup() as group:
        for name in names(list_, count):
            await gate.acquire()
            group.create_task(one(name))
    await resolver.close()
    return found


def main(port: str, list_: str, count: str, together: str = "100") -> None:
    """Ask and print."""
    number = int(count)
    with told(number) as line:
        found = asyncio.run(_all(int(port), list_, number, int(together)))
        line["wrong"] = wrong(found, expected(list_, number))


if __name__ == "__main__":
    main(*sys.argv[1:])
