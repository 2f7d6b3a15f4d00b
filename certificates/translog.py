"""The log of everything that was issued, and of everything that became of it: a Merkle tree (RFC 9162, 2.1).

Append-only, and provably so: an inclusion proof shows that an entry stands in the log behind a root, a
consistency proof that a later root only added. Nobody has to believe the issuer about either. An entry is
the canonical JSON of an `Entry`, and its leaf the SHA-256 of a zero byte and that JSON. The log cannot
forget, so that no entry holds a name, a place or a plain hash of a document that holds one: documents are
hashed with a salt that stays with the certificate, and without the salt nothing can be told from the hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from certificates.records import Digest, Status, whole_seconds
from probes.records import Record, Time, encode

ENTRY_SCHEMA: Literal["friendlywifi/log-entry/1"] = "friendlywifi/log-entry/1"

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a log without entries."""

SALT_BYTES = 16


class Entry(Record):
    """One line of the log: something was issued, or its status changed."""

    schema: Literal["friendlywifi/log-entry/1"] = ENTRY_SCHEMA
    kind: Literal["issued", "status"]
    number: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][A-Z0-9-]{2,39}$")]
    status: Status
    """From this time on."""
    time: Time
    pdf: Digest | None = None
    """Salted, of the PDF before it was signed; `None` exactly where only a status changed."""
    credential: Digest | None = None
    """Salted, of the signed credential; likewise."""

    def __post_init__(self) -> None:
        if not (self.kind == "issued") == (self.pdf is not None) == (self.credential is not None):
            raise ValueError("an entry holds the hashes of its documents exactly where it is of an issue")


def issued_entry(
    *, number: str, status: Status, time: datetime, pdf: bytes, credential: bytes, salt: bytes
) -> Entry:
    """The entry of a new certificate.

    `pdf`: the bytes of `print.render_pdf`, before any signature. `credential`: the ASCII of the signed
    `vc+jwt`. `salt`: `SALT_BYTES` of randomness, kept with the certificate and given to whoever holds it.
    """
    return Entry(
        kind="issued",
        number=number,
        status=status,
        time=whole_seconds(time),
        pdf=salted(pdf, salt),
        credential=salted(credential, salt),
    )


def status_entry(*, number: str, status: Status, time: datetime) -> Entry:
    """The entry of a change of status."""
    return Entry(kind="status", number=number, status=status, time=whole_seconds(time))


def salted(document: bytes, salt: bytes) -> str:
    """The hash of a document that tells nothing to those who lack the salt."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return "sha256:" + hashlib.sha256(salt + document).hexdigest()


def entry_bytes(entry: Entry) -> bytes:
    """The canonical JSON that is hashed and published."""
    return encode(entry)


def leaf_hash(entry: bytes) -> bytes:
    """RFC 9162, 2.1.1; `entry` is that of `entry_bytes`."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The tree over leaves in their order. Whole subtrees are hashed once: a proof takes logarithmic time."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """`leaves`: leaf hashes, as of `leaf_hash`."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Adds a leaf hash. Its index."""
        index = len(self)
        level, node = 0, leaf
        while True:
            row = self._levels[level]
            row.append(node)
            if len(row) % 2:
                return index
            node = node_hash(row[-2], row[-1])
            level += 1
            if level == len(self._levels):
                self._levels.append([])

    def node(self, level: int, index: int) -> bytes:
        """The hash over `2 ** level` leaves from `index * 2 ** level` on, all of which must be there."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, or over all."""
        size = len(self) if size is None else size
        self._require(size)
        return EMPTY_ROOT if size == 0 else self._hash(0, size)

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that leaf `index` stands in the tree of that size (RFC 9162, 2.1.3.1)."""
        size = len(self) if size is None else size
        self._require(size)
        if not 0 <= index < size:
            raise ValueError(f"the log of {size} entries has no entry {index}")
        return tuple(self._path(index, 0, size))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof that the tree of size `old` is the beginning of that of size `new` (2.1.4.1)."""
        new = len(self) if new is None else new
        self._require(new)
        if not 0 < old <= new:
            raise ValueError(f"there is no proof from {old} entries to {new}")
        return tuple(self._subproof(old, 0, new, whole=True))

    def _require(self, size: int) -> None:
        if not 0 <= size <= len(self):
            raise ValueError(f"the log has {len(self)} entries, not {size}")

    def _hash(self, start: int, end: int) -> bytes:
        """Over the leaves from `start` to `end`; `start` is a multiple of the largest whole subtree."""
        count = end - start
        level = count.bit_length() - 1
        if count == 1 << level:
            return self._levels[level][start >> level]
        middle = start + (1 << level)
        return node_hash(self._hash(start, middle), self._hash(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._hash(middle, end)]
        return [*self._path(index, middle, end), self._hash(start, middle)]

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._hash(start, end)]
        middle = start + _split(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, whole=whole), self._hash(middle, end)]
        return [*self._subproof(old, middle, end, whole=False), self._hash(start, middle)]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(step, found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the new tree only added to the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split(count: int) -> int:
    """The largest power of two that is smaller than the count."""
    return 1 << (count - 1).bit_length() - 1
