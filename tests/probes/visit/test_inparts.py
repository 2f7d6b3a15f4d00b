"""Filters that read names in one segment only, and a ClientHello that is sent as browsers send theirs."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable

import pytest

from probes import failure
from probes.network import Budgets, Network
from probes.recorder import Recorder
from probes.records import Ask, Kind, Observation, Question, Stage
from probes.visit import Stores
from probes.visit.inparts import shake_in_parts, was_read
from probes.visit.tls import before_name
from tests.probes.visit.conftest import ADDRESS, NAME, Servers

Reads = Callable[[list[bytes]], bool]


@pytest.fixture
def filtered(servers: Servers, server_context: ssl.SSLContext) -> Callable[[Reads], Awaitable[str]]:
    """A site behind a filter that resets a connection once `stops` says so of the segments that came."""

    async def site(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def start(stops: Reads) -> str:
        host, port = (await servers.start(site, context=server_context)).split(":")

        async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            onward_reader, onward = await asyncio.open_connection(host, int(port))
            servers.writers.append(onward)
            back = asyncio.create_task(_copy(onward_reader, writer))
            segments: list[bytes] = []
            try:
                while data := await reader.read(65536):
                    segments.append(data)
                    if stops(segments):
                        raw = writer.get_extra_info("socket")
                        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        writer.transport.abort()
                        return
                    onward.write(data)
            finally:
                back.cancel()

        return await servers.start(between)

    return start


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


def first_segment(segments: list[bytes]) -> bool:
    return NAME.encode() in segments[0]


def any_segment(segments: list[bytes]) -> bool:
    return any(NAME.encode() in item for item in segments)


async def shaken(stores: Stores, dialled: str | None, name: str = NAME) -> list[Observation]:
    network = Network(
        connect_to={f"{ADDRESS}:443": dialled} if dialled else {},
        confined=True,
        budgets=Budgets(tcp=10, tls=10),
    )
    question = Question(id="q", kind=Kind.TARGET, subject=name, ask=Ask.TLS)
    recorder = Recorder(question=question, attempt=1, clock=network.clock)
    await shake_in_parts(network=network, recorder=recorder, address=ADDRESS, stores=stores)
    return recorder.observations


async def test_a_filter_that_reads_the_first_segment_lets_browsers_through(
    filtered: Callable[[Reads], Awaitable[str]],
    stores: Stores,
    look: Callable[..., Awaitable[list[Observation]]],
) -> None:
    place = await filtered(first_segment)
    stopped = await look(place, ask=Ask.TLS)
    assert [(item.stage, item.failure) for item in stopped] == [
        (Stage.TCP, None),
        (Stage.TLS, failure.CONNECTION_RESET),
    ]
    assert was_read(stopped)
    [opened] = await shaken(stores, place)
    assert (opened.stage, opened.failure) == (Stage.TLS, None)
    assert opened.tls is not None
    assert (opened.tls.in_parts, opened.tls.listed, opened.tls.server_name) == (True, True, NAME)


async def test_a_filter_that_reads_every_segment_stops_browsers_too(
    filtered: Callable[[Reads], Awaitable[str]], stores: Stores
) -> None:
    [stopped] = await shaken(stores, await filtered(any_segment))
    assert (stopped.stage, stopped.failure) == (Stage.TLS, failure.CONNECTION_RESET)
    assert stopped.tls is not None
    assert stopped.tls.in_parts


async def test_whoever_cannot_be_connected_to_is_told_in_one_observation(
    servers: Servers, stores: Stores
) -> None:
    for place, failed in ((servers.closed(), failure.CONNECTION_REFUSED), (None, failure.NOT_DIALLED)):
        [told] = await shaken(stores, place)
        assert (told.stage, told.failure, told.tls is not None and told.tls.in_parts) == (
            Stage.TLS,
            failed,
            True,
        )


async def test_a_name_that_cannot_be_said_raises_nothing(servers: Servers, stores: Stores) -> None:
    async def wait(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    [told] = await shaken(stores, await servers.start(wait), name="a" * 70 + ".example")
    assert told.failure is not None


def test_a_hello_is_cut_before_the_name_and_what_has_none_is_not_cut() -> None:
    outgoing = ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=NAME)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    hello = outgoing.read()
    at = before_name(hello, NAME)
    # RFC 6066, 3: type 0, the length of what follows, of the list, host_name, the length of the name.
    size = len(NAME)
    assert hello[at:].startswith(struct.pack("!HHHBH", 0, size + 5, size + 3, 0, size) + NAME.encode())
    assert before_name(hello, "other.example") == 0
    assert before_name(b"", NAME) == 0
