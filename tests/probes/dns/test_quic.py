"""DNS over QUIC against a server of aioquic's own on loopback; dnspython answers."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
import pytest
import trustme

from probes import failure
from probes.dns.asked import Asked
from probes.dns.encrypted import ask_encrypted
from probes.dns.wire import IN
from probes.network import Budgets, Network, SystemClock
from probes.recorder import Recorder
from probes.records import Family, Kind, Observation, Question, Stage, Transport, Via
from probes.visit import Stores

HOST, NAME, ADDRESS = "dns.example", "adult.lab.example", "203.0.113.53"
Ask = Callable[..., Awaitable[list[Observation]]]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def answer(wire: bytes) -> bytes:
    query = dns.message.from_wire(wire)
    assert query.id == 0
    message = dns.message.make_response(query)
    message.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", "203.0.113.10"))
    return message.to_wire()


@pytest.fixture
async def ask(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[Ask]:
    """Starts a server with one behaviour, and asks it."""
    from aioquic.asyncio.protocol import QuicConnectionProtocol
    from aioquic.asyncio.server import serve
    from aioquic.quic.configuration import QuicConfiguration
    from aioquic.quic.events import StreamDataReceived

    started: list[Any] = []

    async def asked(
        reply: Callable[[bytes], bytes] | None = answer,
        *,
        issuer: trustme.CA | None = None,
        alpn: str = "doq",
        dialled: str | None = None,
        seconds: float = 10.0,
        confined: bool = False,
    ) -> list[Observation]:
        class Answers(QuicConnectionProtocol):
            def quic_event_received(self, event: Any) -> None:
                if isinstance(event, StreamDataReceived) and reply is not None:
                    size = int.from_bytes(event.data[:2], "big")
                    assert len(event.data) == 2 + size
                    data = reply(event.data[2:])
                    self._quic.send_stream_data(
                        event.stream_id, len(data).to_bytes(2, "big") + data, end_stream=True
                    )
                    self.transmit()

        if dialled is None:
            leaf = (issuer or authority).issue_cert(HOST)
            leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
            leaf.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
            settings = QuicConfiguration(is_client=False, alpn_protocols=[alpn])
            settings.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            started.append(await serve("127.0.0.1", port, configuration=settings, create_protocol=Answers))
            dialled = f"127.0.0.1:{port}"
        via = Via(resolver=f"{ADDRESS}:853", transport=Transport.DOQ, family=Family.IPV4, server_name=HOST)
        question = Question(id="q00001", kind=Kind.ROUTE, subject=NAME, via=via)
        recorder = Recorder(question=question, attempt=1, clock=SystemClock())
        await ask_encrypted(
            Asked.of(NAME, "A", rrclass=IN, payload=1232, dnssec_ok=False),
            network=Network(
                connect_to={} if confined else {f"{ADDRESS}:853": dialled},
                confined=True,
                budgets=Budgets(tls=seconds),
            ),
            recorder=recorder,
            stores=Stores.load((authority.cert_pem.bytes().decode(),)),
            address=ADDRESS,
            port=853,
            randomness=random.Random(1),
        )
        return recorder.observations

    yield asked
    for server in started:
        server.close()
    await asyncio.sleep(0)


def told(found: list[Observation]) -> list[tuple[Stage, str | None]]:
    return [(item.stage, item.failure) for item in found]


async def test_doq_gives_the_handshake_and_the_answer(ask: Ask) -> None:
    found = await ask()
    assert told(found) == [(Stage.QUIC, None), (Stage.DNS, None)]
    assert found[0].tls is not None
    assert found[1].dns is not None
    assert (found[0].tls.listed, found[0].tls.server_name) == (True, HOST)
    assert (found[1].dns.addresses, found[1].dns.transport) == (("203.0.113.10",), Transport.DOQ)


async def test_somebody_elses_certificate_is_told_over_quic_too(ask: Ask) -> None:
    found = await ask(issuer=trustme.CA())
    assert told(found) == [(Stage.QUIC, failure.SSL_AUTHORITY), (Stage.DNS, None)]


async def test_a_server_that_speaks_something_else_says_so_by_an_alert(ask: Ask) -> None:
    found = await ask(alpn="h3")
    assert found[0].tls is not None
    assert found[0].tls.alert == 120
    assert found[-1].failure == failure.SSL_HANDSHAKE


async def test_a_port_that_is_refused_says_so(ask: Ask) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{probe.getsockname()[1]}"
    found = await ask(dialled=closed)
    assert told(found) == [(Stage.QUIC, failure.CONNECTION_REFUSED), (Stage.DNS, failure.CONNECTION_REFUSED)]


async def test_a_port_that_never_answers_times_out(ask: Ask) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        found = await ask(dialled=f"127.0.0.1:{silent.getsockname()[1]}", seconds=0.4)
    assert told(found) == [(Stage.QUIC, failure.TIMEOUT), (Stage.DNS, failure.TIMEOUT)]


async def test_a_server_that_falls_silent_after_the_handshake_was_there(ask: Ask) -> None:
    found = await ask(None, seconds=1.5)
    assert told(found) == [(Stage.QUIC, None), (Stage.DNS, failure.TIMEOUT)]


async def test_garbage_in_the_stream_is_no_answer(ask: Ask) -> None:
    found = await ask(lambda _query: b"garbage")
    assert found[-1].failure == failure.MISBEHAVING


async def test_an_endpoint_outside_the_door_is_never_dialled(ask: Ask) -> None:
    found = await ask(confined=True)
    assert told(found) == [(Stage.QUIC, failure.NOT_DIALLED), (Stage.DNS, failure.NOT_DIALLED)]
