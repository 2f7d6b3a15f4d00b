"""A resolver for `benchmarks.drops`: `PORT`. What is done to a name stands in it; `dns` is no answer."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address

from benchmarks import drops

_A, _AAAA = 1, 28


def main(port: str) -> None:
    """Answer until ended."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.bind(("127.0.0.1", int(port)))
        while True:
            data, peer = sock.recvfrom(4096)
            if b"\x03dns\x04test" not in data:
                sock.sendto(answer(data), peer)


def answer(query: bytes) -> bytes:
    """One address, open or silent."""
    end = query.index(b"\0", 12) + 5
    wanted = int.from_bytes(query[end - 4 : end - 2], "big")
    silent = b"\x03tcp\x04test" in query
    if wanted == _A:
        address = ip_address(drops.SILENT if silent else drops.OPEN).packed
    else:
        address = ip_address(drops.SILENT6 if silent else drops.OPEN6).packed
    head = query[:2] + b"\x81\x80\0\x01\0\x01\0\0\0\0"
    record = b"\xc0\x0c" + wanted.to_bytes(2, "big") + b"\0\x01\0\0\0\x3c" + len(address).to_bytes(2, "big")
    return head + query[12:end] + record + address


if __name__ == "__main__":
    main(*sys.argv[1:])
