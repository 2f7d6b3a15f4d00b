"""What could a child do here? Each open way around the filter in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from criteria.records import Route, RouteOutcome
from probes.records import RouteKind

GUIDE = "docs/closing-routes.md"
"""How each kind is closed."""

_SENTENCES: Mapping[RouteKind, str] = MappingProxyType(
    {
        RouteKind.DNS53: (
            "Whoever enters {host} as DNS server in the settings of a phone or laptop is not filtered."
        ),
        RouteKind.DOT: "A phone whose private DNS is set to {host} is not filtered.",
        RouteKind.DOH: "A browser whose secure DNS is set to {endpoint} is not filtered.",
        RouteKind.DOQ: "An app that asks {endpoint} for its names is not filtered.",
        RouteKind.H3: "A browser that speaks HTTP/3 opens {endpoint}, which is blocked over TCP.",
        RouteKind.CANARY: (
            "Firefox may encrypt its questions by itself and go around the filter, because {endpoint} has an "
            "address here."
        ),
        RouteKind.RELAY: (
            "An iPhone, iPad or Mac with iCloud Private Relay goes around the filter by itself, because "
            "{endpoint} has its address here."
        ),
        RouteKind.DDR: (
            "Devices that follow the designation of the resolver {endpoint} are led to one that does not "
            "filter."
        ),
        RouteKind.DIRECT_IP: (
            "Whoever knows the address of a blocked site, by an app or a line in a file, opens it: "
            "{endpoint}."
        ),
        RouteKind.VARIANT: "Whoever types {endpoint} gets to a site whose other name is blocked.",
        RouteKind.HTTPS_RECORD: (
            "A browser that reads the HTTPS record of {endpoint} is told where that site is, although its "
            "addresses are withheld."
        ),
    }
)


def sentence(route: Route) -> str:
    """What a child could do by this way if it stands open."""
    return _SENTENCES[route.kind].format(endpoint=route.endpoint, host=_host(route.endpoint))


def ways_around(routes: Iterable[Route]) -> tuple[tuple[RouteKind, str], ...]:
    """One sentence for each kind of way that stands open, and how many more are like it."""
    found: dict[RouteKind, dict[str, Route]] = {}
    for route in routes:
        if route.outcome is RouteOutcome.OPEN:
            found.setdefault(route.kind, {}).setdefault(_host(route.endpoint), route)
    told = []
    for kind in RouteKind:
        if kind not in found:
            continue
        first, *others = found[kind].values()
        more = f" So it is with {len(others)} more." if others else ""
        told.append((kind, sentence(first) + more))
    return tuple(told)


def _host(endpoint: str) -> str:
    """The name or address in `udp 192.0.2.1:53`, `tls://dns.example`, `https://192.0.2.1/dns-query`."""
    host = endpoint.rpartition("://")[2].partition("/")[0].rpartition(" ")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host
