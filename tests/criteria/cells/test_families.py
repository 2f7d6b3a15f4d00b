"""A name by IPv4 and by IPv6, at each resolver."""

from __future__ import annotations

from msgspec.structs import replace

from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, REACHABLE, asked
from tests.criteria.conftest import NODATA, RESOLVER, V4, V6, Scene, dns, tcp, tls


def test_no_ipv6_address_is_nothing_to_block_if_none_is_published(scene: Scene) -> None:
    asked(scene, dns("0.0.0.0"), expect=(HERE,))
    assert scene.cell(NAME, V6).rule == "dns_family_not_published"
    assert scene.verdict(NAME).outcome is BLOCKED


def test_no_ipv6_address_is_a_block_if_one_is_published(scene: Scene) -> None:
    asked(scene, dns("0.0.0.0"), expect=(HERE, "2001:db8:a::1"))
    assert scene.cell(NAME, V6).rule == "dns_nodata"


def test_nodata_in_both_families_is_no_free_pass(scene: Scene) -> None:
    asked(scene, NODATA)
    assert scene.verdict(NAME).outcome is INCONCLUSIVE


def test_a_name_that_is_blocked_by_ipv4_and_given_by_ipv6_is_open(scene: Scene) -> None:
    scene.target(NAME, expect=(HERE, "2001:db8:a::1"))
    scene.on(NAME, dns("0.0.0.0"), family=V4).on(NAME, dns("2001:db8:a::1"), family=V6)
    verdict = scene.verdict(NAME)
    assert (verdict.outcome, verdict.mechanisms) == (REACHABLE, ("dns/sinkhole:0.0.0.0",))


def test_a_resolver_that_leaks_is_a_leak(scene: Scene) -> None:
    second = "192.168.1.2:53"
    scene.resolvers = (RESOLVER, second)
    scene.target(NAME).on(NAME, dns("0.0.0.0")).on(NAME, dns(HERE), family=V4, resolver=second)
    assert scene.verdict(NAME).outcome is REACHABLE


def test_silence_by_a_family_in_which_no_control_was_opened_proves_nothing(scene: Scene) -> None:
    for name in ("control.one", "control.two"):
        scene.on(name, NODATA, family=V6)
    scene.targets = [
        replace(item, expect=tuple(address for address in item.expect if "." in address))
        for item in scene.targets
    ]
    address = "2001:db8:a::1"
    scene.refer(adult_example=(address,)).target(NAME, ask=Ask.TLS)
    scene.on(NAME, dns("0.0.0.0"), family=V4)
    scene.on(NAME, dns(address), tcp(address), tls(address, failure.CONNECTION_RESET), family=V6)
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME, V6).rule == "tls_path_unproven"
