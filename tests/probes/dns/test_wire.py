from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.dns import names, wire
from probes.dns.wire import Message, WireError, build_query, parse
from probes.records import Ede, Rr

# ------------------------------------------------------------------------------- messages by dnspython

LABELS = st.one_of(st.from_regex(rb"[A-Za-z0-9_-]{1,12}", fullmatch=True), st.binary(min_size=1, max_size=20))
NAMES = st.lists(LABELS, max_size=4).map(lambda labels: dns.name.Name([*labels, b""]))
V4 = st.ip_addresses(v=4).map(str)
V6 = st.ip_addresses(v=6).map(str)
U16 = st.integers(0, 65535)
U31 = st.integers(0, (1 << 31) - 1)
TEXTS = st.lists(st.binary(max_size=40), min_size=1, max_size=3)


def _rdata(kind: str, *values: object) -> dns.rdata.Rdata:
    number = dns.rdatatype.from_text(kind)
    made = dns.rdata.get_rdata_class(dns.rdataclass.IN, number)(dns.rdataclass.IN, number, *values)
    assert isinstance(made, dns.rdata.Rdata)
    return made


def _service(kind: str, target: str, words: list[str]) -> dns.rdata.Rdata:
    return dns.rdata.from_text("IN", kind, f"1 {target} " + " ".join(words))


SERVICE_WORDS = st.tuples(
    st.sampled_from(["", "mandatory=alpn", "mandatory=alpn,key999"]),
    st.sampled_from(['alpn="h2,h3"', r'alpn="a\\,b,c\\\\d"']),
    st.sampled_from(["", "no-default-alpn"]),
    st.builds(lambda port: f"port={port}", U16),
    st.builds(lambda address: f"ipv4hint={address}", V4),
    st.builds(lambda address: f"ipv6hint={address}", V6),
    st.sampled_from(["", 'dohpath="/dns-query{?dns}"']),
    st.just('key999="\\001x"'),
).map(lambda words: [word for word in words if word])

RDATA = st.one_of(
    st.builds(lambda address: _rdata("A", address), V4),
    st.builds(lambda address: _rdata("AAAA", address), V6),
    st.builds(_rdata, st.sampled_from(["CNAME", "NS", "PTR", "DNAME"]), NAMES),
    st.builds(_rdata, st.just("SOA"), NAMES, NAMES, U31, U31, U31, U31, U31),
    st.builds(_rdata, st.just("MX"), U16, NAMES),
    st.builds(_rdata, st.just("TXT"), TEXTS),
    st.builds(
        _service, st.sampled_from(["SVCB", "HTTPS"]), st.sampled_from([".", "Svc.Example."]), SERVICE_WORDS
    ),
    st.builds(
        lambda number, data: dns.rdata.GenericRdata(
            dns.rdataclass.IN, dns.rdatatype.RdataType.make(number), data
        ),
        st.integers(65280, 65534),
        st.binary(max_size=60),
    ),
)
RECORDS = st.lists(st.tuples(NAMES, U31, RDATA), max_size=4)
ERRORS = st.lists(
    st.tuples(U16, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)),
    max_size=2,
)


@st.composite
def messages(draw: st.DrawFn) -> dns.message.Message:
    query = dns.message.make_query(
        draw(NAMES), draw(st.sampled_from(["A", "AAAA", "HTTPS"])), use_edns=False, id=draw(U16)
    )
    message = dns.message.make_response(query)
    message.flags |= draw(st.sampled_from([0, dns.flags.RA, dns.flags.AA | dns.flags.AD, dns.flags.CD]))
    edns = draw(st.booleans())
    if edns:
        options = [dns.edns.EDEOption(code, text) for code, text in draw(ERRORS)]
        message.use_edns(
            0,
            payload=draw(U16),
            options=[dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"8 octets"), *options],
        )
    message.set_rcode(dns.rcode.Rcode(draw(st.integers(0, 4095 if edns else 15))))
    for section in (message.answer, message.authority, message.additional):
        for name, ttl, rdata in draw(RECORDS):
            section.append(dns.rrset.from_rdata(name, ttl, rdata))
    return message


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _data(rdata: dns.rdata.Rdata) -> str:
    """What dnspython says, in the form of a `Rr`."""
    kind = dns.rdatatype.to_text(rdata.rdtype)
    if isinstance(rdata, dns.rdata.GenericRdata):
        return f"\\# {len(rdata.data)} {rdata.data.hex()}".rstrip()
    if kind in ("CNAME", "NS", "PTR", "DNAME"):
        return _text(rdata.target)
    if kind == "MX":
        return f"{rdata.preference} {_text(rdata.exchange)}"
    if kind == "SOA":
        numbers = (rdata.serial, rdata.refresh, rdata.retry, rdata.expire, rdata.minimum)
        return " ".join([_text(rdata.mname), _text(rdata.rname), *map(str, numbers)])
    if kind in ("SVCB", "HTTPS"):
        priority, target, rest = str(rdata.to_text()).split(" ", 2)
        return f"{priority} {target.lower().removesuffix('.') or '.'} {rest}"
    return str(rdata.to_text())


