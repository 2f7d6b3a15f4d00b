"""Who the issuer is to the world: did:web, with every key it ever had, and did:key for those offline.

A did:web is found on the issuer's own host (did.json under the register's address); old keys stay in it
with the end of their time, so that what they signed in time can still be checked. A did:key is the key
itself in another spelling: printed in documents, a verifier without a network pins it.
"""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import quote, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.keys import key_id, public_from_text
from probes.records import Record, Time, encode

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUB = b"\xed\x01"
"""The multicodec prefix of an Ed25519 public key."""


class IssuerKey(Record):
    """One key of the issuer and its time. A leaked key is `revoked`; one that was only replaced is not."""

    key: str
    """The 32 bytes of the public key, base64."""
    valid_from: Time
    valid_until: Time | None = None
    """The end of its time, past or planned; `None`: open."""
    revoked: Time | None = None
    """From when on nothing that it signed counts, whatever time the signature claims."""


def did_web(url: str) -> str:
    """The did:web of the register's address: `https://x.example/wifi` is `did:web:x.example:wifi`.

    Raises `ValueError` for an address that is not https.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("a did:web stands for an https address without a query")
    host = parts.hostname if parts.port is None else f"{parts.hostname}%3A{parts.port}"
    path = [quote(piece, safe="-._~%") for piece in parts.path.split("/") if piece]
    return ":".join(["did:web", host, *path])


def did_path(url: str) -> str:
    """Where under the host did.json must stand (did:web, section 3.2)."""
    path = urlsplit(url).path.strip("/")
    return f"{path}/did.json" if path else ".well-known/did.json"


def did_key(key: Ed25519PublicKey) -> str:
    """`did:key:z6Mk…`."""
    return f"did:key:{multikey(key)}"


def multikey(key: Ed25519PublicKey) -> str:
    """A key in multibase base58btc, as did:key and Multikey spell it."""
    return "z" + _base58(_ED25519_PUB + key.public_bytes_raw())


def method_id(did: str, key: Ed25519PublicKey) -> str:
    """The name of a key in the document; the `kid` of what it signs."""
    return f"{did}#{key_id(key).removeprefix('ed25519:')[:16]}"


def did_document(url: str, keys: tuple[IssuerKey, ...]) -> bytes:
    """did.json: the canonical JSON of the issuer's keys, the newest first.

    Revoked keys stay listed, so that their name still says what became of them, and assert nothing.
    """
    did = did_web(url)
    newest_first = sorted(keys, key=lambda item: item.valid_from, reverse=True)
    return encode(
        {
            "@context": ["https://www.w3.org/ns/cid/v1"],
            "id": did,
            "alsoKnownAs": [
                did_key(public_from_text(item.key)) for item in newest_first if item.revoked is None
            ],
            "verificationMethod": [_method(did, item) for item in newest_first],
            "assertionMethod": [
                method_id(did, public_from_text(item.key)) for item in newest_first if item.revoked is None
            ],
        }
    )


def _method(did: str, item: IssuerKey) -> dict[str, object]:
    """A JsonWebKey of Controlled Identifiers 1.0, section 2.2; RFC 8037 for the JWK."""
    key = public_from_text(item.key)
    method: dict[str, object] = {
        "id": method_id(did, key),
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": jwk(key),
    }
    if item.valid_until is not None:
        method["expires"] = _stamp(item.valid_until)
    if item.revoked is not None:
        method["revoked"] = _stamp(item.revoked)
    return method


def jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """The public key as a JWK (RFC 8037, `alg` of RFC 9864)."""
    x = base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode("ascii")
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "Ed25519", "use": "sig"}


def _stamp(time: datetime) -> str:
    return str(msgspec.to_builtins(time))


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text
