"""A small resolver on loopback whose every datagram the test decides, and short budgets to ask it with."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from probes.dns.exchange import Exchange
from probes.network import Budgets, Network

Answer = Callable[[dns.message.Message, int], Iterable[bytes | tuple[float, bytes]]]
"""From a query and its number, counted from 1, to what is sent back, over UDP after seconds if so said."""


def reply(
    query: dns.message.Message,
    *addresses: str,
    rcode: int = 0,
    ede: tuple[int, str] | None = None,
    truncated: bool = False,
) -> bytes:
    """A good answer to a query for A or AAAA."""
    message = dns.message.make_response(query)
    message.set_rcode(dns.rcode.Rcode(rcode))
    message.flags |= dns.flags.RA
    if truncated:
        message.flags |= dns.flags.TC
    question = query.question[0]
    if addresses:
        message.answer.append(dns.rrset.from_text(question.name, 60, "IN", question.rdtype, *addresses))
    if ede is not None:
        message.use_edns(0, payload=1232, options=[dns.edns.EDEOption(dns.edns.EDECode.make(ede[0]), ede[1])])
    return message.to_wire()


@dataclass
class Resolver:
    """What a served resolver heard; `ports` are the source ports of the datagrams, in order."""

    endpoint: str = ""
    udp: list[dns.message.Message] = field(default_factory=list)
    tcp: list[dns.message.Message] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, resolver: Resolver, answer: Answer) -> None:
        self._resolver = resolver
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The selector loop's datagram transport says that it is one only from Python 3.12 on.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        self._resolver.udp.append(query)
        self._resolver.ports.append(address[1])
        for item in self._answer(query, len(self._resolver.udp)):
            if isinstance(item, tuple):
                delay, datagram = item
                asyncio.get_running_loop().call_later(delay, self._transport.sendto, datagram, address)
            else:
                self._transport.sendto(item, address)


def _silent(_query: dns.message.Message, _number: int) -> Iterable[bytes]:
    return ()


Serve = Callable[..., Awaitable[Resolver]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts resolvers from what they answer over UDP and TCP; without the latter its port is closed."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(
            udp: Answer = _silent, tcp: Answer | None = None, *, host: str = "127.0.0.1"
        ) -> Resolver:
            resolver = Resolver()
            family = socket.AF_INET6 if ":" in host else socket.AF_INET

            async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                    size = int.from_bytes(await reader.readexactly(2), "big")
                    query = dns.message.from_wire(await reader.readexactly(size))
                    resolver.tcp.append(query)
                    assert tcp is not None
                    for part in tcp(query, len(resolver.tcp)):
                        assert isinstance(part, bytes)
                        writer.write(part)
                    await writer.drain()
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()

            port = 0
            if tcp is not None:
                server = await asyncio.start_server(speak, host, 0, family=family)
                stack.push_async_callback(server.wait_closed)
                stack.callback(server.close)
                port = server.sockets[0].getsockname()[1]
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Datagrams(resolver, udp), local_addr=(host, port), family=family
            )
            stack.callback(transport.close)
            port = transport.get_extra_info("sockname")[1]
            resolver.endpoint = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            return resolver

        yield start
        await asyncio.sleep(0)


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    """One that a busy machine does not make send again."""
    budgets = Budgets(dns=8.0, dns_resend=(3.0, 5.0))
    async with Exchange(Network(budgets=budgets, confined=True)) as made:
        yield made


@pytest.fixture(name="reply")
def _reply() -> Callable[..., bytes]:
    return reply


def framed(message: bytes) -> bytes:
    """As it goes over TCP."""
    return len(message).to_bytes(2, "big") + message


@pytest.fixture(name="framed")
def _framed() -> Callable[[bytes], bytes]:
    return framed
