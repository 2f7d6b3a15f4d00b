"""Encrypted resolvers on loopback, each with one behaviour; dnspython, which shares no code, answers."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import dns.message
import dns.rcode
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

HOST, NAME = "dns.example", "adult.lab.example"
ADDRESS = "203.0.113.53"
PATIENT = Budgets(dns=10.0, tcp=10.0, tls=10.0, http=10.0)

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Ask = Callable[..., Awaitable[list[Observation]]]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def stores(authority: trustme.CA) -> Stores:
    return Stores.load((authority.cert_pem.bytes().decode(),))


def context_for(
    authority: trustme.CA, *names: str, alpn: tuple[str, ...] = (), seen: list[str | None] | None = None
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    if seen is not None:
        context.sni_callback = lambda _tls, name, _context: seen.append(name)
    return context


@pytest.fixture
async def ask(authority: trustme.CA, stores: Stores) -> AsyncIterator[Ask]:
    """Serves one behaviour and asks it by the transport that is given."""
    async with contextlib.AsyncExitStack() as stack:

        async def asked(
            handler: Handler | None,
            transport: Transport = Transport.DOT,
            *,
            names: tuple[str, ...] = (HOST,),
            server_name: str | None = HOST,
            alpn: tuple[str, ...] = (),
            issuer: trustme.CA | None = None,
            budgets: Budgets = PATIENT,
            seen: list[str | None] | None = None,
            path: str | None = None,
        ) -> list[Observation]:
            port = 853 if transport is Transport.DOT else 443
            dialled = "127.0.0.1:9"
            if handler is not None:
                context = context_for(issuer or authority, *names, alpn=alpn, seen=seen)

                async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    stack.callback(writer.transport.abort)
                    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                        await handler(reader, writer)

                server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
                stack.callback(server.close)
                dialled = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            via = Via(
                resolver=f"{ADDRESS}:{port}",
                transport=transport,
                family=Family.IPV4,
                server_name=server_name,
                path=path,
            )
            question = Question(id="q00001", kind=Kind.ROUTE, subject=NAME, via=via)
            recorder = Recorder(question=question, attempt=1, clock=SystemClock())
            await ask_encrypted(
                Asked.of(NAME, "A", rrclass=IN, payload=1232, dnssec_ok=False),
                network=Network(connect_to={f"{ADDRESS}:{port}": dialled}, confined=True, budgets=budgets),
                recorder=recorder,
                stores=stores,
                address=ADDRESS,
                port=port,
                randomness=random.Random(1),
            )
            return recorder.observations

        yield asked
    await asyncio.sleep(0)


def answer(wire: bytes, *, address: str = "203.0.113.10") -> bytes:
    query = dns.message.from_wire(wire)
    message = dns.message.make_response(query)
    message.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", address))
    return message.to_wire()


async def framed_query(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))


async def dot(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    message = answer(await framed_query(reader))
    writer.write(len(message).to_bytes(2, "big") + message)
    await writer.drain()


async def posted(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    return head, await reader.readexactly(int(fields[b"content-length"]))


def doh(
    *,
    status: str = "200 OK",
    kind: str = "application/dns-message",
    body: bytes | None = None,
    heads: list[bytes] | None = None,
) -> Handler:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, query = await posted(reader)
        if heads is not None:
            heads.append(head)
        content = answer(query) if body is None else body
        lines = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(lines.encode() + content)
        await writer.drain()
        writer.close()

    return serve


def told(found: list[Observation]) -> list[tuple[Stage, str | None]]:
    return [(item.stage, item.failure) for item in found]


async def test_dot_gives_the_handshake_and_the_answer(ask: Ask) -> None:
    seen: list[str | None] = []
    found = await ask(dot, seen=seen)
    assert told(found) == [(Stage.TCP, None), (Stage.TLS, None), (Stage.DNS, None)]
    handshake, last = found[1].tls, found[2].dns
    assert handshake is not None
    assert last is not None
    assert (handshake.listed, handshake.server_name, handshake.alpn) == (True, HOST, None)
    assert (last.addresses, last.transport, last.resolver) == (
        ("203.0.113.10",),
        Transport.DOT,
        f"{ADDRESS}:853",
    )
    assert seen == [HOST]


async def test_dot_offers_no_protocol_so_that_nobody_refuses_it(ask: Ask) -> None:
    """A server that agrees on `dot` only would end a handshake that offers `http/1.1` (RFC 7301, 3.2)."""
    found = await ask(dot, alpn=("dot", "http/1.1"))
    assert found[-1].failure is None
    assert found[1].tls is not None
    assert found[1].tls.alpn is None


async def test_by_address_no_name_is_said_and_the_certificate_must_be_for_the_address(ask: Ask) -> None:
    seen: list[str | None] = []
    found = await ask(dot, names=(ADDRESS,), server_name=None, seen=seen)
    assert found[1].failure is None
    assert seen == [None]
    other = await ask(dot, names=("198.51.100.1",), server_name=None)
    assert (other[1].failure, other[2].failure) == (failure.SSL_HOSTNAME, None)


async def test_somebody_elses_certificate_is_kept_and_the_answer_under_it_too(ask: Ask) -> None:
    found = await ask(dot, issuer=trustme.CA())
    assert told(found) == [(Stage.TCP, None), (Stage.TLS, failure.SSL_AUTHORITY), (Stage.DNS, None)]
    assert found[1].tls is not None
    assert found[1].tls.issuer is not None


async def test_an_answer_in_small_pieces_is_one_answer(ask: Ask) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = answer(await framed_query(reader))
        for byte in len(message).to_bytes(2, "big") + message:
            writer.write(bytes([byte]))
            await writer.drain()

    assert (await ask(slow))[-1].failure is None


@pytest.mark.parametrize(
    "garbage", (b"\x00\x03abc", b"\x00\x0c" + bytes(12), b"HTTP/1.1 400 Bad Request\r\n\r\n")
)
async def test_what_is_no_answer_is_none(ask: Ask, garbage: bytes) -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await framed_query(reader)
        writer.write(garbage)
        await writer.drain()
        writer.close()

    last = (await ask(odd))[-1]
    assert last.failure in (failure.MISBEHAVING, failure.EOF)
    assert last.dns is not None
    assert last.dns.rcode is None


async def test_an_answer_to_another_question_is_none(ask: Ask) -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        query = dns.message.from_wire(await framed_query(reader))
        made = dns.message.make_query("other.example", "A", id=query.id)
        message = answer(made.to_wire())
        writer.write(len(message).to_bytes(2, "big") + message)
        await writer.drain()

    assert (await ask(other))[-1].failure == failure.MISBEHAVING


async def test_silence_after_the_handshake_ends_at_the_deadline(ask: Ask) -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    found = await ask(silent, budgets=Budgets(dns=0.2, tcp=10.0, tls=10.0))
    assert told(found) == [(Stage.TCP, None), (Stage.TLS, None), (Stage.DNS, failure.TIMEOUT)]


@pytest.mark.parametrize("transport", (Transport.DOT, Transport.DOH))
async def test_a_port_that_is_refused_is_told_at_both_stages(ask: Ask, transport: Transport) -> None:
    found = await ask(None, transport)
    assert told(found) == [(Stage.TCP, failure.CONNECTION_REFUSED), (Stage.DNS, failure.CONNECTION_REFUSED)]


async def test_a_question_of_another_transport_is_refused(ask: Ask) -> None:
    with pytest.raises(ValueError, match="not put to an encrypted resolver"):
        await ask(dot, Transport.TCP)


# ----------------------------------------------------------------------------------------------- DoH


async def test_doh_posts_the_question_and_reads_the_answer(ask: Ask) -> None:
    heads: list[bytes] = []
    found = await ask(doh(heads=heads), Transport.DOH, alpn=("http/1.1",), path="/p0")
    assert told(found) == [(Stage.TCP, None), (Stage.TLS, None), (Stage.HTTP, None), (Stage.DNS, None)]
    assert found[-1].dns is not None
    assert found[-1].dns.addresses == ("203.0.113.10",)
    assert found[2].http is not None
    assert (found[2].http.method, found[2].http.status) == ("POST", 200)
    lines = heads[0].decode().lower().split("\r\n")
    assert lines[0] == "post /p0 http/1.1"
    assert f"host: {HOST}" in lines
    assert "content-type: application/dns-message" in lines
    assert "accept: application/dns-message" in lines


@pytest.mark.parametrize(
    "handler",
    (
        doh(status="505 HTTP Version Not Supported", body=b""),
        doh(status="403 Forbidden", kind="text/html", body=b"blocked"),
        doh(kind="text/html", body=b"<p>Log in</p>"),
        doh(status="302 Found", body=b""),
    ),
)
async def test_a_page_in_place_of_an_answer_is_a_failure_of_http(ask: Ask, handler: Handler) -> None:
    found = await ask(handler, Transport.DOH)
    assert found[-1].failure == failure.HTTP_FAILED
    assert found[-1].dns is not None
    assert found[-1].dns.rcode is None
    assert found[2].http is not None


async def test_a_broken_message_in_a_good_response_is_no_answer(ask: Ask) -> None:
    assert (await ask(doh(body=b"\x00\x00garbage"), Transport.DOH))[-1].failure == failure.MISBEHAVING


async def test_a_server_that_speaks_http2_only_says_so_by_an_alert() -> None:
    """OpenSSL's own server ignores a protocol that it does not have; others send no_application_protocol."""
    no_application_protocol = 120

    async def alerting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(bytes((21, 3, 3, 0, 2, 2, no_application_protocol)))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(alerting, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    via = Via(resolver=f"{ADDRESS}:443", transport=Transport.DOH, family=Family.IPV4, server_name=HOST)
    recorder = Recorder(
        question=Question(id="q", kind=Kind.ROUTE, subject=NAME, via=via), attempt=1, clock=SystemClock()
    )
    async with server:
        await ask_encrypted(
            Asked.of(NAME, "A", rrclass=IN, payload=1232, dnssec_ok=False),
            network=Network(connect_to={f"{ADDRESS}:443": f"127.0.0.1:{port}"}, budgets=PATIENT),
            recorder=recorder,
            stores=Stores.load(system=False),
            address=ADDRESS,
            port=443,
            randomness=random.Random(1),
        )
    assert recorder.observations[1].tls is not None
    assert recorder.observations[1].tls.alert == no_application_protocol
    assert recorder.observations[-1].failure == failure.SSL_HANDSHAKE
