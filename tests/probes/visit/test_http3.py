"""A handshake over QUIC with servers of aioquic's own on loopback, and with whatever else answers there."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
import trustme

from probes import failure
from probes.network import Budgets, Network, SystemClock
from probes.recorder import Recorder
from probes.records import Ask, Kind, Observation, Question, RouteKind, Stage
from probes.visit import Stores
from probes.visit.http3 import knock

NAME, ADDRESS = "site.lab.example", "203.0.113.7"
Knock = Callable[..., Awaitable[list[Observation]]]


@pytest.fixture
async def serve(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Starts a server with a certificate of that name and gives its endpoint."""
    from aioquic.asyncio.protocol import QuicConnectionProtocol
    from aioquic.asyncio.server import QuicServer
    from aioquic.quic.configuration import QuicConfiguration

    started: list[Any] = []

    async def start(
        *, issuer: trustme.CA | None = None, alpn: str = "h3", names: tuple[str, ...] = (NAME,)
    ) -> str:
        leaf = (issuer or authority).issue_cert(*names)
        leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
        leaf.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
        settings = QuicConfiguration(is_client=False, alpn_protocols=[alpn])
        settings.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: QuicServer(configuration=settings, create_protocol=QuicConnectionProtocol),
            local_addr=("127.0.0.1", 0),
        )
        started.append(transport)
        return f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"

    yield start
    for server in started:
        server.close()
    await asyncio.sleep(0)


async def knocked(
    stores: Stores, dialled: str | None, *, seconds: float = 10.0, in_parts: bool = False
) -> list[Observation]:
    question = Question(
        id="q", kind=Kind.ROUTE, route=RouteKind.H3, subject=NAME, address=ADDRESS, ask=Ask.TLS
    )
    recorder = Recorder(question=question, attempt=1, clock=SystemClock())
    network = Network(
        connect_to={f"{ADDRESS}:443": dialled} if dialled else {}, confined=True, budgets=Budgets(tls=seconds)
    )
    await knock(network=network, recorder=recorder, address=ADDRESS, stores=stores, in_parts=in_parts)
    return recorder.observations


def told(found: list[Observation]) -> list[tuple[Stage, str | None]]:
    return [(item.stage, item.failure) for item in found]


Serve = Callable[..., Awaitable[str]]


async def test_a_site_that_speaks_http3_shows_its_certificate(serve: Serve, stores: Stores) -> None:
    found = await knocked(stores, await serve())
    assert told(found) == [(Stage.QUIC, None)]
    assert {item.address for item in found} == {f"{ADDRESS}:443"}
    facts = found[0].tls
    assert facts is not None
    assert (facts.listed, facts.alpn, facts.server_name, facts.version) == (True, "h3", NAME, "TLSv1.3")


async def test_another_ones_certificate_is_kept(serve: Serve, stores: Stores) -> None:
    found = await knocked(stores, await serve(issuer=trustme.CA()))
    assert told(found) == [(Stage.QUIC, failure.SSL_AUTHORITY)]
    other = await knocked(stores, await serve(names=("other.lab.example",)))
    assert told(other) == [(Stage.QUIC, failure.SSL_HOSTNAME)]


async def test_who_speaks_quic_and_no_http3_says_so_by_an_alert(serve: Serve, stores: Stores) -> None:
    found = await knocked(stores, await serve(alpn="doq"))
    assert told(found) == [(Stage.QUIC, failure.SSL_HANDSHAKE)]
    assert found[0].tls is not None
    assert found[0].tls.alert == 120


async def test_a_refused_port_and_a_silent_one_are_told_apart(stores: Stores) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = f"127.0.0.1:{sock.getsockname()[1]}"
        assert told(await knocked(stores, port, seconds=0.4)) == [(Stage.QUIC, failure.TIMEOUT)]
    assert told(await knocked(stores, port)) == [(Stage.QUIC, failure.CONNECTION_REFUSED)]


async def test_outside_the_door_nobody_is_dialled(stores: Stores) -> None:
    assert told(await knocked(stores, None)) == [(Stage.QUIC, failure.NOT_DIALLED)]


