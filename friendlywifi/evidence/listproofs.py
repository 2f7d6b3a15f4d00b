"""The lists of a run when the lists are gone: a Merkle root each, and the drawn entries with their paths.

The leaves are the entries sorted by name, or in the order of the file where a list is too long to be held.
What a proof shows: this entry stood in the list that was committed to. What it cannot show: that no other
entry had a lower lot; for that the list itself is needed.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from enum import StrEnum

from criteria.merkle import grow, included
from friendlywifi.evidence.fault import EvidenceFault
from probes.records import ListRef, Record, Target, TargetList, encode


class Order(StrEnum):
    """Of the leaves."""

    NAME = "name"
    """Sorted by name, then by path."""
    FILE = "file"
    """As the lines of its file of names stand."""


class ListRoot(Record):
    """What is committed to of one list before the run."""

    id: str
    version: str
    digest: str
    """Of the list's file."""
    root: str
    """`sha256:`, Merkle root over its entries."""
    names: int
    order: Order = Order.NAME


class Member(Record):
    """An entry with its place in the tree and the way from there to the root."""

    target: Target
    number: int
    path: tuple[str, ...]
    """Base64, from the neighbour up."""


class ListProof(Record):
    """The file `lists/ID.json`: everything about a list but the names that were not drawn."""

    id: str
    version: str
    licence: str
    source: str
    origin: str
    ca: str | None
    digest: str
    root: str
    names: int
    order: Order = Order.NAME
    members: tuple[Member, ...]

    @property
    def promised(self) -> ListRoot:
        """What a commitment says of it."""
        return ListRoot(
            id=self.id,
            version=self.version,
            digest=self.digest,
            root=self.root,
            names=self.names,
            order=self.order,
        )

    @property
    def ref(self) -> ListRef:
        """What a run remembers of it."""
        return ListRef(
            id=self.id, version=self.version, origin=self.origin, digest=self.digest, names=self.names
        )

    def as_list(self) -> TargetList:
        """The list with the drawn entries alone: the same plan is drawn from it."""
        return TargetList(
            id=self.id,
            version=self.version,
            licence=self.licence,
            source=self.source,
            origin=self.origin,
            ca=self.ca,
            digest=self.digest,
            targets=tuple(member.target for member in self.members),
        )


def hex_root(root: bytes) -> str:
    return f"sha256:{root.hex()}"


def path_text(path: Iterable[bytes]) -> tuple[str, ...]:
    """Base64, from the neighbour up."""
    return tuple(base64.b64encode(item).decode("ascii") for item in path)


def _sorted(given: TargetList) -> tuple[Target, ...]:
    return tuple(sorted(given.targets, key=lambda item: (item.name, item.path)))


def root_of_list(given: TargetList) -> ListRoot:
    """The root of a list, in one pass over its entries."""
    grown = grow(encode(item) for item in _sorted(given))
    return ListRoot(
        id=given.id,
        version=given.version,
        digest=given.digest,
        root=hex_root(grown.root),
        names=grown.size,
    )


def prove(given: TargetList, drawn: Iterable[str]) -> ListProof:
    """The entries of these names with their paths; names that the list does not hold are left out."""
    wanted = frozenset(drawn)
    ordered = _sorted(given)
    numbers = tuple(number for number, item in enumerate(ordered) if item.name in wanted)
    grown = grow((encode(item) for item in ordered), prove=numbers)
    return ListProof(
        id=given.id,
        version=given.version,
        licence=given.licence,
        source=given.source,
        origin=given.origin,
        ca=given.ca,
        digest=given.digest,
        root=hex_root(grown.root),
        names=grown.size,
        members=tuple(
            Member(
                target=ordered[number],
                number=number,
                path=path_text(grown.paths[number]),
            )
            for number in numbers
        ),
    )


def require_members(proof: ListProof, *, file: str) -> None:
    """Every entry leads to the root. Raises `EvidenceFault` with the entry that does not."""
    try:
        root = bytes.fromhex(proof.root.removeprefix("sha256:"))
    except ValueError:
        raise EvidenceFault("it is no digest", file=file, where="root") from None
    for number, member in enumerate(proof.members):
        try:
            path = tuple(base64.b64decode(item, validate=True) for item in member.path)
        except ValueError:
            path = None
        if path is None or not included(
            leaf=encode(member.target), number=member.number, size=proof.names, path=path, root=root
        ):
            raise EvidenceFault(
                f"{member.target.name} is not shown to be in the list", file=file, where=f"members[{number}]"
            )
