"""The quick reader says what the whole one says; whatever it cannot read it leaves to it."""

from __future__ import annotations

from ipaddress import ip_address

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.bogon import is_bogon
from probes.sweep.readings import MALFORMED, TRUNCATED, Odd, Reader, Reading, Told

NAME = "a.example"


def answered(
    *addresses: str,
    rcode: int = 0,
    ede: int | None = None,
    opt: bool = True,
    alias: str | None = None,
    kind: str = "A",
) -> tuple[bytes, int]:
    """A message by dnspython, and the offset behind its question."""
    query = dns.message.make_query(NAME, kind, use_edns=0 if opt else False)
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.Rcode(rcode))
    if alias:
        reply.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "CNAME", f"{alias}."))
    for address in addresses:
        rrtype = "AAAA" if ":" in address else "A"
        reply.answer.append(dns.rrset.from_text(f"{alias or NAME}.", 60, "IN", rrtype, address))
    if ede is not None:
        reply.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode(ede), "blocked")])
    wire = reply.to_wire()
    return wire, 12 + len(NAME) + 2 + 4


def test_a_public_address_is_read_and_kept_beside_the_reading() -> None:
    wire, end = answered("93.184.216.34")
    assert Reader().read(wire, end) == (Reading(0, public=True), ("93.184.216.34",))


def test_all_names_with_public_addresses_share_one_reading() -> None:
    reader = Reader()
    first, second = reader.read(*answered("93.184.216.34")), reader.read(*answered("1.1.1.1", "1.0.0.1"))
    assert first[0] is second[0]


@pytest.mark.parametrize(
    "address", ("0.0.0.0", "127.0.0.1", "10.1.2.3", "100.64.0.1", "::", "::1", "fe80::1")
)
def test_an_address_of_no_public_place_is_part_of_the_reading(address: str) -> None:
    told, public = Reader().read(*answered(address))
    assert told == Reading(0, (address,))
    assert public == ()


def test_a_watched_address_is_part_of_the_reading_although_it_is_public() -> None:
    told, public = Reader(watched=["93.184.216.34"]).read(*answered("93.184.216.34"))
    assert told == Reading(0, ("93.184.216.34",))
    assert public == ()


def test_the_name_of_a_block_page_is_noticed_behind_an_alias() -> None:
    told, public = Reader(aliases=["page.filter.example"]).read(
        *answered("93.184.216.34", alias="page.filter.example")
    )
    assert told == Reading(0, public=True, aliases=("page.filter.example",))
    assert public == ("93.184.216.34",)


@pytest.mark.parametrize("rcode", (2, 3, 5))
def test_a_denial_is_read_with_its_extended_error(rcode: int) -> None:
    told, _ = Reader().read(*answered(rcode=rcode, ede=15))
    assert isinstance(told, Reading)
    assert told.rcode == rcode
    assert [(item.code, item.text) for item in told.ede] == [(15, "blocked")]


def test_an_answer_of_another_kind_of_failure_is_odd() -> None:
    assert Reader().read(*answered(rcode=4))[0] == Odd("failing")


def test_an_upper_bit_of_the_code_is_not_lost() -> None:
    query = dns.message.make_query(NAME, "A", use_edns=0)
    reply = dns.message.make_response(query)
    reply.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "A", "93.184.216.34"))
    reply.set_rcode(dns.rcode.BADVERS)
    wire = reply.to_wire()
    assert Reader().read(wire, 12 + len(NAME) + 2 + 4)[0] == Odd("failing")


def test_a_truncated_answer_is_left_to_the_slow_way() -> None:
    wire, end = answered("93.184.216.34")
    cut = wire[:2] + bytes((wire[2] | 0x02,)) + wire[3:]
    assert Reader().read(cut, end)[0] is TRUNCATED


def test_an_answer_with_two_questions_is_no_answer() -> None:
    wire, end = answered("93.184.216.34")
    assert Reader().read(wire[:5] + b"\2" + wire[6:], end)[0] is MALFORMED


def test_what_is_remembered_does_not_grow_without_bound() -> None:
    reader = Reader()
    for number in range(4_300):
        reader.read(*answered(f"10.{number >> 8 & 255}.{number & 255}.1"))
    assert len(reader.known) <= 4096
    assert len(reader._kept) <= 4096


def quickly(reader: Reader, wire: bytes, end: int) -> Told:
    """As a line of a sweep reads: from what is known of such octets, if anything is."""
    return reader.known.get(wire[2:12] + wire[end:]) or reader.read(wire, end)


def behind_an_alias(question: str) -> tuple[bytes, int]:
    """An answer without addresses, whose alias `page.…` ends in the question's own last two labels."""
    packed = b"".join(bytes([len(label)]) + label.encode() for label in question.split("."))
    end = 12 + len(packed) + 5
    first = 1 + question.index(".")
    target = b"\4page" + bytes((0xC0, 12 + first))
    wire = bytes.fromhex("0001 8180 0001 0001 0000 0000") + packed + b"\0\0\1\0\1"
    return wire + b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0" + bytes([len(target)]) + target, end


