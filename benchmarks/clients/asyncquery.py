"""dnspython's own way: `dns.asyncquery.udp`, at most so many at once. `PORT LIST COUNT [TOGETHER]`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from benchmarks.clients.telling import expected, names, told, wrong


async def _all(port: int, list_: str, count: int, together: int) -> Counter[str]:
    found: Counter[str] = Counter()
    gate = asyncio.Semaphore(together)

    async def one(name: str) -> None:
        try:
            query = dns.message.make_query(name, "A", use_edns=0)
            reply = await dns.asyncquery.udp(query, "127.0.0.1", port=port, timeout=3)
        except (dns.exception.DNSException, OSError):
            found["lost"] += 1
        else:
            found[kind(reply)] += 1
        finally:
            gate.release()

    async with asyncio.TaskGroup() as group:
        for name in names(list_, count):
            await gate.acquire()
            group.create_task(one(name))
    return found


def kind(reply: dns.message.Message) -> str:
    """What was done to the name, by the answer."""
    if reply.rcode() == dns.rcode.NXDOMAIN:
        return "nxdomain"
    if reply.rcode() == dns.rcode.REFUSED:
        return "refused"
    addresses = {str(item) for rrset in reply.answer for item in rrset if item.rdtype == dns.rdatatype.A}
    return "sink" if "0.0.0.0" in addresses else "page" if "203.0.113.9" in addresses else "open"


def main(port: str, list_: str, count: str, together: str = "100") -> None:
    """Ask and print."""
    number = int(count)
    with told(number) as line:
        found = asyncio.run(_all(int(port), list_, number, int(together)))
        line["wrong"] = wrong(found, expected(list_, number))


if __name__ == "__main__":
    main(*sys.argv[1:])
