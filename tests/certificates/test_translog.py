"""The tree against the definition of RFC 9162, word for word, for every size up to 200."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.records import Status
from certificates.signing import to_file
from certificates.translog import (
    EMPTY_ROOT,
    SALT_BYTES,
    Entry,
    Tree,
    entry_bytes,
    issued_entry,
    leaf_hash,
    status_entry,
    verify_consistency,
    verify_inclusion,
)
from probes.records import decode
from tests.certificates.cast import LATER, NOW, Office, proofs

MOST = 200
LEAVES = tuple(leaf_hash(str(number).encode()) for number in range(MOST))


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@cache
def mth(start: int, end: int) -> bytes:
    """MTH of RFC 9162, 2.1.1, recursively."""
    if end - start == 0:
        return h(b"")
    if end - start == 1:
        return h(b"\0" + str(start).encode())
    k = 1
    while k * 2 < end - start:
        k *= 2
    return h(b"\1" + mth(start, start + k) + mth(start + k, end))


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(LEAVES)


def test_the_root_of_every_size_is_that_of_the_recursive_definition(tree: Tree) -> None:
    grown = Tree()
    assert grown.root() == EMPTY_ROOT == mth(0, 0)
    for size in range(1, MOST + 1):
        assert grown.append(LEAVES[size - 1]) == size - 1
        assert grown.root() == tree.root(size) == mth(0, size)


def test_the_inclusion_proof_of_every_leaf_in_every_size_holds_and_of_no_other_leaf(tree: Tree) -> None:
    for size in range(1, MOST + 1):
        root = tree.root(size)
        for index in range(size):
            proof = tree.inclusion(index, size)
            given = {"index": index, "size": size, "proof": proof, "root": root}
            assert verify_inclusion(leaf=LEAVES[index], **given)
            assert not verify_inclusion(leaf=LEAVES[index - 1] if size > 1 else h(b"x"), **given)


def test_the_consistency_proof_of_every_pair_of_sizes_holds_and_of_no_other_root(tree: Tree) -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            given = {"old_size": old, "new_size": new, "proof": tree.consistency(old, new)}
            first, second = tree.root(old), tree.root(new)
            assert verify_consistency(old_root=first, new_root=second, **given)
            assert not verify_consistency(old_root=h(first), new_root=second, **given)
            assert not verify_consistency(old_root=first, new_root=h(second), **given)


@settings(max_examples=150)
@given(data=st.data(), size=st.integers(min_value=2, max_value=MOST))
def test_a_proof_that_was_changed_in_any_way_does_not_hold(
    tree: Tree, data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    proof = list(tree.inclusion(index, size))
    given = {"leaf": LEAVES[index], "index": index, "size": size, "root": tree.root(size)}
    place = data.draw(st.integers(min_value=0, max_value=len(proof) - 1))
    bit = data.draw(st.integers(min_value=0, max_value=255))
    flipped = bytearray(proof[place])
    flipped[bit // 8] ^= 1 << bit % 8
    for wrong in (
        [*proof[:place], bytes(flipped), *proof[place + 1 :]],
        proof[:place] + proof[place + 1 :],
        [*proof, proof[place]],
        [],
    ):
        assert not verify_inclusion(**given, proof=wrong)
    other = data.draw(st.integers(min_value=0, max_value=size - 1).filter(lambda item: item != index))
    assert not verify_inclusion(**{**given, "index": other}, proof=proof)
    assert not verify_inclusion(**{**given, "index": size}, proof=proof)


@settings(max_examples=150)
@given(data=st.data(), new=st.integers(min_value=2, max_value=MOST))
def test_a_consistency_proof_that_was_changed_does_not_hold(
    tree: Tree, data: st.DataObject, new: int
) -> None:
    old = data.draw(st.integers(min_value=1, max_value=new - 1))
    proof = list(tree.consistency(old, new))
    given = {"old_size": old, "old_root": tree.root(old), "new_size": new, "new_root": tree.root(new)}
    place = data.draw(st.integers(min_value=0, max_value=len(proof) - 1))
    for wrong in (
        [*proof[:place], h(proof[place]), *proof[place + 1 :]],
        proof[:place] + proof[place + 1 :],
        [*proof, proof[place]],
        [],
    ):
        assert not verify_consistency(**given, proof=wrong)
    assert not verify_consistency(**{**given, "old_size": 0}, proof=proof)
    assert not verify_consistency(**{**given, "new_size": old}, proof=proof)


@pytest.mark.parametrize("size", (-1, MOST + 1))
def test_a_size_that_the_log_does_not_have_is_refused(tree: Tree, size: int) -> None:
    for ask in (tree.root, lambda size: tree.inclusion(0, size), lambda size: tree.consistency(1, size)):
        with pytest.raises(ValueError, match="entries"):
            ask(size)
    with pytest.raises(ValueError, match="no entry"):
        tree.inclusion(5, 5)


# ------------------------------------------------------------------------------------------- entries


def test_an_entry_holds_no_name_and_its_hashes_tell_nothing_without_the_salt(office: Office) -> None:
    signed = office.issue()
    credential = proofs(signed).credential.encode()
    salts = [secrets.token_bytes(SALT_BYTES) for _ in range(2)]
    certificate = signed.certificate
    first, second = (
        issued_entry(
            number=certificate.number,
            status=Status.VALID,
            time=NOW,
            pdf=to_file(signed),
            credential=credential,
            salt=salt,
        )
        for salt in salts
    )
    assert first.pdf != second.pdf
    assert first.credential != second.credential
    assert hashlib.sha256(to_file(signed)).hexdigest() not in entry_bytes(first).decode()
    assert first.pdf == "sha256:" + hashlib.sha256(salts[0] + to_file(signed)).hexdigest()
    written = entry_bytes(first).decode()
    for word in (certificate.place, certificate.holder, certificate.evaluator, certificate.issuer.name):
        assert word not in written
    assert set(msgspec.json.decode(written)) == set(Entry.__struct_fields__)


def test_an_entry_of_a_change_says_which_certificate_became_what_and_when() -> None:
    entry = status_entry(number="FW-2026-000123", status=Status.SUSPENDED, time=LATER)
    assert entry_bytes(entry) == (
        b'{"credential":null,"kind":"status","number":"FW-2026-000123","pdf":null,'
        b'"schema":"friendlywifi/log-entry/1","status":"suspended","time":"2026-12-01T10:05:00Z"}'
    )
    assert decode(entry_bytes(entry), Entry) == entry


def test_an_issue_without_its_documents_or_a_change_with_some_is_no_entry() -> None:
    with pytest.raises(ValueError, match="exactly where it is of an issue"):
        Entry(kind="issued", number="FW-1", status=Status.VALID, time=NOW)
    with pytest.raises(ValueError, match="exactly where it is of an issue"):
        Entry(kind="status", number="FW-1", status=Status.VALID, time=NOW, pdf="sha256:" + "0" * 64)
    with pytest.raises(ValueError, match="a salt has 16 bytes"):
        issued_entry(number="FW-1", status=Status.VALID, time=NOW, pdf=b"", credential=b"", salt=b"short")
