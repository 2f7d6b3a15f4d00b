from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.answers import Answer, Atlas, host, read
from criteria.fingerprints import Fingerprints
from criteria.index import dns_of
from criteria.truth import Truth
from probes import failure
from probes.records import DnsFacts, DnsVariant, Ede, Family, Observation, Rr, Stage, Transport

EMPTY = Fingerprints(version="1")


def answer(*addresses: str, atlas: Atlas | None = None, truth: Truth | None = None, **facts: Any) -> Answer:
    facts.setdefault("rcode", 0)
    observation = Observation(
        id="q/1/00",
        question_id="q",
        attempt=1,
        stage=Stage.DNS,
        started=datetime(2026, 1, 1, tzinfo=UTC),
        elapsed_us=0,
        failure=facts.pop("failure", None),
        dns=DnsFacts(
            resolver="r",
            transport=Transport.UDP,
            type="A",
            answers=tuple(Rr(name="n", type="A", ttl=1, data=text) for text in addresses),
            **facts,
        ),
    )
    return read(
        observation, atlas=atlas or Atlas(fingerprints=EMPTY), family=Family.IPV4, truth=truth or Truth()
    )


def test_a_learnt_nat64_prefix_is_seen_through() -> None:
    atlas = Atlas(fingerprints=EMPTY, nat64=(ipaddress.IPv6Network("2001:db8:64::/96"),))
    assert atlas.spell("2001:db8:64::") == "0.0.0.0"
    assert atlas.spell("2001:db8:64::808:808") == "8.8.8.8"


def test_a_genuine_address_beside_a_sinkhole_keeps_it_from_being_one() -> None:
    found = answer("0.0.0.0", "8.8.8.8")
    assert "dns.answer.sinkhole" not in found.signals
    assert not found.poisoned


def test_an_invented_address_beside_a_sinkhole_is_a_sinkhole() -> None:
    atlas = Atlas(fingerprints=EMPTY, rewrites=frozenset({"8.8.8.8"}))
    found = answer("0.0.0.0", "8.8.8.8", atlas=atlas)
    assert found.mechanisms == ("dns/sinkhole:0.0.0.0",)


def test_an_answer_of_many_shapes_that_is_no_address_is_nowhere() -> None:
    assert "dns.answer.sinkhole" in answer("no address").signals


def test_an_alias_without_an_address_is_nodata() -> None:
    assert answer().mechanisms == ("dns/nodata",)


@pytest.mark.parametrize("rcode", (1, 4, 9, 16))
def test_other_response_codes_are_odd_and_have_no_mechanism(rcode: int) -> None:
    found = answer(rcode=rcode, failure=failure.MISBEHAVING)
    assert "dns.rcode.odd" in found.signals
    assert found.mechanisms == ()


def test_the_port_of_an_endpoint_is_taken_off() -> None:
    assert host("[2001:db8::1]:443") == "2001:db8::1"
    assert host("192.0.2.1:80") == "192.0.2.1"
    assert host("192.0.2.1") == "192.0.2.1"


@settings(max_examples=100)
@given(
    st.lists(st.ip_addresses().map(str) | st.text(max_size=20), max_size=4),
    st.integers(0, 4095),
    st.lists(st.integers(0, 65535), max_size=3),
    st.integers(0, 1),
)
def test_no_answer_breaks_reading(addresses: list[str], rcode: int, codes: list[int], cut: int) -> None:
    found = answer(
        *addresses,
        rcode=rcode,
        ede=tuple(Ede(code=code, text="") for code in codes),
        truncated=bool(cut),
    )
    assert found.mechanisms == tuple(sorted(set(found.mechanisms)))
    assert found.signals


def test_what_was_asked_differently_only_explains_what_was_asked_plainly() -> None:
    def observed(number: int, variant: DnsVariant | None) -> Observation:
        facts = DnsFacts(resolver="r", transport=Transport.UDP, type="A", variant=variant)
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return Observation(
            id=f"q/1/{number}",
            question_id="q",
            attempt=1,
            stage=Stage.DNS,
            started=at,
            elapsed_us=0,
            dns=facts,
        )

    plain, differently = observed(0, None), observed(1, DnsVariant.UNCHECKED)
    assert dns_of((plain, differently)) == plain
    assert dns_of((differently,)) == differently
    assert dns_of(()) is None
