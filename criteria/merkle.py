"""Is this leaf in that tree? Merkle trees of RFC 9162 (section 2.1), their roots and inclusion proofs.

One pass over the leaves gives the root and the proofs of any few of them: memory grows with the number of
proofs and the depth of the tree, never with the number of leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

DEEPEST = 63
"""Levels of the largest tree that is believed in."""

_Place = tuple[int, int]
"""A level, from 0 at the leaves, and a number on it, from 0 at the left."""


def leaf_hash(leaf: bytes) -> bytes:
    """The prefix keeps a leaf from passing for a node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, kw_only=True)
class Grown:
    """What one pass over the leaves gives."""

    size: int
    root: bytes
    paths: Mapping[int, tuple[bytes, ...]]
    """For each leaf that was asked for, by its number: the hashes from its neighbour up to below the root."""


class Growing:
    """A tree to which leaves are added from the left; which of them are proven is said as they come."""

    def __init__(self) -> None:
        self.size = 0
        self._asked: list[int] = []
        self._wanted: set[_Place] = set()
        """Neighbours of proven leaves and of their ancestors that are still to come."""
        self._kept: dict[_Place, bytes] = {}
        self._waiting: list[bytes | None] = []
        """By level: a left neighbour that waits for its right one."""
        self._counts: list[int] = []

    def add(self, leaf: bytes, *, prove: bool = False) -> None:
        """One more leaf on the right."""
        if prove:
            self._prove(self.size)
        level, value = 0, leaf_hash(leaf)
        self.size += 1
        while True:
            if level == len(self._waiting):
                self._waiting.append(None)
                self._counts.append(0)
            if (level, self._counts[level]) in self._wanted:
                self._kept[level, self._counts[level]] = value
            self._counts[level] += 1
            left = self._waiting[level]
            if left is None:
                self._waiting[level] = value
                return
            self._waiting[level] = None
            value = node_hash(left, value)
            level += 1

    def _prove(self, number: int) -> None:
        self._asked.append(number)
        for level in range(DEEPEST):
            place = (level, (number >> level) ^ 1)
            left = self._waiting[level] if level < len(self._waiting) else None
            if number >> level & 1 and left is not None:
                # The last one of its level: its right neighbour is what the new leaf is below.
                self._kept[place] = left
            else:
                self._wanted.add(place)

    def grown(self) -> Grown:
        """The tree as it stands; no leaf may be added after this."""
        root = self._close() if self.size else EMPTY
        # A right neighbour may be missing at the ragged edge: there the node moves up as it is.
        paths = {
            number: tuple(
                self._kept[place]
                for level in range(len(self._counts))
                if (place := (level, (number >> level) ^ 1)) in self._kept and place[1] < self._counts[level]
            )
            for number in self._asked
        }
        return Grown(size=self.size, root=root, paths=paths)

    def _close(self) -> bytes:
        """Fold the ragged right edge from the leaves up; what is alone on a level moves up unchanged."""
        carried: bytes | None = None
        for level, left in enumerate(self._waiting):
            if carried is not None:
                # It stands here as the last one of this level.
                if (level, self._counts[level]) in self._wanted:
                    self._kept[level, self._counts[level]] = carried
                self._counts[level] += 1
            if left is not None:
                carried = left if carried is None else node_hash(left, carried)
        if carried is None:
            raise AssertionError("a tree with leaves has a root")
        return carried


def grow(leaves: Iterable[bytes], *, prove: Iterable[int] = ()) -> Grown:
    """The tree over the leaves in their order. Numbers in `prove` beyond the last leaf are left out."""
    asked, growing = frozenset(prove), Growing()
    for number, leaf in enumerate(leaves):
        growing.add(leaf, prove=number in asked)
    return growing.grown()


def root_of(leaves: Iterable[bytes]) -> bytes:
    return grow(leaves).root


def included(*, leaf: bytes, number: int, size: int, path: tuple[bytes, ...], root: bytes) -> bool:
    """Whether the path leads from this leaf, at this number of a tree of this size, to the root (2.1.3.2)."""
    if not 0 <= number < size:
        return False
    here, last = number, size - 1
    value = leaf_hash(leaf)
    for neighbour in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            value = node_hash(neighbour, value)
            if not here & 1:
                while here and not here & 1:
                    here >>= 1
                    last >>= 1
        else:
            value = node_hash(value, neighbour)
        here >>= 1
        last >>= 1
    return last == 0 and value == root
