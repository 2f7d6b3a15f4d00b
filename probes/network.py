"""The one door to the outside: where packets may go, how many at once, how long to wait, what time it is.

Everything under `probes` that touches a socket asks this object first. A lab hands in one whose map leads
every public-looking address to loopback; `confined` makes it refuse whatever is neither mapped nor loopback.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol


class Clock(Protocol):
    """The time of day, handed in: a simulated fortnight needs no fortnight."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SimulatedClock:
    """Runs with real time from a start of one's choosing, and skips whatever anybody would wait for."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    async def sleep(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def advance(self, by: timedelta) -> None:
        self._start += by


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """Deadlines in seconds, sizes in bytes, and how much may be under way at once."""

    dns: float = 3.0
    """One deadline for a question, re-sends included."""
    dns_resend: tuple[float, ...] = (0.5, 1.2)
    """When to send again inside that deadline."""
    linger: float = 0.0
    """How long to listen for a second answer after the first one (OONI: 0.5 s)."""
    linger_known: float = 0.5
    """The same for the best-known names, also where there is no time for all."""
    tcp: float = 4.0
    tls: float = 4.0
    http: float = 5.0
    body: int = 64 * 1024
    headers: int = 32 * 1024
    excerpt: int = 4096
    in_flight: int = 128
    """Questions that wait for resolvers at once, the silent ones too: home routers refuse more than 150."""
    unanswered: int = 64
    """Where a resolver that understands us owes so many answers, nothing is sent to it again until it catches
    up: dnsmasq counts each datagram, and refuses every name once it has 150 of them.
    """
    visits: int = 256
    """Addresses that are dialled at once: whoever drops our SYN keeps nobody else waiting."""
    standing: int = 192
    """Connections that stand at once; while they wait for their turn here, others are dialled."""
    rate: float = 200.0
    """Questions begun per second at most."""

    @cached_property
    def resends(self) -> tuple[float, ...]:
        """When to send again, in order."""
        return tuple(sorted(offset for offset in self.dns_resend if offset < self.dns))


SLOW = Budgets(
    dns=15.0,
    dns_resend=(1.5, 3.5),
    linger=0.5,
    tcp=30.0,
    tls=30.0,
    http=30.0,
    in_flight=64,
    visits=256,
    standing=128,
    rate=20.0,
)
"""The second look: gentle, so that our own congestion cannot look like filtering, and as patient as browsers.

They give a handshake 30 s (Chromium, Firefox) and a connection more than that; system resolvers accept what
comes within 10 s to 15 s (glibc's two tries of 5 s, Windows' five). What is merely late is no block.
"""


def endpoint(address: str, port: int) -> str:
    """`ADDRESS:PORT`, an IPv6 address in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def split_endpoint(text: str, default_port: int | None = None) -> tuple[str, int]:
    """The address and port of `ADDRESS[:PORT]` or `[ADDRESS]:PORT`. Raises `ValueError` with a sentence."""
    host, port = text, default_port
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise ValueError(f"{text!r} is no address in brackets with a port ([2001:db8::1]:53)")
        if rest:
            port = _port(rest[1:], text)
    elif text.count(":") == 1:
        host, _, digits = text.partition(":")
        port = _port(digits, text)
    if port is None:
        raise ValueError(f"{text!r} has no port")
    try:
        return str(ipaddress.ip_address(host)), port
    except ValueError:
        raise ValueError(f"{text!r} is no address with a port (192.0.2.1:53, [2001:db8::1]:53)") from None


def _port(digits: str, text: str) -> int:
    if digits.isascii() and digits.isdigit() and 0 < int(digits) < 65536:
        return int(digits)
    raise ValueError(f"{text!r} has no valid port")


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where packets may go and how long they are waited for."""

    clock: Clock = field(default_factory=SystemClock)
    budgets: Budgets = field(default_factory=Budgets)
    interface: str | None = None
    connect_to: Mapping[str, str] = field(default_factory=dict)
    """From the endpoint that DNS gave to the one that is really dialled, both `ADDRESS:PORT`."""
    confined: bool = False
    """Refuse every endpoint that is neither mapped nor on loopback."""
    list_roots: tuple[str, ...] = ()
    """PEM of the authorities that target lists name for their own pages."""

    def way(self, address: str, port: int) -> tuple[str, int] | None:
        """The endpoint to dial for one that DNS gave, or `None` where the door is shut."""
        given = endpoint(address, port)
        if given in self.connect_to:
            return split_endpoint(self.connect_to[given])
        if self.confined and not ipaddress.ip_address(address).is_loopback:
            return None
        return address, port
