"""Many resolvers: `RESOLVERS LIST COUNT OUTPUT.db RATE`. Counts verdicts by resolver, and tells who leaks."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clients.telling import names, told
from benchmarks.filter import CANARIES
from friendlywifi.sweeping.database import Database
from friendlywifi.sweeping.run import Order, sweep
from friendlywifi.sweeping.source import Batch, Source
from friendlywifi.sweeping.verdicts import Row
from probes.network import Network
from probes.sweep.block import Canary
from probes.sweep.driver import Manner

TYPES = ("A", "AAAA")


class Counting:
    """Counts what each resolver did, name by name, and hands it on."""

    def __init__(self, inner: Database, resolvers: int) -> None:
        self._inner = inner
        self.rows = 0
        self.let_through: Counter[int] = Counter()
        """By resolver: filtered names that it answered openly."""
        self.odd: Counter[int] = Counter()
        """By resolver: anything else that is not as it should be."""
        self.done: Mapping[int, str] = {}
        self.resolvers = resolvers

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None:
        filtered = [".open." not in name for name in batch.names for _ in TYPES]
        for place, rows in enumerate(columns):
            self.rows += len(rows)
            for (entry, _), wanted in zip(rows, filtered, strict=True):
                # A name that does not exist may exist nowhere; that it was answered so is what counts here.
                blocked = bool(entry.mechanisms)
                if blocked is not wanted:
                    (self.let_through if wanted else self.odd)[place] += 1
        self._inner.write(batch, columns)


def main(resolvers_file: str, list_: str, count: str, output: str, rate: str) -> None:
    """Sweep and print."""
    resolvers = tuple(Path(resolvers_file).read_text(encoding="utf-8").split())
    number = int(count)
    order = Order(
        resolvers=resolvers,
        types=TYPES,
        network=Network(confined=True),
        manner=Manner(rate=float(rate)),
        canaries=tuple(Canary(item, "A") for item in CANARIES),
    )
    Path(output).unlink(missing_ok=True)
    database = Database(Path(output), resolvers=resolvers, meta={})
    counting = Counting(database, len(resolvers))
    work = number * len(resolvers) * len(TYPES)
    with told(work) as found:
        sweep(
            order,
            Source(lines=names(list_, number), format="domains"),
            counting,
            now=lambda: datetime.now(UTC),
        )
        database.close()
        filtered = len(TYPES) * sum(".open." not in item for item in names(list_, number))
        leaking = [place for place, missed in counting.let_through.items() if missed == filtered]
        found["leaking"] = [resolvers[place] for place in leaking]
        missed = sum(count for place, count in counting.let_through.items() if place not in leaking)
        found["wrong"] = missed + counting.odd.total() + abs(work - counting.rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
