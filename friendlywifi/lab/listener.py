"""Servers of the lab: one task accepts, one task each for what was accepted, and `stop` leaves none of them.

Plain sockets and not asyncio's streams, because a behaviour such as "reset after ClientHello" must decide
itself what goes on the wire and how the connection ends.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Protocol

CHUNK = 16 * 1024


class Stream(Protocol):
    """What a page is served over: a connection, or TLS inside one."""

    async def read(self) -> bytes:
        """Some bytes, or none where the peer has ended."""

    async def write(self, data: bytes) -> None: ...


class Connection:
    """One accepted connection."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()

    async def read(self) -> bytes:
        try:
            return await self._loop.sock_recv(self._sock, CHUNK)
        except OSError:
            return b""

    async def write(self, data: bytes) -> None:
        try:
            await self._loop.sock_sendall(self._sock, data)
        except OSError as error:
            raise ConnectionAbortedError from error

    async def silence(self) -> None:
        """Read and never answer, until the peer gives up."""
        while await self.read():
            pass

    def reset(self) -> None:
        """End with RST: a linger time of zero throws away what is unsent (socket(7))."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    async def finish(self) -> None:
        """End with FIN. What the peer still sends is read first: unread bytes would turn it into RST."""
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            return
        await self.silence()

    def close(self) -> None:
        self._sock.close()


class Listener:
    """A listening socket whose every connection is handed to `serve`."""

    def __init__(self, sock: socket.socket, serve: Callable[[Connection], Awaitable[None]]) -> None:
        self._sock = sock
        self._serve = serve
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.create_task(self._accept(), name="lab accepts")

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                sock, _ = await loop.sock_accept(self._sock)
            except ConnectionAbortedError:
                continue
            task = asyncio.create_task(self._attend(Connection(sock)), name="lab serves")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _attend(self, connection: Connection) -> None:
        try:
            await self._serve(connection)
        except ConnectionError:
            # The visitor left; that is a visitor's right.
            pass
        finally:
            connection.close()

    async def stop(self) -> None:
        tasks = (self._accepting, *self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._sock.close()
