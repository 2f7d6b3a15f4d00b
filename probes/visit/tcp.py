"""TCP to one pinned address, and the plain stream over it.

The socket is ours and not a transport's: nothing is read before it is asked for, never more than `CHUNK` at
once, so that an endless sender costs neither memory nor time.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Protocol

CHUNK = 16 * 1024
"""Bytes that are read at once: the largest TLS record."""


class TooMuchError(Exception):
    """The other side sent more than anything that makes sense at this stage."""


class Stream(Protocol):
    """Bytes out and bytes in; both raise `OSError`."""

    async def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes:
        """At most `CHUNK` bytes, `b""` where the other side has closed."""
        ...


class PlainStream:
    """The socket itself."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        await self._loop.sock_sendall(self._sock, data)

    async def receive(self) -> bytes:
        return await read(self._sock)


async def read(sock: socket.socket) -> bytes:
    """At most `CHUNK` bytes, and always a turn for everyone else.

    `sock_recv` does not give way while bytes are waiting: one fast sender would starve every other question
    and its own deadline.
    """
    await asyncio.sleep(0)
    return await asyncio.get_running_loop().sock_recv(sock, CHUNK)


def open_socket(address: str, *, interface: str | None) -> socket.socket:
    """A non-blocking TCP socket of the address's family, bound to the interface where one is named.

    Raises `OSError`, also where the machine does not let this user bind to an interface (`EPERM`) or
    cannot do it at all (`ENOPROTOOPT`).
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if interface is not None:
            _bind(sock, interface)
    except BaseException:
        sock.close()
        raise
    return sock


def _bind(sock: socket.socket, interface: str) -> None:
    option: int | None = getattr(socket, "SO_BINDTODEVICE", None)
    if option is None:
        raise OSError(errno.ENOPROTOOPT, "this system cannot bind a socket to an interface")
    sock.setsockopt(socket.SOL_SOCKET, option, interface.encode() + b"\0")


async def connect(sock: socket.socket, address: str, port: int) -> None:
    """Connects, without a deadline of its own. Raises `OSError`."""
    await asyncio.get_running_loop().sock_connect(sock, (address, port))
