"""Sockets of the lab: on loopback or not at all, and the ports at which connections fail on purpose.

Nothing here needs root: a refused port is one that is bound and never listens, a silent one has a full queue.
"""

from __future__ import annotations

import ipaddress
import socket
from contextlib import ExitStack, closing

from probes.records import Family

HOSTS = {Family.IPV4: "127.0.0.1", Family.IPV6: "::1"}

NOWHERE = {Family.IPV4: "224.0.0.1", Family.IPV6: "ff01::1"}
"""Multicast groups of this link and this node. TCP cannot speak to a group, so that the kernel says "network
unreachable" at once and sends nothing (RFC 9293, 3.9.2.3)."""
NOWHERE_PORT = 9

_PAIR_TRIES = 32
_RECEIVE_BUFFER = 1 << 20


def bind(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """A non-blocking socket on a loopback address. Raises `ValueError` for any other address."""
    address = ipaddress.ip_address(host)
    if not address.is_loopback:
        raise ValueError(f"the lab binds loopback addresses only, and {host} is none")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    made = socket.socket(family, kind)
    try:
        made.setblocking(False)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def port_of(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


def listening(host: str) -> socket.socket:
    """A TCP socket that listens on a free port."""
    made = bind(host, 0, socket.SOCK_STREAM)
    made.listen(256)
    return made


def refusing(host: str) -> socket.socket:
    """A TCP port that answers RST: taken, so that no other program can get it, and never listening."""
    return bind(host, 0, socket.SOCK_STREAM)


def pair(host: str) -> tuple[socket.socket, socket.socket]:
    """A TCP and a UDP socket on one free port, as DNS needs them; the TCP one does not listen yet."""
    for _ in range(_PAIR_TRIES):
        tcp = bind(host, 0, socket.SOCK_STREAM)
        try:
            udp = bind(host, port_of(tcp), socket.SOCK_DGRAM)
        except OSError:
            # Somebody has that port for UDP: another one, then.
            tcp.close()
            continue
        # Hundreds of questions may come at once; the default buffer loses some even on loopback.
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        return tcp, udp
    raise OSError("no port is free for both TCP and UDP on loopback")


class Silence:
    """A port that never answers: UDP is not read, and TCP connections never come about.

    Linux drops a SYN while the queue of accepted connections is full (tcp(7)), so a queue of one and a
    connection that nobody accepts make every further one wait for ever.
    """

    def __init__(self, host: str) -> None:
        with ExitStack() as undo:
            tcp, udp = pair(host)
            undo.enter_context(closing(tcp))
            undo.enter_context(closing(udp))
            tcp.listen(0)
            self.port = port_of(tcp)
            for _ in range(2):
                filler = undo.enter_context(closing(socket.socket(tcp.family, socket.SOCK_STREAM)))
                filler.setblocking(False)
                filler.connect_ex((host, self.port))
            self._undo = undo.pop_all()

    def close(self) -> None:
        self._undo.close()
