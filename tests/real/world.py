"""The world beyond the gateway: which names there are, where they are, and what an open network sees.

Pure. Every name is under `.example` (RFC 2606), each a domain of its own; the addresses are public ones, as
they would be for real, and exist in a namespace that has no way out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import trustme

from friendlywifi.lab.outside import outside
from probes.encrypted import KeepsAway, encrypted_resolvers
from probes.foreign import ResolverKind, foreign_resolvers
from probes.records import Ask, Category

CONTROLS = ("142.250.74.110", "2a00:1450:4001:82b::200e")
PROBES = ("142.250.74.99", "2a00:1450:4001:82b::2003")
HOSTERS = (
    ("66.254.114.41", "2a03:9d40:100::41"),
    ("104.17.28.73", "2606:4700::6811:1c49"),
    ("185.88.181.95", "2a02:6ea0:c021::95"),
    ("151.101.65.140", "2a04:4e42::396"),
)
"""Whose sites a filter keeps away: neighbours in number are at different ones."""
BLOCKPAGE = ("185.53.177.53", "2a0b:1640:2::53")
"""A provider's page that says why: a public address, known to no list of fingerprints."""
NAT64 = "64:ff9b::/96"

UPSTREAM = "9.9.9.9"
"""Whom the filters ask."""


@dataclass(frozen=True, kw_only=True)
class Name:
    """One name of the world: both addresses, and the text that only its true page holds."""

    name: str
    ipv4: str | None
    ipv6: str | None
    category: Category
    ask: Ask
    token: str | None = None
    alive: bool = True
    """Whether anybody is there; a list keeps names for long."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it truly is, sorted."""
        return tuple(sorted(item for item in (self.ipv4, self.ipv6) if item is not None))


def controls() -> tuple[Name, ...]:
    """Names that must open: most with a page of their own, some known by their documented addresses."""
    made = []
    for number in range(1, 15):
        category = Category.CONTROL_HELP if number % 3 == 0 else Category.CONTROL_GENERAL
        page = number <= 9
        made.append(
            Name(
                name=f"open-{number:02d}.example",
                ipv4=CONTROLS[0],
                ipv6=CONTROLS[1],
                category=category,
                ask=Ask.GET if page else Ask.DNS,
                token=_token(f"open-{number:02d}.example") if page else None,
            )
        )
    return tuple(made)


POOL = 120
"""How many names there are that a filter may be told to block."""
OLD = 110
"""From this number on they have no IPv6 address."""


def site(number: int, *, ask: Ask = Ask.DNS, category: Category = Category.ADULT) -> Name:
    """One name of the kind that a filter keeps away. A page is fetched only where its category allows it."""
    ipv4, ipv6 = HOSTERS[number % len(HOSTERS)]
    name = f"site-{number:03d}.example"
    return Name(
        name=name,
        ipv4=ipv4,
        ipv6=ipv6 if number < OLD else None,
        category=category,
        ask=ask,
        token=_token(name) if ask is Ask.GET else None,
    )


def https_record(item: Name) -> str:
    """What a site says of itself in its HTTPS record (RFC 9460): it speaks HTTP/3, and where it is."""
    hints = [f"ipv4hint={item.ipv4}"] * (item.ipv4 is not None)
    hints += [f"ipv6hint={item.ipv6}"] * (item.ipv6 is not None)
    return " ".join(["1 .", "alpn=h2,h3", *hints])


GONE = 12
"""So many names exist nowhere any more, and at so many more nobody listens."""
SHUT = ("93.184.215.14", "2606:2800:21f:cb07::14")
"""Where nobody listens."""


def gone(number: int, *, ask: Ask = Ask.DNS, category: Category = Category.ADULT) -> Name:
    """A name that exists nowhere any more."""
    return Name(
        name=f"gone-{number:03d}.example", ipv4=None, ipv6=None, category=category, ask=ask, alive=False
    )


