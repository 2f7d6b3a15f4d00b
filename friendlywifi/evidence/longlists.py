"""What is drawn from a list that is too long to be held, and how is it shown later where it came from?

A first pass gives every name its lot and keeps the lowest; a second one finds what was kept again, with its
Merkle path. Both are made before the first packet, so that the promise binds the whole list, and the bundle
needs it no more. Memory grows with the sample and the logarithm of the list.
"""

from __future__ import annotations

from collections.abc import Sequence

from criteria.merkle import Growing
from criteria.plan import choose_targets
from criteria.standard import Standard
from criteria.suffixes import Suffixes
from friendlywifi.evidence.listproofs import ListProof, Member, Order, hex_root, path_text
from probes.records import Plan, Target, TargetList, encode
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault


def sift(
    streams: Sequence[TargetStream],
    *,
    standard: Standard,
    lists: tuple[TargetList, ...],
    seed: str,
    second_of: Plan | None = None,
    suffixes: Suffixes | None = None,
) -> tuple[ListProof, ...]:
    """Of each list the names that are drawn, proven; the plan is drawn from them as from the whole lists.

    Raises `TomlFault` where a line is no name or a list changes while it is read, `OSError` where it cannot
    be read, `PlanFault` where the lists contradict each other.
    """
    if not streams:
        return ()
    chosen = choose_targets(
        standard=standard,
        lists=lists,
        seed=seed,
        streams=streams,
        second_of=second_of,
        suffixes=suffixes,
    )
    wanted = frozenset(item.name for item in chosen)
    return tuple(_proof(item, wanted) for item in streams)


def _proof(stream: TargetStream, wanted: frozenset[str]) -> ListProof:
    before = stream.ref
    growing, found = Growing(), dict[str, tuple[int, Target]]()
    for target in stream:
        # A name that is repeated is proven where it stands first.
        first = target.name in wanted and target.name not in found
        if first:
            found[target.name] = (growing.size, target)
        growing.add(encode(target), prove=first)
    if stream.ref is None or stream.ref != before:
        raise TomlFault("the list changed while it was read", source=str(stream.path), line=None)
    grown, head = growing.grown(), stream.head
    return ListProof(
        id=head.id,
        version=head.version,
        licence=head.licence,
        source=head.source,
        origin=head.origin,
        ca=head.ca,
        digest=stream.ref.digest,
        root=hex_root(grown.root),
        names=grown.size,
        order=Order.FILE,
        members=tuple(
            Member(target=target, number=number, path=path_text(grown.paths[number]))
            for number, target in found.values()
        ),
    )
