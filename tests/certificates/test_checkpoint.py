from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.checkpoint import CheckpointFault, Cosignature, cosign, read_checkpoint, write_checkpoint
from certificates.keys import key_from_seed
from certificates.translog import Tree, leaf_hash
from tests.certificates.cast import LATER

ORIGIN = "register.example/log"
KEY, OLD, WITNESS, STRANGER = (key_from_seed(letter * 32) for letter in (b"k", b"o", b"w", b"s"))
ROOT = Tree((leaf_hash(b"one"), leaf_hash(b"two"))).root()
NOTE = write_checkpoint(origin=ORIGIN, size=2, root=ROOT, key=KEY)
KEYS = (OLD.public_key(), KEY.public_key())
WITNESSES = {"witness.example": WITNESS.public_key()}


def test_a_checkpoint_says_origin_size_and_root_on_three_lines() -> None:
    assert NOTE.split("\n")[:4] == [ORIGIN, "2", base64.b64encode(ROOT).decode(), ""]
    found = read_checkpoint(NOTE, origin=ORIGIN, keys=KEYS)
    assert (found.origin, found.size, found.root, found.witnesses) == (ORIGIN, 2, ROOT, ())
    assert write_checkpoint(origin=ORIGIN, size=2, root=ROOT, key=KEY) == NOTE


def test_a_witness_adds_its_line_and_nothing_else_changes() -> None:
    seen = cosign(NOTE, name="witness.example", time=LATER, key=WITNESS)
    assert seen.startswith(NOTE)
    found = read_checkpoint(seen, origin=ORIGIN, keys=KEYS, witnesses=WITNESSES)
    assert found.witnesses == (Cosignature(name="witness.example", time=LATER),)
    # Whoever does not know the witness reads the same state.
    assert read_checkpoint(seen, origin=ORIGIN, keys=KEYS).witnesses == ()


def test_a_witness_alone_is_no_log() -> None:
    alone = NOTE.partition("\n\n")[0] + "\n\n"
    with pytest.raises(CheckpointFault, match="no signed note"):
        cosign(alone, name="witness.example", time=LATER, key=WITNESS)
    seen = cosign(NOTE, name="witness.example", time=LATER, key=WITNESS)
    lines = seen.splitlines(keepends=True)
    with pytest.raises(CheckpointFault, match="not signed by its log"):
        read_checkpoint("".join((*lines[:4], lines[-1])), origin=ORIGIN, keys=KEYS, witnesses=WITNESSES)


def test_a_line_of_a_stranger_is_passed_over_and_a_false_one_of_a_known_key_is_not() -> None:
    other = cosign(NOTE, name="stranger.example", time=LATER, key=STRANGER)
    assert read_checkpoint(other, origin=ORIGIN, keys=KEYS, witnesses=WITNESSES).witnesses == ()
    seen = cosign(NOTE, name="witness.example", time=LATER, key=WITNESS)
    line = seen.splitlines()[-1]
    data = bytearray(base64.b64decode(line.split()[-1]))
    for place in (4, 11, 12, len(data) - 1):  # the time, and both ends of the signature
        changed = bytearray(data)
        changed[place] ^= 1
        false = seen.replace(line.split()[-1], base64.b64encode(bytes(changed)).decode())
        with pytest.raises(CheckpointFault, match="does not hold"):
            read_checkpoint(false, origin=ORIGIN, keys=KEYS, witnesses=WITNESSES)


def test_no_changed_letter_of_a_checkpoint_is_overlooked() -> None:
    for place in range(len(NOTE)):
        for letter in ("A", "0", "\n", "\u2014"):
            if NOTE[place] != letter:
                changed = NOTE[:place] + letter + NOTE[place + 1 :]
                with pytest.raises(CheckpointFault):
                    read_checkpoint(changed, origin=ORIGIN, keys=KEYS)


@pytest.mark.parametrize(
    "wrong",
    (
        NOTE + "\n",
        NOTE[:-1],
        NOTE.replace("\n2\n", "\n02\n"),
        NOTE.replace("\n2\n", "\n+2\n"),
        NOTE.replace("\n2\n", "\n2\nmore\n"),
        "",
        "\n\n",
    ),
)
def test_another_form_is_no_checkpoint(wrong: str) -> None:
    with pytest.raises(CheckpointFault):
        read_checkpoint(wrong, origin=ORIGIN, keys=KEYS)


def test_a_checkpoint_of_another_log_or_key_is_refused() -> None:
    with pytest.raises(CheckpointFault, match="of this log"):
        read_checkpoint(NOTE, origin="other.example/log", keys=KEYS)
    with pytest.raises(CheckpointFault, match="not signed by its log"):
        read_checkpoint(NOTE, origin=ORIGIN, keys=(STRANGER.public_key(),))


def test_an_origin_that_a_note_cannot_hold_is_refused() -> None:
    for origin in ("two words", "a+b", "", "a\nb"):
        with pytest.raises(ValueError, match="origin"):
            write_checkpoint(origin=origin, size=0, root=ROOT, key=KEY)


def test_a_witness_with_an_impossible_time_is_a_fault() -> None:
    seen = cosign(NOTE, name="witness.example", time=datetime(2500, 1, 1, tzinfo=UTC), key=WITNESS)
    assert read_checkpoint(seen, origin=ORIGIN, keys=KEYS, witnesses=WITNESSES).witnesses[0].time.year == 2500


@settings(max_examples=100)
@given(st.text(max_size=200) | st.lists(st.text(max_size=40), max_size=6).map("\n".join))
def test_whatever_the_text_is_it_is_a_checkpoint_or_a_fault(junk: str) -> None:
    for text in (junk, NOTE + junk, f"{ORIGIN}\n{junk}\n\n{junk}\n"):
        if text == NOTE:
            continue
        with pytest.raises(CheckpointFault):
            read_checkpoint(text, origin=ORIGIN, keys=(STRANGER.public_key(),), witnesses=WITNESSES)