def _mangled(datagram: bytes, seed: random.Random) -> bytes:
    """What a hostile machine could send back: the hello itself, cut, changed, or nothing like it."""
    data = bytearray(datagram)
    first = 6 + data[5]
    theirs, ours = bytes(data[6:first]), bytes(data[first + 1 : first + 1 + data[first]])
    turned = bytes([len(ours)]) + ours + bytes([len(theirs)]) + theirs
    match seed.randrange(6):
        case 0:
            # Version negotiation (RFC 9000, 17.2.1) to versions that nobody speaks, once in a while cut off.
            return b"\x80\x00\x00\x00\x00" + turned + seed.randbytes(seed.choice((0, 3, 4, 400)))
        case 1:
            return seed.randbytes(seed.randrange(1, 1400))
        case 2:
            return bytes(data[: seed.randrange(1, len(data))])
        case 3:
            for _ in range(8):
                data[seed.randrange(len(data))] = seed.randrange(256)
            return bytes(data)
        case 4:
            # An Initial of the server's (17.2.2) whose protection is wrong.
            return bytes([0xC0 | seed.randrange(16)]) + data[1:5] + turned + b"\x00" + seed.randbytes(1200)
        case _:
            # Retry (17.2.5), whose tag is wrong.
            return b"\xf0" + data[1:5] + turned + seed.randbytes(seed.randrange(40))


class _Hostile(asyncio.DatagramProtocol):
    def __init__(self, seed: random.Random) -> None:
        self._seed = seed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        for _ in range(20):
            self._transport.sendto(_mangled(data, self._seed), address)


async def test_no_datagram_brings_it_down_or_keeps_it_beyond_its_budget(stores: Stores) -> None:
    ends = set()
    for number in range(12):
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda number=number: _Hostile(random.Random(number)),  # type: ignore[misc] # bound at once
            local_addr=("127.0.0.1", 0),
        )
        began = asyncio.get_running_loop().time()
        found = await knocked(stores, f"127.0.0.1:{transport.get_extra_info('sockname')[1]}", seconds=0.3)
        assert asyncio.get_running_loop().time() - began < 3
        assert [item.stage for item in found] == [Stage.QUIC]
        ends.add(found[-1].failure)
        transport.close()
    assert ends <= {failure.TIMEOUT, failure.EOF, failure.SSL_HANDSHAKE}
    # Some made it give up by itself, so that it was not all ignored.
    assert failure.EOF in ends
    await asyncio.sleep(0)


def _first_hello(datagram: bytes) -> bytes:
    """What whoever reads one datagram can read: its first packet, in the clear (RFC 9001, 5.2)."""
    from aioquic.buffer import Buffer  # type: ignore[attr-defined] # it is documented so
    from aioquic.quic.crypto import CryptoPair
    from aioquic.quic.packet import QuicProtocolVersion, pull_quic_header

    buffer = Buffer(data=datagram)
    header = pull_quic_header(buffer)
    pair = CryptoPair()
    pair.setup_initial(cid=header.destination_cid, is_client=False, version=QuicProtocolVersion.VERSION_1)
    _, payload, _ = pair.decrypt_packet(datagram[: header.packet_length], buffer.tell(), 0)
    return payload


async def test_a_filter_that_reads_one_datagram_sees_the_name_in_a_short_hello_alone(
    serve: Serve, stores: Stores
) -> None:
    host, port = (await serve()).split(":")
    loop = asyncio.get_running_loop()
    read: list[bytes] = []

    class Filter(asyncio.DatagramProtocol):
        """Between a visitor and the site: drops every connection whose first datagram says the name."""

        def connection_made(self, transport: Any) -> None:
            self.front = transport
            self.onward: dict[Any, Any] = {}

        def datagram_received(self, data: bytes, visitor: Any) -> None:
            if visitor not in self.onward:
                read.append(_first_hello(data))
                if NAME.encode() in read[-1]:
                    return
                front = self.front

                class Back(asyncio.DatagramProtocol):
                    def datagram_received(self, answer: bytes, _addr: Any) -> None:
                        front.sendto(answer, visitor)

                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sock.setblocking(False)
                sock.connect((host, int(port)))
                self.onward[visitor] = sock
                task = loop.create_task(loop.create_datagram_endpoint(Back, sock=sock))
                kept.append(task)
            self.onward[visitor].send(data)

    kept: list[asyncio.Task[Any]] = []
    between, _ = await loop.create_datagram_endpoint(Filter, local_addr=("127.0.0.1", 0))
    place = "127.0.0.1:{}".format(between.get_extra_info("sockname")[1])
    short = await knocked(stores, place, seconds=0.4)
    assert told(short) == [(Stage.QUIC, failure.TIMEOUT)]
    assert NAME.encode() in read[0]
    long = await knocked(stores, place, in_parts=True)
    assert NAME.encode() not in read[-1]
    assert told(long) == [(Stage.QUIC, None)]
    assert long[0].tls is not None
    assert (long[0].tls.listed, long[0].tls.in_parts) == (True, True)
    between.close()
    for task in kept:
        (await task)[0].close()
    await asyncio.sleep(0)
