"""The signed state of the log (C2SP tlog-checkpoint): three lines, and under them who vouches.

A checkpoint is a signed note: origin, size and root of the tree, an empty line, one line a signature. The
issuer's is plain Ed25519. A witness that saw that the log only grew adds its own line under the same text
(C2SP tlog-cosignature, v1), with the time at which it saw it; nothing has to be issued anew for that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from probes.records import Record, Time

MAX_NOTE = 64 * 1024
MAX_LINES = 64
"""Signatures that are looked at."""

_LOG, _WITNESS = b"\x01", b"\x04"
"""The kinds of signature: Ed25519 of a note, and a time-stamped Ed25519 cosignature."""
_EM_DASH = "\u2014"
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(rf"{_EM_DASH} ([^\s+]+) ([A-Za-z0-9+/=]+)")


class CheckpointFault(ValueError):  # noqa: N818 - the fault is in the input
    """A checkpoint that is none, or is not signed by its log. Its text is one sentence."""


class Cosignature(Record):
    """A witness that saw this state of the log."""

    name: str
    time: Time


class Checkpoint(Record):
    """A checkpoint whose log's signature holds."""

    origin: str
    size: int
    root: bytes
    """32 bytes."""
    witnesses: tuple[Cosignature, ...] = ()
    """Known witnesses whose signature holds, in the order of the note."""


def write_checkpoint(*, origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """The note, signed by the log. The same input, the same text.

    `origin`: the log's name for ever, an address without its scheme: `register.example/log`. It is the name
    of the key too.
    """
    if not _NAME.fullmatch(origin):
        raise ValueError("an origin has neither white space nor a plus sign")
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode('ascii')}\n"
    return f"{text}\n{_line(origin, _key_id(origin, _LOG, key.public_key()), key.sign(text.encode()))}"


def cosign(note: str, *, name: str, time: datetime, key: Ed25519PrivateKey) -> str:
    """The note with the line of a witness under it. What a witness must see first is its own affair:
    a consistency proof from the checkpoint that it signed before.
    """
    text, _ = _apart(note)
    seconds = int(time.timestamp())
    signature = struct.pack(">Q", seconds) + key.sign(_cosigned(text, seconds))
    return note + _line(name, _key_id(name, _WITNESS, key.public_key()), signature)


def read_checkpoint(
    note: str,
    *,
    origin: str,
    keys: tuple[Ed25519PublicKey, ...],
    witnesses: Mapping[str, Ed25519PublicKey] | None = None,
) -> Checkpoint:
    """A checkpoint of that log, signed with one of its `keys`, and which of the `witnesses` saw it.

    Lines of unknown names or keys are passed over; one of a known key that does not hold makes the whole
    note false. Raises `CheckpointFault` and nothing else.
    """
    text, lines = _apart(note)
    size, root = _state(text, origin)
    logs = {_key_id(origin, _LOG, key): key for key in keys}
    known = {(name, _key_id(name, _WITNESS, key)): key for name, key in (witnesses or {}).items()}
    signed, seen = False, []
    for name, identifier, signature in lines:
        if name == origin and identifier in logs:
            _require(logs[identifier], signature, text.encode())
            signed = True
        elif (name, identifier) in known:
            if len(signature) != 72:
                raise CheckpointFault("A signature under the checkpoint does not hold.")
            (seconds,) = struct.unpack(">Q", signature[:8])
            _require(known[name, identifier], signature[8:], _cosigned(text, seconds))
            seen.append(Cosignature(name=name, time=_time(seconds)))
    if not signed:
        raise CheckpointFault("The checkpoint is not signed by its log.")
    return Checkpoint(origin=origin, size=size, root=root, witnesses=tuple(seen))


def verifier_key(name: str, key: Ed25519PublicKey, *, witness: bool = False) -> str:
    """A log's key, or a witness's, as C2SP signed-note writes it: `name+keyid+base64`."""
    kind = _WITNESS if witness else _LOG
    body = base64.b64encode(kind + key.public_bytes_raw()).decode("ascii")
    return f"{name}+{_key_id(name, kind, key).hex()}+{body}"


def _apart(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text with its last line end, and of each line the name, the key id and the signature."""
    head, gap, tail = note.partition("\n\n")
    rows = tail.split("\n")
    if not gap or len(note) > MAX_NOTE or len(rows) > MAX_LINES + 1 or rows.pop() != "" or not rows:
        raise CheckpointFault("The text is no signed note.")
    lines = []
    for row in rows:
        found = _LINE.fullmatch(row)
        data = _unbase64(found[2]) if found is not None else b""
        if found is None or len(data) < 5:
            raise CheckpointFault("The text is no signed note.")
        lines.append((found[1], data[:4], data[4:]))
    return head + "\n", lines


def _state(text: str, origin: str) -> tuple[int, bytes]:
    match text.split("\n"):
        case [name, size, root, ""] if name == origin and re.fullmatch(r"0|[1-9][0-9]{0,17}", size):
            value = _unbase64(root)
            if len(value) == 32:
                return int(size), value
    raise CheckpointFault("The note is no checkpoint of this log.")


def _require(key: Ed25519PublicKey, signature: bytes, message: bytes) -> None:
    try:
        key.verify(signature, message)
    except InvalidSignature as problem:
        raise CheckpointFault("A signature under the checkpoint does not hold.") from problem


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _time(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as problem:
        raise CheckpointFault("A witness gives a time that no calendar holds.") from problem


def _key_id(name: str, kind: bytes, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + key.public_bytes_raw()).digest()[:4]


def _line(name: str, identifier: bytes, signature: bytes) -> str:
    return f"{_EM_DASH} {name} {base64.b64encode(identifier + signature).decode('ascii')}\n"


def _unbase64(text: str) -> bytes:
    """Base64 in its one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise CheckpointFault("The text is no signed note.") from problem
    if base64.b64encode(data).decode("ascii") != text:
        raise CheckpointFault("The text is no signed note.")
    return data