def shut(number: int, *, ask: Ask = Ask.TLS, category: Category = Category.ADULT) -> Name:
    """A name that still has an address, where nobody listens."""
    name = f"shut-{number:03d}.example"
    return Name(name=name, ipv4=SHUT[0], ipv6=SHUT[1], category=category, ask=ask, alive=False)


def dead() -> tuple[Name, ...]:
    """Every name that works nowhere."""
    return (*(gone(number) for number in range(GONE)), *(shut(number) for number in range(GONE)))


def _token(name: str) -> str:
    return f"the true page of {name}"


def names() -> tuple[Name, ...]:
    """Every name that has pages."""
    return (*controls(), *(site(number) for number in range(POOL)))


NAMELESS = {
    ResolverKind.UNFILTERED: ("45.90.28.10", "2a07:a8c0::10"),
    ResolverKind.FILTERING: ("185.228.170.10", "2a0d:2a00:3::10"),
}
"""Where encrypted resolvers are whose owners promise no address."""
ONLY_HTTP2 = ("9.9.9.9", "2620:fe::fe")
"""Whose DNS over HTTPS speaks HTTP/2 only, as Quad9's does."""


def encrypted(kind: ResolverKind) -> tuple[str, ...]:
    """Where the encrypted resolvers of that kind are."""
    found = [
        address
        for item in encrypted_resolvers()
        if (item.keeps_away is KeepsAway.ADULT) is (kind is ResolverKind.FILTERING)
        for address in (*item.ipv4, *item.ipv6)
    ]
    return tuple(dict.fromkeys((*found, *NAMELESS[kind])))


def elsewhere() -> dict[str, tuple[str, ...]]:
    """Real names that a check asks for: where they are in this world."""
    found = {
        name: tuple(item for each in places.values() for item in each) for name, places in outside().items()
    }
    for item in encrypted_resolvers():
        if not item.ipv4:
            family = item.keeps_away is KeepsAway.ADULT
            kind = ResolverKind.FILTERING if family else ResolverKind.UNFILTERED
            found.update(dict.fromkeys(item.hosts, NAMELESS[kind]))
    return found


def addresses() -> tuple[str, ...]:
    """Every address that the world has, both families."""
    pairs = [CONTROLS, PROBES, *HOSTERS, BLOCKPAGE, SHUT]
    resolvers = [address for kind in ResolverKind for address in resolver_addresses(kind)]
    return tuple(dict.fromkeys((*(address for pair in pairs for address in pair), *resolvers)))


def resolver_addresses(kind: ResolverKind) -> tuple[str, ...]:
    """Where the public resolvers of that kind are, in the clear and encrypted."""
    found = [
        address for item in foreign_resolvers() if item.kind is kind for address in (*item.ipv4, *item.ipv6)
    ]
    return tuple(dict.fromkeys((*found, *encrypted(kind))))


@dataclass(frozen=True)
class Authorities:
    """Who signs: the world's own authority, which the lists name, and a middlebox's, which nobody does."""

    true: trustme.CA
    middlebox: trustme.CA

    @classmethod
    def make(cls) -> Authorities:
        return cls(
            true=trustme.CA(organization_name="Friendly Wi-Fi tests"),
            middlebox=trustme.CA(organization_name="Filter TEST"),
        )

    @property
    def pem(self) -> str:
        return self.true.cert_pem.bytes().decode("ascii")


def list_text(targets: Iterable[Name], *, list_id: str, popularity: bool = False) -> str:
    """A target list of these names, as a user would write one."""
    lines = [
        f'id = "{list_id}"',
        'version = "1"',
        'licence = "CC0-1.0"',
        'source = "made by the tests"',
        'origin = "friendlywifi-tests"',
        'ca = "world-ca.pem"',
        *(["popularity = true"] if popularity else []),
    ]
    for item in targets:
        lines += [
            "",
            "[[target]]",
            f'name = "{item.name}"',
            f'category = "{item.category}"',
            f'ask = "{item.ask}"',
            f"expect = {json.dumps(item.addresses if item.alive else ())}",
            *([f'token = "{item.token}"'] if item.token else []),
        ]
    return "\n".join(lines) + "\n"
