"""Clients of the lab that share no code with it: dnspython, plain sockets and `ssl`."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.asyncquery
import dns.message
import pytest

from friendlywifi.lab import Lab, Scenario, load_scenario


@dataclass(frozen=True)
class Visited:
    """How far a visit came."""

    outcome: str
    """`page`, or the exception's name and its stage."""
    status: int | None = None
    headers: dict[str, str] | None = None
    body: str = ""


def _scenario(body: str = "", *, resolvers: str = "[[resolvers]]") -> Scenario:
    text = f'id = "test"\ntitle = "Test"\nstory = "A test."\n{body}\n{resolvers}\n'
    return load_scenario(text + '[truth]\noutcome = "inconclusive"\nwhy = "A test."\n', source="test.toml")


@pytest.fixture
def scenario() -> Callable[..., Scenario]:
    """A scenario from a few lines of TOML before its resolvers, and the resolvers."""
    return _scenario


@pytest.fixture
def ask() -> Callable[..., Awaitable[dns.message.Message]]:
    """Ask a resolver `ADDRESS:PORT` by dnspython."""

    async def asked(
        resolver: str,
        name: str,
        rdtype: str = "A",
        *,
        tcp: bool = False,
        within: float = 2,
        edns: bool = True,
    ) -> dns.message.Message:
        host, _, port = resolver.rpartition(":")
        query = dns.message.make_query(name, rdtype, use_edns=0 if edns else -1)
        how = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
        return await how(query, host.strip("[]"), port=int(port), timeout=within)

    return asked


@pytest.fixture
def visit() -> Callable[..., Awaitable[Visited]]:
    """Visit an address of the world through the lab's map, by plain sockets in a thread."""

    async def visited(lab: Lab, address: str, name: str, **options: Any) -> Visited:
        return await asyncio.to_thread(_visit, lab, address, name, **options)

    return visited


def _visit(
    lab: Lab,
    address: str,
    name: str,
    *,
    secure: bool = False,
    path: str = "/",
    method: str = "GET",
    ca: str | None = None,
    timeout: float = 1.0,
    most: int = 1 << 20,
) -> Visited:
    way = lab.network.way(address, 443 if secure else 80)
    if way is None:
        return Visited("door shut")
    stage = "tcp"
    sock: socket.socket | None = None
    try:
        sock = socket.create_connection(way, timeout=timeout)
        if secure:
            stage = "tls"
            context = ssl.create_default_context(cadata=ca or lab.network.list_roots[0])
            # First wrapped, then shaken: a reset in between must not lose the socket.
            secured = context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
            sock = secured
            secured.do_handshake()
        stage = "http"
        sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        data = b""
        while len(data) < most and (more := sock.recv(65536)):
            data += more
    except OSError as error:
        return Visited(f"{stage} {type(error).__name__}: {getattr(error, 'reason', None) or error}")
    finally:
        if sock is not None:
            sock.close()
    if not data:
        return Visited("http nothing")
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return Visited("page", int(first.split()[1]), headers, body.decode(errors="replace"))


@pytest.fixture
def no_sockets_left() -> Iterator[None]:
    """Fail where a test leaves a socket open in this process."""
    before = _sockets()
    yield
    assert _sockets() - before == set()


def _sockets() -> set[str]:
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found
