"""What on the tester's own machine could be measured in place of the hotspot? Facts; judging is elsewhere.

Nothing is sent, but for a few names that `getaddrinfo` is asked where the caller hands that in: what programs
on this machine are told is the one question that no file answers.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from probes import failure
from probes.network import split_endpoint
from probes.portals import portals
from probes.records import Category, Family, Lookup, Machine, Plan, Target, Way
from probes.vantage import encrypted, given, software
from probes.vantage.hosts import parse_hosts
from probes.vantage.interfaces import is_tunnel
from probes.vantage.places import Places
from probes.vantage.programs import files_in, read_text
from probes.vantage.resolvers import FoundResolvers, system_resolvers

_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
_INTERNET = {
    # One address in each half of the Internet: VPN programs lay two halves over the default. Nothing is sent.
    Family.IPV4: ("9.9.9.9", "203.0.113.1"),
    Family.IPV6: ("2001:db8::1",),
}
_BROWSERS = (
    ("firefox/policies", "policies.json"),
    ("opt/chrome/policies/managed", "*.json"),
    ("chromium/policies/managed", "*.json"),
    ("chromium-browser/policies/managed", "*.json"),
    ("opt/edge/policies/managed", "*.json"),
    ("brave/policies/managed", "*.json"),
)
_FAMILIES = {Family.IPV4: socket.AF_INET, Family.IPV6: socket.AF_INET6}
LOOKUP_BUDGET = 6.0
"""Seconds for all lookups together; what has not come by then is left out."""

Look = Callable[[str, Family], Lookup]


def examine_machine(
    names: Sequence[str] = (),
    *,
    asked: Sequence[str] = (),
    resolvers: Sequence[str] = (),
    interface: str | None = None,
    places: Places | None = None,
    look: Look | None = None,
) -> Machine:
    """The machine as it is now.

    `names` are looked for in its hosts file; `asked` are the few that `look` is asked about; `resolvers`
    (`ADDRESS:PORT`) are those that will be measured; `interface` is the one that the measuring is bound to.
    """
    places = places or Places()
    found = system_resolvers(resolv_conf=places.etc / "resolv.conf", run=places.run)
    hosts = read_text(places.etc / "hosts")
    ways = tuple(_ways(places, resolvers, interface))
    used = interface or next((way.interface for way in ways if way.to == "internet"), None)
    return Machine(
        leased=given.leased_resolvers(given.given(places, interface=used)),
        used=_addresses(found),
        stub=found.stub,
        stub_hidden=found.hidden,
        hosts=None if hosts is None else parse_hosts(hosts, names=frozenset(names)),
        lookups=_look_up(asked, look) if look is not None else (),
        proxies=tuple(
            sorted(name for name, value in places.environment.items() if name.lower() in _PROXIES and value)
        ),
        ways=ways,
        ipv6_off=_ipv6_off(places, used),
        encrypted_dns=tuple(_encrypted(places)),
        browser_dns=tuple(_browsers(places.etc)),
        software=software.running(proc=places.proc),
    )


def names_of(plan: Plan) -> tuple[str, ...]:
    """Every name that a plan asks, with the portal probes' own hosts."""
    return tuple(dict.fromkeys([*(item.name for item in plan.targets), *(item.host for item in portals())]))


def telling_names(plan: Plan) -> tuple[str, ...]:
    """The few that `getaddrinfo` is asked too: two that must open, and some that a filter keeps away.

    Documented addresses come first, because there a difference can be seen; of illegal content only what
    somebody authorised is in a plan at all. Two come from the end of the random sample: a filter that knows
    a check by how it asks, and lets everybody else through, cannot know for which names to pretend.
    """

    def best(targets: Sequence[Target], most: int) -> list[str]:
        ranked = sorted(targets, key=lambda item: (not item.expect, item.rank or 1_000_000, item.name))
        return [item.name for item in ranked[:most]]

    controls = [item for item in plan.targets if item.category.control]
    sentinels = [item for item in plan.targets if item.sentinel]
    wiring = [item for item in plan.targets if item.category in (Category.WIRING, Category.SECURITY)]
    adult = [item for item in plan.targets if item.category is Category.ADULT]
    drawn = [item.name for item in adult[-2:]]
    known = [*best(controls, 2), *best(sentinels, 1), *best(wiring, 1), *best(adult, 2)]
    return tuple(dict.fromkeys([*known, *drawn]))


