"""Ed25519 keys: made, kept as PEM, and named by their fingerprint. Bytes in, bytes out."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.sealedkey import sealed


class KeyFault(ValueError):  # noqa: N818 - the fault is in the input
    """A key that cannot be read. Its text is one sentence."""


def new_key() -> Ed25519PrivateKey:
    """A key from the system's own randomness."""
    return Ed25519PrivateKey.generate()


def key_from_seed(seed: bytes) -> Ed25519PrivateKey:
    """A key from 32 given bytes: for demonstrations that must come out the same each time."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def to_pem(key: Ed25519PrivateKey, passphrase: bytes | None = None) -> bytes:
    """PKCS#8 in PEM, sealed where a passphrase is given."""
    form = serialization.PrivateFormat.PKCS8
    bare = serialization.NoEncryption()
    if passphrase is None:
        return key.private_bytes(serialization.Encoding.PEM, form, bare)
    der = key.private_bytes(serialization.Encoding.DER, form, bare)
    return sealed(der, passphrase, salt=secrets.token_bytes(16), iv=secrets.token_bytes(16))


def from_pem(data: bytes, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """A private key back from PEM. Raises `KeyFault`."""
    try:
        key = serialization.load_pem_private_key(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        # TypeError is how the library says that a passphrase is missing or was not needed.
        raise KeyFault(f"The signing key cannot be read: {problem}") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFault("The signing key is not an Ed25519 key.")
    return key


def public_text(key: Ed25519PublicKey) -> str:
    """The 32 bytes of a public key (RFC 8032), base64."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def public_from_text(text: str) -> Ed25519PublicKey:
    """A public key back from base64. Raises `KeyFault`."""
    try:
        raw = base64.b64decode(text, validate=True)
        key = Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as problem:
        raise KeyFault(f"The public key cannot be read: {problem}") from problem
    if base64.b64encode(raw).decode("ascii") != text:
        # Base64 has spare bits in its last letter: one key, one text.
        raise KeyFault("The public key is not in its one base64 form.")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """`ed25519:` and the SHA-256 of the raw public key in hexadecimal."""
    return "ed25519:" + hashlib.sha256(key.public_bytes_raw()).hexdigest()


def spoken(identifier: str) -> str:
    """A key id as people compare it: groups of four digits."""
    name, _, digits = identifier.partition(":")
    return f"{name}: " + " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
