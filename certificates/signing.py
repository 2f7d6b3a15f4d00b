"""The signature of a certificate, and the one form that its file may have.

What is signed is the schema's name on a line of its own and then the canonical JSON (RFC 8785), so that
no signature of another kind of document can pass for one of these. The file is the canonical JSON set
with an indent of two; a file that differs from it in any byte is refused, even where the meaning is the
same, because otherwise some bytes could change unseen.
"""

from __future__ import annotations

import base64

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, key_id, public_from_text
from certificates.records import CERTIFICATE_SCHEMA, Certificate, Signature, SignedCertificate
from probes.records import decode, encode

MAX_FILE = 128 * 1024
"""Bytes of a certificate file; a real one has fewer than 20 thousand."""


class SignatureFault(ValueError):  # noqa: N818 - the fault is in the input
    """Why a file is no certificate as its issuer signed it. Its text is one sentence."""


def message(certificate: Certificate) -> bytes:
    """The bytes under the signature."""
    return CERTIFICATE_SCHEMA.encode("ascii") + b"\n" + encode(certificate)


def sign(certificate: Certificate, key: Ed25519PrivateKey) -> SignedCertificate:
    """The certificate with its signature. The certificate must name this key as its issuer's."""
    name = key_id(key.public_key())
    if certificate.issuer.key_id != name:
        raise SignatureFault("The certificate names another key than the one it would be signed with.")
    value = base64.b64encode(key.sign(message(certificate))).decode("ascii")
    return SignedCertificate(certificate=certificate, signature=Signature(key_id=name, value=value))


def to_file(signed: SignedCertificate) -> bytes:
    """The bytes of `certificate.json`."""
    return msgspec.json.format(encode(signed), indent=2) + b"\n"


def from_file(data: bytes) -> SignedCertificate:
    """A certificate whose signature holds under its own key: intact, which says nothing of trust.

    Raises `SignatureFault` and nothing else, whatever the bytes are.
    """
    if len(data) > MAX_FILE:
        raise SignatureFault("The file is far longer than any certificate.")
    try:
        signed = decode(data, SignedCertificate)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise SignatureFault(_not_one(data, problem)) from problem
    if to_file(signed) != data:
        raise SignatureFault("The file was changed after it was issued: it is not in its one written form.")
    _require_intact(signed)
    return signed


def _not_one(data: bytes, problem: Exception) -> str:
    """Why the file is no certificate; of what lies beside one in its folder, what it is."""
    for beginning, sentence in _BESIDE:
        if data.lstrip()[: len(beginning)].lower() == beginning:
            return sentence
    return f"The file is not a certificate: {problem}."


_BESIDE = (
    (
        b"<!doctype html",
        "The file is a web page, which anybody can write: hand in certificate.pdf or certificate.json.",
    ),
    (b"eyj", "The file is a credential, for wallets: hand in certificate.pdf or certificate.json."),
    (
        b'{\n  "handover"',
        (
            "The file is a handover, for friendlywifi certify record: hand in certificate.pdf or "
            "certificate.json."
        ),
    ),
)
"""How files begin that are taken for the certificate, and what to say of them."""


def _require_intact(signed: SignedCertificate) -> None:
    issuer, signature = signed.certificate.issuer, signed.signature
    try:
        key = public_from_text(issuer.key)
    except KeyFault as problem:
        raise SignatureFault("The certificate holds no usable key.") from problem
    if not issuer.key_id == signature.key_id == key_id(key):
        raise SignatureFault("The certificate does not agree with itself about whose key signed it.")
    value = base64.b64decode(signature.value)
    if base64.b64encode(value).decode("ascii") != signature.value:
        raise SignatureFault("The signature is not in its one base64 form.")
    try:
        key.verify(value, message(signed.certificate))
    except InvalidSignature as problem:
        raise SignatureFault(
            "The signature does not fit: the certificate is forged or was changed after it was issued."
        ) from problem