def _records(section: list[dns.rrset.RRset]) -> Iterator[Rr]:
    for rrset in section:
        for rdata in rrset:
            yield Rr(
                name=_text(rrset.name),
                type=dns.rdatatype.to_text(rrset.rdtype),
                ttl=rrset.ttl,
                data=_data(rdata),
            )


@given(messages())
@settings(max_examples=150)
def test_a_message_says_the_same_as_dnspython_says(message: dns.message.Message) -> None:
    data = message.to_wire(max_size=65535)
    oracle = dns.message.from_wire(data, one_rr_per_rrset=True)
    parsed = parse(data)
    assert parsed == Message(
        id=oracle.id,
        flags=int(oracle.flags),
        rcode=int(oracle.rcode()),
        question=wire.Question(
            name=oracle.question[0].name.to_text(omit_final_dot=True),
            type=int(oracle.question[0].rdtype),
            rrclass=1,
        ),
        answers=tuple(_records(oracle.answer)),
        authority=tuple(_records(oracle.authority)),
        edns=oracle.payload if oracle.edns >= 0 else None,
        ede=tuple(
            Ede(code=int(error.code), text=(error.text or "").rstrip("\0"))
            for error in oracle.extended_errors()
        ),
    )
    assert parsed.response
    assert " ".join(parsed.flag_names).upper() in dns.flags.to_text(oracle.flags).replace("QR ", "")


@given(messages(), st.integers(0, 60), st.integers(0, 255))
@settings(max_examples=150)
def test_whoever_knows_the_question_reads_the_same(
    message: dns.message.Message, place: int, octet: int
) -> None:
    data = message.to_wire(max_size=65535)
    question = parse(data).question
    assert question is not None
    _, end = names.unpack_labels(data, 12)
    section = wire.Section(data[12 : end + 4], question, question.name.lower())
    assert parse(data, section) == parse(data)
    assert parse(data, section).question is question
    changed = bytearray(data)
    changed[12 + place % (len(data) - 12)] = octet
    assert _read(bytes(changed), section) == _read(bytes(changed), None)


def _read(data: bytes, section: wire.Section | None) -> Message | None:
    try:
        return parse(data, section)
    except WireError:
        return None


@given(
    name=NAMES,
    rrtype=st.sampled_from(["A", "AAAA", "TXT", "HTTPS", "TYPE65280"]),
    number=U16,
    payload=st.one_of(st.none(), st.integers(512, 65535)),
    dnssec_ok=st.booleans(),
)
def test_a_query_reads_in_dnspython_as_it_was_meant(
    name: dns.name.Name, rrtype: str, number: int, payload: int | None, *, dnssec_ok: bool
) -> None:
    data = build_query(
        name.to_text(omit_final_dot=True), rrtype, id=number, payload=payload, dnssec_ok=dnssec_ok
    )
    query = dns.message.from_wire(data)
    assert query.id == number
    assert query.flags == dns.flags.RD
    assert query.question[0].name.labels == name.labels
    assert dns.rdatatype.to_text(query.question[0].rdtype) == rrtype
    assert (query.edns, query.payload) == ((-1, 0) if payload is None else (0, payload))
    assert bool(query.ednsflags & dns.flags.DO) == (dnssec_ok and payload is not None)
    assert query.to_wire() == data


def test_a_query_for_the_chaos_class_is_one() -> None:
    query = dns.message.from_wire(build_query("id.server", "TXT", id=1, rrclass=wire.CH))
    assert query.question[0].rdclass == dns.rdataclass.CH


@pytest.mark.parametrize("rrtype", ("", "a", "TYPE", "TYPE65536", "TYPE-1", "NONSENSE"))
def test_an_unknown_type_is_refused(rrtype: str) -> None:
    with pytest.raises(ValueError, match="no record type"):
        build_query("example.com", rrtype, id=1)