def ask_system(name: str, family: Family) -> Lookup:
    """What `getaddrinfo` says, as any program hears it: hosts file, name service switch, system resolver."""
    try:
        # No trailing dot, although it would keep the search list out: it would keep the hosts file out too.
        answers = socket.getaddrinfo(name, None, _FAMILIES[family], socket.SOCK_STREAM)
    except socket.gaierror as error:
        empty = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return Lookup(name=name, family=family, failure=failure.NXDOMAIN if empty else failure.TIMEOUT)
    except (OSError, UnicodeError) as error:
        return Lookup(name=name, family=family, failure=failure.name_failure(error))
    return Lookup(name=name, family=family, addresses=tuple(sorted({str(item[4][0]) for item in answers})))


def _look_up(names: Sequence[str], look: Look) -> tuple[Lookup, ...]:
    """In threads of their own, because nothing can break off a `getaddrinfo` that hangs."""
    found: list[Lookup] = []
    threads = [
        threading.Thread(target=lambda n=name, f=family: found.append(look(n, f)), daemon=True)
        for name in names
        for family in Family
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + LOOKUP_BUDGET
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return tuple(sorted(found, key=lambda item: (item.name, item.family)))


def _ipv6_off(places: Places, interface: str | None) -> str | None:
    """The interface where IPv6 is switched off, or `all` (ip-sysctl, `disable_ipv6`). A kernel without it has
    no such folder, and a machine that is not known has none of its own either.
    """
    folder = places.proc / "sys/net"
    if not (folder / "ipv6").is_dir():
        return "all" if (folder / "ipv4").is_dir() else None
    for name in (interface, "all"):
        said = None if name is None else read_text(folder / "ipv6/conf" / name / "disable_ipv6")
        if name is not None and said is not None and said.strip() == "1":
            return name
    return None


def _addresses(found: FoundResolvers) -> tuple[str, ...]:
    return tuple(dict.fromkeys(split_endpoint(item)[0] for item in found.addresses))


def _ways(places: Places, resolvers: Sequence[str], interface: str | None) -> Iterator[Way]:
    wanted = [("internet", address) for family in Family for address in _INTERNET[family]]
    wanted += [(resolver, split_endpoint(resolver)[0]) for resolver in resolvers]
    seen = set()
    for to, address in wanted:
        name = interface or places.way(address)
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.scope_id:
            name = parsed.scope_id
        family = Family.IPV4 if parsed.version == 4 else Family.IPV6
        if name is not None and (to, family, name) not in seen:
            seen.add((to, family, name))
            yield Way(to=to, family=family, interface=name, tunnel=is_tunnel(name, sys=places.sys))


def _encrypted(places: Places) -> Iterator[str]:
    value, source = None, None
    # resolved.conf(5): the main file, then the drop-ins, later names over earlier ones.
    drop_ins = {
        path.name: path
        for folder in (places.run, places.etc)
        for path in files_in(folder / "systemd/resolved.conf.d", "*.conf")
    }
    for path in (places.etc / "systemd/resolved.conf", *(drop_ins[name] for name in sorted(drop_ins))):
        said = encrypted.resolved_conf(read_text(path) or "")
        if said is not None:
            value, source = said, path.name
    # The setting means something only where systemd-resolved runs at all.
    runs = (places.run / "systemd/resolve").is_dir()
    if runs and encrypted.is_strict(value):
        yield f"systemd-resolved (DNSOverTLS={value} in {source})"
    links = encrypted.resolvectl_strict(places.program("resolvectl", "--no-pager", "dnsovertls") or "")
    for link in links:
        if link != "Global" or not encrypted.is_strict(value):
            yield f"systemd-resolved (DNSOverTLS on {link})"


def _browsers(etc: Path) -> Iterator[str]:
    for folder, pattern in _BROWSERS:
        for path in files_in(etc / folder, pattern):
            said = encrypted.browser_policy(read_text(path) or "")
            if said is not None:
                yield f"{folder.split('/policies', maxsplit=1)[0].removeprefix('opt/')}: {said}"
