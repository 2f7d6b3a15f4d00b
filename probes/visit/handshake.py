"""The first two stages at any endpoint, one observation each: a connection, and a handshake inside it.

A certificate that nobody trusts ends nothing: what is said under it is evidence.
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
from probes.records import Service, Stage, TcpFacts, TlsFacts
from probes.visit.chain import Leaf, as_text, read_leaf, sent_chain
from probes.visit.http import wire_limit
from probes.visit.stores import Stores
from probes.visit.tcp import connect, open_socket
from probes.visit.tls import HandshakeError, TlsStream


@dataclass(frozen=True, kw_only=True)
class Here:
    """What every stage at one endpoint shares."""

    network: Network
    recorder: Recorder
    budgets: Budgets
    stores: Stores
    name: str
    """Said in the handshake; the certificate must be for it. An address is not said."""
    address: str
    """`ADDRESS:PORT` as it was given, before any connect-to map."""
    service: Service | None = None
    context: ssl.SSLContext | None = None
    """For a protocol that says something else in the handshake than pages do."""
    in_parts: bool = False
    """ClientHello goes out in two segments."""


async def dial(here: Here, address: str, port: int, owned: contextlib.ExitStack) -> socket.socket | None:
    """The connection, if it came about; `owned` closes it."""
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


async def shake_hands(here: Here, sock: socket.socket) -> TlsStream | None:
    """The stream, if the handshake was made, whoever trusts it."""
    name = here.name
    record = functools.partial(
        here.recorder.record,
        mark=here.recorder.begin(),
        stage=Stage.TLS,
        service=here.service,
        address=here.address,
    )
    try:
        stream = TlsStream(
            sock,
            here.context or here.stores.context,
            name=name,
            limit=wire_limit(here.budgets),
            in_parts=here.in_parts,
        )
    except (ValueError, TypeError) as error:
        # A name that cannot be sent as SNI (TypeError: it holds a NUL).
        record(failure=name_failure(error), tls=TlsFacts(server_name=name, in_parts=here.in_parts))
        return None
    try:
        async with asyncio.timeout(here.budgets.tls):
            await stream.handshake()
    except HandshakeError as error:
        facts = TlsFacts(server_name=name, in_parts=here.in_parts, alert=error.alert)
        record(failure=error.failure, tls=facts)
        return None
    except TimeoutError as error:
        facts = TlsFacts(server_name=name, in_parts=here.in_parts, alert=stream.alert)
        record(failure=name_failure(error), tls=facts)
        return None
    failed, facts = _judge(here, stream.tls)
    record(failure=failed, tls=facts)
    return stream


def _judge(here: Here, tls: ssl.SSLObject) -> tuple[str | None, TlsFacts]:
    cipher = tls.cipher()
    return judge_chain(
        here,
        sent_chain(tls),
        version=tls.version(),
        cipher=None if cipher is None else cipher[0],
        alpn=tls.selected_alpn_protocol(),
    )


def judge_chain(
    here: Here,
    chain: tuple[bytes, ...],
    *,
    version: str | None = None,
    cipher: str | None = None,
    alpn: str | None = None,
) -> tuple[str | None, TlsFacts]:
    """What the stores say of certificates (DER, leaf first), and what a record keeps of them."""
    name = here.name
    leaf = read_leaf(chain[0]) if chain else Leaf()
    trust = here.stores.judge(chain, name=name, now=here.network.clock.now())
    return trust.failure, TlsFacts(
        server_name=name,
        in_parts=here.in_parts,
        version=version,
        cipher=cipher,
        alpn=alpn,
        chain=as_text(chain),
        subject=leaf.subject,
        issuer=leaf.issuer,
        spki=leaf.spki,
        logged=leaf.logged,
        pinned=trust.pinned,
        listed=trust.listed,
        system=trust.system,
        problem=trust.problem,
    )
