"""Names on the wire and in presentation form (RFC 1035 sections 3.1, 4.1.4 and 5.1)."""

from __future__ import annotations

import functools
import re

MAX_NAME = 255
"""Octets of a name on the wire, length octets and the root included (RFC 1035 section 3.1)."""
MAX_LABEL = 63
_MAX_HOPS = 127
"""A name has at most 127 labels, so honest compression needs no more pointers than that."""

_PLAIN = re.compile(rb"[-0-9A-Z_a-z.]*").fullmatch
_LENGTH = tuple(bytes((n,)) for n in range(MAX_LABEL + 1))
_ESCAPE = re.compile(r"\\(\d{3}|.)|(.)", re.DOTALL)
_SPECIAL = frozenset(b'"().;\\@$')


class WireError(ValueError):
    """Bytes that are no DNS message, or a name that cannot be put into one."""


def pack_name(name: str) -> bytes:
    """The wire form of a presentation name, its case kept. Raises `WireError`."""
    if name in ("", "."):
        return b"\0"
    try:
        raw = name.encode("ascii")
    except UnicodeEncodeError:
        raise WireError(f"{name!r} is not ASCII; write it with A-labels") from None
    labels = _unescape(name) if b"\\" in raw else raw.removesuffix(b".").split(b".")
    try:
        packed = b"".join([_LENGTH[len(label)] + label for label in labels]) + b"\0"
    except IndexError:
        raise WireError(f"{name!r} has a label of more than {MAX_LABEL} octets") from None
    if b"" in labels:
        raise WireError(f"{name!r} has an empty label")
    if len(packed) > MAX_NAME:
        raise WireError(f"{name!r} is longer than {MAX_NAME} octets")
    return packed


def pack_ordinary(name: str) -> bytes:
    """The same of a name without escapes whose labels are known to fit; only its length is looked at."""
    if len(name) > MAX_NAME - 2:
        raise WireError(f"{name!r} is longer than {MAX_NAME} octets")
    label, _, parent = name.partition(".")
    return _LENGTH[len(label)] + label.encode("ascii") + _packed(parent)


@functools.lru_cache(maxsize=4096)
def _packed(parent: str) -> bytes:
    """Names come by the thousand below a few parents."""
    return pack_name(parent)


def unpack_labels(data: bytes, at: int) -> tuple[list[bytes], int]:
    r"""The labels of the name at an offset, and the offset after it.

    Pointers must lead strictly backwards and are counted, so that no message makes this loop for long.
    Raises `WireError`, or `IndexError` at the end of the data.
    """
    labels: list[bytes] = []
    after = -1
    floor = at
    hops = 0
    octets = 1
    while size := data[at]:
        if size < 0x40:
            at += 1
            label = data[at : at + size]
            octets += size + 1
            if len(label) != size or octets > MAX_NAME:
                raise WireError("a name is too long for the message or for DNS")
            labels.append(label)
            at += size
        elif size >= 0xC0:
            target = (size & 0x3F) << 8 | data[at + 1]
            hops += 1
            if target >= floor or hops > _MAX_HOPS:
                raise WireError("a compression pointer does not lead backwards")
            if after < 0:
                after = at + 2
            floor = at = target
        else:
            raise WireError("a label has a reserved type")
    return labels, at + 1 if after < 0 else after


def name_text(labels: list[bytes]) -> str:
    r"""Presentation form without a trailing dot, the root as `.`; odd octets as `\.` or `\046`."""
    raw = b".".join(labels)
    if _PLAIN(raw) and raw.count(b".") == len(labels) - 1:
        return raw.decode("ascii")
    return ".".join([_escape(label) for label in labels]) or "."


def read_name(data: bytes, at: int, known: dict[int, str]) -> tuple[str, int]:
    """The name at an offset in lower case, and the offset after it.

    `known` remembers names of this message by offset: most records point to a name that was read before.
    """
    if data[at] >= 0xC0:
        name = known.get((data[at] & 0x3F) << 8 | data[at + 1])
        if name is not None:
            return name, at + 2
    labels, after = unpack_labels(data, at)
    name = known[at] = name_text(labels).lower()
    return name, after


def _escape(label: bytes) -> str:
    return "".join(
        [
            "\\" + chr(octet)
            if octet in _SPECIAL
            else chr(octet)
            if 0x20 < octet < 0x7F
            else f"\\{octet:03d}"
            for octet in label
        ]
    )


def _unescape(name: str) -> list[bytes]:
    labels = [bytearray()]
    ended = False
    for match in _ESCAPE.finditer(name):
        escaped, plain = match.groups()
        if ended:
            labels.append(bytearray())
            ended = False
        if plain == ".":
            ended = True
        elif plain == "\\":
            raise WireError(f"{name!r} ends in a backslash")
        elif plain is not None:
            labels[-1] += plain.encode("ascii")
        elif len(escaped) == 1:
            labels[-1] += escaped.encode("ascii")
        elif int(escaped) > 255:
            raise WireError(f"{name!r} escapes a number above 255")
        else:
            labels[-1].append(int(escaped))
    return [bytes(label) for label in labels]
