"""Linux's tables of routes, neighbours and addresses, from the text of `/proc/net`. Pure.

A line that is not understood is left out: these tables have grown columns before.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator

from probes.records import Record

_UP = 0x1
_GATEWAY = 0x2
_REJECT = 0x200
# include/uapi/linux/if_addr.h: an address that is still tried out, or was found to be taken.
_UNUSABLE = 0x40 | 0x08


class DefaultRoute(Record):
    """A way to the whole Internet, or to half of it (VPN programs lay two halves over the default)."""

    interface: str
    gateway: str | None
    """`None`: everything is thought to be on the link (tunnels, mobile data)."""
    prefix: int
    """0 for the whole, 1 for a half."""
    metric: int


def default_routes(text: str) -> tuple[DefaultRoute, ...]:
    """From `/proc/net/route` (IPv4), the one that counts first."""
    found: list[DefaultRoute] = []
    for words in _rows(text, 8):
        interface, destination, gateway, flags, _, _, metric, mask = words[:8]
        numbers = _hex(destination, gateway, flags, mask)
        if numbers is None or not metric.isdecimal() or len(metric) > 10:
            continue
        _, via, bits, netmask = numbers
        prefix = _low_bits(netmask)
        if bits & _UP and not bits & _REJECT and prefix is not None:
            address = str(ipaddress.IPv4Address(via.to_bytes(4, sys.byteorder)))
            found.append(
                DefaultRoute(
                    interface=interface,
                    gateway=address if bits & _GATEWAY else None,
                    prefix=prefix,
                    metric=int(metric),
                )
            )
    return _ordered(found)


def default_routes6(text: str) -> tuple[DefaultRoute, ...]:
    """From `/proc/net/ipv6_route`, the one that counts first."""
    found: list[DefaultRoute] = []
    for words in _rows(text, 10):
        interface = words[9]
        numbers = _hex(words[1], words[4], words[5], words[8], bits=128)
        if numbers is None or len(words[4]) != 32:
            continue
        prefix, via, metric, bits = numbers
        # 2000::/3 is all of the public IPv6 Internet: VPN programs use it like a half.
        if prefix in (0, 1, 3) and bits & _UP and not bits & _REJECT and interface != "lo":
            if prefix == 3 and not words[0].startswith("2"):
                continue
            address = str(ipaddress.IPv6Address(via)) if via else None
            found.append(DefaultRoute(interface=interface, gateway=address, prefix=prefix, metric=metric))
    return _ordered(found)


def neighbours(text: str) -> dict[tuple[str, str], str]:
    """From `/proc/net/arp`: (address, interface) to hardware address, lower-case; without incomplete ones."""
    found: dict[tuple[str, str], str] = {}
    for words in _rows(text, 6):
        address, _, flags, hardware, _, interface = words[:6]
        number = _hex(flags)
        if number is not None and number[0] & 0x2 and hardware.strip("0:"):
            found[address, interface] = hardware.lower()
    return found


def has_address(text: str) -> bool:
    """From `/proc/net/fib_trie`: whether this machine has an IPv4 address beyond loopback and link-local."""
    return any(not _stays_here(ipaddress.IPv4Address(address)) for address in own_addresses(text))


def own_addresses(text: str) -> frozenset[str]:
    """From `/proc/net/fib_trie`: every IPv4 address of this machine."""
    found: set[str] = set()
    address: ipaddress.IPv4Address | None = None
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == "|--":
            try:
                address = ipaddress.IPv4Address(words[1])
            except ValueError:
                address = None
        elif words == ["/32", "host", "LOCAL"] and address is not None:
            found.add(str(address))
    return frozenset(found)


def _stays_here(address: ipaddress.IPv4Address) -> bool:
    return address.is_loopback or address.is_link_local or address.is_unspecified


def has_address6(text: str) -> bool:
    """From `/proc/net/if_inet6`: whether there is an IPv6 address that reaches beyond its link."""
    for words in _rows(text, 6):
        numbers = _hex(words[3], words[4])
        # Scope 0 is global, and so are unique local addresses to the kernel.
        if numbers is not None and numbers[0] == 0 and not numbers[1] & _UNUSABLE:
            return True
    return False


def own_addresses6(text: str) -> frozenset[str]:
    """From `/proc/net/if_inet6`: every IPv6 address of this machine."""
    found = (_hex(words[0], bits=128) for words in _rows(text, 6))
    return frozenset(str(ipaddress.IPv6Address(numbers[0])) for numbers in found if numbers is not None)


def _rows(text: str, columns: int) -> Iterator[list[str]]:
    for line in text.splitlines():
        words = line.split()
        if len(words) >= columns:
            yield words


def _hex(*words: str, bits: int = 32) -> list[int] | None:
    try:
        numbers = [int(word, 16) for word in words]
    except ValueError:
        return None
    sound = all(0 <= number < 1 << bits for number in numbers)
    return numbers if sound else None


def _low_bits(netmask: int) -> int | None:
    """0 or 1, the prefix length that a mask stands for; `None`: it is a longer one."""
    mask = netmask.to_bytes(4, sys.byteorder)
    return {b"\x00\x00\x00\x00": 0, b"\x80\x00\x00\x00": 1}.get(mask)


def _ordered(routes: list[DefaultRoute]) -> tuple[DefaultRoute, ...]:
    return tuple(sorted(routes, key=lambda route: (-route.prefix, route.metric)))
