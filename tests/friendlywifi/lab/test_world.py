"""The lab's world: enough names of each kind, none of which is anybody's."""

from __future__ import annotations

import ipaddress
from collections import Counter

from friendlywifi.lab.probehosts import PROBE_HOSTS
from friendlywifi.lab.world import ADDRESSES, build_world, origin_of
from probes.records import Ask, Category

DOCUMENTATION = [
    ipaddress.ip_network(text) for text in ("198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def test_there_are_enough_names_for_every_gate() -> None:
    count = Counter(host.category for host in build_world("seed").values())
    ranks = [host.rank for host in build_world("seed").values() if host.rank is not None]
    assert ranks == list(range(1, 26))
    assert count[Category.ADULT] - len(ranks) >= 70
    assert count[Category.CONTROL_GENERAL] >= 210
    assert count[Category.CONTROL_HELP] >= 12
    assert count[Category.ILLEGAL_CSAM] == 1


def test_every_name_but_the_portal_probes_is_reserved_for_examples() -> None:
    names = set(build_world("seed")) - set(PROBE_HOSTS)
    assert names
    assert all(name.endswith(".lab.example") for name in names)


def test_every_address_is_for_documentation_and_no_two_places_share_one() -> None:
    addresses = [address for pair in ADDRESSES.values() for address in pair.values()]
    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        parsed = ipaddress.ip_address(address)
        assert any(parsed.version == net.version and parsed in net for net in DOCUMENTATION)


def test_an_address_leads_back_to_its_place() -> None:
    for origin, pair in ADDRESSES.items():
        assert {origin_of(address) for address in pair.values()} == {origin}
    assert origin_of("192.0.2.1") is None


def test_adult_pages_are_never_fetched() -> None:
    for override in (None, Ask.TLS):
        hosts = build_world("seed", adult_ask=override).values()
        adult = [host for host in hosts if host.category is Category.ADULT]
        assert {host.ask for host in adult} <= {Ask.DNS, Ask.TLS}
        assert all(host.token is None for host in adult)


def test_tokens_belong_to_one_name_and_one_seed() -> None:
    first = {host.token for host in build_world("one").values() if host.token}
    second = {host.token for host in build_world("two").values() if host.token}
    assert len(first) == len([host for host in build_world("one").values() if host.ask is Ask.GET]) >= 9
    assert first.isdisjoint(second)
    assert first == {host.token for host in build_world("one").values() if host.token}
