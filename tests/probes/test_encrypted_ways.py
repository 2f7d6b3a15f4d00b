from __future__ import annotations

import ipaddress

from probes.encrypted import encrypted_resolvers, ways
from probes.records import RouteKind
from probes.safesearch import engines


def test_a_dozen_resolvers_are_known_each_with_its_source() -> None:
    found = encrypted_resolvers()
    assert len(found) >= 12
    assert len({item.name for item in found}) == len(found)
    assert all(item.source and item.hosts for item in found)


def test_addresses_are_addresses_of_their_family() -> None:
    for item in encrypted_resolvers():
        assert all(ipaddress.ip_address(address).version == 4 for address in item.ipv4)
        assert all(ipaddress.ip_address(address).version == 6 for address in item.ipv6)
        assert bool(item.ipv4) == bool(item.ipv6)


def test_every_resolver_is_tried_by_name_and_some_by_address_too() -> None:
    found = ways().endpoints
    names = {item.host for item in found if item.host}
    assert names == {
        host for item in encrypted_resolvers() for host in (item.doh, item.dot, item.doq) if host is not None
    }
    assert {item.address for item in found if item.address} >= {"1.1.1.1", "8.8.8.8", "9.9.9.9"}
    assert all((item.host is None) != (item.address is None) for item in found)
    assert {(item.kind, item.port) for item in found} == {
        (RouteKind.DOH, 443),
        (RouteKind.DOT, 853),
        (RouteKind.DOQ, 853),
    }
    assert all((item.path is not None) == (item.kind is RouteKind.DOH) for item in found)


def test_the_requests_are_the_documented_names() -> None:
    assert {(item.kind, item.name) for item in ways().requests} == {
        (RouteKind.CANARY, "use-application-dns.net"),
        (RouteKind.RELAY, "mask.icloud.com"),
        (RouteKind.RELAY, "mask-h2.icloud.com"),
    }


def test_every_engine_of_the_baseline_is_known_by_hosts_of_both_forms() -> None:
    found = {item.name: item for item in engines()}
    assert found.keys() >= {"google", "youtube", "bing", "duckduckgo", "brave", "pixabay", "yandex"}
    assert all(item.names and item.forced for item in found.values())
    assert not [item for item in found.values() if set(item.names) & set(item.forced)]
