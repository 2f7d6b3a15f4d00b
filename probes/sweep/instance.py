"""Which server answers at an address? Its name server identifier (NSID, RFC 5001)."""

from __future__ import annotations

import asyncio
import socket

import dns.edns
import dns.exception
import dns.message

from probes.dns.sockets import open_socket
from probes.network import Network, split_endpoint

WITHIN = 1.0
"""Seconds. It is good to know, and nothing depends on it."""
_LONGEST = 200


async def nsid(resolver: str, *, network: Network) -> str | None:
    """Its text, or hexadecimal digits where it is none; `None`: it has none, or said nothing."""
    way = network.way(*split_endpoint(resolver, 53))
    if way is None:
        return None
    query = dns.message.make_query(
        ".", "SOA", use_edns=0, options=[dns.edns.GenericOption(dns.edns.OptionType.NSID, b"")]
    )
    loop = asyncio.get_running_loop()
    try:
        opened, endpoint = open_socket(network, *way, socket.SOCK_DGRAM)
        with opened:
            opened.connect(endpoint)
            opened.send(query.to_wire())
            async with asyncio.timeout(WITHIN):
                while True:
                    reply = _read(await loop.sock_recv(opened, 4096))
                    if reply is not None and query.is_response(reply):
                        return _told(reply)
    except (OSError, TimeoutError):
        return None


def _read(wire: bytes) -> dns.message.Message | None:
    try:
        return dns.message.from_wire(wire, ignore_trailing=True)
    except (dns.exception.DNSException, ValueError):
        return None


def _told(reply: dns.message.Message) -> str | None:
    for option in reply.options:
        if option.otype == dns.edns.OptionType.NSID:
            raw: bytes = option.to_wire() or b""
            text = raw.decode("ascii", "replace")
            return (text if text.isprintable() and text.isascii() else raw.hex())[:_LONGEST] or None
    return None
