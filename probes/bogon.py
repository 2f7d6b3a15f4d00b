"""Which addresses cannot be the true place of a public name. Pure; the test runs before any mapping.

The tables are frozen here and not taken from `ipaddress`, whose own change between patch releases of Python:
what was judged once must be judged the same years later. Source: the IANA special-purpose registries (RFC
6890) as of 2026-11, and the forms in which an IPv4 address hides in an IPv6 one: mapped (RFC 4291, 2.5.5.2)
and NAT64's well-known prefix (RFC 6052, 2.1).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from functools import lru_cache

SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "RFC 791, 3.2: this network"),
    ("10.0.0.0/8", "RFC 1918: private use"),
    ("100.64.0.0/10", "RFC 6598: shared address space of carriers"),
    ("127.0.0.0/8", "RFC 1122, 3.2.1.3: loopback"),
    ("169.254.0.0/16", "RFC 3927: link local"),
    ("172.16.0.0/12", "RFC 1918: private use"),
    ("192.0.0.0/24", "RFC 6890, 2.1: protocol assignments"),
    ("192.0.2.0/24", "RFC 5737: documentation"),
    ("192.168.0.0/16", "RFC 1918: private use"),
    ("198.18.0.0/15", "RFC 2544: benchmarking"),
    ("198.51.100.0/24", "RFC 5737: documentation"),
    ("203.0.113.0/24", "RFC 5737: documentation"),
    ("224.0.0.0/4", "RFC 5771: multicast"),
    ("240.0.0.0/4", "RFC 1112, 4: reserved; the last is limited broadcast (RFC 8190)"),
    ("2001::/23", "RFC 2928: protocol assignments, Teredo and benchmarking among them"),
    ("2001:db8::/32", "RFC 3849: documentation"),
    ("2002::/16", "RFC 3056: 6to4, an IPv4 address by another way"),
    ("3fff::/20", "RFC 9637: documentation"),
)
"""Networks in which no public name can be. Of IPv6 everything outside 2000::/3 is none either (RFC 4291,
2.4): that holds ::, ::1, 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10 and ff00::/8."""

GLOBAL: tuple[tuple[str, str], ...] = (
    ("192.0.0.9/32", "RFC 7723: Port Control Protocol anycast"),
    ("192.0.0.10/32", "RFC 8155: TURN anycast"),
    ("2001:1::1/128", "RFC 7723: Port Control Protocol anycast"),
    ("2001:1::2/128", "RFC 8155: TURN anycast"),
    ("2001:1::3/128", "RFC 9665: DNS-SD service registration anycast"),
    ("2001:3::/32", "RFC 7450: AMT"),
    ("2001:4:112::/48", "RFC 7535: AS112"),
    ("2001:20::/28", "RFC 7343: ORCHIDv2"),
    ("2001:30::/28", "RFC 9374: drone remote identification"),
    ("64:ff9b:1::/48", "RFC 8215: NAT64 for local use, where the embedded address decides and may be public"),
)
"""Parts of them, and of what lies outside 2000::/3, that are reachable."""

DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(texts: Collection[str]) -> dict[int, tuple[_Network, ...]]:
    parsed = [ipaddress.ip_network(text) for text in texts]
    return {version: tuple(item for item in parsed if item.version == version) for version in (4, 6)}


_SPECIAL = _networks([text for text, _ in SPECIAL])
_GLOBAL = _networks([text for text, _ in GLOBAL])
_DOCUMENTATION = _networks(DOCUMENTATION)
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


@lru_cache(maxsize=4096)
def plain(address: str) -> str:
    """The address in its usual spelling, an embedded IPv4 address taken out. Raises `ValueError`."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        # A zone (fe80::1%eth0) is of this machine and no part of an answer.
        bare = ipaddress.IPv6Address(int(parsed))
        if bare in _MAPPED or bare in _NAT64:
            return str(ipaddress.IPv4Address(int(bare) & 0xFFFFFFFF))
        return str(bare)
    return str(parsed)


def is_bogon(address: str, *, mapped: Collection[str] = ()) -> bool:
    """Whether no public name can truly be there: nothing dials it, and judging calls it a sinkhole.

    Documentation addresses stand for public ones in an emulated hotspot: they pass only where the run's
    own connect-to map names them, which is an override that no certificate survives. `mapped` is in the usual
    spelling. Raises `ValueError` for what is no address.
    """
    spelt = plain(address)
    return spelt not in mapped if _is_documentation(spelt) else _is_special(spelt)


@lru_cache(maxsize=4096)
def _is_documentation(spelt: str) -> bool:
    parsed = ipaddress.ip_address(spelt)
    return any(parsed in network for network in _DOCUMENTATION[parsed.version])


@lru_cache(maxsize=4096)
def _is_special(spelt: str) -> bool:
    parsed = ipaddress.ip_address(spelt)
    if any(parsed in network for network in _GLOBAL[parsed.version]):
        return False
    if parsed.version == 6 and parsed not in _UNICAST:
        return True
    return any(parsed in network for network in _SPECIAL[parsed.version])
