"""Real servers on loopback with one behaviour each, and a visit to them through the map of a `Network`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import trustme

from probes.network import Budgets, Network
from probes.recorder import Recorder
from probes.records import Ask, Kind, Observation, Question, Service
from probes.visit import Stores, visit

NAME = "site.lab.example"
ADDRESS = "203.0.113.7"
ADDRESS6 = "2001:db8::7"
PATIENT = Budgets(tcp=10.0, tls=10.0, http=10.0)
"""A busy machine must not look like a silent server; a test of a deadline brings its own."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def stores(authority: trustme.CA) -> Stores:
    return Stores.load((authority.cert_pem.bytes().decode(),))


@pytest.fixture(scope="session")
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    return context_for(authority.issue_cert(NAME))


def context_for(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@dataclass
class Servers:
    """Starts servers and closes whatever they opened."""

    servers: list[asyncio.Server] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    sockets: list[socket.socket] = field(default_factory=list)

    async def start(
        self, handler: Handler, *, context: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> str:
        """Starts one and gives its endpoint."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.writers.append(writer)
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await handler(reader, writer)

        server = await asyncio.start_server(handle, host, 0, ssl=context)
        self.servers.append(server)
        port = server.sockets[0].getsockname()[1]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def silent(self) -> str:
        """An endpoint that drops every SYN, because its queue is full."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        self.sockets.append(listener)
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            self.sockets.append(filler)
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def closed(self) -> str:
        """An endpoint where nobody listens."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{probe.getsockname()[1]}"

    async def close(self) -> None:
        for server in self.servers:
            server.close()
        for writer in self.writers:
            writer.transport.abort()
        for sock in self.sockets:
            sock.close()
        await asyncio.sleep(0.01)


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    running = Servers()
    yield running
    await running.close()


@pytest.fixture
def look(stores: Stores) -> Callable[..., Awaitable[list[Observation]]]:
    """Visits an endpoint as if DNS had given a public address, and gives the observations."""

    async def visit_it(
        dialled: str | None,
        *,
        service: Service = Service.HTTPS,
        address: str = ADDRESS,
        network: Network | None = None,
        stores_used: Stores = stores,
        budgets: Budgets | None = PATIENT,
        **question: Any,
    ) -> list[Observation]:
        asked = Question(
            **{"id": "q00001", "kind": Kind.TARGET, "subject": NAME, "ask": Ask.GET, **question},
        )
        port = 443 if service is Service.HTTPS else 80
        given = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        mapped = {} if dialled is None else {given: dialled}
        door = replace(network or Network(), connect_to=mapped, confined=True)
        recorder = Recorder(question=asked, attempt=1, clock=door.clock)
        await visit(
            network=door,
            recorder=recorder,
            address=address,
            service=service,
            stores=stores_used,
            budgets=budgets,
        )
        return recorder.observations

    return visit_it


class Behaviours:
    """What a server may do once somebody connects."""

    def answer(self, response: bytes, *, seen: list[bytes] | None = None) -> Handler:
        """Reads a request's head, sends these bytes, closes."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            if seen is not None:
                seen.append(head)
            writer.write(response)
            await writer.drain()
            writer.close()

        return handle

    def after_first_bytes(self, response: bytes, *, reset: bool = False, close: bool = True) -> Handler:
        """Waits for the first bytes of the other side, sends these, then closes, resets or stays silent."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(65536)
            writer.write(response)
            await writer.drain()
            if reset:
                self._reset(writer)
            elif close:
                writer.close()
            else:
                await asyncio.sleep(30)

        return handle

    def reset_at_accept(self) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._reset(writer)

        return handle

    def endless(self, start: bytes, chunk: bytes, *, pause: float = 0.0) -> Handler:
        """Sends the start and then the same chunk for ever."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(65536)
            writer.write(start)
            while not writer.is_closing():
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(pause)

        return handle

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        # Zero linger: close sends RST in place of FIN.
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.transport.abort()


@pytest.fixture(scope="session")
def behave() -> Behaviours:
    return Behaviours()
