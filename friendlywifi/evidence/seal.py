"""The signature of a bundle: over the Merkle root of its files, by the vantage that made it.

It says that nothing was changed since the vantage signed, and which vantage; not that the vantage is honest.
"""

from __future__ import annotations

import base64
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, key_id, public_from_text, public_text
from certificates.records import Signature
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.manifest import SEAL
from probes.records import R, Record, decode, encode

SCHEMA: Literal["friendlywifi/bundle/1"] = "friendlywifi/bundle/1"

Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Sealed(Record):
    """What is signed: which run of which hotspot, the root, and the zip's own bytes."""

    schema: Literal["friendlywifi/bundle/1"] = SCHEMA
    hotspot: str
    serial: int
    run: str
    root: Hex
    """Merkle root over the lines of `SHA256SUMS`."""
    packed: Hex
    """SHA-256 of the zip's bytes before `signature.json`: how it was compressed cannot change unseen."""
    key: str
    """The vantage's public key, base64: names the vantage, and is no reason to trust it."""


class Seal(Record):
    """The file `signature.json`."""

    sealed: Sealed
    signature: Signature


def signed(schema: str, statement: Record, key: Ed25519PrivateKey) -> Signature:
    """A signature over the schema's name on a line of its own and the canonical JSON."""
    value = key.sign(schema.encode("ascii") + b"\n" + encode(statement))
    return Signature(key_id=key_id(key.public_key()), value=base64.b64encode(value).decode("ascii"))


def holds(schema: str, statement: Record, signature: Signature, public: str) -> bool:
    """Whether the signature is of this statement and by this key, in its one written form."""
    try:
        key = public_from_text(public)
        value = base64.b64decode(signature.value, validate=True)
        if signature.key_id != key_id(key) or base64.b64encode(value).decode("ascii") != signature.value:
            return False
        key.verify(value, schema.encode("ascii") + b"\n" + encode(statement))
    except (KeyFault, InvalidSignature, ValueError):
        return False
    return True


def written(record: Record) -> bytes:
    """The one form of a signed file: canonical JSON set with an indent of two."""
    return msgspec.json.format(encode(record), indent=2) + b"\n"


def read_written(data: bytes, kind: type[R], *, file: str) -> R:
    """Back from that form. Raises `EvidenceFault`, with the line."""
    try:
        record = decode(data, kind)
        back = msgspec.json.format(encode(record), indent=2) + b"\n"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise EvidenceFault(f"it cannot be read: {problem}", file=file) from None
    if back != data:
        pairs = enumerate(zip(back.split(b"\n"), data.split(b"\n"), strict=False), start=1)
        line = next((number for number, (one, other) in pairs if one != other), None)
        where = None if line is None else f"line {line}"
        raise EvidenceFault("it is not in its one written form", file=file, where=where)
    return record


def make_seal(
    *, hotspot: str, serial: int, run: str, root: str, packed: str, key: Ed25519PrivateKey
) -> bytes:
    """The bytes of `signature.json`."""
    statement = Sealed(
        hotspot=hotspot,
        serial=serial,
        run=run,
        root=root,
        packed=packed,
        key=public_text(key.public_key()),
    )
    return written(Seal(sealed=statement, signature=signed(SCHEMA, statement, key)))


def read_seal(data: bytes) -> Sealed:
    """What `signature.json` says, its signature checked. Raises `EvidenceFault`."""
    seal = read_written(data, Seal, file=SEAL)
    if not holds(SCHEMA, seal.sealed, seal.signature, seal.sealed.key):
        raise EvidenceFault("the signature does not fit: it, or what it signs, was changed", file=SEAL)
    return seal.sealed
