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


def grow(leaves: Iterable[bytes], *, prove: Iterable[int] = ()) -> Grown:
    """The tree over the leaves in their order. Numbers in `prove` beyond the last leaf are left out."""
    asked = sorted(set(prove))
    wanted = {(level, (number >> level) ^ 1) for number in asked for level in range(DEEPEST)}
    kept: dict[_Place, bytes] = {}
    waiting: list[bytes | None] = []
    """By level: a left neighbour that waits for its right one."""
    counts: list[int] = []
    size = 0

    def put(level: int, value: bytes) -> None:
        while True:
            if level == len(waiting):
                waiting.append(None)
                counts.append(0)
            if (level, counts[level]) in wanted:
                kept[level, counts[level]] = value
            counts[level] += 1
            left = waiting[level]
            if left is None:
                waiting[level] = value
                return
            waiting[level] = None
            value = node_hash(left, value)
            level += 1

    for leaf in leaves:
        put(0, leaf_hash(leaf))
        size += 1
    root = _close(waiting, counts, wanted, kept) if size else EMPTY
    # A right neighbour may be missing at the ragged edge: there the node moves up as it is.
    paths = {
        number: tuple(
            kept[place]
            for level in range(len(counts))
            if (place := (level, (number >> level) ^ 1)) in kept and place[1] < counts[level]
        )
        for number in asked
        if number < size
    }
    return Grown(size=size, root=root, paths=paths)


def _close(
    waiting: list[bytes | None], counts: list[int], wanted: set[_Place], kept: dict[_Place, bytes]
) -> bytes:
    """Fold the ragged right edge from the leaves up; what stands alone on a level moves up unchanged."""
    carried: bytes | None = None
    for level in range(len(waiting)):
        if carried is not None:
            # It stands here as the last one of this level.
            if (level, counts[level]) in wanted:
                kept[level, counts[level]] = carried
            counts[level] += 1
        left = waiting[level]
        if left is not None:
            carried = left if carried is None else node_hash(left, carried)
    if carried is None:
        raise AssertionError("a tree with leaves has a root")
    return carried


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
