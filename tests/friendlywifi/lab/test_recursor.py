"""A resolver of the lab does what the name of its behaviour says; dnspython reads the answers."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.lab.recursor import Recursor, Surroundings
from friendlywifi.lab.scenario import Edns, Filter, HttpsRecord, Nxdomain, Reply, Resolver
from friendlywifi.lab.world import build_world
from probes.records import Category, Family

WORLD = build_world("seed")
ADULT = "popular-01.lab.example"
TRUE = {"A": "198.51.100.20", "AAAA": "2001:db8:c::20"}


def recursor(
    reply: Reply | None = None,
    *,
    edns: Edns = Edns.ANSWERED,
    nxdomain: Nxdomain = Nxdomain.HONEST,
    ede: int | None = None,
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6),
    leaks: tuple[str, ...] = (),
    published: HttpsRecord | None = None,
    forgets: bool = False,
) -> Recursor:
    rules = ()
    if reply is not None:
        rules = (
            Filter(
                categories=(Category.ADULT,),
                reply=reply,
                ede=ede,
                ede_text="why",
                families=families,
                leaks=leaks,
                https_records=not forgets,
            ),
        )
    return Recursor(
        behaviour=Resolver(edns=edns, nxdomain=nxdomain, filter=rules),
        surroundings=Surroundings(world=WORLD, https_records=published),
    )


def wires(
    made: Recursor, name: str, rdtype: str = "A", *, tcp: bool = False, edns: bool = True
) -> list[bytes]:
    query = dns.message.make_query(name, rdtype, use_edns=0 if edns else -1, id=4711)
    return list(made.replies(query.to_wire(), tcp=tcp))


def one(made: Recursor, name: str, rdtype: str = "A", *, edns: bool = True) -> dns.message.Message:
    (wire,) = wires(made, name, rdtype, edns=edns)
    message = dns.message.from_wire(wire)
    assert message.id == 4711
    assert message.flags & dns.flags.QR
    return message


def data(message: dns.message.Message) -> list[str]:
    return [rdata.to_text() for rrset in message.answer for rdata in rrset]


@pytest.mark.parametrize("rdtype", ("A", "AAAA"))
def test_a_genuine_answer_is_the_documented_address(rdtype: str) -> None:
    message = one(recursor(), ADULT, rdtype)
    assert data(message) == [TRUE[rdtype]]
    assert message.flags & dns.flags.RA
    assert message.edns == 0


def test_the_name_comes_back_as_it_was_asked() -> None:
    message = one(recursor(), "PopuLar-01.lAb.example")
    assert message.question[0].name.labels == dns.name.from_text("PopuLar-01.lAb.example").labels
    assert data(message) == [TRUE["A"]]


def test_a_name_that_does_not_exist_has_the_zone_in_its_answer() -> None:
    message = one(recursor(), "x7f3k9.com")
    assert message.rcode() == dns.rcode.NXDOMAIN
    assert message.authority[0].name.to_text() == "com."


def test_a_type_that_a_name_does_not_have_is_nodata() -> None:
    message = one(recursor(), ADULT, "HTTPS")
    assert (message.rcode(), message.answer, len(message.authority)) == (dns.rcode.NOERROR, [], 1)


@pytest.mark.parametrize(("published", "keyed"), ((HttpsRecord.HINTS, False), (HttpsRecord.ENCRYPTED, True)))
def test_a_site_may_publish_where_it_is_in_its_https_record(published: HttpsRecord, keyed: bool) -> None:  # noqa: FBT001
    (record,) = data(one(recursor(published=published), ADULT, "HTTPS"))
    assert 'ipv4hint="198.51.100.20"' in record
    assert 'ipv6hint="2001:db8:c::20"' in record
    assert ("ech=" in record) is keyed
    assert data(one(recursor(published=published), "general-001.lab.example", "HTTPS")) == []


def test_a_filter_may_look_at_addresses_alone_and_pass_https_records_on() -> None:
    for forgets, count in ((True, 1), (False, 0)):
        made = recursor(Reply.SINKHOLE, published=HttpsRecord.HINTS, forgets=forgets)
        assert data(one(made, ADULT, "A")) == ["0.0.0.0"]
        assert len(data(one(made, ADULT, "HTTPS"))) == count


def test_a_name_that_only_has_names_below_it_is_nodata() -> None:
    assert one(recursor(), "vendor.lab.example").rcode() == dns.rcode.NOERROR


def test_the_well_known_ipv4_only_name_has_no_ipv6_address() -> None:
    assert sorted(data(one(recursor(), "ipv4only.arpa"))) == ["192.0.0.170", "192.0.0.171"]
    assert data(one(recursor(), "ipv4only.arpa", "AAAA")) == []


@pytest.mark.parametrize(
    ("reply", "rcode"),
    (
        (Reply.NXDOMAIN, dns.rcode.NXDOMAIN),
        (Reply.NODATA, dns.rcode.NOERROR),
        (Reply.REFUSED, dns.rcode.REFUSED),
        (Reply.SERVFAIL, dns.rcode.SERVFAIL),
    ),
)
def test_a_filter_may_answer_with_nothing(reply: Reply, rcode: dns.rcode.Rcode) -> None:
    for rdtype in TRUE:
        message = one(recursor(reply), ADULT, rdtype)
        assert (message.rcode(), message.answer, message.authority) == (rcode, [], [])


@pytest.mark.parametrize(
    ("reply", "ipv4", "ipv6"),
    (
        (Reply.SINKHOLE, "0.0.0.0", "::"),
        (Reply.PRIVATE_SINKHOLE, "10.10.34.34", "fd00::1034"),
        (Reply.LOOPBACK_SINKHOLE, "127.0.0.1", "::1"),
        (Reply.BLOCKPAGE, "203.0.113.66", "2001:db8:b::66"),
    ),
)
def test_a_filter_may_answer_with_an_address_of_its_own(reply: Reply, ipv4: str, ipv6: str) -> None:
    assert data(one(recursor(reply), ADULT, "A")) == [ipv4]
    assert data(one(recursor(reply), ADULT, "AAAA")) == [ipv6]
    assert data(one(recursor(reply), ADULT, "HTTPS")) == []


def test_a_block_page_may_be_an_alias() -> None:
    message = one(recursor(Reply.BLOCKPAGE_CNAME), ADULT, "AAAA")
    assert data(message) == ["blocked.lab.example.", "2001:db8:b::66"]


def test_a_filter_may_stay_silent() -> None:
    assert wires(recursor(Reply.DROP), ADULT) == []
    assert wires(recursor(Reply.DROP), ADULT, tcp=True) == []


def test_a_truncated_answer_cannot_be_had_over_tcp_either() -> None:
    message = one(recursor(Reply.TRUNCATE), ADULT)
    assert message.flags & dns.flags.TC
    assert message.answer == []
    assert wires(recursor(Reply.TRUNCATE), ADULT, tcp=True) == []


def test_an_injected_answer_comes_before_the_true_one() -> None:
    forged, genuine = (dns.message.from_wire(wire) for wire in wires(recursor(Reply.INJECTED), ADULT))
    assert (data(forged), data(genuine)) == (["203.0.113.77"], [TRUE["A"]])
    assert forged.id == genuine.id == 4711


def test_a_blind_injector_does_not_know_the_id() -> None:
    forged, genuine = (dns.message.from_wire(wire) for wire in wires(recursor(Reply.WRONG_ID), ADULT))
    assert (forged.id, genuine.id) == (4712, 4711)


def test_nobody_injects_into_tcp() -> None:
    for reply in (Reply.INJECTED, Reply.WRONG_ID):
        (wire,) = wires(recursor(reply), ADULT, tcp=True)
        assert data(dns.message.from_wire(wire)) == [TRUE["A"]]


def test_a_malformed_answer_has_the_right_id_and_cannot_be_read() -> None:
    (wire,) = wires(recursor(Reply.MALFORMED), ADULT)
    assert int.from_bytes(wire[:2], "big") == 4711
    with pytest.raises(Exception, match=r".*"):
        dns.message.from_wire(wire)


def test_an_extended_error_says_why() -> None:
    (error,) = one(recursor(Reply.SINKHOLE, ede=17), ADULT).extended_errors()
    assert (error.code, error.text) == (17, "why")
    assert one(recursor(Reply.SINKHOLE), ADULT).extended_errors() == []


def test_nobody_gets_an_extended_error_without_asking_for_edns() -> None:
    message = one(recursor(Reply.SINKHOLE, ede=17), ADULT, edns=False)
    assert (message.edns, data(message)) == (-1, ["0.0.0.0"])


def test_a_filter_may_look_at_one_family_only() -> None:
    made = recursor(Reply.SINKHOLE, families=(Family.IPV4,))
    assert data(one(made, ADULT, "A")) == ["0.0.0.0"]
    assert data(one(made, ADULT, "AAAA")) == [TRUE["AAAA"]]


def test_a_filter_may_leak_a_name() -> None:
    made = recursor(Reply.SINKHOLE, leaks=(ADULT,))
    assert data(one(made, ADULT)) == [TRUE["A"]]
    assert data(one(made, "popular-02.lab.example")) == ["0.0.0.0"]


def test_a_filter_leaves_other_categories_alone() -> None:
    assert data(one(recursor(Reply.SINKHOLE), "help-001.lab.example")) == ["198.51.100.10"]


@pytest.mark.parametrize("name", ("x7f3k9.org", ADULT))
def test_a_rewriter_gives_advertisements_where_a_name_does_not_exist(name: str) -> None:
    made = recursor(Reply.NXDOMAIN, nxdomain=Nxdomain.REWRITTEN)
    assert data(one(made, name, "A")) == ["203.0.113.99"]
    assert data(one(made, name, "AAAA")) == ["2001:db8:b::99"]


def test_edns_may_be_ignored_dropped_or_an_error() -> None:
    ignored = one(recursor(Reply.SINKHOLE, ede=17, edns=Edns.IGNORED), ADULT)
    assert (ignored.edns, data(ignored)) == (-1, ["0.0.0.0"])
    assert wires(recursor(edns=Edns.DROPPED), ADULT) == []
    (wire,) = wires(recursor(edns=Edns.FORMERR), ADULT)
    assert dns.message.from_wire(wire).rcode() == dns.rcode.FORMERR
    for edns in (Edns.DROPPED, Edns.FORMERR):
        assert data(one(recursor(edns=edns), ADULT, edns=False)) == [TRUE["A"]]


def test_another_class_than_internet_is_refused() -> None:
    query = dns.message.make_query("version.bind", "TXT", "CH")
    (wire,) = recursor().replies(query.to_wire(), tcp=False)
    assert dns.message.from_wire(wire).rcode() == dns.rcode.REFUSED


def test_an_answer_is_never_answered() -> None:
    query = dns.message.make_query(ADULT, "A")
    query.flags |= dns.flags.QR
    assert list(recursor().replies(query.to_wire(), tcp=False)) == []


@given(st.binary(max_size=80))
def test_no_datagram_can_break_a_resolver(wire: bytes) -> None:
    for reply in recursor(Reply.SINKHOLE).replies(wire, tcp=False):
        assert reply[:2] == wire[:2]


def test_broken_signatures_fail_for_whoever_checks_them() -> None:
    made = recursor(Reply.BOGUS)
    assert one(made, ADULT).rcode() == dns.rcode.SERVFAIL
    query = dns.message.make_query(ADULT, "A", id=4711)
    query.flags |= dns.flags.CD
    (wire,) = made.replies(query.to_wire(), tcp=False)
    assert dns.message.from_wire(wire).answer[0][0].to_text() == TRUE["A"]


def test_a_translating_resolver_writes_every_ipv4_address_under_its_prefix() -> None:
    filtered = Filter(categories=(Category.ADULT,), reply=Reply.SINKHOLE)
    behaviour = Resolver(dns64="64:ff9b::/96", filter=(filtered,))
    made = Recursor(behaviour=behaviour, surroundings=Surroundings(world=WORLD))
    assert one(made, "general-001.lab.example", "AAAA").answer[0][0].to_text() == "64:ff9b::c633:640a"
    assert one(made, "general-001.lab.example").answer[0][0].to_text() == "198.51.100.10"
    assert one(made, ADULT, "AAAA").answer[0][0].to_text() == "64:ff9b::"
    known = {item.to_text() for item in one(made, "ipv4only.arpa", "AAAA").answer[0]}
    assert known == {"64:ff9b::c000:aa", "64:ff9b::c000:ab"}
    assert one(recursor(), "ipv4only.arpa", "AAAA").answer == []
