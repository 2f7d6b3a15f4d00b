"""Sites that speak HTTP/3 (RFC 9114), as far as a handshake tells.

One certificate serves every name of a place: aioquic has no way to choose it by the name that a client says.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

from friendlywifi.lab.authority import Authority


async def serve_http3(sock: socket.socket, authority: Authority, names: Sequence[str]) -> Any:  # noqa: ANN401 - its types are not read
    """Makes handshakes on a bound UDP socket; `close` ends it."""
    from aioquic.asyncio.protocol import QuicConnectionProtocol  # noqa: PLC0415 - most commands open no laboratory
    from aioquic.asyncio.server import QuicServer  # noqa: PLC0415
    from aioquic.quic.configuration import QuicConfiguration  # noqa: PLC0415

    certificate, key = authority.certified(*names)
    settings = QuicConfiguration(
        is_client=False, alpn_protocols=["h3"], certificate=certificate, private_key=key
    )
    _, server = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: QuicServer(configuration=settings, create_protocol=QuicConnectionProtocol), sock=sock
    )
    return server
