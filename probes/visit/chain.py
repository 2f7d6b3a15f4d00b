"""What a server showed about itself: its certificates as sent, and what can be read from the first one."""

from __future__ import annotations

import base64
import hashlib
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

T = TypeVar("T")


def sent_chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates as the server sent them, DER, leaf first, nothing verified.

    Python has a public method for it from 3.13 on; before, a private one; where that is missing too, the
    leaf alone is what can be had.
    """
    public: Any = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(public() or ())
    private: Any = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if private is not None:
        # 1 is ENCODING_PEM and 2 is ENCODING_DER in CPython's _ssl.
        return tuple(certificate.public_bytes(2) for certificate in private() or ())
    leaf = tls.getpeercert(binary_form=True)
    return () if leaf is None else (leaf,)


_REMEMBERED = 512
"""Certificates that are kept as they were read: one name shows the same at each of its addresses."""


@lru_cache(maxsize=_REMEMBERED)
def parse(der: bytes) -> x509.Certificate | None:
    """A certificate; `None` where these bytes are none."""
    with warnings.catch_warnings():
        # cryptography warns of what it will refuse one day (a serial number of zero): here it is evidence.
        warnings.simplefilter("ignore")
        return read(lambda: x509.load_der_x509_certificate(der))


def read(reader: Callable[[], T]) -> T | None:
    """What a reader of a certificate gives, `None` where the certificate is broken.

    cryptography reads lazily and raises ValueError, InvalidVersion, DuplicateExtension, UnsupportedAlgorithm
    and others that share no base, and the bytes are a stranger's: none of them may end a run.
    """
    try:
        return reader()
    except Exception:  # noqa: BLE001 - see above
        return None


@lru_cache(maxsize=_REMEMBERED)
def parties(der: bytes) -> tuple[x509.Name | None, x509.Name | None]:
    """Subject and issuer; `None` where it cannot be read."""
    certificate = parse(der)
    if certificate is None:
        return None, None
    with warnings.catch_warnings():
        # Of a country that is no two letters, too.
        warnings.simplefilter("ignore")
        return read(lambda: certificate.subject), read(lambda: certificate.issuer)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """What is read from the first certificate; `None` is a field that cannot be read."""

    subject: str | None = None
    issuer: str | None = None
    spki: str | None = None
    """SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal."""
    logged: bool | None = None
    """Whether it carries timestamps of public logs (RFC 6962, 3.3), unverified."""


@lru_cache(maxsize=_REMEMBERED)
def read_leaf(der: bytes) -> Leaf:
    """Subject and issuer as RFC 4514 strings, and the hash of the key."""
    certificate = parse(der)
    if certificate is None:
        return Leaf()
    subject, issuer = parties(der)
    return Leaf(
        subject=None if subject is None else read(subject.rfc4514_string),
        issuer=None if issuer is None else read(issuer.rfc4514_string),
        spki=read(lambda: _spki(certificate)),
        logged=read(lambda: _logged(certificate)),
    )


def _logged(certificate: x509.Certificate) -> bool:
    oid = ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS
    return any(extension.oid == oid for extension in certificate.extensions)


def _spki(certificate: x509.Certificate) -> str:
    return hashlib.sha256(_key(certificate.tbs_certificate_bytes)).hexdigest()


def _key(tbs: bytes) -> bytes:
    """SubjectPublicKeyInfo as it was signed (RFC 5280, 4.1): the field after the subject.

    It is not decoded: that costs a tenth of a handshake. Raises `IndexError` where it is not there.
    """
    at, _ = _inside(tbs, 0)
    # version [0], serial number, signature, issuer, validity, subject
    for _ in range(6 if tbs[at] == _VERSION else 5):
        at = sum(_inside(tbs, at))
    start, size = _inside(tbs, at)
    return tbs[at : start + size]


_VERSION = 0xA0
"""The tag of what stands first where it stands at all."""


def _inside(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of an element starts, and how long it is (X.690, 8.1.3)."""
    size = der[at + 1]
    if size < 0x80:
        return at + 2, size
    octets = size - 0x80
    return at + 2 + octets, int.from_bytes(der[at + 2 : at + 2 + octets])


def as_text(chain: tuple[bytes, ...]) -> tuple[str, ...]:
    """Base64 of each, as records keep them."""
    return tuple(base64.b64encode(der).decode("ascii") for der in chain)
