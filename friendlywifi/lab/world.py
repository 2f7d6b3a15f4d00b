"""Which names the lab's world has, where they truly are, and what their pages say.

The world is the same behind every scenario: what differs is what a hotspot lets through. All names live under
`lab.example` (RFC 2606) and have documentation addresses (RFC 5737, RFC 3849), few enough that a connect-to
map of them can be read. Pure: names come from numbers, tokens from the seed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from friendlywifi.lab.probehosts import PROBE_HOSTS
from friendlywifi.lab.scenario import Origin
from probes.records import Ask, Category, Family

ZONE = "lab.example"
AUTHORITY = "Friendly Wi-Fi lab"
"""Who authorised the sentinel: the lab itself, for its own harmless page."""
VENDOR = "Lab Filter"
"""The vendor that the lab's test names belong to."""

POPULAR = 25
SAMPLE = 96
GENERAL = 220
HELP = 12
OPENED_GENERAL = 12
"""The first so many general controls may be opened and hold a token."""
OPENED_HELP = 4

ADDRESSES: Mapping[Origin, Mapping[Family, str]] = MappingProxyType(
    {
        origin: MappingProxyType({Family.IPV4: ipv4, Family.IPV6: ipv6})
        for origin, ipv4, ipv6 in (
            (Origin.CONTROLS, "198.51.100.10", "2001:db8:c::10"),
            (Origin.ADULT, "198.51.100.20", "2001:db8:c::20"),
            (Origin.ADULT_EAST, "198.51.100.21", "2001:db8:c::21"),
            (Origin.ADULT_WEST, "198.51.100.22", "2001:db8:c::22"),
            (Origin.SENTINELS, "198.51.100.30", "2001:db8:c::30"),
            (Origin.PROBES, "198.51.100.40", "2001:db8:c::40"),
            (Origin.BLOCKPAGE, "203.0.113.66", "2001:db8:b::66"),
            (Origin.PORTAL, "203.0.113.1", "2001:db8:b::1"),
            (Origin.ADVERTS, "203.0.113.99", "2001:db8:b::99"),
            (Origin.FORGED, "203.0.113.77", "2001:db8:b::77"),
        )
    }
)

HOSTERS = (Origin.ADULT, Origin.ADULT_EAST, Origin.ADULT_WEST)
"""Whose adult sites are: neighbours in a list are at different ones."""

LOGIN_HOST = f"login.{ZONE}"
BLOCKPAGE_HOST = f"blocked.{ZONE}"


@dataclass(frozen=True, kw_only=True)
class Host:
    """One name of the world."""

    name: str
    origin: Origin
    category: Category | None = None
    """`None`: no target; the world merely has it."""
    ask: Ask = Ask.DNS
    token: str | None = None
    rank: int | None = None
    vendor: str | None = None
    alive: bool = True
    """Whether it still exists anywhere: lists keep names for long."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it truly is, both families, sorted; a name that is gone is nowhere."""
        if not self.alive:
            return ()
        return tuple(sorted(ADDRESSES[self.origin].values()))


World = Mapping[str, Host]
"""Every name of the world, in the order in which lists give them."""


def build_world(seed: str, *, adult_ask: Ask | None = None, gone: int = 0) -> World:
    """The world for one seed. `adult_ask` overrides how far adult names may be asked; `gone` so many more
    adult names stand in the lists and exist nowhere.
    """
    hosts: list[Host] = []
    for rank in range(1, POPULAR + 1):
        ask = adult_ask or (Ask.TLS if rank <= 6 else Ask.DNS)
        name = f"popular-{rank:02d}.{ZONE}"
        hosts.append(Host(name=name, origin=_hoster(rank), category=Category.ADULT, ask=ask, rank=rank))
    for number in range(1, SAMPLE + 1):
        ask = adult_ask or (Ask.TLS if number % 12 == 1 else Ask.DNS)
        name = f"adult-{number:03d}.{ZONE}"
        hosts.append(Host(name=name, origin=_hoster(number), category=Category.ADULT, ask=ask))
    for number in range(1, gone + 1):
        name = f"gone-{number:02d}.{ZONE}"
        hosts.append(Host(name=name, origin=_hoster(number), category=Category.ADULT, alive=False))
    hosts.append(
        _page(seed, f"image-list-sentinel.{ZONE}", Origin.SENTINELS, Category.ILLEGAL_CSAM),
    )
    for label, category in (
        ("adult-test", Category.WIRING),
        ("malware-test", Category.SECURITY),
        ("phishing-test", Category.SECURITY),
    ):
        name = f"{label}.vendor.{ZONE}"
        hosts.append(Host(name=name, origin=Origin.SENTINELS, category=category, vendor=VENDOR))
    for label, count, opened, category in (
        ("help", HELP, OPENED_HELP, Category.CONTROL_HELP),
        ("general", GENERAL, OPENED_GENERAL, Category.CONTROL_GENERAL),
    ):
        for number in range(1, count + 1):
            name = f"{label}-{number:03d}.{ZONE}"
            if number <= opened:
                hosts.append(_page(seed, name, Origin.CONTROLS, category))
            else:
                hosts.append(Host(name=name, origin=Origin.CONTROLS, category=category))
    hosts += [Host(name=name, origin=Origin.PROBES) for name in PROBE_HOSTS]
    hosts.append(Host(name=LOGIN_HOST, origin=Origin.PORTAL))
    hosts.append(Host(name=BLOCKPAGE_HOST, origin=Origin.BLOCKPAGE))
    return MappingProxyType({host.name: host for host in hosts})


def _hoster(number: int) -> Origin:
    return HOSTERS[(number - 1) % len(HOSTERS)]


def _page(seed: str, name: str, origin: Origin, category: Category) -> Host:
    token = hmac.new(seed.encode(), name.encode(), hashlib.sha256).hexdigest()[:32]
    return Host(name=name, origin=origin, category=category, ask=Ask.GET, token=token)


def origin_of(address: str) -> Origin | None:
    """What lives at an address of the world."""
    return next((origin for origin, pair in ADDRESSES.items() if address in pair.values()), None)
