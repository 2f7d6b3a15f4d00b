"""Puts a resolver of the lab on a loopback port, over UDP and TCP, as late as the scenario's line is slow."""

from __future__ import annotations

import asyncio
import socket

from friendlywifi.lab.listener import Connection, Listener, Stream
from friendlywifi.lab.loopback import pair, port_of
from friendlywifi.lab.recursor import Recursor
from probes.network import endpoint


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, recursor: Recursor, delay: float) -> None:
        self._recursor = recursor
        self._delay = delay
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        # typeshed declares BaseTransport; asyncio documents DatagramTransport for datagram endpoints.
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for number, reply in enumerate(self._recursor.replies(data, tcp=False)):
            # A second datagram comes a little later, as from somebody further away.
            late = self._delay + number * 0.005
            if late:
                asyncio.get_running_loop().call_later(late, self._send, reply, addr)
            else:
                self._send(reply, addr)

    def _send(self, reply: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(reply, addr)

    def error_received(self, exc: Exception) -> None:
        """Ignored: the asker closed its socket before the answer came, which is no fault of a server."""


class NameServer:
    """A resolver that runs. Make it with `start`, end it with `stop`."""

    def __init__(self, *, recursor: Recursor, delay: float, host: str, port: int) -> None:
        self.endpoint = endpoint(host, port)
        self._recursor = recursor
        self._delay = delay
        self._listener: Listener | None = None
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def start(cls, recursor: Recursor, *, host: str, delay: float = 0.0) -> NameServer:
        """Listen on a free port of a loopback address; `delay` in seconds comes before every answer."""
        tcp, udp = pair(host)
        made = cls(recursor=recursor, delay=delay, host=host, port=port_of(tcp))
        try:
            tcp.listen(64)
            loop = asyncio.get_running_loop()
            made._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(recursor, delay), sock=udp
            )
        except BaseException:
            _close(tcp, udp)
            raise
        made._listener = Listener(tcp, made._serve)
        return made

    async def _serve(self, connection: Connection) -> None:
        await serve_stream(connection, self._recursor, delay=self._delay)

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.stop()
        if self._transport is not None:
            self._transport.abort()
            # asyncio closes the socket in the next turn of the loop.
            await asyncio.sleep(0)


async def serve_stream(stream: Stream, recursor: Recursor, *, delay: float) -> None:
    """Answer queries with a length before each (RFC 1035, 4.2.2), several in a row (RFC 7766).

    Ends when the asker does, or where there is nothing to answer.
    """
    waiting = b""
    while True:
        while len(waiting) < 2 or len(waiting) < 2 + int.from_bytes(waiting[:2], "big"):
            more = await stream.read()
            if not more:
                return
            waiting += more
        end = 2 + int.from_bytes(waiting[:2], "big")
        query, waiting = waiting[2:end], waiting[end:]
        replies = recursor.replies(query, tcp=True)
        if not replies:
            return
        await asyncio.sleep(delay)
        for reply in replies:
            await stream.write(len(reply).to_bytes(2, "big") + reply)


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        each.close()
