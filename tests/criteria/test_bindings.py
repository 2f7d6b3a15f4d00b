"""What the records of a service say to a browser (RFC 9460)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from criteria.bindings import HTTPS, Binding, as_addresses, bindings
from probes.records import DnsFacts, Family, Observation, Rr, Stage, Transport

V4, V6 = Family.IPV4, Family.IPV6


def observed(*records: str, kind: str = HTTPS) -> Observation:
    rrs = tuple(Rr(name="site.example", type=kind, ttl=60, data=text) for text in records)
    facts = DnsFacts(resolver="r", transport=Transport.UDP, type=kind, rcode=0, answers=rrs)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Observation(
        id="o", question_id="q", attempt=1, started=at, elapsed_us=1, stage=Stage.DNS, failure=None, dns=facts
    )


def only(record: str) -> Binding:
    (found,) = bindings(observed(record), HTTPS)
    return found


def test_hints_of_both_families_are_read_in_their_usual_spelling() -> None:
    found = only('1 . alpn="h2,h3" ipv4hint="203.0.113.1,203.0.113.2" ipv6hint="2001:DB8:0::1"')
    assert found.hints == ((V4, "203.0.113.1"), (V4, "203.0.113.2"), (V6, "2001:db8::1"))
    assert not found.ech


def test_a_key_to_encrypt_the_name_is_seen_and_an_empty_one_is_none() -> None:
    assert only('1 . ech="AEX+DQBB"').ech
    assert not only("1 . ech").ech


def test_what_only_looks_like_a_hint_is_none() -> None:
    assert only(r'1 . alpn="h2\" ipv4hint=\"203.0.113.1"').hints == ()
    assert only('1 . key65280="ipv4hint=203.0.113.1"').hints == ()


def test_an_alias_has_no_parameters_that_count() -> None:
    """RFC 9460, 2.4.2."""
    found = only('0 other.example ipv4hint="203.0.113.1"')
    assert found.hints == ()
    assert found.leads_from("site.example")


@pytest.mark.parametrize(
    ("record", "elsewhere"),
    (
        ("1 .", False),
        ("1 site.example", False),
        ("1 other.example", True),
        ("0 other.example", True),
        ("0 .", False),
    ),
)
def test_a_record_leads_to_another_name_or_stays_with_its_own(record: str, elsewhere: bool) -> None:  # noqa: FBT001
    assert only(record).leads_from("SITE.example") is elsewhere


def test_behind_an_alias_the_record_is_that_of_another_name() -> None:
    assert only("1 .").leads_from("alias.example")


def test_hints_are_read_as_addresses_of_the_families_that_are_asked_about() -> None:
    answer = observed('1 . ipv4hint="203.0.113.1" ipv6hint="2001:db8::1"')
    for families, expected in (((V4,), ("203.0.113.1",)), ((V6,), ("2001:db8::1",)), ((), ())):
        facts = as_addresses(answer, families).dns
        assert facts is not None
        assert facts.addresses == expected


def test_records_of_another_type_are_not_meant() -> None:
    assert bindings(observed("1 .", kind="SVCB"), HTTPS) == ()
    assert bindings(None, HTTPS) == ()
