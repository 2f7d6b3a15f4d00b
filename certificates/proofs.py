"""What is made beside a certificate and goes into its faces: the code of the sign and the credential.

Both are signed with the key that signed the certificate, and both say what it says. A face that carries
them is believed only where they do.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.cose import CoseFault, code_text, read
from certificates.credential import StatusEntry, write_credential
from certificates.jwt import JwtFault, claimed_kid, open_jwt
from certificates.keys import public_from_text
from certificates.records import SignedCertificate
from certificates.signing import to_file
from probes.records import Record, digest


class ProofFault(ValueError):  # noqa: N818 - the fault is in the input
    """Proofs that are not those of their certificate. Its text is one sentence."""


class Proofs(Record):
    """What is made beside the certificate."""

    code: str
    """Of `cose.code_text`: the whole text of the code, ASCII."""
    credential: str
    """Of `credential.write_credential`, ASCII."""


def make_proofs(
    signed: SignedCertificate, *, register_url: str, status: StatusEntry, key: Ed25519PrivateKey
) -> Proofs:
    """The proofs of a certificate, with the key that signed it. The same input, the same texts.

    `register_url`: the address under which did.json and the status lists stand. Raises `cose.CoseFault`
    where the certificate's own address is too long for a code.
    """
    return Proofs(
        code=code_text(signed.certificate, key, status_index=status.index),
        credential=write_credential(signed, register_url=register_url, status=status, key=key),
    )


def read_proofs(signed: SignedCertificate, *, code: bytes | None, credential: bytes | None) -> Proofs | None:
    """The proofs that a face carries, where both are of this certificate; `None`: it carries none.

    `signed` is intact. Raises `ProofFault` and nothing else.
    """
    if code is None and credential is None:
        return None
    if code is None or credential is None:
        raise ProofFault("The PDF holds a credential or a code without the other.")
    certificate, key = signed.certificate, public_from_text(signed.certificate.issuer.key)
    try:
        proofs = Proofs(code=code.decode("ascii"), credential=credential.decode("ascii"))
        found = read(proofs.code, (key,))
        subject = open_jwt(proofs.credential, {claimed_kid(proofs.credential): key})["credentialSubject"]
        about = subject["certificateDigest"]
    except (CoseFault, JwtFault, UnicodeDecodeError, KeyError, TypeError) as problem:
        raise ProofFault("The code or the credential in the PDF is forged or was changed.") from problem
    facts = (found.url, found.facts.number, found.facts.valid_until, found.facts.status, found.facts.test)
    own = (certificate.url, certificate.number, certificate.valid_until, certificate.status, certificate.test)
    if facts != own or about != digest(to_file(signed)):
        raise ProofFault("The code or the credential in the PDF is that of another certificate.")
    return proofs
