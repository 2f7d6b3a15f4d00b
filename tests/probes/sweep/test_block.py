"""A block asks each name by each type once, with canaries between them; names are packed as everywhere."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probes.dns.names import WireError, pack_name
from probes.sweep.block import CANARY_EVERY, Canary, make_block
from probes.sweep.packing import pack_names

CANARIES = tuple(Canary(f"good{number}.example", "A") for number in range(3))
TYPES = {"A": b"\0\1", "AAAA": b"\0\x1c", "HTTPS": b"\0\x41"}


@given(
    st.integers(0, 5),
    st.integers(0, 130),
    st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=3, unique=True),
    st.integers(0, 3),
)
def test_every_question_is_that_of_its_subject(
    number: int, count: int, types: list[str], canaries: int
) -> None:
    names = [f"name{at}.of.example" for at in range(count)]
    block = make_block(number, names, types, CANARIES[:canaries])
    assert len(block.questions) == len(block.subjects)
    for slot, question in enumerate(block.questions):
        name, kind = block.subject(slot)
        assert question == pack_name(name) + TYPES[kind] + b"\0\1"
    assert [item for item in block.subjects if item >= 0] == list(range(count * len(types)))
    between = [slot for slot, item in enumerate(block.subjects) if item < 0]
    if canaries:
        assert (between[0], between[-1]) == (0, len(block.subjects) - 1)
        assert all(after - before <= CANARY_EVERY + 1 for before, after in pairwise(between))
    else:
        assert not between


def test_all_canaries_ride_in_turn_and_each_block_begins_with_another_one() -> None:
    names = [f"name{at}.example" for at in range(4 * CANARY_EVERY)]
    first = [make_block(number, names, ("A",), CANARIES).subject(0)[0] for number in range(4)]
    assert first == ["good0.example", "good1.example", "good2.example", "good0.example"]
    block = make_block(0, names, ("A",), CANARIES)
    riding = [block.subject(slot)[0] for slot, item in enumerate(block.subjects) if item < 0]
    assert riding == [f"good{at % 3}.example" for at in range(5)]


@given(st.lists(st.text(alphabet="aZ0-_.\\\\é*", max_size=9), max_size=5))
@example(["\\..0", "a.\\..b"])
@example(["a..", "a.", "a", ".", "", "a.b", "b.a.b"])
@example([f"{'a' * 63}.example", f"{'a' * 64}.example"])
@example([".".join(["a" * 49] * 5), ".".join(["a" * 50] * 5), f"b.{'.'.join(['a' * 49] * 5)}ab"])
def test_names_are_packed_together_as_one_by_one(names: list[str]) -> None:
    try:
        expected = [pack_name(name) for name in names]
    except WireError:
        with pytest.raises(WireError):
            pack_names(names)
    else:
        assert pack_names(names) == expected
