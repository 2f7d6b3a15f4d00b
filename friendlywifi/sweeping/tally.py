"""What a sweep counts. Bounded by how many resolvers there are and ways to be judged, not by names.

It is written down with each block, so that a sweep which was cut off goes on counting where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from criteria.records import Outcome
from friendlywifi.sweeping.verdicts import Entry, Row
from probes.records import Record

_MANY: Final = 4096
"""Mechanisms that are counted one by one; more of them are counted without their detail."""
NAMED: Final = 50
"""Resolvers that are named of those that say the same of a name which others treat differently."""

OPENS, DENIED = "reachable", "denied"


class Dissent(Record):
    """Resolvers that say another thing than most."""

    outcome: str
    count: int
    resolvers: tuple[str, ...]
    """The first ones of them."""


class Differing(Record):
    """A name that resolvers treat differently."""

    name: str
    type: str
    outcome: str
    """What most of them say."""
    count: int
    """How many that are."""
    others: tuple[Dissent, ...]


class Tally(msgspec.Struct, forbid_unknown_fields=True):
    """The counts."""

    names: int = 0
    undecidable: int = 0
    by: dict[str, dict[str, dict[str, int]]] = {}
    """By resolver, type and outcome."""
    mechanisms: dict[str, int] = {}
    """How names were kept shut."""
    rules: dict[str, int] = {}
    silent: dict[str, int] = {}
    """Answers that are missing because a resolver was given up."""
    agree: int = 0
    """Names (of each type) of which every resolver says the same."""
    differ: int = 0
    unclear: int = 0
    """Some resolver says nothing that could be compared."""

    def add(self, resolver: str, rows: Sequence[Row], *, silent: bool = False) -> None:
        for entry, count in Counter([row[0] for row in rows]).items():
            _more(self.by.setdefault(resolver, {}).setdefault(entry.type, {}), entry.outcome.value, count)
            _more(self.rules, entry.rule, count)
            if entry.outcome is not Outcome.REACHABLE:
                for mechanism in entry.mechanisms:
                    known = mechanism in self.mechanisms or len(self.mechanisms) < _MANY
                    _more(self.mechanisms, mechanism if known else mechanism.partition(":")[0], count)
        if silent:
            _more(self.silent, resolver, len(rows))

    def compare(
        self, names: Sequence[str], resolvers: Sequence[str], columns: Sequence[Sequence[Row]]
    ) -> Iterator[Differing]:
        """Counts on how many names the resolvers agree; gives those on which they do not."""
        if len(columns) < 2 or not names:
            return
        types = len(columns[0]) // len(names)
        said = list(zip(*(_said([row[0] for row in column]) for column in columns), strict=True))
        apart = set()
        for told, count in Counter(said).items():
            known = {word for word in told if word not in (None, "")}
            if len(known - {DENIED}) > 1 or known == {OPENS, DENIED}:
                self.differ += count
                apart.add(told)
            elif None in told or DENIED in known:
                self.unclear += count
            else:
                self.agree += count
        if not apart:
            return
        for at, told in enumerate(said):
            if told in apart:
                yield _differing(names[at // types], columns[0][at][0].type, resolvers, told)

    def outcome(self, outcome: Outcome) -> int:
        return sum(counts.get(outcome.value, 0) for types in self.by.values() for counts in types.values())

    def lanes(self) -> Iterator[tuple[str, str, Mapping[str, int]]]:
        """Resolver, type and counts by outcome, in order."""
        for resolver, types in sorted(self.by.items()):
            for kind, counts in sorted(types.items()):
                yield resolver, kind, counts


def _said(entries: Sequence[Entry]) -> list[str | None]:
    words = {entry: _says(entry) for entry in set(entries)}
    return [words[entry] for entry in entries]


def _says(entry: Entry) -> str | None:
    """What is compared between resolvers; `None`: nothing can be said, empty: nothing to be said."""
    if entry.outcome is Outcome.NOT_APPLICABLE:
        return ""
    if entry.outcome is not Outcome.INCONCLUSIVE:
        return entry.outcome.value
    # It may be dead: but where it opens elsewhere, this resolver says something else.
    return DENIED if entry.rcode in (0, 3, 5) else None


def _differing(name: str, kind: str, resolvers: Sequence[str], told: Sequence[str | None]) -> Differing:
    groups: dict[str, list[str]] = {}
    for resolver, word in zip(resolvers, told, strict=True):
        groups.setdefault(word if word is not None else Outcome.INCONCLUSIVE.value, []).append(resolver)
    groups.pop("", None)
    (most, count), *rest = sorted(
        ((word, len(who)) for word, who in groups.items()), key=lambda item: (-item[1], item[0])
    )
    return Differing(
        name=name,
        type=kind,
        outcome=most,
        count=count,
        others=tuple(
            Dissent(outcome=word, count=many, resolvers=tuple(groups[word][:NAMED])) for word, many in rest
        ),
    )


def _more(counts: dict[str, int], key: str, many: int) -> None:
    counts[key] = counts.get(key, 0) + many