# ------------------------------------------------------------------------------------ what is malformed


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(messages()).to_wire(max_size=65535))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = draw(st.integers(at, min(len(data), at + 8)))
        data[at:end] = draw(st.binary(max_size=8))
    return bytes(data)


@given(st.one_of(damaged(), st.binary(max_size=200), st.binary(max_size=80).map(lambda tail: HEAD + tail)))
@settings(max_examples=300)
def test_no_octets_whatsoever_raise_anything_but_a_wire_error(data: bytes) -> None:
    try:
        message = parse(data)
    except WireError:
        return
    assert isinstance(message, Message)


HEAD = b"\x12\x34\x81\x80\0\1\0\1\0\1\0\1\1a\0\0\1\0\1"


@given(messages(), st.data())
@settings(max_examples=50)
def test_a_message_cut_short_is_malformed(message: dns.message.Message, data: st.DataObject) -> None:
    whole = message.to_wire(max_size=65535)
    at = data.draw(st.integers(0, len(whole) - 1))
    try:
        cut = parse(whole[:at])
    except WireError:
        return
    # Only the additional section may break off, and what stands before it is kept.
    assert not cut.whole
    assert cut.answers == parse(whole).answers
    assert cut.authority == parse(whole).authority


def _worst() -> Iterator[bytes]:
    """Messages of the greatest length, made to be slow."""
    head = b"\0\1\x81\x80\0\0\xff\xff\0\0\0\0"
    # One name of 127 labels, then nothing but pointers to its start, through a chain of pointers.
    name = b"\1x" * 126 + b"\0"
    record = name + b"\xff\x00\0\1\0\0\0\0"
    hops = 120
    chain = b"\xc0\x0c" + b"".join(
        (0xC000 | 12 + len(record) + 2 + 2 * hop).to_bytes(2, "big") for hop in range(hops - 1)
    )
    first = record + len(chain).to_bytes(2, "big") + chain
    last = (0xC000 | 12 + len(first) - 2).to_bytes(2, "big")
    # Each name is a new one, so that remembering helps nothing.
    again = b"\0" + last + b"\xff\x01\0\1\0\0\0\0\0\0"
    yield head + first + again[1:] * ((65535 - 12 - len(first)) // (len(again) - 1))
    alias = b"\0\0\5\0\1\0\0\0\0\0\2" + last
    yield head + first + alias * ((65535 - 12 - len(first)) // len(alias))
    yield head + b"\0\0\1\0\1\0\0\0\0\0\4abcd" * 4368
    yield b"\0\1\x81\x80\0\0\xff\xff\xff\xff\xff\xff"
    yield b"\xc0\x0c" * 32767
    option = b"\0\x0f\0\2\0\x11"
    opts = option * 10900
    yield b"\0\1\x81\x80\0\0\0\0\0\0\0\1\0\0\x29\4\xd0\0\0\0\0" + len(opts).to_bytes(2, "big") + opts


@pytest.mark.parametrize(
    "data", list(_worst()), ids=["names", "aliases", "a", "counts", "pointers", "options"]
)
def test_the_slowest_message_is_read_quickly(data: bytes) -> None:
    assert len(data) <= 65535
    began = time.process_time()
    with contextlib.suppress(WireError):
        parse(data)
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    "data",
    (
        b"",
        b"\0",
        b"\0" * 11,
        HEAD,
        b"\0\1\x81\x80\0\2\0\0\0\0\0\0\1a\0\0\1\0\1\1a\0\0\1\0\1",
        b"\0" * 65536,
    ),
    ids=["empty", "one octet", "short header", "counts without records", "two questions", "too long"],
)
def test_what_is_no_message_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(WireError):
        parse(data)


# ---------------------------------------------------------------------------------- leniency, where it helps


def _answer(
    *, additional: bytes, count: int, rcode: int = 0, answers: bytes = b"", records: int = 0
) -> bytes:
    head = b"\0\1\x81" + bytes((0x80 | rcode,)) + b"\0\1" + records.to_bytes(2, "big") + b"\0\0"
    return head + count.to_bytes(2, "big") + b"\1a\0\0\1\0\1" + answers + additional


ADDRESS = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"
OPT_EDE = b"\0\0\x29\4\xd0\0\0\0\0\0\x0a\0\x0f\0\6\0\x11\xff\xfeno"


def test_a_non_utf8_ede_text_does_not_lose_the_message() -> None:
    message = parse(_answer(additional=OPT_EDE, count=1, rcode=3))
    assert message.rcode == wire.NXDOMAIN
    assert message.ede == (Ede(code=17, text="\ufffd\ufffdno"),)
    assert message.edns == 1232


def test_an_ede_text_loses_a_final_nul() -> None:
    assert parse(_answer(additional=OPT_EDE[:-1] + b"\0", count=1)).ede[0].text == "\ufffd\ufffdn"


def test_an_option_cut_short_costs_only_itself() -> None:
    options = b"\0\x0f\0\2\0\x0f" + b"\0\x0f\0\x63\0\x10x"
    opt = b"\0\0\x29\4\xd0\0\0\0\0" + len(options).to_bytes(2, "big") + options
    assert parse(_answer(additional=opt, count=1)).ede == (Ede(code=15, text=""),)


def test_a_broken_record_in_the_additional_section_does_not_lose_the_answer() -> None:
    broken = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\2xx"
    message = parse(_answer(answers=ADDRESS, records=1, additional=broken + OPT_EDE, count=2))
    assert [rr.data for rr in message.answers] == ["192.0.2.1"]
    assert message.ede
    assert message.whole
    short = b"\xc0\x0c\0\1\0\1\0\0\0\0\xff\xffxx"
    message = parse(_answer(answers=ADDRESS, records=1, additional=short, count=1))
    assert [rr.data for rr in message.answers] == ["192.0.2.1"]
    assert not message.whole
    message = parse(_answer(answers=ADDRESS, records=1, additional=OPT_EDE + short, count=2))
    assert message.ede


def test_a_missing_opt_may_hide_badvers_so_an_empty_answer_without_it_is_malformed() -> None:
    with pytest.raises(WireError):
        parse(_answer(additional=OPT_EDE[:8], count=1))
    assert parse(_answer(additional=OPT_EDE[:8], count=1, rcode=3)).rcode == wire.NXDOMAIN


def test_an_address_of_the_wrong_length_is_malformed_in_an_answer() -> None:
    with pytest.raises(WireError):
        parse(_answer(answers=b"\xc0\x0c\0\1\0\1\0\0\0\0\0\3abc", records=1, additional=b"", count=0))


def test_a_broken_record_in_the_authority_section_is_kept_as_it_is() -> None:
    data = b"\0\1\x81\x83\0\1\0\0\0\1\0\0\1a\0\0\1\0\1" + b"\0\0\6\0\1\0\0\0\0\0\3abc"
    assert parse(data).authority == (Rr(name=".", type="SOA", ttl=0, data=r"\# 3 616263"),)


def test_a_truncated_message_may_end_inside_a_record() -> None:
    data = b"\0\1\x83\x80\0\1\0\2\0\0\0\1\1a\0\0\1\0\1" + ADDRESS + ADDRESS[:-3]
    message = parse(data)
    assert message.truncated
    assert not message.whole
    assert len(message.answers) == 1
    with pytest.raises(WireError):
        parse(data[:2] + b"\x81" + data[3:])


def test_octets_after_the_message_are_ignored() -> None:
    assert parse(_answer(answers=ADDRESS, records=1, additional=b"padding", count=0)).answers


def test_a_ttl_with_the_top_bit_is_zero() -> None:
    record = ADDRESS[:6] + b"\x80\0\0\1" + ADDRESS[10:]
    assert parse(_answer(answers=record, records=1, additional=b"", count=0)).answers[0].ttl == 0


def test_the_question_keeps_its_case_and_records_do_not() -> None:
    message = parse(build_query("WwW.eXample.COM", "A", id=7))
    assert message.question is not None
    assert message.question.name == "WwW.eXample.COM"
    data = bytearray(_answer(answers=ADDRESS, records=1, additional=b"", count=0))
    data[13:14] = b"A"
    assert parse(bytes(data)).answers[0].name == "a"


def test_an_answer_without_a_question_can_be_read() -> None:
    message = parse(b"\0\1\x81\x81" + b"\0" * 8)
    assert message.question is None
    assert message.rcode == wire.FORMERR


def test_a_query_is_no_response() -> None:
    assert not parse(build_query("a", "A", id=1)).response


@pytest.mark.parametrize("payload", (1232, None))
def test_checking_is_disabled_where_that_is_asked_and_nowhere_else(payload: int | None) -> None:
    for disabled in (True, False):
        query = build_query("a.example", "A", id=1, payload=payload, checking_disabled=disabled)
        assert bool(dns.message.from_wire(query).flags & dns.flags.CD) is disabled
