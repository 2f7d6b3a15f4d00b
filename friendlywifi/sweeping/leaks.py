"""One leak is one ticket: which were open before, which are new, which are closed, and since when.

A leak is a name that opens at a resolver, by one type of address. It is closed when the resolver was asked
again and did not give the name, or when the name is on the list no more; not when nothing could be told: then
it is carried on. Of a list that holds nothing, or lines that could not be read, nobody knows what it lost.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple

from criteria.records import Outcome
from friendlywifi.sweeping.verdicts import Row
from probes.records import Record, Time

MOST: Final = 10_000
"""Leaks that are followed one by one. More are no list of tickets: the resolver does not filter."""

NOT_ASKED: Final = "not_asked"

Key = tuple[str, str, str]
"""Name, type and resolver."""


class Seen(NamedTuple):
    """A row of a sweep, as far as leaks are concerned."""

    name: str
    type: str
    resolver: str
    outcome: str
    rule: str
    addresses: tuple[str, ...]


class Standing(Record):
    """A leak that is open, or of which nobody knows that it is closed."""

    name: str
    type: str
    resolver: str
    since: Time


class Leak(Record):
    """A name that opens. `id` is the same in every sweep, so that one leak is one ticket."""

    id: str
    name: str
    type: str
    resolver: str
    rule: str
    addresses: tuple[str, ...]
    since: Time
    """When a sweep saw it first, as far back as the baselines reach."""
    state: Literal["opened", "still"] | None = None
    """Against the baseline; `None`: there was none."""


class Past(Record):
    """A leak of the baseline that was not seen to be open."""

    id: str
    name: str
    type: str
    resolver: str
    since: Time
    now: str
    """Today's outcome, or `not_asked`."""


def leak_id(name: str, kind: str, resolver: str) -> str:
    """Stable over sweeps: of what leaks where, and of nothing else."""
    return hashlib.sha256(f"{name}\n{kind}\n{resolver}".encode()).hexdigest()[:16]


@dataclass
class Watch:
    """Follows leaks through a sweep."""

    at: datetime
    """When this sweep began."""
    before: Mapping[Key, datetime] | None = None
    """The open leaks of the baseline, and since when; `None`: there is no baseline."""
    told: list[Seen] = field(default_factory=list)
    """Names that open, the first ones."""
    count: int = 0
    open: set[Key] = field(default_factory=set)
    """All of them, unless they are too many."""
    now: dict[Key, str] = field(default_factory=dict)
    """What became of those of the baseline."""
    list_known: bool = True
    """The list was read whole: what is not on it was taken off it."""

    def __post_init__(self) -> None:
        self._names = frozenset(name for name, _, _ in self.before or ())

    @property
    def names(self) -> frozenset[str]:
        """Of the baseline's leaks."""
        return self._names

    @property
    def too_many(self) -> bool:
        """There are more than are followed one by one."""
        return self.count > len(self.open)

    def add(self, names: Sequence[str], resolvers: Sequence[str], columns: Sequence[Sequence[Row]]) -> None:
        """The rows of a block."""
        known = self._names.intersection(names) if self._names else self._names
        for resolver, rows in zip(resolvers, columns, strict=False):
            counts = Counter([row[0] for row in rows])
            opens = {entry for entry in counts if entry.outcome is Outcome.REACHABLE}
            if not known and (not opens or len(self.open) >= MOST):
                # The common cases: nothing opens, or so much that it is only counted.
                self.count += sum(counts[entry] for entry in opens)
                continue
            types = len(rows) // len(names)
            for at, (entry, public) in enumerate(rows):
                name = names[at // types]
                if entry in opens or name in known:
                    self.see(Seen(name, entry.type, resolver, entry.outcome.value, entry.rule, public))

    def earlier(self, rows: Iterable[Seen]) -> None:
        """Rows that an earlier run of this sweep wrote down."""
        for row in rows:
            self.see(row)

    def see(self, row: Seen) -> None:
        key = (row.name, row.type, row.resolver)
        if self.before is not None and key in self.before:
            self.now[key] = row.outcome
        # A name that stands on the list twice is one leak.
        if row.outcome != Outcome.REACHABLE.value or key in self.open:
            return
        self.count += 1
        if len(self.open) < MOST:
            self.open.add(key)
        if len(self.told) < MOST:
            self.told.append(row)

    # ------------------------------------------------------------------------------------- at the end

    def since(self, key: Key) -> datetime:
        return (self.before or {}).get(key, self.at)

    def leaks(self) -> tuple[Leak, ...]:
        """The open ones that are listed."""
        found = []
        for row in self.told:
            key = (row.name, row.type, row.resolver)
            still = None if self.before is None else key in self.before
            found.append(
                Leak(
                    id=leak_id(*key),
                    name=row.name,
                    type=row.type,
                    resolver=row.resolver,
                    rule=row.rule,
                    addresses=row.addresses,
                    since=self.since(key),
                    state=None if still is None else "still" if still else "opened",
                )
            )
        return tuple(found)

    @property
    def still(self) -> int:
        return sum(outcome == Outcome.REACHABLE.value for outcome in self.now.values())

    @property
    def opened(self) -> int:
        return self.count - self.still

    def closed(self) -> tuple[Past, ...]:
        """Of the baseline, those that are shut now, and those that nobody asked for any more."""
        return tuple(item for item in self._past() if item.now not in self._nothing_told)

    def unclear(self) -> tuple[Past, ...]:
        """Of the baseline, those of which nothing could be told."""
        return tuple(item for item in self._past() if item.now in self._nothing_told)

    @property
    def _nothing_told(self) -> tuple[str, ...]:
        return (Outcome.INCONCLUSIVE.value, *(() if self.list_known else (NOT_ASKED,)))

    def _past(self) -> Iterable[Past]:
        for key, since in sorted((self.before or {}).items()):
            now = self.now.get(key, NOT_ASKED)
            if now != Outcome.REACHABLE.value:
                name, kind, resolver = key
                yield Past(id=leak_id(*key), name=name, type=kind, resolver=resolver, since=since, now=now)

    def standing(self) -> tuple[Standing, ...] | None:
        """What the sweep of tomorrow is compared with; `None`: too much to be followed."""
        if self.too_many:
            return None
        carried = [(item.name, item.type, item.resolver) for item in self.unclear()]
        return tuple(
            Standing(name=name, type=kind, resolver=resolver, since=self.since((name, kind, resolver)))
            for name, kind, resolver in sorted({*self.open, *carried})
        )
