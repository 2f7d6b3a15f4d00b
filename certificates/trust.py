"""Whose certificates count: the list of issuers that a scheme publishes and signs.

A key inside a certificate is never a reason to trust it. A trust list is handed in by whoever verifies.
Where the verifier knows the scheme's key, the list must be signed with it; where not, the list is taken
on their word, and its fingerprint is shown so that they can compare it with one they got elsewhere.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, key_id, public_from_text, public_text, spoken
from certificates.records import Digest, Short, Signature, Url
from probes.records import Record, Time, decode, encode

TRUST_SCHEMA: Literal["friendlywifi/trust/1"] = "friendlywifi/trust/1"
MAX_FILE = 4 * 1024 * 1024


class TrustFault(ValueError):  # noqa: N818 - the fault is in the input
    """A trust list that cannot be used. Its text is one sentence."""


class TrustedIssuer(Record):
    """One issuer and the time in which its key may sign. A test issuer may sign TEST certificates only."""

    name: Short
    key: str
    """The 32 bytes of the public key, base64."""
    valid_from: Time
    valid_until: Time
    test: bool = False
    only: tuple[Digest, ...] | None = None
    """After a leak: the certificates by this key that stand, by digest. Whoever has the key can date what
    they sign as they like, so that the window alone keeps nothing out. `None`: all in the window."""
    url: Url | None = None
    """Where its certificates stand: the address of each is this and its number. The address in the code of a
    sign is not signed, so that a code leads where this says, or is not believed. `None`: not known."""

    def signs_at(self, time: datetime) -> bool:
        return self.valid_from <= time <= self.valid_until


class TrustList(Record):
    """Issuers, and the digests of the standards that the scheme recognises."""

    schema: Literal["friendlywifi/trust/1"] = TRUST_SCHEMA
    scheme: Short
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    """The scheme's own public key, base64."""
    issued: Time
    issuers: tuple[TrustedIssuer, ...]
    standards: tuple[Digest, ...]

    def issuers_with_key(self, key: str) -> tuple[TrustedIssuer, ...]:
        """Its entries for a public key: several where a key was listed for more than one time."""
        return tuple(issuer for issuer in self.issuers if issuer.key == key)


class SignedTrustList(Record):
    """The file that a scheme publishes."""

    trust: TrustList
    signature: Signature


class Trust(Record):
    """A trust list that was read, and how far its own signature can be relied on."""

    list: TrustList
    pinned: bool
    """Signed with the key that the verifier already knew."""
    remark: str
    """One sentence for the verifier."""


def sign_trust(trust: TrustList, key: Ed25519PrivateKey) -> bytes:
    """The bytes of a trust file. The list must name this key as the scheme's."""
    public = key.public_key()
    if trust.key != public_text(public):
        raise TrustFault("The trust list names another key than the one it would be signed with.")
    value = base64.b64encode(key.sign(_message(trust))).decode("ascii")
    signed = SignedTrustList(trust=trust, signature=Signature(key_id=key_id(public), value=value))
    return msgspec.json.format(encode(signed), indent=2) + b"\n"


def read_trust(data: bytes, *, scheme_key: str | None = None) -> Trust:
    """A trust list whose signature holds. `scheme_key`: the public key (base64) that must have signed it.

    Raises `TrustFault` and nothing else.
    """
    if len(data) > MAX_FILE:
        raise TrustFault("The trust list is far longer than any scheme needs.")
    try:
        signed = decode(data, SignedTrustList)
        key = public_from_text(signed.trust.key)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyFault) as problem:
        raise TrustFault(f"The trust list cannot be read: {problem}") from problem
    if scheme_key is not None and scheme_key != signed.trust.key:
        raise TrustFault("The trust list is not signed by the scheme that is configured.")
    try:
        key.verify(base64.b64decode(signed.signature.value), _message(signed.trust))
    except InvalidSignature as problem:
        raise TrustFault("The trust list was changed after it was signed.") from problem
    if signed.signature.key_id != key_id(key):
        raise TrustFault("The trust list does not agree with itself about whose key signed it.")
    fingerprint = spoken(key_id(key))
    if scheme_key is None:
        remark = (
            f"The trust list of {signed.trust.scheme} is taken on your word; its key is {fingerprint}. "
            "Compare it with one you got from the scheme itself."
        )
    else:
        remark = f"The trust list is signed by the configured scheme, {signed.trust.scheme}."
    return Trust(list=signed.trust, pinned=scheme_key is not None, remark=remark)


def _message(trust: TrustList) -> bytes:
    return TRUST_SCHEMA.encode("ascii") + b"\n" + encode(trust)
