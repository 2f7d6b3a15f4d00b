"""The log as files for any web server (C2SP tlog-tiles): nothing of it is ever computed for a reader.

A tile holds 256 hashes of one level in steps of eight; the last one of a level may be partial and is then
named by its width. Entry bundles hold what was hashed. Full tiles never change, and may be cached for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from certificates.translog import Tree, leaf_hash

WIDTH = 256
HEIGHT = 8


def tiles(entries: Sequence[bytes]) -> Mapping[str, bytes]:
    """Path → bytes of every tile and bundle of a log; the checkpoint is beside them.

    `entries`: those of `translog.entry_bytes`, in their order.
    """
    tree = Tree(leaf_hash(entry) for entry in entries)
    files: dict[str, bytes] = {}
    for level in range(_levels(len(entries))):
        count = len(entries) >> (HEIGHT * level)
        for index, start, width in _pieces(count):
            hashes = (tree.node(HEIGHT * level, start + place) for place in range(width))
            files[f"tile/{level}/{_path(index, width)}"] = b"".join(hashes)
    for index, start, width in _pieces(len(entries)):
        files[f"tile/entries/{_path(index, width)}"] = b"".join(
            len(entry).to_bytes(2) + entry for entry in entries[start : start + width]
        )
    return files


def _levels(size: int) -> int:
    levels = 0
    while size:
        levels, size = levels + 1, size >> HEIGHT
    return levels


def _pieces(count: int) -> Iterator[tuple[int, int, int]]:
    """Number, first place and width of each tile of a level."""
    for index, start in enumerate(range(0, count, WIDTH)):
        yield index, start, min(WIDTH, count - start)


def _path(index: int, width: int) -> str:
    """1234067 is `x001/x234/067`; a partial tile of 5 ends in `.p/5`."""
    digits = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        digits = f"x{index % 1000:03}/{digits}"
    return digits if width == WIDTH else f"{digits}.p/{width}"
