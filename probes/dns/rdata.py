"""What a resource record says, in presentation form (RFC 1035 section 3.3, 3596, 3597, 9460)."""

from __future__ import annotations

import base64
import re
import struct
from socket import AF_INET6, inet_ntoa, inet_ntop

from probes.dns.names import WireError, name_text, read_name, unpack_labels

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, DNAME, OPT, SVCB, HTTPS = 1, 2, 5, 6, 12, 15, 16, 28, 39, 41, 64, 65

TYPE_NAMES = {
    A: "A",
    NS: "NS",
    CNAME: "CNAME",
    SOA: "SOA",
    PTR: "PTR",
    MX: "MX",
    TXT: "TXT",
    AAAA: "AAAA",
    33: "SRV",
    DNAME: "DNAME",
    OPT: "OPT",
    43: "DS",
    46: "RRSIG",
    47: "NSEC",
    48: "DNSKEY",
    50: "NSEC3",
    SVCB: "SVCB",
    HTTPS: "HTTPS",
    255: "ANY",
}
_TYPE_NUMBERS = {name: number for number, name in TYPE_NAMES.items()}

_CHAOS = 3
_SOA_TAIL = struct.Struct("!5I")
_U16 = struct.Struct("!H")
_QUOTED = re.compile(rb"[ !#-\[\]-~]*").fullmatch

_SVC_KEYS = {
    0: "mandatory",
    1: "alpn",
    2: "no-default-alpn",
    3: "port",
    4: "ipv4hint",
    5: "ech",
    6: "ipv6hint",
    7: "dohpath",
    8: "ohttp",
}


def type_name(number: int) -> str:
    """`A`, or `TYPE65280` for a type that has no name here (RFC 3597 section 5)."""
    return TYPE_NAMES.get(number) or f"TYPE{number}"


def type_number(name: str) -> int:
    """The number of a type's name. Raises `ValueError` for a name that is unknown."""
    number = _TYPE_NUMBERS.get(name)
    if number is not None:
        return number
    digits = name.removeprefix("TYPE")
    if digits != name and digits.isascii() and digits.isdigit() and int(digits) < 65536:
        return int(digits)
    raise ValueError(f"{name!r} is no record type that is known here")


def present(data: bytes, start: int, end: int, rrtype: int, known: dict[int, str], *, rrclass: int) -> str:
    r"""The data of a record that lies between two offsets of its message.

    Names come in lower case without a trailing dot, types that are not known here in the generic form
    `\# LENGTH HEX`. Raises `WireError`, `IndexError` or `struct.error` for data that does not fit its type.
    """
    if rrtype == A and rrclass != _CHAOS:
        _expect(end - start == 4)
        return inet_ntoa(data[start:end])
    if rrtype == AAAA:
        _expect(end - start == 16)
        return inet_ntop(AF_INET6, data[start:end])
    if rrtype in (CNAME, NS, PTR, DNAME):
        name, at = read_name(data, start, known)
        _expect(at == end)
        return name
    if rrtype == TXT:
        return " ".join([_quote(text) for text in _strings(data, start, end)])
    if rrtype == SOA:
        primary, at = read_name(data, start, known)
        mailbox, at = read_name(data, at, known)
        _expect(at + _SOA_TAIL.size == end)
        return " ".join([primary, mailbox, *map(str, _SOA_TAIL.unpack_from(data, at))])
    if rrtype == MX:
        name, at = read_name(data, start + 2, known)
        _expect(at == end)
        return f"{_U16.unpack_from(data, start)[0]} {name}"
    if rrtype in (SVCB, HTTPS):
        return _service_binding(data, start, end)
    return generic(data[start:end])


def generic(rdata: bytes) -> str:
    r"""`\# 3 abcdef` (RFC 3597 section 5)."""
    return f"\\# {len(rdata)} {rdata.hex()}".rstrip()


def _expect(fits: object) -> None:
    if not fits:
        raise WireError("the data of a record does not fit its type")


def _strings(data: bytes, at: int, end: int) -> list[bytes]:
    texts = []
    while at < end:
        after = at + 1 + data[at]
        _expect(after <= end)
        texts.append(data[at + 1 : after])
        at = after
    _expect(texts)
    return texts


def _quote(text: bytes) -> str:
    if _QUOTED(text):
        return f'"{text.decode("ascii")}"'
    return (
        '"'
        + "".join(
            [
                "\\" + chr(octet)
                if octet in b'"\\'
                else chr(octet)
                if 0x20 <= octet < 0x7F
                else f"\\{octet:03d}"
                for octet in text
            ]
        )
        + '"'
    )


def _service_binding(data: bytes, start: int, end: int) -> str:
    """RFC 9460 section 2.2. The target name is not compressed."""
    rdata = data[start:end]
    labels, at = unpack_labels(rdata, 2)
    words = [str(_U16.unpack_from(rdata)[0]), name_text(labels).lower()]
    last = -1
    while at < len(rdata):
        key, size = _U16.unpack_from(rdata, at)[0], _U16.unpack_from(rdata, at + 2)[0]
        at += 4
        value = rdata[at : at + size]
        # Keys come in strictly increasing order, or the whole record is malformed.
        _expect(key > last and len(value) == size)
        last = key
        at += size
        name = _SVC_KEYS.get(key) or f"key{key}"
        words.append(f"{name}={_service_value(key, value)}" if value else name)
    return " ".join(words)


def _service_value(key: int, value: bytes) -> str:
    if key == 0:
        _expect(len(value) % 2 == 0)
        numbers = struct.unpack(f"!{len(value) // 2}H", value)
        return '"' + ",".join([_SVC_KEYS.get(number) or f"key{number}" for number in numbers]) + '"'
    if key == 1:
        # A comma inside an identifier is escaped once for the list and once for the quotes (appendix A.1).
        ids = [re.sub(rb"[,\\]", rb"\\\g<0>", one) for one in _strings(value, 0, len(value))]
        return _quote(b",".join(ids))
    if key == 3:
        _expect(len(value) == 2)
        return f'"{_U16.unpack(value)[0]}"'
    if key == 4:
        _expect(len(value) % 4 == 0)
        return '"' + ",".join([inet_ntoa(value[i : i + 4]) for i in range(0, len(value), 4)]) + '"'
    if key == 5:
        return '"' + base64.b64encode(value).decode("ascii") + '"'
    if key == 6:
        _expect(len(value) % 16 == 0)
        return (
            '"' + ",".join([inet_ntop(AF_INET6, value[i : i + 16]) for i in range(0, len(value), 16)]) + '"'
        )
    return _quote(value)
