from __future__ import annotations

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.dns.names import WireError, name_text, pack_name, read_name, unpack_labels

NAMES = st.lists(st.binary(min_size=1, max_size=63), max_size=4).filter(
    lambda labels: sum(map(len, labels)) + len(labels) < 255
)


@given(NAMES)
def test_a_name_of_any_octets_reads_as_dnspython_writes_it(labels: list[bytes]) -> None:
    name = dns.name.Name([*labels, b""])
    text = name_text(labels)
    assert text == name.to_text(omit_final_dot=True)
    assert pack_name(text) == name.to_wire()
    assert unpack_labels(pack_name(text), 0) == (labels, len(name.to_wire()))


@pytest.mark.parametrize(
    ("name", "wire"),
    (
        ("", b"\0"),
        (".", b"\0"),
        ("Example.COM.", b"\7Example\3COM\0"),
        (r"a\.b.c", b"\3a.b\1c\0"),
        (r"a\\.b", b"\2a\\\1b\0"),
        (r"\046\255", b"\2.\xff\0"),
        ("x" * 63, b"\x3f" + b"x" * 63 + b"\0"),
    ),
)
def test_a_name_is_packed_with_its_case_and_its_escapes(name: str, wire: bytes) -> None:
    assert pack_name(name) == wire


@pytest.mark.parametrize(
    "name",
    (
        "a..b",
        ".a",
        "a..",
        "x" * 64,
        ".".join(["x" * 63] * 4),
        "bücher.example",
        "\u212a.example",
        r"a\999.b",
        "a\\",
        r"a\..\.b" + "." * 2,
    ),
)
def test_a_name_that_dns_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(WireError):
        pack_name(name)


def test_the_longest_name_is_packed() -> None:
    name = ".".join(["x" * 63, "x" * 63, "x" * 63, "x" * 61])
    assert len(pack_name(name)) == 255
    with pytest.raises(WireError):
        pack_name(name + "x")


def test_names_are_read_in_lower_case_and_remembered() -> None:
    known: dict[int, str] = {}
    data = b"\3WwW\7eXample\0\xc0\0\xc0\4"
    assert read_name(data, 0, known) == ("www.example", 13)
    assert read_name(data, 13, known) == ("www.example", 15)
    assert read_name(data, 15, known) == ("example", 17)


@pytest.mark.parametrize(
    "data",
    (b"\xc0\0", b"\1a\xc0\0", b"\xc0\2\xc0\0", b"\1a\xc0\6\1b\0", b"\x40a\0", b"\x80a\0"),
    ids=["itself", "round", "forward and back", "forward", "reserved 01", "reserved 10"],
)
def test_a_pointer_that_does_not_lead_back_is_malformed(data: bytes) -> None:
    with pytest.raises(WireError):
        unpack_labels(data, 0)


def test_a_name_built_by_pointers_is_never_longer_than_a_name_may_be() -> None:
    one = b"\x3f" + b"x" * 63
    data = one * 3 + b"\0" + one + b"\xc0\0"
    with pytest.raises(WireError):
        unpack_labels(data, len(one) * 3 + 1)


def test_a_chain_of_pointers_is_followed_only_so_far() -> None:
    def chain(hops: int) -> bytes:
        return b"\0\0" + b"".join((0xC000 | 2 * hop).to_bytes(2, "big") for hop in range(hops))

    assert unpack_labels(chain(127), 2 * 127) == ([], 2 * 127 + 2)
    with pytest.raises(WireError):
        unpack_labels(chain(128), 2 * 128)
