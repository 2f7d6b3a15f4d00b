"""Measures inside a client's namespace, as a laptop on that Wi-Fi would: `python -m tests.real.measuring`.

Reads what to do from the file it is given and leaves the finished check beside it. Real addresses, no
connect-to map; only deadlines and waits are shorter than a user's.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from criteria.records import Reference
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.shipped import load_standard
from probes.encrypted import ways
from probes.network import SLOW, Budgets, Network, SimulatedClock
from probes.safesearch import engines
from probes.targets.files import read_list
from probes.vantage.identity import identity

FAST = Budgets(dns=2.0, dns_resend=(0.4, 1.0), tcp=2.0, tls=2.0, http=2.0, rate=0.0)
"""Nothing here is seconds away."""
FAST_SLOW = replace(
    SLOW, dns=3.0, dns_resend=(0.8, 1.8), linger=0.1, tcp=3.0, tls=3.0, http=3.0, in_flight=32, rate=0.0
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to measure."""

    hotspot: str
    seed: str
    resolvers: tuple[str, ...]
    foreign: tuple[str, ...]
    lists: tuple[str, ...]
    reference: Reference
    gentle: bool = False
    """Whether the second look is the product's own, slow and gentle."""
    ways: bool = False
    """Whether everything beside port 53 is tried too, and restricted search looked for."""


async def measure(order: Order) -> Checked:
    standard, digest = load_standard("baseline")
    lists = tuple(read_list(Path(item)) for item in order.lists)
    return await check(
        Input(
            hotspot=order.hotspot,
            serial=1,
            authorised_by="the tests",
            standard=standard,
            standard_digest=digest,
            lists=lists,
            network=Network(
                # The wait for caches is skipped: no filter here changes in mid-run.
                clock=SimulatedClock(datetime.now(UTC)),
                budgets=FAST,
                list_roots=tuple(item.ca for item in lists if item.ca),
            ),
            resolvers=order.resolvers,
            resolver_source="given",
            foreign=order.foreign,
            ways=ways() if order.ways else None,
            engines=engines() if order.ways else (),
            reference=order.reference,
            seed=order.seed,
            identify=identity,
            slow=SLOW if order.gentle else FAST_SLOW,
        )
    )


def main(order: Path, result: Path) -> None:
    checked = asyncio.run(measure(msgspec.json.decode(order.read_bytes(), type=Order)))
    result.write_bytes(msgspec.json.encode(checked))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
