"""DNS over QUIC (RFC 9250): one connection, one stream, one question."""

from __future__ import annotations

from probes.network import Network
from probes.visit.quic import Hello, Talk, talk

_PROTOCOL = "doq"


async def ask_over_quic(
    network: Network, address: str, port: int, query: bytes, *, name: str | None, seconds: float
) -> Talk:
    """Asks, and tells how far it came. No failure of the network raises; `ImportError` without the extra.

    The query's id must be 0 (RFC 9250, 4.2.1).
    """
    said = len(query).to_bytes(2, "big") + query
    hello = Hello(protocol=_PROTOCOL, name=name, said=said, whole=lambda data: message_of(data) is not None)
    return await talk(network, address, port, hello, seconds=seconds)


def message_of(data: bytes | bytearray) -> bytes | None:
    """The one message in what came (RFC 9250, 4.2): two octets of length before it."""
    size = int.from_bytes(data[:2], "big")
    return bytes(data[2 : 2 + size]) if len(data) >= 2 + size > 2 else None
