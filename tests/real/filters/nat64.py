"""A network with IPv6 only: unbound invents addresses (DNS64, RFC 6147) and tayga translates (NAT64)."""

from __future__ import annotations

import subprocess

from tests.conftest import require_server
from tests.real import world
from tests.real.filters import unbound
from tests.real.scenario import Names
from tests.real.site import Site


def start(made: Site, names: Names) -> None:
    """Translate, and block what the groups say by local zones."""
    directory = made.folder("tayga")
    config = directory / "tayga.conf"
    config.write_text(
        f"""tun-device nat64
ipv4-addr 192.168.255.1
ipv6-addr 2a10:3781:{made.number:x}:64::1
prefix {world.NAT64}
dynamic-pool 192.168.255.0/24
data-dir {directory}
""",
        encoding="utf-8",
    )
    tayga = require_server("tayga")
    subprocess.run(made.gateway.inside(tayga, "-c", str(config), "--mktun"), check=True, capture_output=True)
    made.gateway.ip(
        "link set nat64 up",
        "addr add 192.168.254.1/32 dev nat64",
        "route add 192.168.255.0/24 dev nat64",
        f"route add {world.NAT64} dev nat64",
    )
    made.undo.enter_context(
        made.gateway.running([tayga, "-n", "-c", str(config)], log=directory / "log", ready=lambda: True)
    )
    zones = unbound.zones(names)
    unbound.start(made, server=f"    dns64-prefix: {world.NAT64}\n{zones}", modules="dns64 iterator")
