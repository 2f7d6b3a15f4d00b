"""Which addresses cannot be the true place of a public name. Pure; the test runs before any mapping.

Source: the IANA special-purpose registries (RFC 6890) by way of `ipaddress`, and the forms in which an IPv4
address hides in an IPv6 one: mapped (RFC 4291, 2.5.5.2) and the well-known NAT64 prefix (RFC 6052, 2.1).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def plain(address: str) -> str:
    """The address in its usual spelling, an embedded IPv4 address taken out."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        if parsed in _NAT64:
            return str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF))
    return str(parsed)


def is_bogon(address: str, *, mapped: Collection[str] = ()) -> bool:
    """Whether no public name can truly be there: nothing dials it, and judging calls it a sinkhole.

    Documentation addresses stand for public ones in an emulated hotspot: they pass only where the run's
    own connect-to map names them, which is an override that no certificate survives.
    """
    parsed = ipaddress.ip_address(plain(address))
    if any(parsed.version == network.version and parsed in network for network in _DOCUMENTATION):
        return str(parsed) not in mapped
    return not parsed.is_global or parsed.is_multicast
