"""One hotspot: a client, and a gateway between it and the world."""

from __future__ import annotations

import contextlib
import functools
import itertools
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.real import world
from tests.real.namespaces import Namespace, connects, join
from tests.real.wire import wire

GATEWAY = "192.168.88.1"
CLIENT = "192.168.88.50"

_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a filter is installed into."""

    number: int
    client: Namespace
    gateway: Namespace
    internet: Namespace
    authorities: world.Authorities
    directory: Path
    has_ipv6: bool
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    """Servers on the gateway, by the name of their program."""
    undo: contextlib.ExitStack = field(repr=False)
    """Ends with the site: servers enter it."""

    @property
    def gateway6(self) -> str:
        return f"2a10:3781:{self.number:x}::1"

    @property
    def client6(self) -> str:
        return f"2a10:3781:{self.number:x}::50"

    @property
    def outside(self) -> str:
        """The world's end of the line to this site."""
        return f"fw{self.number}"

    def folder(self, name: str) -> Path:
        """A directory for a server's files."""
        made = self.directory / name
        made.mkdir(parents=True, exist_ok=True)
        return made


@contextlib.contextmanager
def site(
    internet: Namespace,
    authorities: world.Authorities,
    directory: Path,
    *,
    ipv4: bool = True,
    ipv6: bool = True,
    delay_ms: int = 0,
) -> Iterator[Site]:
    """A hotspot that filters nothing: IPv4 behind one address, IPv6 routed."""
    number = next(_numbers)
    directory.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as undo:
        client = Namespace.make(f"client{number}")
        undo.callback(client.remove)
        gateway = Namespace.make(f"gateway{number}")
        undo.callback(gateway.remove)
        made = Site(
            number=number,
            client=client,
            gateway=gateway,
            internet=internet,
            authorities=authorities,
            directory=directory,
            has_ipv6=ipv6,
            undo=undo,
        )
        if delay_ms:
            log = directory / "wire.log"
            undo.enter_context(wire(gateway, "wan", internet, made.outside, delay_ms=delay_ms, log=log))
        else:
            join(gateway, "wan", internet, made.outside)
        _lay(made)
        if not ipv4:
            client.ip("addr flush dev eth0")
        if ipv6:
            _lay6(made)
        gateway.nft(
            """table ip nat {
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
}
"""
        )
        _settle(made, *[world.CONTROLS[0]] * ipv4, *[world.CONTROLS[1]] * ipv6)
        yield made


def _settle(made: Site, *addresses: str) -> None:
    """Wait until the world is reached: neighbours have to be found, and addresses are new."""
    deadline = time.monotonic() + 15
    for address in addresses:
        while not made.client.do(functools.partial(connects, address, 443)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the line to {address} does not come up")
            time.sleep(0.05)


def _lay(made: Site) -> None:
    join(made.client, "eth0", made.gateway, "lan")
    made.client.ip(f"addr add {CLIENT}/24 dev eth0", f"route add default via {GATEWAY}")
    made.gateway.ip(
        f"addr add {GATEWAY}/24 dev lan",
        f"addr add 198.18.{made.number}.2/30 dev wan",
        f"route add default via 198.18.{made.number}.1",
    )
    made.internet.ip(f"addr add 198.18.{made.number}.1/30 dev {made.outside}")


def _lay6(made: Site) -> None:
    outside = f"2a10:3780:{made.number:x}"
    made.client.ip(
        f"addr add {made.client6}/64 dev eth0 nodad", f"route add default via {made.gateway6} dev eth0"
    )
    made.gateway.ip(
        f"addr add {made.gateway6}/64 dev lan nodad",
        f"addr add {outside}::2/64 dev wan nodad",
        f"route add default via {outside}::1 dev wan",
    )
    made.internet.ip(
        f"addr add {outside}::1/64 dev {made.outside} nodad",
        f"route add 2a10:3781:{made.number:x}::/64 via {outside}::2 dev {made.outside}",
    )
