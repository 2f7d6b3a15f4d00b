"""One QUIC connection (RFC 9000): a handshake, and at most one stream in it.

Of aioquic only the state machine is used; the socket is ours, connected, so that a refused port says so.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from probes import failure
from probes.dns.sockets import open_socket
from probes.failure import name_failure
from probes.network import Network
from probes.records import TlsFacts
from probes.visit.handshake import Here, judge_chain

_CRYPTO_ERROR = range(0x100, 0x200)
"""A TLS alert as a QUIC error (RFC 9001, 4.8)."""
_PRIVATE_SIGNATURES = range(0xFE00, 0x10000)
"""For private use (RFC 8446, 4.2.3): 1024 octets, about as many as a key of X25519MLKEM768 has."""
_LIMIT = 65537
"""Octets of an answer: of DNS its length and the longest message."""
_DATAGRAM = 65536


@dataclass(kw_only=True)
class Talk:
    """What came of one connection: how far it came, the certificates as sent, and the answer's octets."""

    connected: bool = False
    """Anything at all came back."""
    shaken: bool = False
    failed: str | None = None
    alert: int | None = None
    chain: tuple[bytes, ...] = ()
    """DER, leaf first."""
    data: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, kw_only=True)
class Hello:
    """How a connection begins, and what is said once the handshake is made. Nothing is verified."""

    protocol: str
    """RFC 7301."""
    name: str | None
    """Said in the handshake."""
    in_parts: bool = False
    """ClientHello fills two datagrams, the name in the second one, as that of browsers may."""
    said: bytes | None = None
    """On the one stream; `None`: the handshake is all that is wanted."""
    whole: Callable[[bytes], bool] = lambda _data: False
    """Whether what came back is an answer before the stream ends."""


async def talk(network: Network, address: str, port: int, hello: Hello, *, seconds: float) -> Talk:
    """Connects, and tells how far it came.

    No failure of the network raises.
    """
    told = Talk()
    try:
        opened, endpoint = open_socket(network, address, port, socket.SOCK_DGRAM)
        with opened:
            opened.connect(endpoint)
            async with asyncio.timeout(seconds):
                await _converse(opened, endpoint, hello, told)
    except OSError as error:
        told.failed = name_failure(error)
    return told


def what_came(here: Here, told: Talk, *, alpn: str | None = None) -> tuple[str | None, TlsFacts | None]:
    """How a conversation failed, and what the TLS inside it (RFC 9001) came to; `None`: nothing came back."""
    if told.shaken:
        return judge_chain(here, told.chain, version="TLSv1.3", alpn=alpn)
    facts = (
        TlsFacts(server_name=here.name, in_parts=here.in_parts, alert=told.alert) if told.connected else None
    )
    return told.failed or failure.EOF, facts


async def _converse(opened: socket.socket, endpoint: tuple[Any, ...], hello: Hello, told: Talk) -> None:
    from aioquic.quic.configuration import QuicConfiguration  # noqa: PLC0415 - most commands dial nobody
    from aioquic.quic.connection import QuicConnection  # noqa: PLC0415

    # What it thinks of the other side is in the record already, and a terminal is no place for it.
    logging.getLogger("quic").setLevel(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    settings = QuicConfiguration(
        is_client=True, alpn_protocols=[hello.protocol], server_name=hello.name, verify_mode=ssl.CERT_NONE
    )
    quic = QuicConnection(configuration=settings)
    if hello.in_parts:
        _lengthen(quic)
    quic.connect(endpoint, now=loop.time())
    try:
        while not _finished(quic, hello, told):
            await _send(opened, quic, loop.time())
            data = await _receive(opened, until=quic.get_timer())
            if data is None:
                quic.handle_timer(now=loop.time())
            else:
                told.connected = True
                quic.receive_datagram(data, endpoint, now=loop.time())
    finally:
        quic.close()
        # Said once, in passing: the other side need not wait for more.
        for datagram, _ in quic.datagrams_to_send(now=loop.time()):
            _try(lambda datagram=datagram: opened.send(datagram))  # type: ignore[misc] # bound at once


def _lengthen(quic: Any) -> None:  # noqa: ANN401 - its types are not read
    """Offers signatures that nobody knows before the name is said: aioquic has no public way to do so.

    Servers pass over what they do not know (RFC 8446, 4.2.3 and 9.3).
    """
    initialize = quic._initialize  # noqa: SLF001 - as above, also below

    def longer(peer_cid: bytes) -> None:
        initialize(peer_cid)
        known = quic.tls._signature_algorithms  # noqa: SLF001
        quic.tls._signature_algorithms = [*known, *_PRIVATE_SIGNATURES]  # noqa: SLF001

    quic._initialize = longer  # noqa: SLF001


def _try(send: Callable[[], object]) -> None:
    try:
        send()
    except OSError:
        return


async def _send(opened: socket.socket, quic: Any, now: float) -> None:  # noqa: ANN401 - its types are not read
    for datagram, _ in quic.datagrams_to_send(now=now):
        await asyncio.get_running_loop().sock_sendall(opened, datagram)


async def _receive(opened: socket.socket, *, until: float | None) -> bytes | None:
    """The next datagram, or `None` when the connection's own timer is due."""
    timer = asyncio.timeout_at(until)
    try:
        async with timer:
            return await asyncio.get_running_loop().sock_recv(opened, _DATAGRAM)
    except TimeoutError:
        if timer.expired():
            return None
        raise


def _finished(quic: Any, hello: Hello, told: Talk) -> bool:  # noqa: ANN401 - its types are not read
    """Takes in what happened, speaks once the handshake is made, and tells whether that is all."""
    from aioquic.quic import events  # noqa: PLC0415 - most commands dial nobody

    while (event := quic.next_event()) is not None:
        if isinstance(event, events.HandshakeCompleted):
            told.shaken = True
            told.chain = _chain(quic)
            if hello.said is None:
                return True
            quic.send_stream_data(quic.get_next_available_stream_id(), hello.said, end_stream=True)
        elif isinstance(event, events.StreamDataReceived):
            told.data += event.data[: _LIMIT - len(told.data)]
            whole = hello.whole(bytes(told.data))
            if event.end_stream or whole:
                told.failed = None if whole else failure.EOF
                return True
        elif isinstance(event, events.ConnectionTerminated):
            _ended(event.error_code, told)
            return True
    return False


def _ended(code: int, told: Talk) -> None:
    if code in _CRYPTO_ERROR:
        told.alert = code - _CRYPTO_ERROR.start
        told.failed = failure.SSL_HANDSHAKE
    elif told.connected:
        told.failed = failure.EOF
    else:
        # Nobody ever answered: aioquic gave up by itself.
        told.failed = failure.TIMEOUT


def _chain(quic: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - its types are not read
    """The certificates that came (DER, leaf first): aioquic has no public way to them."""
    leaf = getattr(quic.tls, "_peer_certificate", None)
    others = getattr(quic.tls, "_peer_certificate_chain", ())
    found: list[x509.Certificate] = [item for item in (leaf, *others) if item is not None]
    return tuple(dict.fromkeys(item.public_bytes(Encoding.DER) for item in found))
