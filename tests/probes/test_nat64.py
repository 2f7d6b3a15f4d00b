from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.nat64 import LENGTHS, embedded, prefixes, seen_through

# RFC 6052, 2.4: 192.0.2.33 under prefixes of every length.
TABLE = (
    ("2001:db8::/32", "2001:db8:c000:221::"),
    ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
    ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::"),
    ("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33"),
)


@pytest.mark.parametrize(("prefix", "address"), TABLE)
def test_the_examples_of_the_standard_are_read(prefix: str, address: str) -> None:
    network = ipaddress.IPv6Network(prefix)
    assert embedded(ipaddress.IPv6Address(address), network) == "192.0.2.33"
    assert seen_through(address, [network]) == "192.0.2.33"


def _written(prefix: ipaddress.IPv6Network, inner: str) -> str:
    """The other direction, made the slow way."""
    bits = list(f"{int(prefix.network_address):0128b}"[: prefix.prefixlen])
    for bit in f"{int(ipaddress.IPv4Address(inner)):032b}":
        if len(bits) == 64:
            bits += "0" * 8
        bits.append(bit)
    return str(ipaddress.IPv6Address(int("".join(bits).ljust(128, "0"), 2)))


@given(
    st.sampled_from(LENGTHS),
    st.integers(0, 2**32 - 1).map(lambda n: 0x20010DB8 << 96 | n << 64),
    st.ip_addresses(v=4),
)
def test_what_is_written_under_a_prefix_is_read_again(
    length: int, start: int, inner: ipaddress.IPv4Address
) -> None:
    prefix = ipaddress.IPv6Network((start, length), strict=False)
    assert embedded(ipaddress.IPv6Address(_written(prefix, str(inner))), prefix) == str(inner)


@pytest.mark.parametrize("prefix", [prefix for prefix, _ in TABLE] + ["64:ff9b::/96", "64:ff9b:1::/48"])
def test_a_prefix_is_learnt_from_the_well_known_name(prefix: str) -> None:
    network = ipaddress.IPv6Network(prefix)
    given_for_it = [_written(network, "192.0.0.170"), _written(network, "192.0.0.171")]
    assert prefixes(given_for_it) == (network,)


def test_other_answers_show_no_prefix() -> None:
    assert prefixes(["2001:db8::1", "192.0.0.170", "no address", "::"]) == ()


def test_an_address_that_fits_two_prefixes_shows_none() -> None:
    # 192.0.0.170 at bits 32 to 63, and again at the end.
    both = "2001:db8:c000:aa::c000:aa"
    for prefix in ("2001:db8::/32", "2001:db8:c000:aa::/96"):
        assert embedded(ipaddress.IPv6Address(both), ipaddress.IPv6Network(prefix)) == "192.0.0.170"
    assert prefixes([both]) == ()


def test_an_address_that_is_not_under_a_prefix_stays_as_it_is() -> None:
    assert seen_through("2606:4700::1", [ipaddress.IPv6Network("2001:db8::/96")]) == "2606:4700::1"
    assert seen_through("1.2.3.4", [ipaddress.IPv6Network("2001:db8::/96")]) == "1.2.3.4"


def test_what_is_not_written_as_the_standard_says_holds_no_address() -> None:
    # Bits 64 to 71 must be zero (RFC 6052, 2.2), and a prefix has one of six lengths.
    written = ipaddress.IPv6Address("2001:db8:122:344:c0:2:2100::")
    assert embedded(written, ipaddress.IPv6Network("2001:db8:122:344::/64")) == "192.0.2.33"
    assert (
        embedded(
            ipaddress.IPv6Address(int(written) | 1 << 56), ipaddress.IPv6Network("2001:db8:122:344::/64")
        )
        is None
    )
    assert embedded(written, ipaddress.IPv6Network("2001:db8:122::/50")) is None
