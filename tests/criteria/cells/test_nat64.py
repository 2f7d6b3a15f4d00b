"""Addresses that a resolver makes of IPv4 ones (RFC 6147)."""

from __future__ import annotations

from msgspec.structs import replace

from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, REACHABLE, THERE
from tests.criteria.conftest import NODATA, V4, V6, Scene, dns, page, tcp


def test_a_sinkhole_in_a_nat64_prefix_that_was_learnt_is_a_sinkhole(scene: Scene) -> None:
    # The well-known prefix needs no learning (RFC 6052, 2.1).
    scene.target(NAME).on(NAME, dns("0.0.0.0"), family=V4).on(NAME, dns("64:ff9b::"), family=V6)
    assert scene.cell(NAME, V6).mechanism == "dns/sinkhole:0.0.0.0"


PREFIX = "2606:4700:64::/96"


def _nat64(scene: Scene, address: str) -> str:
    return f"2606:4700:64::{address}"


def _ipv6_only(scene: Scene) -> Scene:
    """A network without IPv4 whose resolver makes IPv6 addresses of IPv4 ones."""
    scene.vantage = replace(scene.vantage, ipv4=False)
    scene.dns64 = PREFIX
    for number, control in enumerate(("control.one", "control.two"), 1):
        scene.on(control, *page(f"2001:db8:c::{number}"), family=V6)
        far = f"198.51.100.{number}"
        scene.on(control, dns(far), tcp(far, failure.NETWORK_UNREACHABLE), family=V4)
    return scene


def test_a_true_address_behind_nat64_is_reachable(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns(HERE), family=V4).on(NAME, dns(_nat64(scene, HERE)), family=V6)
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME, V6).rule == "dns_expected"
    assert scene.cell(NAME, V4).rule == "family_absent"
    assert scene.verdict(NAME).outcome is REACHABLE


def test_a_sinkhole_behind_nat64_is_a_sinkhole(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns("0.0.0.0"), family=V4).on(NAME, dns(_nat64(scene, "0.0.0.0")), family=V6)
    assert scene.cell(NAME, V6).mechanism == "dns/sinkhole:0.0.0.0"
    assert scene.verdict(NAME).outcome is BLOCKED


def test_another_address_behind_nat64_than_the_documented_one_is_a_surprise(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns(HERE), family=V4).on(NAME, dns(_nat64(scene, THERE)), family=V6)
    assert scene.cell(NAME, V6).rule == "dns_unexpected"


def test_no_address_at_a_resolver_that_makes_them_is_a_denial(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, NODATA)
    assert scene.cell(NAME, V6).rule == "dns_nodata"
    scene.dns64 = None
    assert scene.cell(NAME, V6).rule == "dns_family_not_published"


def test_a_true_ipv4_address_opens_on_phones_where_only_the_ipv6_one_is_filtered(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns(HERE), family=V4).on(NAME, dns("::"), family=V6)
    assert scene.verdict(NAME).outcome is REACHABLE
    visited = _ipv6_only(Scene()).target(NAME, ask=Ask.TLS, expect=(HERE,))
    visited.on(NAME, dns(HERE), tcp(HERE, failure.NETWORK_UNREACHABLE), family=V4)
    visited.on(NAME, dns("::"), family=V6)
    assert visited.verdict(NAME).outcome is INCONCLUSIVE


def test_without_a_translator_ipv4_is_gone_for_phones_too(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.dns64 = None
    scene.on(NAME, dns(HERE), family=V4).on(NAME, dns("::"), family=V6)
    assert scene.cell(NAME, V4).rule == "family_absent"
    assert scene.verdict(NAME).outcome is BLOCKED
