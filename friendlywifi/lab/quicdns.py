"""Encrypted resolvers elsewhere over QUIC (RFC 9250).

One certificate serves every name: aioquic has no way to choose it by the name that a client says.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from friendlywifi.lab.encrypteddns import EncryptedDns
from probes.encrypted import encrypted_resolvers


async def serve_quic(sock: socket.socket, resolver: EncryptedDns) -> Any:  # noqa: ANN401 - its types are not read
    """Answers on a bound UDP socket; `close` ends it."""
    from aioquic.asyncio.protocol import QuicConnectionProtocol  # noqa: PLC0415 - most commands open no laboratory
    from aioquic.asyncio.server import QuicServer  # noqa: PLC0415
    from aioquic.quic.configuration import QuicConfiguration  # noqa: PLC0415
    from aioquic.quic.events import QuicEvent, StreamDataReceived  # noqa: PLC0415

    class Answers(QuicConnectionProtocol):
        """One query to a stream."""

        def quic_event_received(self, event: QuicEvent) -> None:
            if not isinstance(event, StreamDataReceived) or not event.end_stream:
                return
            for reply in resolver.recursor.replies(event.data[2:], tcp=True)[:1]:
                framed = len(reply).to_bytes(2, "big") + reply
                self._quic.send_stream_data(event.stream_id, framed, end_stream=True)
            self.transmit()

    hosts = tuple(dict.fromkeys(host for item in encrypted_resolvers() for host in item.hosts))
    certificate, key = resolver.authority.certified(*hosts, addresses=resolver.addresses)
    settings = QuicConfiguration(
        is_client=False, alpn_protocols=["doq"], certificate=certificate, private_key=key
    )
    _, server = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: QuicServer(configuration=settings, create_protocol=Answers), sock=sock
    )
    return server
