"""A reference as a file: what an unfiltered vantage saw, signed by whoever saw it, or said to be unsigned.

What is signed is the schema's name on a line of its own and then the canonical JSON (RFC 8785) of the
reference, so that no signature of another kind of document can pass for one of these. A signed file is the
canonical JSON set with an indent of two, and one that differs from it in any byte is refused. The key stands
in the file; whether it is anybody's to trust is for the reader's own list of keys to say.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import Annotated, Any, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, key_id, public_from_text, public_text
from criteria.records import Reference
from probes.records import Record, decode, encode

REFERENCE_SCHEMA: Literal["friendlywifi/reference/1"] = "friendlywifi/reference/1"
MAX_FILE = 64 * 1024 * 1024
"""Bytes; a list of five thousand names makes some two million."""


class ReferenceFault(ValueError):  # noqa: N818 - the fault is in the input
    """A file that is no reference, or no longer the one that was signed. Its text is one sentence."""


class ReferenceSignature(Record):
    """Over `message(reference)`."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    key_id: Annotated[str, msgspec.Meta(pattern="^ed25519:[0-9a-f]{64}$")]
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    """The 32 bytes of the public key, base64."""
    value: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{86}==$")]
    """64 bytes, base64."""


class SignedReference(Record):
    """The file of a signed reference."""

    schema: Literal["friendlywifi/reference/1"] = REFERENCE_SCHEMA
    reference: Reference
    signature: ReferenceSignature


class KnownReference(Record):
    """A reference that was read, and whose word it is."""

    reference: Reference
    key: str | None = None
    """The public key that signed it, base64; `None`: nobody did."""
    trusted: bool = False
    """That key is among those that the reader trusts."""

    @property
    def signer(self) -> str | None:
        """The id of the key that signed it."""
        return None if self.key is None else key_id(public_from_text(self.key))

    @property
    def objection(self) -> str | None:
        """Why no certificate may rest on it, in the words of an override; `None`: nothing is wrong."""
        if self.key is None:
            return "reference unsigned"
        return None if self.trusted else "reference signed by a key that is not trusted"


def message(reference: Reference) -> bytes:
    """The bytes under the signature."""
    return REFERENCE_SCHEMA.encode("ascii") + b"\n" + encode(reference)


def to_file(reference: Reference, key: Ed25519PrivateKey | None = None) -> bytes:
    """The bytes of a reference file, signed where there is a key."""
    if key is None:
        return _written(reference)
    public = key.public_key()
    value = base64.b64encode(key.sign(message(reference))).decode("ascii")
    signature = ReferenceSignature(key_id=key_id(public), key=public_text(public), value=value)
    return _written(SignedReference(reference=reference, signature=signature))


def from_file(data: bytes, *, trusted: Collection[str] = ()) -> KnownReference:
    """A reference with whose word it is. `trusted` are public keys, base64.

    Raises `ReferenceFault` and nothing else, whatever the bytes are.
    """
    if len(data) > MAX_FILE:
        raise ReferenceFault("The file is far longer than any reference.")
    try:
        keys = decode(data, dict[str, Any])
        if keys.keys().isdisjoint({"signature", "schema"}):
            return KnownReference(reference=decode(data, Reference))
        signed = decode(data, SignedReference)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ReferenceFault(f"The file is not a reference: {problem}.") from problem
    if _written(signed) != data:
        raise ReferenceFault("The reference was changed after it was signed: it is not in its written form.")
    _require_intact(signed)
    key = signed.signature.key
    return KnownReference(reference=signed.reference, key=key, trusted=key in trusted)


def _require_intact(signed: SignedReference) -> None:
    signature = signed.signature
    try:
        key = public_from_text(signature.key)
    except KeyFault as problem:
        raise ReferenceFault("The reference holds no usable key.") from problem
    if signature.key_id != key_id(key):
        raise ReferenceFault("The reference does not agree with itself about whose key signed it.")
    value = base64.b64decode(signature.value)
    if base64.b64encode(value).decode("ascii") != signature.value:
        raise ReferenceFault("The signature is not in its one base64 form.")
    try:
        key.verify(value, message(signed.reference))
    except InvalidSignature as problem:
        raise ReferenceFault(
            "The signature does not fit: the reference is forged or was changed after it was signed."
        ) from problem


def _written(record: Reference | SignedReference) -> bytes:
    return msgspec.json.format(encode(record), indent=2) + b"\n"
