"""Which names belong to one owner? Those with the same registrable domain: one label more than a suffix.

`www.example.co.uk` and `shop.example.co.uk` are siblings, `example.co.uk` and `other.co.uk` are not. Siblings
are filtered alike, so that a sample counts them once. The table is small and our own; its limits are written
in it: what it lacks makes a sample smaller, never a claim larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

from criteria import released
from probes import tomlfile
from probes.records import Record

T = TypeVar("T")


class Group(Record):
    source: str
    suffixes: tuple[str, ...]


class SuffixTable(Record):
    version: str
    group: tuple[Group, ...]


@cache
def table() -> SuffixTable:
    """The table that comes with the program."""
    return tomlfile.load(released.text("suffixes.toml"), source="suffixes.toml", kind=SuffixTable)


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(suffix for group in table().group for suffix in group.suffixes)


def registrable(host: str) -> str:
    """The registrable domain of a host (lower-case A-labels): a suffix and the label before it."""
    labels = host.split(".")
    known = _suffixes()
    # The longest suffix counts: `x.blogspot.com` is below `blogspot.com`, not below `com`.
    for start in range(len(labels) - 1):
        if ".".join(labels[start:]) in known:
            return ".".join(labels[max(start - 1, 0) :])
    return ".".join(labels[-2:])


def once_each(items: Iterable[T], *, name: Callable[[T], str]) -> tuple[T, ...]:
    """The first of each registrable domain, in the order given."""
    found: dict[str, T] = {}
    for item in items:
        found.setdefault(registrable(name(item)), item)
    return tuple(found.values())
