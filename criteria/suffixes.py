"""Which names belong to one owner? Those with the same registrable domain: a public suffix and a label more.

`www.example.co.uk` and `shop.example.co.uk` are siblings, `example.co.uk` and `other.co.uk` are not. Siblings
are filtered alike, so that a sample counts them once. What is a public suffix is said by the Public Suffix
List (publicsuffix.org), of which dated snapshots ship: a plan names the one it was drawn with, and old
evidence is replayed with its own. Both sections of it count, since sites below `blogspot.com` are strangers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from criteria import released
from probes import tomlfile
from probes.records import Record, SuffixRef

T = TypeVar("T")

_ROOM = 1 << 14
"""Of so many hosts it is remembered whose they are: a place is checked for the same names again and again."""


class Group(Record):
    source: str
    suffixes: tuple[str, ...]


class SuffixTable(Record):
    version: str
    group: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Suffixes:
    """A snapshot of the list, ready to be asked."""

    ref: SuffixRef
    exact: frozenset[str]
    wild: frozenset[str]
    """Names of which every name directly below is a suffix (`*.ck`)."""
    exceptions: frozenset[str]
    """Names that are none although a wildcard says so (`!www.ck`)."""
    _known: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def owned(self, host: str) -> str | None:
        """The registrable domain of a host (lower-case A-labels); `None`: it is a public suffix itself.

        The longest rule counts, exceptions before all, and where there is none the last label is the suffix.
        """
        before, name = None, host
        while True:
            if name in self.exceptions:
                return name
            _, dot, parent = name.partition(".")
            if name in self.exact or parent in self.wild or not dot:
                return before
            before, name = name, parent

    def registrable(self, host: str) -> str:
        """The registrable domain of a host; a public suffix stands for itself."""
        found = self._known.get(host)
        if found is None:
            if len(self._known) >= _ROOM:
                self._known.clear()
            found = self._known[host] = self.owned(host) or host
        return found

    def once_each(self, items: Iterable[T], *, name: Callable[[T], str]) -> tuple[T, ...]:
        """The first of each registrable domain, in the order given."""
        found: dict[str, T] = {}
        for item in items:
            found.setdefault(self.registrable(name(item)), item)
        return tuple(found.values())


def parse(data: bytes, *, version: str, own: Iterable[str] = ()) -> Suffixes:
    """A snapshot from the bytes of its file, in the form that publicsuffix.org publishes.

    `own` are suffixes beside it. Raises `UnicodeError` for what is no UTF-8.
    """
    rules = tuple(_rules(data.decode("utf-8")))
    return Suffixes(
        ref=SuffixRef(version=version, digest=f"sha256:{hashlib.sha256(data).hexdigest()}"),
        exact=frozenset(rule for rule in rules if rule[0] not in "*!") | frozenset(own),
        wild=frozenset(rule.removeprefix("*.") for rule in rules if rule.startswith("*.")),
        exceptions=frozenset(rule.removeprefix("!") for rule in rules if rule.startswith("!")),
    )


def _rules(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        words = line.split(maxsplit=1)
        if words and not words[0].startswith("//"):
            rule = words[0]
            yield rule if rule.isascii() else ".".join(map(_a_label, rule.split(".")))


def _a_label(label: str) -> str:
    """The list's labels are normalised already (RFC 5891, 4.4): no table that may change is asked."""
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


@cache
def table() -> SuffixTable:
    """What counts as a suffix here beside the list."""
    return tomlfile.load(released.text("suffixes.toml"), source="suffixes.toml", kind=SuffixTable)


@cache
def snapshot(version: str) -> Suffixes:
    """A snapshot that ships. Raises `KeyError` for one that there never was."""
    own = (suffix for group in table().group for suffix in group.suffixes)
    return parse(released.public_suffixes(version), version=version, own=own)


def latest() -> Suffixes:
    """The snapshot that new plans are drawn with."""
    return snapshot(released.LATEST_SUFFIXES)


def named(ref: SuffixRef | None) -> Suffixes:
    """The snapshot that a plan names; the latest where it names none. Raises `KeyError`."""
    if ref is None:
        return latest()
    found = snapshot(ref.version)
    if found.ref != ref:
        raise KeyError(ref.version)
    return found
