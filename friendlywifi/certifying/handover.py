"""What goes back from the machine that decided to the one that watches: the certificate with all beside it.

The certificate alone can be watched. Whoever also publishes the register needs its place in the status lists
and its credential, which only the issuer's key makes; and whoever loses a key must know what rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.attachment import AttachmentFault, attached, is_pdf
from certificates.cose import CoseFault
from certificates.cose import read as read_code
from certificates.didweb import did_web
from certificates.jwt import JwtFault, claimed_kid, open_jwt
from certificates.keys import KeyFault, public_from_text, public_text
from certificates.proofs import ProofFault, Proofs, read_proofs
from certificates.records import Digest, KeyId, Signature, SignedCertificate
from certificates.signing import SignatureFault, from_file, to_file
from certificates.statuslist import BITS, Purpose
from friendlywifi.certifying.issuing import HANDOVER, register_of
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.seal import holds, read_written, signed, written
from friendlywifi.records.certificates import CertificateRow, KeyUse
from probes.records import Record, Time

SCHEMA: Literal["friendlywifi/handover/1"] = "friendlywifi/handover/1"
MAX_FILE = 8 * 1024 * 1024


class Use(Record):
    """A key that the certificate rests on, and when it was last used for it."""

    key: KeyId
    part: Literal["issuer", "evaluator", "vantage"]
    used: Time


class Handover(Record):
    """All that the decider's records hold of a certificate."""

    schema: Literal["friendlywifi/handover/1"] = SCHEMA
    made: Time
    certificate: SignedCertificate
    proofs: Proofs
    request: Digest | None
    """What was decided about."""
    keys: Annotated[tuple[Use, ...], msgspec.Meta(max_length=200)]
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    """The issuer's public key, base64, by which this is signed: the certificate's, or the one after it."""


class SignedHandover(Record):
    """The file `handover.json`."""

    handover: Handover
    signature: Signature


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What a file holds of a certificate. Nothing of it is believed yet but that it fits together."""

    signed: SignedCertificate
    proofs: Proofs | None = None
    place: int | None = None
    """Its index in the status lists."""
    request: str | None = None
    keys: tuple[KeyUse, ...] = ()
    by: str | None = None
    """The public key by which what is beside the certificate is signed, and…"""
    made: datetime | None = None
    """…when, as it says."""


def hand_over(
    row: CertificateRow, uses: tuple[KeyUse, ...], key: Ed25519PrivateKey, *, now: datetime
) -> bytes:
    """The bytes of `handover.json`, of a certificate that has its proofs."""
    if row.proofs is None:
        raise AssertionError("a certificate without proofs was not decided here")
    handover = Handover(
        made=now,
        certificate=row.signed,
        proofs=row.proofs,
        request=row.request,
        keys=tuple(
            msgspec.convert({"key": item.key, "part": item.part, "used": item.used}, Use) for item in uses
        ),
        key=public_text(key.public_key()),
    )
    return written(SignedHandover(handover=handover, signature=signed(SCHEMA, handover, key)))


def arrived(data: bytes) -> Arrived:
    """What came: a handover, a PDF with all that is attached to it, or a certificate alone.

    Raises one of `FAULTS` where it does not fit together.
    """
    if is_pdf(data):
        inside = attached(data)
        certificate = from_file(inside.certificate)
        proofs = read_proofs(certificate, code=inside.code, credential=inside.credential)
        return Arrived(
            signed=certificate,
            proofs=proofs,
            place=None if proofs is None else place_of(certificate, proofs),
        )
    if SCHEMA.encode("ascii") not in data:
        return Arrived(signed=from_file(data))
    found = read_written(data, SignedHandover, file=HANDOVER)
    handover = found.handover
    if not holds(SCHEMA, handover, found.signature, handover.key):
        raise EvidenceFault("its signature does not fit: it was changed after it was signed", file=HANDOVER)
    # Read again as a file of its own, so that the same is asked of it as of any certificate.
    certificate = from_file(to_file(handover.certificate))
    return Arrived(
        signed=certificate,
        proofs=handover.proofs,
        place=place_of(certificate, handover.proofs),
        request=handover.request,
        keys=tuple(KeyUse(key=item.key, part=item.part, used=item.used) for item in handover.keys),
        by=handover.key,
        made=handover.made,
    )


def place_of(signed: SignedCertificate, proofs: Proofs) -> int:
    """The one index in the status lists that code and credential name. Raises `ProofFault`.

    Where they named two, a suspension would show to one reader and not to another.
    """
    certificate = signed.certificate
    read_proofs(signed, code=_ascii(proofs.code), credential=_ascii(proofs.credential))
    try:
        key = public_from_text(certificate.issuer.key)
        index = read_code(proofs.code, (key,)).facts.status_index
        told = open_jwt(proofs.credential, {claimed_kid(proofs.credential): key})
        register = register_of(certificate.url.removesuffix(certificate.number))
        issuer, subject = told["issuer"]["id"], told["id"]
        entries = [
            (item["type"], item["statusPurpose"], item["statusListCredential"], item["statusListIndex"])
            for item in told["credentialStatus"]
        ]
    except (CoseFault, JwtFault, KeyFault, KeyError, TypeError, ValueError) as problem:
        raise ProofFault("The code or the credential says nothing of the status lists.") from problem
    if index is None or not 0 <= index < BITS:
        raise ProofFault("The code names no place in the status lists.")
    wanted = [
        ("BitstringStatusListEntry", purpose.value, f"{register}/status/{purpose.value}", str(index))
        for purpose in Purpose
    ]
    if entries != wanted or (issuer, subject) != (did_web(register), certificate.url):
        raise ProofFault("The code and the credential name different places in the status lists.")
    return index


def _ascii(text: str) -> bytes:
    try:
        return text.encode("ascii")
    except UnicodeEncodeError as problem:
        raise ProofFault("The code or the credential is forged or was changed.") from problem


FAULTS: tuple[type[Exception], ...] = (SignatureFault, ProofFault, AttachmentFault, EvidenceFault)
"""What `arrived` raises."""
