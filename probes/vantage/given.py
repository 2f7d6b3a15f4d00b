"""What did the network give? Leases and advertisements in force, from wherever a client left them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from probes.vantage import leases, routes
from probes.vantage.leases import Lease
from probes.vantage.places import Places
from probes.vantage.programs import files_in, read_bytes, read_text

_DHCLIENT = (("dhcp", "dhclient*.leases"), ("dhclient", "*.leases"), ("NetworkManager", "dhclient-*.lease"))
_INTERNAL = re.compile(r"internal-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-(.+)\.lease")


def given(places: Places, *, interface: str | None) -> tuple[Lease, ...]:
    """The leases and advertisements in force on an interface; `None`: on any."""
    own = own_addresses(places.proc / "net")
    return leases.in_force(_found(places, interface), interface=interface, own=own)


def leased_resolvers(found: tuple[Lease, ...]) -> tuple[str, ...] | None:
    """The resolvers that they name, sorted; `None`: nothing that can be read names one."""
    return tuple(sorted({address for lease in found for address in lease.resolvers})) or None


def portal_api(found: tuple[Lease, ...]) -> str | None:
    """Where the network says whether its portal holds this device (RFC 8910); `None`: it did not say."""
    return next((lease.portal_api for lease in found if lease.portal_api is not None), None)


def own_addresses(net: Path) -> frozenset[str] | None:
    """From `/proc/net`: every address of this machine; `None` where that cannot be read."""
    four, six = read_text(net / "fib_trie"), read_text(net / "if_inet6")
    if four is None and six is None:
        return None
    return routes.own_addresses(four or "") | routes.own_addresses6(six or "")


def _found(places: Places, interface: str | None) -> Iterator[Lease]:
    for folder, pattern in _DHCLIENT:
        for path in files_in(places.var / folder, pattern):
            yield from leases.parse_dhclient(read_text(path) or "")
    for path in files_in(places.var / "NetworkManager", "internal-*.lease"):
        named = _INTERNAL.fullmatch(path.name)
        if named:
            yield leases.parse_networkd(read_text(path) or "", interface=named[1])
    for path in files_in(places.var / "dhcpcd", "*.lease"):
        # dhcpcd keeps one for each wireless network: IF-SSID.lease.
        lease = leases.parse_dhcpcd(read_bytes(path) or b"", interface=path.stem.partition("-")[0])
        if lease is not None:
            yield lease
    for path in files_in(places.run / "dhcpcd/hook-state/resolv.conf", "*.ra"):
        yield leases.parse_advertised(read_text(path) or "", interface=path.stem)
    yield leases.parse_advertised(read_text(places.run / "rdnssd/resolv.conf") or "")
    yield from _networkd(places)
    if interface is not None:
        told = places.program("nmcli", "--terse=no", "device", "show", interface)
        if told is not None:
            yield leases.parse_nmcli(told, interface=interface)


def _networkd(places: Places) -> Iterator[Lease]:
    """systemd-networkd names its files by the interface's index."""
    for path in files_in(places.run / "systemd/netif/leases", "[0-9]*"):
        name = _name_of(places.sys, path.name)
        if name is not None:
            yield leases.parse_networkd(read_text(path) or "", interface=name)


def _name_of(sys: Path, index: str) -> str | None:
    try:
        folders = sorted(sys.iterdir())
    except OSError:
        return None
    return next((item.name for item in folders if (read_text(item / "ifindex") or "").strip() == index), None)
