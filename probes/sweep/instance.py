"""Which server answers at an address? Its name server identifier (NSID, RFC 5001)."""

from __future__ import annotations

import asyncio
import random
import socket
from struct import Struct, error

from probes.dns.names import WireError, unpack_labels
from probes.dns.rdata import OPT
from probes.dns.sockets import open_socket
from probes.dns.wire import CH, build_query
from probes.network import Network, split_endpoint

WITHIN = 1.0
"""Seconds. It is good to know, and nothing depends on it."""
_LONGEST = 200
_NSID = 3
_COUNTS = Struct("!4H").unpack_from
_RECORD = Struct("!HHIH")
_PAIR = Struct("!HH")
# OPT with 1232 octets and the option, which is empty in a question (RFC 5001 section 2.1).
_ASKED = Struct("!BHHIHHH").pack(0, OPT, 1232, 0, 4, _NSID, 0)


async def nsid(resolver: str, *, network: Network, randomness: random.Random) -> str | None:
    """Its text, or hexadecimal digits where it is none; `None`: it has none, or said nothing."""
    way = network.way(*split_endpoint(resolver, 53))
    if way is None:
        return None
    # A question that a server answers without asking others (RFC 4892).
    bare = build_query("id.server", "TXT", id=randomness.getrandbits(16), payload=None, rrclass=CH)
    # One additional record: the last of the four counts.
    query = bare[:10] + b"\0\1" + bare[12:] + _ASKED
    loop = asyncio.get_running_loop()
    try:
        opened, endpoint = open_socket(network, *way, socket.SOCK_DGRAM)
        with opened:
            opened.connect(endpoint)
            opened.send(query)
            async with asyncio.timeout(WITHIN):
                while True:
                    data = await loop.sock_recv(opened, 4096)
                    if data[:2] == query[:2] and data[2] & 0x80 and data.startswith(bare[12:], 12):
                        return told(data)
    except (OSError, TimeoutError):
        return None


def told(data: bytes) -> str | None:
    """The identifier in a message; `None` where there is none, or the message cannot be read."""
    try:
        raw = _found(data)
    except (WireError, IndexError, error):
        return None
    text = raw.decode("ascii", "replace")
    return (text if text.isprintable() and text.isascii() else raw.hex())[:_LONGEST] or None


def _found(data: bytes) -> bytes:
    questions, *others = _COUNTS(data, 4)
    at = 12
    for _ in range(questions):
        _, at = unpack_labels(data, at)
        at += _PAIR.size
    for _ in range(sum(others)):
        _, at = unpack_labels(data, at)
        kind, _, _, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        end = at + size
        while kind == OPT and at < end:
            option, length = _PAIR.unpack_from(data, at)
            at += _PAIR.size
            if option == _NSID:
                return data[at : at + length]
            at += length
        at = end
    return b""
