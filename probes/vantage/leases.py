"""What do leases and router advertisements say? Read from what DHCP clients left on the disk. Pure.

Each client writes its own form. A lease counts only while its address is one of this machine's: files of an
earlier network stay on the disk for years.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Iterable, Iterator

from probes.records import Record

_COOKIE = bytes.fromhex("63825363")  # RFC 2131, 3
_OPTIONS = 236 + len(_COOKIE)
_YIADDR = slice(16, 20)
_DNS, _PORTAL = 6, 114  # RFC 2132, 3.8; RFC 8910, 2.1
_PAD, _END = 0, 255
_BLOCK = re.compile(r"^lease6?\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)
_NMCLI_OPTION = re.compile(r"^(?:DHCP4\.OPTION|DHCP6\.OPTION)\[\d+\]:\s*(\w+) = (.*)$", re.MULTILINE)
_NMCLI_DNS = re.compile(r"^IP[46]\.DNS\[\d+\]:\s*(\S+)$", re.MULTILINE)


class Lease(Record):
    """One lease or advertisement: what it says, all of it optional."""

    address: str | None = None
    """The address that this machine was given; `None`: an advertisement gives none that is told."""
    interface: str | None = None
    resolvers: tuple[str, ...] = ()
    portal_api: str | None = None


def parse_dhclient(text: str) -> tuple[Lease, ...]:
    """dhclient.leases(5): the last block of an interface is the one in force."""
    last: dict[str | None, Lease] = {}
    for block in _BLOCK.findall(text):
        words = dict(_statements(block))
        interface = words.get("interface")
        last.pop(interface, None)
        last[interface] = Lease(
            address=_address(words.get("fixed-address", "")),
            interface=interface,
            resolvers=_addresses(_split(words.get("domain-name-servers", ""))),
            portal_api=_uri(words.get("v4-captive-portal") or words.get("default-url")),
        )
    return tuple(last.values())


def _statements(block: str) -> Iterator[tuple[str, str]]:
    """`interface "eth0";`, `fixed-address 192.0.2.7;`, `option routers 192.0.2.1;`."""
    for line in block.splitlines():
        name, _, value = line.strip().rstrip(";").removeprefix("option ").partition(" ")
        yield name.removeprefix("dhcp6."), value.strip().strip('"')


def parse_networkd(text: str, *, interface: str | None = None) -> Lease:
    """`/run/systemd/netif/leases/N` and NetworkManager's internal leases: `ADDRESS=`, `DNS=`.

    `/run/systemd/netif/links/N` too: `DNS=` there holds what router advertisements said beside the lease.
    """
    words = dict(_assignments(text))
    return Lease(
        address=_address(words.get("ADDRESS", "")),
        interface=interface,
        resolvers=_addresses(_split(words.get("DNS", ""))),
        portal_api=_uri(words.get("CAPTIVE_PORTAL")),
    )


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            try:
                yield name.strip(), " ".join(shlex.split(value))
            except ValueError:
                continue


def parse_dhcpcd(data: bytes, *, interface: str | None = None) -> Lease | None:
    """What dhcpcd keeps as `IF.lease`: the DHCP answer as it came (RFC 2131, 2); `None`: it is none."""
    if data[_OPTIONS - len(_COOKIE) : _OPTIONS] != _COOKIE:
        return None
    options = dict(_options(data[_OPTIONS:]))
    servers = options.get(_DNS, b"")
    return Lease(
        address=str(ipaddress.IPv4Address(data[_YIADDR])),
        interface=interface,
        resolvers=tuple(
            str(ipaddress.IPv4Address(servers[place : place + 4])) for place in range(0, len(servers) - 3, 4)
        ),
        portal_api=_uri(options.get(_PORTAL, b"").decode("ascii", "replace")),
    )


def _options(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(data) and data[place] != _END:
        if data[place] == _PAD:
            place += 1
            continue
        if place + 1 >= len(data):
            return
        length = data[place + 1]
        yield data[place], data[place + 2 : place + 2 + length]
        place += 2 + length


def parse_nmcli(text: str, *, interface: str | None = None) -> Lease:
    """`nmcli --terse=no device show IF`: the DHCP options that NetworkManager was given.

    `IP4.DNS` and `IP6.DNS` also hold what somebody set by hand, so that they count only for IPv6, where
    NetworkManager keeps no record of the advertisement, and only where no DHCP option speaks.
    """
    options: dict[str, str] = {}
    for name, value in _NMCLI_OPTION.findall(text):
        options.setdefault(name, value.strip())
    words = f"{options.get('domain_name_servers', '')} {options.get('dhcp6_name_servers', '')}"
    return Lease(
        address=_address(options.get("ip_address", "")),
        interface=interface,
        resolvers=_addresses(_split(words)),
        portal_api=_uri(options.get("captive_portal") or options.get("v4_captive_portal")),
    )


def parse_advertised(text: str, *, interface: str | None = None) -> Lease:
    """A resolv.conf that was made from one interface's advertisements: dhcpcd's `IF.ra`, rdnssd's."""
    found = [
        word for line in text.splitlines() if line.startswith("nameserver") for word in line.split()[1:2]
    ]
    return Lease(interface=interface, resolvers=_addresses(found))


def in_force(
    leases: Iterable[Lease], *, interface: str | None, own: frozenset[str] | None
) -> tuple[Lease, ...]:
    """Those that speak of this interface and of an address that this machine still has.

    `own`: this machine's addresses; `None`: not known, and then no lease that gave an address counts.
    """
    return tuple(
        lease
        for lease in leases
        if (interface is None or lease.interface in (None, interface))
        and (lease.address is None or (own is not None and lease.address in own))
    )


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _addresses(words: Iterable[str]) -> tuple[str, ...]:
    found = (_address(word) for word in words)
    return tuple(dict.fromkeys(item for item in found if item is not None))


def _address(text: str) -> str | None:
    # systemd-networkd may write ADDRESS:PORT%IF#NAME.
    try:
        return str(ipaddress.ip_address(text.partition("#")[0].partition("%")[0]))
    except ValueError:
        return None


def _uri(text: str | None) -> str | None:
    """An https URI, as RFC 8910 wants it; anything else is nothing to ask."""
    bare = (text or "").strip().strip('"').rstrip("\0")
    return bare if bare.startswith("https://") and bare.isprintable() and len(bare) < 2048 else None
