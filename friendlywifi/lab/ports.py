"""What stands behind the ports of one machine elsewhere: pages, encrypted resolvers, silence or a refusal.

Each opens what it needs and leaves with `undo` how that is closed again.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack

from friendlywifi.lab.authority import Authority
from friendlywifi.lab.encrypteddns import EncryptedDns
from friendlywifi.lab.http3 import serve_http3
from friendlywifi.lab.listener import Listener
from friendlywifi.lab.loopback import Silence, listening, pair, port_of, refusing
from friendlywifi.lab.quicdns import serve_quic

Ports = dict[int, int]
"""From the port that a visitor means to the one on loopback that it is led to."""

PAGES = (80, 443)
ENCRYPTED = (853, 443)
"""DNS over TLS and QUIC, and over HTTPS."""


def silent(undo: AsyncExitStack, host: str, ports: Sequence[int]) -> Ports:
    """Nothing ever comes back."""
    silence = Silence(host)
    undo.callback(silence.close)
    return dict.fromkeys(ports, silence.port)


def refused(undo: AsyncExitStack, host: str, ports: Sequence[int]) -> Ports:
    """Nobody is there."""
    closed = refusing(host)
    undo.callback(closed.close)
    return dict.fromkeys(ports, port_of(closed))


async def encrypted(undo: AsyncExitStack, host: str, server: EncryptedDns) -> Ports:
    """A resolver answers over TLS, HTTPS and QUIC."""
    pages = listening(host)
    undo.push_async_callback(Listener(pages, server.doh).stop)
    tcp, udp = pair(host)
    tcp.listen(64)
    undo.push_async_callback(Listener(tcp, server.dot).stop)
    undo.callback((await serve_quic(udp, server)).close)
    return {853: port_of(tcp), 443: port_of(pages)}


async def beside_quic(
    undo: AsyncExitStack, host: str, authority: Authority, names: Sequence[str] = ()
) -> socket.socket:
    """A TCP socket that listens, and whose port over UDP is that of sites with these names, or is silent."""
    tcp, udp = pair(host)
    tcp.listen(256)
    if names:
        undo.callback((await serve_http3(udp, authority, names)).close)
    else:
        undo.callback(udp.close)
    return tcp
