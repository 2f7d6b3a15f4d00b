"""Sockets to resolvers: connected UDP sockets that many questions share, and how any socket is opened."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import random
import socket
from collections import deque
from typing import Protocol

from probes.dns.asked import Asked
from probes.dns.wire import MAX_MESSAGE, Message, WireError, parse
from probes.network import Network

_RECEIVE_BUFFER = 1 << 20
"""Octets. A buffer that runs over looks like a resolver that drops; the kernel clamps what is too much."""
_BURST = 64
"""Datagrams read at once before other sockets have their turn."""
_MAX_RETIRED = 256
_MAX_WAITING = 1 << 15

SocketAddress = tuple[str, int] | tuple[str, int, int, int]


def open_socket(
    network: Network, address: str, port: int, kind: socket.SocketKind
) -> tuple[socket.socket, SocketAddress]:
    """A non-blocking socket for this endpoint, bound to the network's interface, and what to connect it to.

    Raises `OSError`, a `PermissionError` where the system lets only root bind to an interface.
    """
    host = address
    if network.interface and "%" not in host and ipaddress.ip_address(host).is_link_local and ":" in host:
        # A link-local resolver, as router advertisements give, means nothing without its link (RFC 4007).
        host = f"{host}%{network.interface}"
    try:
        found = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV)
    except socket.gaierror:
        # Only the link of a link-local address can be unknown here.
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH)) from None
    family, _, proto, _, endpoint = found[0]
    opened = socket.socket(family, kind, proto)
    try:
        opened.setblocking(False)
        if network.interface:
            _bind(opened, network.interface)
    except BaseException:
        opened.close()
        raise
    return opened, endpoint  # type: ignore[return-value]  # AF_INET or AF_INET6: the address is numeric


def _bind(opened: socket.socket, interface: str) -> None:
    if not hasattr(socket, "SO_BINDTODEVICE"):
        raise OSError(errno.ENOTSUP, "this system cannot bind a socket to an interface")
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode() + b"\0")


class Waiter(Protocol):
    """A question under way. It hears of what arrives under its ids, and of what breaks its socket."""

    asked: Asked

    def arrived(self, line: Line, number: int, data: bytes, message: Message | None) -> None: ...

    def strayed(self, reason: str, data: bytes, message: Message | None) -> None: ...

    def broke(self, line: Line, error: OSError) -> None: ...

    def interrupt(self) -> None: ...


class Line:
    """One UDP socket, connected, so that the kernel lets only datagrams of this resolver in."""

    def __init__(self, network: Network, address: str, port: int, randomness: random.Random) -> None:
        """Raises `OSError` where the system has no way there."""
        self._loop = asyncio.get_running_loop()
        self._randomness = randomness
        self._waiting: dict[int, Waiter] = {}
        self._retired: dict[int, Asked] = {}
        self._oldest: deque[int] = deque()
        self._socket, endpoint = open_socket(network, address, port, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            self._socket.connect(endpoint)
            self._loop.add_reader(self._socket, self._readable)
        except BaseException:
            self._socket.close()
            raise

    def send(self, waiter: Waiter, *, opt: bool) -> tuple[int, OSError | None]:
        """Puts the waiter's question under a fresh id: the id, and what the system said against it."""
        number = self._fresh_id()
        query = waiter.asked.query(number, opt=opt)
        try:
            self._socket.send(query)
        except BlockingIOError:
            # The send buffer is full: lost, like any datagram may be.
            pass
        except OSError as error:
            failed = self._send_again(query, error)
            self._waiting[number] = waiter
            return number, failed
        self._waiting[number] = waiter
        return number, None

    def _send_again(self, query: bytes, error: OSError) -> OSError | None:
        """What the kernel still held against earlier datagrams was raised for ours: the others hear of it."""
        try:
            self._socket.send(query)
        except BlockingIOError:
            pass
        except OSError as again:
            # It was meant for this one, and the others have nothing to do with it.
            if again.errno == error.errno:
                return again
            self._break(error)
            return again
        self._break(error)
        return None

    def release(self, number: int) -> None:
        """Stops listening for this id, but remembers it: a late answer to it is nobody's forgery."""
        waiter = self._waiting.pop(number, None)
        if waiter is None:
            return
        self._retired[number] = waiter.asked
        self._oldest.append(number)
        if len(self._oldest) > _MAX_RETIRED:
            del self._retired[self._oldest.popleft()]

    @property
    def unanswered(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        """Interrupts whatever still waits."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        for waiter in set(self._waiting.values()):
            waiter.interrupt()

    def _fresh_id(self) -> int:
        if len(self._waiting) >= _MAX_WAITING:
            raise BlockingIOError(errno.EAGAIN, "too many questions under way on one socket")
        while True:
            number = self._randomness.getrandbits(16)
            if number not in self._waiting and number not in self._retired:
                return number

    def _readable(self) -> None:
        for _ in range(_BURST):
            try:
                data = self._socket.recv(MAX_MESSAGE)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._break(error)
            else:
                self._deliver(data)

    def _break(self, error: OSError) -> None:
        """An ICMP error names no question: it is told to all that have a datagram out on this socket."""
        for waiter in set(self._waiting.values()):
            waiter.broke(self, error)

    def _deliver(self, data: bytes) -> None:
        number = int.from_bytes(data[:2], "big")
        waiter = self._waiting.get(number)
        try:
            message = parse(data, None if waiter is None else waiter.asked.section)
        except WireError:
            message = None
        if waiter is not None and len(data) >= 2:
            waiter.arrived(self, number, data, message)
            return
        waiters = set(self._waiting.values())
        if message is None:
            # With several under way nobody can say whose it was meant to be.
            if len(waiters) == 1:
                waiters.pop().strayed("malformed", data, None)
            return
        late = self._retired.get(number)
        if late is not None and late.same(message):
            return
        for other in waiters:
            if other.asked.same(message):
                other.strayed("wrong_id", data, message)


class Lines:
    """The few sockets to one resolver, opened as they are needed and used in turn."""

    def __init__(
        self, network: Network, address: str, port: int, *, sockets: int, randomness: random.Random
    ) -> None:
        self._network = network
        self._address = address
        self._port = port
        self._sockets = sockets
        self._randomness = randomness
        self._lines: list[Line] = []
        self._turn = 0
        self.takes_opt = False
        """Whether a query with OPT was ever answered here: nothing on the way swallows those."""

    def next(self) -> Line:
        """The socket whose turn it is. Raises `OSError` where none can be opened."""
        if len(self._lines) < self._sockets:
            try:
                self._lines.append(Line(self._network, self._address, self._port, self._randomness))
            except OSError:
                if not self._lines:
                    raise
        self._turn = (self._turn + 1) % len(self._lines)
        return self._lines[self._turn]

    @property
    def unanswered(self) -> int:
        """Datagrams of questions that still wait."""
        return sum([line.unanswered for line in self._lines])

    def close(self) -> None:
        for line in self._lines:
            line.close()
