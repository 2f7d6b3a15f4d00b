"""Each finding about what stands in between, and where it must not be made."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from criteria.records import Finding
from probes import failure
from probes.records import Ask, DnsVariant, Ede, Rr, Service, Stray, Transport
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    V4,
    V6,
    Part,
    Scene,
    dns,
    http,
    page,
    quic,
    tcp,
    tls,
)

NAME = "adult.example"
HERE, THERE = "203.0.113.10", "203.0.113.66"
SOA = Rr(name="example", type="SOA", ttl=1, data="ns.example")


def found(scene: Scene, kind: str) -> list[Finding]:
    return [item for item in scene.fitness.findings if item.id == kind]


def with_facts(part: Part, **facts: Any) -> Part:
    return part | {"facts": part["facts"] | facts}


def asked(scene: Scene, *parts: Part, ask: Ask = Ask.DNS, name: str = NAME) -> Scene:
    return scene.target(name, ask=ask).on(name, *parts, family=V4).on(name, NODATA, family=V6)


def test_a_filter_that_forgets_quic_is_told_with_the_names_that_open_so(scene: Scene) -> None:
    stopped = (dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET))
    asked(scene, *stopped, quic(HERE), ask=Ask.TLS)
    [item] = found(scene, "quic_forgotten")
    assert item.text.startswith("1 name did not open over TCP and opened over QUIC")
    assert not found(asked(Scene(), *stopped, quic(HERE, failure.TIMEOUT), ask=Ask.TLS), "quic_forgotten")


def test_a_filter_that_reads_the_first_segment_alone_is_told(scene: Scene) -> None:
    stopped = (dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET))
    asked(scene, *stopped, tls(HERE, in_parts=True), ask=Ask.TLS)
    [item] = found(scene, "first_segment_alone")
    assert item.text.endswith("the filter reads the first segment alone.")
    again = tls(HERE, failure.CONNECTION_RESET, in_parts=True)
    assert not found(asked(Scene(), *stopped, again, ask=Ask.TLS), "first_segment_alone")


# ------------------------------------------------------------------------------------------------ http


def both_ways(*, plain: tuple[str, ...], secure: tuple[str, ...]) -> tuple[Part, ...]:
    return (
        dns(HERE),
        tcp(HERE, service=Service.HTTP),
        http(HERE, headers=tuple((name, "x") for name in plain)),
        tcp(HERE),
        tls(HERE),
        http(HERE, headers=tuple((name, "x") for name in secure), service=Service.HTTPS),
    )


def test_a_header_that_only_plain_http_has_is_a_proxys(scene: Scene) -> None:
    [item] = found(
        asked(scene, *both_ways(plain=("via", "server"), secure=()), ask=Ask.HEAD), "transparent_proxy"
    )
    assert "the header via came" in item.text
    assert item.witnesses


@pytest.mark.parametrize("secure", (("via", "x-cache"),))
def test_headers_of_a_content_network_are_no_proxys(scene: Scene, secure: tuple[str, ...]) -> None:
    asked(scene, *both_ways(plain=secure, secure=secure), ask=Ask.HEAD)
    assert found(scene, "transparent_proxy") == []


def test_without_the_origins_own_answer_via_shows_nothing_and_squids_error_does(scene: Scene) -> None:
    asked(scene, dns(HERE), http(HERE, headers=(("via", "1.1 x"),)), ask=Ask.HEAD)
    assert found(scene, "transparent_proxy") == []
    scene.on(NAME, dns(HERE), http(HERE, 503, headers=(("x-squid-error", "ERR_DNS_FAIL 0"),)), family=V4)
    assert len(found(scene, "transparent_proxy")) == 1


def test_who_is_named_by_451_is_told(scene: Scene) -> None:
    link = (("link", '<http://provider.example/>; rel="blocked-by"'),)
    asked(scene, dns(HERE), http(HERE, 451, headers=link), ask=Ask.HEAD)
    [item] = found(scene, "blocked_by")
    assert item.text.startswith("provider.example is named")


# ------------------------------------------------------------------------------------------------- tls


def stranger(address: str = HERE, **facts: Any) -> Part:
    return tls(address, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter", **facts)


def test_controls_under_somebody_elses_certificate_are_told(scene: Scene) -> None:
    shown = http("198.51.100.1", token=True, service=Service.HTTPS)
    parts = (dns("198.51.100.1"), tcp("198.51.100.1"), stranger("198.51.100.1"), shown)
    scene.on("control.one", *parts, family=V4)
    [item] = found(scene, "tls_opened")
    assert "CN=Filter" in item.text


def test_one_key_for_unrelated_names_is_told(scene: Scene) -> None:
    for number in range(3):
        place = f"203.0.113.{number + 1}"
        name = f"site{number}.example"
        asked(scene, dns(place), tcp(place), stranger(place, spki="ab"), ask=Ask.TLS, name=name)
    [item] = found(scene, "tls_one_key")
    assert item.text.startswith("3 unrelated names")


@pytest.mark.parametrize("facts", ({"spki": "ab", "logged": True}, {"spki": None}))
def test_a_public_certificate_or_an_unread_key_shows_nobody_in_between(
    scene: Scene, facts: dict[str, Any]
) -> None:
    for number in range(3):
        name = f"site{number}.example"
        asked(scene, dns(HERE), tcp(HERE), stranger(**facts), ask=Ask.TLS, name=name)
    assert found(scene, "tls_one_key") == []


@pytest.mark.parametrize(
    ("failed", "kind", "other"),
    ((None, "sni_filter", "address_filter"), (failure.CONNECTION_RESET, "address_filter", "sni_filter")),
)
def test_a_handshake_under_another_name_tells_names_from_addresses(
    scene: Scene, failed: str | None, kind: str, other: str
) -> None:
    cut = tls(HERE, failure.CONNECTION_RESET)
    decoy = tls(HERE, failed, decoy=True, pinned=None)
    scene.refer(adult_example=(HERE,))
    asked(scene, dns(HERE), tcp(HERE), cut, decoy, ask=Ask.TLS)
    assert len(found(scene, kind)) == 1
    assert found(scene, other) == []
    # What explains a look is no look: the verdict is the one without it.
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.mechanisms) == ("blocked", ("tls/reset",))


def test_a_door_that_was_shut_for_the_other_name_shows_nothing(scene: Scene) -> None:
    decoy = tls(HERE, failure.NOT_DIALLED, decoy=True)
    asked(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), decoy, ask=Ask.TLS)
    assert found(scene, "address_filter") == found(scene, "sni_filter") == []


@pytest.mark.parametrize(
    "decoy",
    (
        tls(HERE, None, decoy=True, pinned=True),
        tls(HERE, failure.SSL_HANDSHAKE, decoy=True, alert=112),
        tls(HERE, failure.SSL_AUTHORITY, decoy=True, pinned=False, issuer="CN=Filter"),
    ),
)
def test_whatever_comes_under_another_name_is_nothing_of_the_targets(scene: Scene, decoy: Part) -> None:
    scene.refer(adult_example=(HERE,))
    asked(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), decoy, ask=Ask.TLS)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.rule, cell.mechanisms) == ("blocked", "tls_reset", ("tls/reset",))


# ------------------------------------------------------------------------------------------------- dns


def test_a_bare_nxdomain_is_told_where_honest_ones_have_an_soa(scene: Scene) -> None:
    asked(scene, NXDOMAIN)
    assert found(scene, "nxdomain_without_soa") == []
    for tld in ("com", "net", "org"):
        scene.on(f"random.{tld}", with_facts(NXDOMAIN, authority=(SOA,)))
    assert len(found(scene, "nxdomain_without_soa")) == 1
    scene.on(NAME, with_facts(NXDOMAIN, authority=(SOA,)), family=V4)
    assert found(scene, "nxdomain_without_soa") == []


def test_a_second_answer_is_told(scene: Scene) -> None:
    stray = Stray(reason="second_answer", raw="", addresses=(HERE,))
    asked(scene, dns("0.0.0.0", strays=(stray,)))
    assert len(found(scene, "dns_injected")) == 1
    scene.on(NAME, dns("0.0.0.0", strays=(replace(stray, reason="wrong_id"),)), family=V4)
    assert found(scene, "dns_injected") == []


def test_a_filter_that_was_switched_in_mid_run_is_told_and_nothing_is_decided(scene: Scene) -> None:
    asked(scene)
    scene.on(NAME, dns("0.0.0.0"), family=V4, attempt=1).on(NAME, dns(HERE), family=V4, attempt=2)
    scene.again = (NAME,)
    [item] = found(scene, "filter_switched")
    assert len(item.witnesses) == 2
    assert scene.verdict(NAME).outcome == "inconclusive"


@pytest.mark.parametrize(("resolvers", "count"), ((1, 0), (2, 1)))
def test_resolvers_elsewhere_that_give_the_networks_own_block_were_never_reached(
    scene: Scene, resolvers: int, count: int
) -> None:
    scene.foreign = [(f"9.9.9.{n}:53", Transport.UDP, NAME, V4) for n in range(resolvers)]
    asked(scene, dns("0.0.0.0"))
    assert len(found(scene, "port53_intercepted")) == count
    for resolver, *_ in scene.foreign:
        scene.on(NAME, dns(HERE), family=V4, resolver=resolver)
    assert found(scene, "port53_intercepted") == []


def in_mixed_case(**facts: Any) -> Part:
    return with_facts(NXDOMAIN, variant=DnsVariant.MIXED_CASE, **facts)


def test_a_resolver_that_changes_letters_is_told(scene: Scene) -> None:
    scene.on("random.org", NXDOMAIN, in_mixed_case(case_kept=True), family=V4)
    assert found(scene, "case_changed") == []
    scene.on("random.org", NXDOMAIN, in_mixed_case(case_kept=False), family=V4)
    assert len(found(scene, "case_changed")) == 1
    scene.on("random.org", NXDOMAIN, in_mixed_case(rcode=None), family=V4)
    assert len(found(scene, "case_not_answered")) == 1


def test_a_broken_signature_is_told_and_never_a_block(scene: Scene) -> None:
    scene.refer(adult_example=(HERE,))
    scene.again = (NAME,)
    asked(scene, dns(rcode=2))
    assert scene.cell(NAME).outcome == "blocked"
    unchecked = with_facts(dns(HERE), variant=DnsVariant.UNCHECKED)
    scene.on(NAME, dns(rcode=2), unchecked, family=V4, attempt=2)
    assert len(found(scene, "dnssec_broken")) == 1
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == ("inconclusive", "dns_servfail_unchecked")


def test_what_the_filter_says_of_itself_is_shown_without_its_tricks(scene: Scene) -> None:
    asked(
        scene, with_facts(dns("0.0.0.0"), ede=(Ede(code=17, text='{"o": "Sch\x1b[31mool", "j": "adult"}'),))
    )
    [item] = found(scene, "filter_says")
    assert item.text == 'With 1 answer the resolver says of itself: "adult", organisation "Sch [31mool".'


def test_a_sound_and_honest_network_has_none_of_these(scene: Scene) -> None:
    asked(scene, *page(HERE), ask=Ask.GET)
    assert [item.id for item in scene.fitness.findings] == []
