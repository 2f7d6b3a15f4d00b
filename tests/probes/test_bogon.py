from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.bogon import GLOBAL, SPECIAL, is_bogon, plain


@pytest.mark.parametrize(
    "address",
    (
        "0.0.0.0",
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "100.64.0.1",
        "169.254.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:0.0.0.0",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::",
    ),
)
def test_no_public_name_can_truly_be_there(address: str) -> None:
    assert is_bogon(address)


@pytest.mark.parametrize(
    "address", ("93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")
)
def test_a_public_address_is_none(address: str) -> None:
    assert not is_bogon(address)


@pytest.mark.parametrize("address", ("192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1"))
def test_a_documentation_address_is_one_unless_the_run_maps_it(address: str) -> None:
    assert is_bogon(address)
    assert not is_bogon(address, mapped={address})


def test_a_mapped_private_address_stays_one() -> None:
    assert is_bogon("10.0.0.1", mapped={"10.0.0.1"})


def test_an_embedded_ipv4_address_is_taken_out() -> None:
    assert plain("::ffff:102:304") == plain("::ffff:1.2.3.4") == "1.2.3.4"
    assert plain("64:ff9b::102:304") == "1.2.3.4"


@pytest.mark.parametrize(
    "address",
    (
        "100::1",
        "fec0::1",
        "5f00::1",
        "3fff::1",
        "2001:db8:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378::1",
        "::7f00:1",
        "198.19.0.1",
        "192.0.0.170",
        "240.0.0.1",
    ),
)
def test_what_the_registries_do_not_call_global_is_a_bogon(address: str) -> None:
    assert is_bogon(address)


@pytest.mark.parametrize("network", [text for text, _ in GLOBAL])
def test_the_exceptions_of_the_registries_are_none(network: str) -> None:
    parsed = ipaddress.ip_network(network)
    assert not is_bogon(str(parsed[0]))
    assert not is_bogon(str(parsed[-1]))


@pytest.mark.parametrize(("network", "why"), SPECIAL)
def test_every_network_has_its_rfc_and_holds_to_its_last_address(network: str, why: str) -> None:
    parsed = ipaddress.ip_network(network)
    assert why.startswith("RFC ")
    assert is_bogon(str(parsed[-1]))


# Where these tables and `ipaddress` of today's Python differ, and why.
_DIFFERENT = tuple(
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96",  # the embedded address decides
        "64:ff9b:1::/48",
        "::ffff:0:0/96",
        "2001:1::3/128",  # RFC 9665, of 2025
        "3fff::/20",  # RFC 9637, of 2024
        "2002::/16",
        "2001::/23",  # older tables list its parts
        "192.0.0.0/24",  # likewise
    )
)


@given(st.ip_addresses())
def test_the_tables_agree_with_the_library_of_today(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    outside = address.version == 6 and address not in ipaddress.ip_network("2000::/3")
    if any(address.version == item.version and address in item for item in _DIFFERENT) or outside:
        return
    assert is_bogon(str(address)) == (not address.is_global or address.is_multicast)


@pytest.mark.parametrize("network", [text for text, _ in SPECIAL if ":" not in text])
def test_the_edges_of_every_ipv4_network_agree_with_the_library_of_today(network: str) -> None:
    parsed = ipaddress.ip_network(network)
    for number in (int(parsed[0]) - 1, int(parsed[0]), int(parsed[-1]), int(parsed[-1]) + 1):
        address = ipaddress.IPv4Address(number % 2**32)
        if not any(address.version == item.version and address in item for item in _DIFFERENT):
            assert is_bogon(str(address)) == (not address.is_global or address.is_multicast), address


def test_a_zone_is_no_part_of_an_address() -> None:
    assert is_bogon("fe80::1%eth0")
    assert plain("2606:4700:4700::1111%eth0") == "2606:4700:4700::1111"