def test_an_alias_that_is_written_in_the_words_of_its_question_is_not_kept_for_another_question() -> None:
    reader = Reader(aliases=["page.filter.example"])
    blocked, other, again = (
        quickly(reader, *behind_an_alias(name))
        for name in ("a.filter.example", "b.flower.example", "c.filter.example")
    )
    assert blocked[0] == Reading(0, aliases=("page.filter.example",))
    assert other[0] == Reading(0)
    assert again[0] is blocked[0]


@pytest.mark.parametrize("question", ("a.filter.example", "a.much.longer.name.example"))
@pytest.mark.parametrize(
    "answer",
    (
        answered("93.184.216.34"),
        answered("0.0.0.0"),
        answered("93.184.216.34", "10.0.0.1"),
        answered(rcode=3, ede=15),
        answered("2001:4860:4860::8888", kind="AAAA"),
        answered(alias="page.filter.example"),
        answered("93.184.216.34", alias="page.filter.example"),
    ),
)
def test_what_is_kept_of_one_answer_is_true_of_the_same_octets_behind_any_question(
    answer: tuple[bytes, int], question: str
) -> None:
    wire, end = answer
    packed = b"".join(bytes([len(label)]) + label.encode() for label in question.split("."))
    other = wire[:12] + packed + wire[end - 5 : end] + wire[end:], 12 + len(packed) + 5
    reader = Reader(aliases=["page.filter.example"])
    quickly(reader, wire, end)
    assert quickly(reader, *other) == Reader(aliases=["page.filter.example"]).read(*other)


addresses = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.sampled_from(
        ("0.0.0.0", "127.0.0.1", "192.168.1.1", "2001:db8::1", "64:ff9b::102:304", "::ffff:1.2.3.4")
    ),
)


@given(st.lists(addresses, max_size=4), st.booleans())
def test_no_place_where_no_public_name_can_be_is_ever_taken_for_a_public_one(
    given_: list[str],
    opt: bool,  # noqa: FBT001 - generated
) -> None:
    told, public = Reader().read(*answered(*given_, opt=opt))
    assert isinstance(told, Reading)
    assert not [address for address in public if is_bogon(address)]
    assert told.public == bool(public)
    assert {ip_address(a) for a in (*told.addresses, *public)} == {ip_address(a) for a in given_}


@pytest.mark.parametrize(
    "address", ("192.0.66.96", "198.51.200.1", "2001:4860:4860::8888", "64:ff9b::808:808")
)
def test_a_public_address_that_lies_near_a_special_place_is_public(address: str) -> None:
    assert Reader().read(*answered(address)) == (Reading(0, public=True), (address,))


def test_an_address_of_an_emulated_hotspot_is_public_there() -> None:
    assert Reader(mapped=["192.0.2.7"]).read(*answered("192.0.2.7"))[0] == Reading(0, public=True)


@given(st.binary(max_size=120))
def test_whatever_comes_is_read_or_odd(rest: bytes) -> None:
    wire, end = answered()
    told, public = Reader().read(wire[:end] + rest, end)
    assert isinstance(told, (Reading, Odd))
    assert all(isinstance(item, str) for item in public)


@given(st.binary(min_size=10, max_size=10), st.binary(max_size=60))
def test_any_header_is_read_or_odd(header: bytes, rest: bytes) -> None:
    wire, end = answered()
    assert isinstance(Reader().read(wire[:2] + header + wire[12:end] + rest, end)[0], (Reading, Odd))


def bound(*records: str) -> tuple[bytes, int]:
    """An answer of type HTTPS."""
    reply = dns.message.make_response(dns.message.make_query(NAME, "HTTPS", use_edns=0))
    reply.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "HTTPS", *records))
    return reply.to_wire(), 12 + len(NAME) + 2 + 4


@pytest.mark.parametrize(
    ("record", "reading", "public"),
    (
        ("1 . alpn=h3 ipv4hint=93.184.216.34", Reading(0, public=True), ("93.184.216.34",)),
        ("1 . ipv6hint=2606:2800::1", Reading(0, public=True), ("2606:2800::1",)),
        ("1 . ipv4hint=0.0.0.0", Reading(0, ("0.0.0.0",)), ()),
        ("1 . alpn=h3", Reading(0), ()),
        ('1 . alpn="ipv4hint=9.9.9.9" ', Reading(0), ()),
        ("0 other.example.", Reading(0, elsewhere=True), ()),
        ("1 other.example. alpn=h2", Reading(0, elsewhere=True), ()),
    ),
)
def test_of_a_service_binding_the_addresses_count(
    record: str, reading: Reading, public: tuple[str, ...]
) -> None:
    assert Reader().read(*bound(record)) == (reading, public)
