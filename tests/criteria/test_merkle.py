from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.merkle import EMPTY, grow, included, leaf_hash, node_hash, root_of

# RFC 6962's test vectors, as certificate-transparency implementations share them.
LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def recursive(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(recursive(leaves[:k]), recursive(leaves[k:]))


def recursive_path(number: int, leaves: list[bytes]) -> tuple[bytes, ...]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return ()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if number < k:
        return (*recursive_path(number, leaves[:k]), recursive(leaves[k:]))
    return (*recursive_path(number - k, leaves[k:]), recursive(leaves[:k]))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert grow([]).root == EMPTY


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=6), min_size=1, max_size=70))
def test_root_and_paths_are_those_of_the_definition(leaves: list[bytes]) -> None:
    grown = grow(iter(leaves), prove=range(len(leaves) + 3))
    assert grown.root == recursive(leaves)
    assert set(grown.paths) == set(range(len(leaves)))
    for number, path in grown.paths.items():
        assert path == recursive_path(number, leaves)
        assert included(leaf=leaves[number], number=number, size=len(leaves), path=path, root=grown.root)


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=6), min_size=1, max_size=40), st.data())
def test_a_proof_holds_for_no_other_leaf_place_size_path_or_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(leaves) - 1))
    grown = grow(leaves, prove=[number])
    path, root, size = grown.paths[number], grown.root, len(leaves)
    leaf = leaves[number]
    assert not included(leaf=leaf + b"!", number=number, size=size, path=path, root=root)
    assert not included(leaf=leaf, number=number, size=size, path=(*path, root), root=root)
    assert not included(leaf=leaf, number=number, size=size, path=path, root=leaf_hash(root))
    assert not included(leaf=leaf, number=size, size=size, path=path, root=root)
    if path:
        assert not included(leaf=leaf, number=number, size=size, path=path[:-1], root=root)
        spoilt = (bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:])
        assert not included(leaf=leaf, number=number, size=size, path=spoilt, root=root)
    for other in range(size):
        if leaves[other] != leaf:
            assert not included(leaf=leaves[other], number=number, size=size, path=path, root=root)
            assert not included(leaf=leaf, number=other, size=size, path=path, root=root)
