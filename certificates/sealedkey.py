"""A private key at rest: PKCS#8 sealed with a passphrase by scrypt and AES-256 (RFC 5958, 8018, 7914 § 7).

`cryptography` reads this form, and writes another whose passphrase is stretched 2,048 times only, which a
graphics card tries by the million. OpenSSL opens it too: `openssl pkey -in FILE`.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7

COST, BLOCK, PARALLEL = 2**14, 8, 5
"""What OWASP names as the equal of N = 2^17, in the 32 MB that OpenSSL allows a file to ask for."""

_PBES2 = "2a864886f70d01050d"
_SCRYPT = "2b06010401da47040b"
_AES_256_CBC = "60864801650304012a"


def sealed(der: bytes, passphrase: bytes, *, salt: bytes, iv: bytes) -> bytes:
    """The PEM of a PKCS#8 key in DER. `salt` and `iv` are 16 random bytes each, new for every file."""
    key = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=PARALLEL).derive(passphrase)
    padder = PKCS7(128).padder()
    padded = padder.update(der) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    derivation = _sequence(
        _oid(_SCRYPT), _sequence(_octets(salt), _integer(COST), _integer(BLOCK), _integer(PARALLEL))
    )
    scheme = _sequence(_oid(_AES_256_CBC), _octets(iv))
    algorithm = _sequence(_oid(_PBES2), _sequence(derivation, scheme))
    whole = _sequence(algorithm, _octets(encryptor.update(padded) + encryptor.finalize()))
    text = base64.b64encode(whole)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    head, foot = b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"-----END ENCRYPTED PRIVATE KEY-----"
    return b"\n".join([head, *lines, foot, b""])


# DER (ITU-T X.690), as little of it as this takes.


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _octets(content: bytes) -> bytes:
    return _der(0x04, content)


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _oid(encoded: str) -> bytes:
    return _der(0x06, bytes.fromhex(encoded))
