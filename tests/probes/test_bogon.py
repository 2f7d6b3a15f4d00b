from __future__ import annotations

import pytest

from probes.bogon import is_bogon, plain


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
