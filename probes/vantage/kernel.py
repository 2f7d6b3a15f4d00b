"""By which interface would a packet leave? The kernel's own answer, policy rules included; nothing is sent.

The main table alone does not say it: WireGuard's and other VPN programs put their default route into a table
of their own and lead to it by a rule.
"""

from __future__ import annotations

import ipaddress
import socket
import struct

_GETROUTE, _ERROR = 26, 2  # include/uapi/linux/rtnetlink.h, netlink.h
_REQUEST = 1
_DST, _OIF = 1, 4
_HEADER = struct.Struct("=IHHII")
_ROUTE = struct.Struct("=BBBBBBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_DEADLINE = 1.0


def way_to(address: str) -> str | None:
    """The name of the interface; `None`: there is no way, or this system cannot be asked."""
    parsed = ipaddress.ip_address(address)
    family = socket.AF_INET if parsed.version == 4 else socket.AF_INET6
    packed = parsed.packed
    body = _ROUTE.pack(family, 8 * len(packed), 0, 0, 0, 0, 0, 0, 0)
    body += _ATTRIBUTE.pack(_ATTRIBUTE.size + len(packed), _DST) + packed
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
            sock.settimeout(_DEADLINE)
            sock.send(_HEADER.pack(_HEADER.size + len(body), _GETROUTE, _REQUEST, 1, 0) + body)
            index = parse_route(sock.recv(8192))
        return None if index is None else socket.if_indextoname(index)
    except (OSError, AttributeError):
        # AttributeError: no AF_NETLINK, so this is no Linux.
        return None


def parse_route(data: bytes) -> int | None:
    """The index of the outgoing interface in an answer of rtnetlink(7); `None` where it holds none."""
    if len(data) < _HEADER.size + _ROUTE.size:
        return None
    length, kind, *_ = _HEADER.unpack_from(data)
    if kind == _ERROR:
        return None
    place, end = _HEADER.size + _ROUTE.size, min(length, len(data))
    while place + _ATTRIBUTE.size <= end:
        size, name = _ATTRIBUTE.unpack_from(data, place)
        if name == _OIF and size == _ATTRIBUTE.size + 4 and place + size <= end:
            return int.from_bytes(data[place + 4 : place + 8], "little" if _LITTLE else "big")
        if size < _ATTRIBUTE.size:
            return None
        place += (size + 3) & ~3
    return None


_LITTLE = struct.pack("=H", 1) == b"\x01\x00"
