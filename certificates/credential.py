"""The certificate for machines that know nothing of us: a W3C Verifiable Credential 2.0 as `vc+jwt`.

It says what the certificate's face says of the place, the standard and the time, names the issuer as
did:web and points into the issuer's two status lists. The certificate itself, with every claim, stays the
record that counts: its digest is inside. A hotspot is a thing and no person's achievement, so that the type
is one of our own, in a vocabulary that is shipped with the program and published beside the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.didweb import did_web, method_id
from certificates.jwt import open_jwt, sign_jwt
from certificates.records import SignedCertificate
from certificates.signing import to_file
from certificates.statuslist import BITS, CREDENTIALS, Purpose
from probes.records import Record, digest, encode

CONTEXT_PATH = "contexts/hotspot-v1.jsonld"
"""Where the vocabulary stands under the register's address."""

MEDIA_TYPE = "application/vc+jwt"


class StatusEntry(Record):
    """Where a certificate's two bits are."""

    revocation_list: str
    """Address of the revocation list."""
    suspension_list: str
    index: Annotated[int, msgspec.Meta(ge=0, lt=BITS)]
    """The same in both."""


def register_address(url: str) -> str:
    """The register's address in its one form: without the last slash."""
    return url.rstrip("/")


def context_document() -> bytes:
    """The JSON-LD context of our own words; the register publishes it at `CONTEXT_PATH`."""
    return resources.files("certificates").joinpath(*CONTEXT_PATH.split("/")).read_bytes()


def write_credential(
    signed: SignedCertificate, *, register_url: str, status: StatusEntry, key: Ed25519PrivateKey
) -> str:
    """The signed credential, one line of ASCII. The same input, the same text.

    `register_url`: the address under which did.json, the context and the lists stand. `key`: the one that
    signed the certificate.
    """
    return sign_jwt(encode(_credential(signed, register_url, status)), key, did=did_web(register_url))


def read_credential(text: str, *, register_url: str, keys: tuple[Ed25519PublicKey, ...]) -> dict[str, Any]:
    """A credential of that issuer, signed with one of its `keys`. Raises `jwt.JwtFault`.

    Says nothing of its dates and its status bits.
    """
    did = did_web(register_url)
    trusted: Mapping[str, Ed25519PublicKey] = {method_id(did, key): key for key in keys}
    return open_jwt(text, trusted)


def _credential(signed: SignedCertificate, register_url: str, status: StatusEntry) -> dict[str, object]:
    certificate = signed.certificate
    subject: dict[str, object] = {
        "type": "Hotspot",
        "certificateNumber": certificate.number,
        "certificateStatus": certificate.status,
        "certificateDigest": digest(to_file(signed)),
        "test": certificate.test,
        "place": certificate.place,
        "address": certificate.address,
        "operator": certificate.holder,
        "networkNames": list(certificate.ssids),
        "standard": {
            "type": "HotspotStandard",
            "standardId": certificate.standard.id,
            "standardVersion": certificate.standard.version,
            "standardDigest": certificate.standard.digest,
        },
        "independence": certificate.independence.value,
        "limits": list(certificate.limits),
    }
    return {
        "@context": [CREDENTIALS, f"{register_address(register_url)}/{CONTEXT_PATH}"],
        "id": certificate.url,
        "type": ["VerifiableCredential", "HotspotCertificateCredential"],
        "issuer": {"id": did_web(register_url), "name": certificate.issuer.name},
        "validFrom": msgspec.to_builtins(certificate.issued),
        "validUntil": msgspec.to_builtins(certificate.valid_until),
        "credentialSubject": subject,
        "credentialStatus": [
            _status(Purpose.REVOCATION, status.revocation_list, status.index),
            _status(Purpose.SUSPENSION, status.suspension_list, status.index),
        ],
    }


def _status(purpose: Purpose, list_url: str, index: int) -> dict[str, object]:
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
