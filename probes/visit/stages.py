"""The stages of a visit, one observation each: TCP, then TLS, then HTTP. It stops where one fails.

It never resolves a name, never follows a redirect and never races address families: which address of which
name is visited was decided before, and each way is evidence of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
from dataclasses import dataclass

from probes import failure
from probes.failure import name_failure
from probes.network import Budgets, Network, endpoint
from probes.recorder import Recorder
from probes.records import Ask, Service, Stage, TcpFacts, TlsFacts
from probes.visit.chain import Leaf, as_text, read_leaf, sent_chain
from probes.visit.http import Response, fetch, wire_limit
from probes.visit.stores import Stores
from probes.visit.tcp import PlainStream, Stream, connect, open_socket
from probes.visit.tls import HandshakeError, TlsStream

PORTS = {Service.HTTP: 80, Service.HTTPS: 443}


async def visit(
    *,
    network: Network,
    recorder: Recorder,
    address: str,
    service: Service,
    stores: Stores,
    budgets: Budgets | None = None,
) -> None:
    """Visits one address for the recorder's question and records an observation for each stage.

    HTTP: TCP to port 80, then a request. HTTPS: TCP to port 443, a handshake, and a request unless the
    question asks for the handshake alone. A certificate that nobody trusts does not end the visit: the page
    under it is evidence, and the request holds no secret. `budgets` replaces the network's (a second look).

    Raises `ValueError` where the question does not ask for this service; no failure of the network raises.
    """
    ask = recorder.question.ask
    if service not in PORTS or ask is Ask.DNS or (service is Service.HTTP and ask is Ask.TLS):
        raise ValueError(f"a question that asks {ask} has no visit of {service}")
    limits = budgets or network.budgets
    port = PORTS[service]
    here = _Here(
        network=network,
        recorder=recorder,
        budgets=limits,
        stores=stores,
        service=service,
        address=endpoint(address, port),
    )
    with contextlib.ExitStack() as owned:
        sock = await _tcp(here, address, port, owned)
        if sock is None:
            return
        stream: Stream | None = PlainStream(sock)
        if service is Service.HTTPS:
            stream = await _tls(here, sock)
        if stream is not None and ask in (Ask.HEAD, Ask.GET):
            await _http(here, stream)


@dataclass(frozen=True, kw_only=True)
class _Here:
    """What every stage of one visit shares."""

    network: Network
    recorder: Recorder
    budgets: Budgets
    stores: Stores
    service: Service
    address: str


async def _tcp(here: _Here, address: str, port: int, owned: contextlib.ExitStack) -> socket.socket | None:
    mark = here.recorder.begin()
    failed: str | None = failure.NOT_DIALLED
    facts: TcpFacts | None = None
    sock: socket.socket | None = None
    way = here.network.way(address, port)
    if way is not None:
        try:
            sock = owned.enter_context(open_socket(way[0], interface=here.network.interface))
            async with asyncio.timeout(here.budgets.tcp):
                await connect(sock, *way)
            failed = None
            facts = TcpFacts(local=endpoint(*sock.getsockname()[:2]))
        except OSError as error:
            failed = name_failure(error)
    here.recorder.record(
        mark=mark, stage=Stage.TCP, failure=failed, service=here.service, address=here.address, tcp=facts
    )
    return sock if failed is None else None


async def _tls(here: _Here, sock: socket.socket) -> TlsStream | None:
    """The stream, if the handshake was made, whoever trusts it."""
    name = here.recorder.question.subject
    record = functools.partial(
        here.recorder.record,
        mark=here.recorder.begin(),
        stage=Stage.TLS,
        service=here.service,
        address=here.address,
    )
    try:
        stream = TlsStream(sock, here.stores.context, name=name, limit=wire_limit(here.budgets))
    except (ValueError, TypeError) as error:
        # A name that cannot be sent as SNI (TypeError: it holds a NUL).
        record(failure=name_failure(error), tls=TlsFacts(server_name=name))
        return None
    try:
        async with asyncio.timeout(here.budgets.tls):
            await stream.handshake()
    except HandshakeError as error:
        record(failure=error.failure, tls=TlsFacts(server_name=name, alert=error.alert))
        return None
    except TimeoutError as error:
        record(failure=name_failure(error), tls=TlsFacts(server_name=name, alert=stream.alert))
        return None
    failed, facts = _judge(here, stream.tls)
    record(failure=failed, tls=facts)
    return stream


def _judge(here: _Here, tls: ssl.SSLObject) -> tuple[str | None, TlsFacts]:
    name = here.recorder.question.subject
    chain = sent_chain(tls)
    leaf = read_leaf(chain[0]) if chain else Leaf()
    trust = here.stores.judge(chain, name=name, now=here.network.clock.now())
    cipher = tls.cipher()
    return trust.failure, TlsFacts(
        server_name=name,
        version=tls.version(),
        cipher=None if cipher is None else cipher[0],
        alpn=tls.selected_alpn_protocol(),
        chain=as_text(chain),
        subject=leaf.subject,
        issuer=leaf.issuer,
        spki=leaf.spki,
        pinned=trust.pinned,
        listed=trust.listed,
        system=trust.system,
        problem=trust.problem,
    )


async def _http(here: _Here, stream: Stream) -> None:
    mark = here.recorder.begin()
    response = Response(question=here.recorder.question, budgets=here.budgets)
    try:
        async with asyncio.timeout(here.budgets.http):
            failed = await fetch(stream, response)
    except TimeoutError as error:
        failed = name_failure(error)
    here.recorder.record(
        mark=mark,
        stage=Stage.HTTP,
        failure=failed,
        service=here.service,
        address=here.address,
        http=response.facts(),
    )
