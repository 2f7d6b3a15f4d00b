from __future__ import annotations

import pytest

from certificates.tiles import tiles
from certificates.translog import Tree, leaf_hash


def log(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(size)]


@pytest.mark.parametrize(
    ("size", "paths"),
    (
        (0, set()),
        (1, {"tile/0/000.p/1", "tile/entries/000.p/1"}),
        (256, {"tile/0/000", "tile/1/000.p/1", "tile/entries/000"}),
        (
            300,
            {
                "tile/0/000",
                "tile/0/001.p/44",
                "tile/1/000.p/1",
                "tile/entries/000",
                "tile/entries/001.p/44",
            },
        ),
    ),
)
def test_a_log_has_exactly_the_tiles_of_its_size(size: int, paths: set[str]) -> None:
    assert set(tiles(log(size))) == paths


def test_a_tile_is_the_hashes_of_its_leaves_and_a_bundle_the_entries_with_their_lengths() -> None:
    entries = log(300)
    files = tiles(entries)
    assert files["tile/0/001.p/44"] == b"".join(leaf_hash(entry) for entry in entries[256:])
    assert files["tile/1/000.p/1"] == Tree(leaf_hash(entry) for entry in entries[:256]).root()
    assert files["tile/entries/001.p/44"].startswith(b"\0\x09entry 256\0\x09entry 257")


def test_full_tiles_never_change_as_the_log_grows() -> None:
    before, after = tiles(log(520)), tiles(log(900))
    full = {path for path in before if ".p/" not in path}
    assert len(full) == 4
    assert all(before[path] == after[path] for path in full)


def test_a_large_log_has_paths_of_three_digits_and_three_levels() -> None:
    files = tiles([b"x"] * 257_000)
    assert "tile/0/x001/003.p/232" in files
    assert "tile/1/003.p/235" in files
    assert "tile/2/000.p/3" in files
    assert "tile/entries/x001/003.p/232" in files
