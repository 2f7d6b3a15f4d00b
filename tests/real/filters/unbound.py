"""unbound: local zones, response policy zones, DNS64."""

from __future__ import annotations

from probes.encrypted import encrypted_resolvers
from probes.encrypted import ways as known_ways
from probes.records import RouteKind
from probes.safesearch import engines
from tests.conftest import require_server
from tests.real import world
from tests.real.filters.policyzone import policy_zone
from tests.real.filters.resolver import addresses, serve
from tests.real.scenario import Names
from tests.real.site import Site

_TYPES = frozenset({"always_nxdomain", "always_refuse", "always_nodata", "always_null", "deny", "static"})
"""Types of zone that need no data (unbound.conf(5))."""


def start(
    made: Site,
    *,
    server: str = "",
    clauses: str = "",
    modules: str = "iterator",
    port: int = 53,
    gone: str | None = None,
) -> None:
    """An unbound on the gateway, with more lines under `server:` and more clauses."""
    directory = made.folder("unbound")
    config = directory / "unbound.conf"
    listen = "".join(f"    interface: {address}@{port}\n" for address in addresses(made))
    config.write_text(
        f"""server:
{listen}    port: {port}
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{directory}"
    pidfile: "{directory}/unbound.pid"
    use-syslog: no
    module-config: "{modules}"
    num-threads: 1
    ede: yes
    access-control: 0.0.0.0/0 allow
    access-control: ::/0 allow
{server}
forward-zone:
    name: "."
    forward-addr: {world.UPSTREAM}
remote-control:
    control-enable: no
{clauses}
""",
        encoding="utf-8",
    )
    serve(
        made,
        [require_server("unbound"), "-d", "-c", str(config)],
        directory=directory,
        gone=gone,
        port=port,
    )


def plain(made: Site, _names: Names) -> None:
    """It filters nothing."""
    start(made)


def local_zones(made: Site, names: Names) -> None:
    """A type of local zone for each group that is named by one."""
    start(made, server=zones(names))


def zones(names: Names) -> str:
    """The lines under `server:` that say so."""
    return "\n".join(_zone(label, name) for label, group in names.items() for name in group)


def _zone(label: str, name: str) -> str:
    redirected = {
        "zero": ("0.0.0.0", "::"),
        "loopback": ("127.0.0.1", "::1"),
        "page": world.BLOCKPAGE,
    }
    if label in redirected:
        ipv4, ipv6 = redirected[label]
        return (
            f'    local-zone: "{name}." redirect\n'
            f'    local-data: "{name}. A {ipv4}"\n    local-data: "{name}. AAAA {ipv6}"'
        )
    if label == "only_a":
        # "typetransparent" answers for the types that it has and lets the others by: the classic leak.
        return f'    local-zone: "{name}." typetransparent\n    local-data: "{name}. A 0.0.0.0"'
    if label == "addresses_only":
        return (
            f'    local-zone: "{name}." typetransparent\n'
            f'    local-data: "{name}. A 0.0.0.0"\n    local-data: "{name}. AAAA ::"'
        )
    return f'    local-zone: "{name}." {label}' if label in _TYPES else ""


def policy(made: Site, names: Names) -> None:
    """A response policy zone, as block lists are shared in."""
    zone = made.folder("unbound") / "rpz.zone"
    zone.write_text(policy_zone(names), "utf-8")
    start(
        made,
        modules="respip iterator",
        clauses=f'rpz:\n    name: "rpz.local"\n    zonefile: "{zone}"\n',
        gone=next(iter(names.values()))[0],
    )


def guarded(made: Site, names: Names) -> None:
    """Beside the zones: no encrypted resolver has a name, devices are asked to stay, search is restricted."""
    hosts = {host for item in encrypted_resolvers() for host in item.hosts}
    asked = {item.name for item in known_ways().requests}
    lines = [f'    local-zone: "{name}." always_nxdomain' for name in sorted(hosts | asked)]
    for engine in engines():
        for name in engine.names:
            lines.append(f'    local-zone: "{name}." redirect')
            lines.append(f'    local-data: "{name}. CNAME {engine.forced[0]}."')
    start(made, server="\n".join([zones(names), *lines]))


def sunk_canary(made: Site, names: Names) -> None:
    """What is wrong for browsers and phones: the canary is answered with 0.0.0.0, relay names are dropped."""
    lines = [
        _zone("zero" if item.kind is RouteKind.CANARY else "deny", item.name)
        for item in known_ways().requests
    ]
    start(made, server="\n".join([zones(names), *lines]))
