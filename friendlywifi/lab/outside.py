"""Names of the real world that a check asks for: encrypted resolvers, requests to devices, search engines.

They are answered as an unfiltered network answers them, with addresses that are theirs or stand for theirs.
Nothing here is ever dialled but the encrypted resolvers, and those only where a scenario has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from probes.encrypted import EncryptedResolver, KeepsAway, encrypted_resolvers
from probes.records import Family
from probes.safesearch import engines

Places = Mapping[Family, tuple[str, ...]]

NAMELESS = MappingProxyType({Family.IPV4: ("203.0.113.53",), Family.IPV6: ("2001:db8:b::53",)})
"""For encrypted resolvers whose addresses their owners do not promise."""
NAMELESS_FILTERING = MappingProxyType({Family.IPV4: ("203.0.113.54",), Family.IPV6: ("2001:db8:b::54",)})
"""For those of them that keep adult names away."""

_CANARY = MappingProxyType({Family.IPV4: ("3.162.3.5",), Family.IPV6: ("2600:9000:24bb::5",)})
_RELAY = MappingProxyType({Family.IPV4: ("17.248.176.5",), Family.IPV6: ("2a02:26f7:80::5",)})
_RESTRICTED = {
    "forcesafesearch.google.com": ("216.239.38.120", "2001:4860:4802:32::78"),
    "restrict.youtube.com": ("216.239.38.120", "2001:4860:4802:32::78"),
    "restrictmoderate.youtube.com": ("216.239.38.119", "2001:4860:4802:32::77"),
    "strict.bing.com": ("150.171.27.16", "2620:1ec:33::16"),
    "safe.duckduckgo.com": ("40.114.177.246", None),
    "familysearch.yandex.ru": ("213.180.193.56", None),
    # One content network for both forms.
    "safesearch.brave.com": ("13.226.2.7", "2600:9000:2250::7"),
    "safe.search.brave.com": ("13.226.2.7", "2600:9000:2250::7"),
    "safesearch.pixabay.com": ("104.18.40.96", "2606:4700:4400::6812:2860"),
}
_UNRESTRICTED = {
    "google": ("142.250.74.36", "2a00:1450:400f:80c::2004"),
    "youtube": ("142.250.74.46", "2a00:1450:400f:80c::200e"),
    "bing": ("150.171.27.10", "2620:1ec:33::10"),
    "duckduckgo": ("52.142.124.215", None),
    "brave": ("13.226.2.7", "2600:9000:2250::7"),
    "pixabay": ("104.18.40.96", "2606:4700:4400::6812:2860"),
    "yandex": ("77.88.44.55", "2a02:6b8::2:242"),
}


@cache
def outside() -> Mapping[str, Places]:
    """Where each of these names is, by family."""
    found: dict[str, Places] = {}
    for resolver in encrypted_resolvers():
        for host in resolver.hosts:
            found[host] = places(resolver)
    found["use-application-dns.net"] = _CANARY
    for name in ("mask.icloud.com", "mask-h2.icloud.com"):
        found[name] = _RELAY
    for engine in engines():
        for name in engine.names:
            found[name] = _pair(*_UNRESTRICTED[engine.name])
        for name in engine.forced:
            found[name] = _pair(*_RESTRICTED[name])
    return MappingProxyType(found)


def restricted(name: str) -> str | None:
    """The host of the restricted form of an engine's host; `None`: it has none."""
    return next((engine.forced[0] for engine in engines() if name in engine.names), None)


def places(resolver: EncryptedResolver) -> Places:
    """Where an encrypted resolver is reached."""
    if not resolver.ipv4:
        return NAMELESS_FILTERING if resolver.keeps_away is KeepsAway.ADULT else NAMELESS
    return MappingProxyType({Family.IPV4: resolver.ipv4, Family.IPV6: resolver.ipv6})


def _pair(ipv4: str, ipv6: str | None) -> Places:
    return MappingProxyType({Family.IPV4: (ipv4,), Family.IPV6: () if ipv6 is None else (ipv6,)})
