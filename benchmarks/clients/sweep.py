"""Our sweep. `ENDPOINTS LIST COUNT [OUTPUT.db|-] [RATE]`: verdicts, kept or only counted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clients.telling import expected, names, told, wrong
from benchmarks.filter import CANARIES
from friendlywifi.sweeping.database import Database
from friendlywifi.sweeping.run import Order, sweep
from friendlywifi.sweeping.source import Batch, Source
from friendlywifi.sweeping.verdicts import Row
from probes.network import Network
from probes.sweep.block import Canary
from probes.sweep.driver import Manner

_KINDS = {"dns/nxdomain": "nxdomain", "dns/refused": "refused", "dns/sinkhole:0.0.0.0": "sink"}


class Counting:
    """Counts what each name came to, and hands it on."""

    def __init__(self, inner: Database | None) -> None:
        self._inner = inner
        self.found: Counter[str] = Counter()
        self.done: Mapping[int, str] = {}

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None:
        for rows in columns:
            for entry, count in Counter(row[0] for row in rows).items():
                kind = next((_KINDS[item] for item in entry.mechanisms if item in _KINDS), None)
                self.found[kind or ("page" if "203.0.113.9" in entry.addresses else "open")] += count
        if self._inner is not None:
            self._inner.write(batch, columns)


def main(endpoints: str, list_: str, count: str, output: str = "-", manner: str = "0 A") -> None:
    """Sweep and print. `manner`: rate and types."""
    rate, types = manner.split()
    number, resolvers = int(count), tuple(endpoints.split(","))
    order = Order(
        resolvers=resolvers,
        types=tuple(types.split(",")),
        network=Network(confined=True),
        manner=Manner(rate=float(rate)),
        canaries=tuple(Canary(item, "A") for item in CANARIES),
    )
    database = None
    if output != "-":
        Path(output).unlink(missing_ok=True)
        database = Database(Path(output), resolvers=resolvers, meta={})
    counting = Counting(database)
    true = {kind: n * len(resolvers) for kind, n in expected(list_, number).items()}
    with told(number * len(resolvers) * len(order.types)) as found:
        result = sweep(
            order,
            Source(lines=names(list_, number), format="domains"),
            counting,
            now=lambda: datetime.now(UTC),
        )
        if database is not None:
            database.close()
        found["slowed"] = result.cuts
        if order.types == ("A",):
            found["wrong"] = wrong(counting.found, true)


if __name__ == "__main__":
    main(*sys.argv[1:])
