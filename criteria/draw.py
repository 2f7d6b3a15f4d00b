"""Who is drawn: lots that nobody can foresee without the seed, and that anybody can draw again with it.

A name's lot is HMAC-SHA256 with the seed as the key over a label and the name. The lowest lots are drawn.
A lot depends on nothing but seed, label and name: the order of a list changes nothing, one pass over a list
of any length is enough, and one name's luck can be checked without the list.
"""

from __future__ import annotations

import base64
import heapq
import hmac
from collections.abc import Callable, Collection, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


def lot(*, seed: str, label: str, name: str) -> bytes:
    """The 32 bytes that decide about a name; the label keeps draws for different purposes apart."""
    # The zero byte cannot be in a label or a name, so that no two pairs give one message.
    return hmac.digest(seed.encode(), f"{label}\0{name}".encode(), "sha256")


def draw(items: Iterable[T], count: int, *, seed: str, label: str, name: Callable[[T], str]) -> tuple[T, ...]:
    """At most `count` items, lowest lots first; memory is bound by `count`, not by the length of `items`."""
    return tuple(heapq.nsmallest(count, items, key=lambda item: lot(seed=seed, label=label, name=name(item))))


def shuffle(items: Iterable[T], *, seed: str, label: str, name: Callable[[T], str]) -> tuple[T, ...]:
    """All items in the order of their lots."""
    return tuple(sorted(items, key=lambda item: lot(seed=seed, label=label, name=name(item))))


def invented_label(*, seed: str, label: str) -> str:
    """A host label that nobody has registered: `x` and 19 letters and digits (95 bits) from the seed."""
    letters = base64.b32encode(lot(seed=seed, label="invented", name=label)).decode().lower()
    return "x" + letters[:19]


class Sampler(Generic[T]):
    """A draw that is offered one item after the other: one pass, and memory for the sample only.

    Groups are drawn, each by the lot of its key; of a group's items the one with the lowest lot of its name
    stands for it. Every group has the same chance, however many items it has.
    """

    def __init__(
        self,
        count: int,
        *,
        seed: str,
        label: str,
        name: Callable[[T], str],
        group: Callable[[T], str],
        without: Collection[str] = (),
        spare: int = 0,
    ) -> None:
        """At most `count` groups and none of `without`; `spare` more are kept, since some may be left out."""
        self._count = count
        self._kept = count + spare
        self._seed, self._label = seed, label
        self._name, self._group = name, group
        self._without = frozenset(without)
        self._found: dict[str, tuple[bytes, bytes, T]] = {}
        """By group: its lot, the lot of the name that stands for it, and the item."""
        self._worst: list[tuple[int, str]] = []
        """A heap of negative lots: the group to give way first is on top."""

    def offer(self, item: T) -> None:
        """One more item, in any order."""
        group = self._group(item)
        known = self._found.get(group)
        if known is None:
            self._enter(group, item)
            return
        own = self._lot(self._name(item))
        if own < known[1]:
            self._found[group] = (known[0], own, item)

    def drawn(self, *, without: Collection[str] = ()) -> tuple[T, ...]:
        """The sample so far, lowest lots first, without these groups (at most `spare` of them)."""
        kept = sorted(
            (entry for group, entry in self._found.items() if group not in without),
            key=lambda entry: entry[0],
        )
        return tuple(item for _, _, item in kept[: self._count])

    def _enter(self, group: str, item: T) -> None:
        drawn = self._lot(group)
        if self._kept == 0 or group in self._without:
            return
        # A heap has its smallest on top, and the largest lot gives way first: lots are kept negative.
        entry = (-int.from_bytes(drawn), group)
        if len(self._found) < self._kept:
            heapq.heappush(self._worst, entry)
        elif entry < self._worst[0]:
            return
        else:
            _, gone = heapq.heapreplace(self._worst, entry)
            del self._found[gone]
        self._found[group] = (drawn, self._lot(self._name(item)), item)

    def _lot(self, name: str) -> bytes:
        return lot(seed=self._seed, label=self._label, name=name)
