"""One question over TCP (RFC 7766): two octets of length, then the message."""

from __future__ import annotations

import asyncio
import random
import socket

from probes import failure
from probes.dns.asked import MAX_STRAYS, Asked, Heard, knows_no_opt, stray
from probes.dns.sockets import open_socket
from probes.dns.wire import Message, WireError, parse
from probes.network import Network
from probes.records import Stray


async def ask_over_tcp(
    network: Network, address: str, port: int, asked: Asked, *, deadline: float, randomness: random.Random
) -> Heard:
    """The answer of the resolver that is dialled here, on a connection of its own.

    `deadline` is in the time of the event loop. A refusal of OPT is followed by one more try without it.
    """
    opt = asked.payload is not None
    strays: list[Stray] = []
    refusal: tuple[Message, bytes] | None = None
    sends = 0
    told: str | None
    try:
        async with asyncio.timeout_at(deadline):
            while True:
                sends += 1
                query = asked.query(randomness.getrandbits(16), opt=opt)
                message, raw = await _exchange(network, address, port, asked, query, strays=strays)
                if message is None or not (opt and knows_no_opt(message)):
                    told = failure.MISBEHAVING if message is None else None
                    return Heard(told, message, raw, opt=opt, sends=sends, strays=tuple(strays))
                refusal = message, raw
                opt = False
    except (OSError, EOFError) as error:
        if refusal is not None:
            return Heard(None, *refusal, sends=sends, strays=tuple(strays))
        return Heard(failure.name_failure(error), opt=opt, sends=sends, strays=tuple(strays))


async def _exchange(
    network: Network, address: str, port: int, asked: Asked, query: bytes, *, strays: list[Stray]
) -> tuple[Message | None, bytes]:
    """The first message that fits the query, or `None` after too many that did not."""
    loop = asyncio.get_running_loop()
    opened, endpoint = open_socket(network, address, port, socket.SOCK_STREAM)
    with opened:
        await loop.sock_connect(opened, endpoint)
        await loop.sock_sendall(opened, len(query).to_bytes(2, "big") + query)
        for _ in range(MAX_STRAYS):
            size = int.from_bytes(await _read(loop, opened, 2), "big")
            raw = await _read(loop, opened, size)
            try:
                message = parse(raw)
            except WireError:
                message = None
            reason = asked.fault(message)
            if reason is None and message is not None and raw[:2] != query[:2]:
                reason = "wrong_id"
            if reason is None:
                return message, raw
            if len(strays) < MAX_STRAYS:
                strays.append(stray(reason, raw, message))
    return None, b""


async def _read(loop: asyncio.AbstractEventLoop, opened: socket.socket, size: int) -> bytes:
    """Exactly so many octets. Raises `EOFError` where the other side ends before."""
    parts = []
    while size:
        part = await loop.sock_recv(opened, size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
