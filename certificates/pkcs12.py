"""The key that signs the PDF: ECDSA P-256 with its X.509 chain, kept as one PKCS#12 file.

Viewers of PDF know neither Ed25519 nor our trust list, so that the paper has a key of its own. An issuer
who holds a certificate from a recognised authority (AATL, eIDAS) hands in that PKCS#12; everybody else
makes one here, and a viewer then rightly says that it does not know the authority. The chain made here has
an authority above the signer because readers refuse a signer that is its own authority; the authority's
private key is forgotten at once, so that it can never sign another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier

LIFETIME = timedelta(days=3653)
"""Ten years: longer than any certificate that is signed with it."""

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""

_NAME_LENGTH = 64
"""ub-common-name and ub-organization-name of RFC 5280, appendix A.1; counted in bytes, to be sure."""


def new_pkcs12(*, organisation: str, passphrase: bytes, now: datetime) -> bytes:
    """A PKCS#12 file with a new P-256 key, its certificate and the authority above it, encrypted.

    `organisation`: the issuer's name, as it is printed. `now` is aware; the certificate is good for ten
    years from then. Differs each time: key and serial numbers come from the system's randomness.
    """
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name(organisation, f"{_cut(organisation)[:40]} paper authority")
    authority = (
        _builder(authority_name, authority_name, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    signer = (
        _builder(_name(organisation, organisation), authority_name, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        organisation.encode(), key, signer, [authority], BestAvailableEncryption(passphrase)
    )


def whole_chain(bag: Sequence[x509.Certificate]) -> bool:
    """Whether each was issued by one of them, the highest by itself: no byte of any can change unseen."""
    return all(any(_issued(item, above) for above in bag) for item in bag)


def _issued(item: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        item.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.replace(microsecond=0))
        .not_valid_after(now.replace(microsecond=0) + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common)),
        ]
    )


def _cut(text: str) -> str:
    """At most so many bytes, never half a letter."""
    return text.encode()[:_NAME_LENGTH].decode("utf-8", "ignore").strip()


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
