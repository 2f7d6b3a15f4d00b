"""How a network writes IPv4 addresses as IPv6 ones: prefixes learnt from `ipv4only.arpa`. Pure.

RFC 6052, 2.2: a prefix has 32, 40, 48, 56, 64 or 96 bits, the address follows it, and bits 64 to 71 are zero
and belong to neither. RFC 7050, 3: whoever synthesises an AAAA for a name that has only IPv4 addresses, and
well-known ones, gives its prefix away.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

LENGTHS = (96, 64, 56, 48, 40, 32)
_WELL_KNOWN = frozenset({"192.0.0.170", "192.0.0.171"})
"""RFC 7050, 2.2: the addresses of `ipv4only.arpa`."""


def prefixes(addresses: Iterable[str]) -> tuple[ipaddress.IPv6Network, ...]:
    """The prefixes that AAAA answers for `ipv4only.arpa` show, sorted.

    An address in which a well-known one stands at more than one place says nothing (RFC 7050, 3).
    """
    found: set[ipaddress.IPv6Network] = set()
    for text in addresses:
        try:
            address = ipaddress.IPv6Address(text)
        except ValueError:
            continue
        networks = [ipaddress.IPv6Network((address, length), strict=False) for length in LENGTHS]
        fitting = [network for network in networks if embedded(address, network) in _WELL_KNOWN]
        if len(fitting) == 1:
            found.add(fitting[0])
    return tuple(sorted(found))


def embedded(address: ipaddress.IPv6Address, prefix: ipaddress.IPv6Network) -> str | None:
    """The IPv4 address that an address holds by this prefix; `None` where it holds none."""
    if address not in prefix or prefix.prefixlen not in LENGTHS:
        return None
    octets = address.packed
    if prefix.prefixlen == 96:
        return str(ipaddress.IPv4Address(octets[12:]))
    if octets[8]:
        return None
    start = prefix.prefixlen // 8
    kept = [octet for place, octet in enumerate(octets) if place >= start and place != 8]
    return str(ipaddress.IPv4Address(bytes(kept[:4])))


def seen_through(text: str, known: Iterable[ipaddress.IPv6Network]) -> str:
    """The IPv4 address behind an address, by the longest of these prefixes that fits; else as it was given.

    Raises `ValueError` for what is no address.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        for prefix in sorted(known, key=lambda item: -item.prefixlen):
            inner = embedded(address, prefix)
            if inner is not None:
                return inner
    return text
