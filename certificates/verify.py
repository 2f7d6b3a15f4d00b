"""Is it genuine? What a parent at the door, or anyone else, learns from a file.

Pure but for setting the face again, which reads the packaged template. Whatever the bytes are, the answer
is a `Verification`, never an exception. What was forged or changed is refused before anything else is said
of it; whose key signed is asked of a trust list that is handed in, never of the certificate.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.attachment import AttachmentFault, attached, is_pdf
from certificates.face import face_of
from certificates.inclusion import InclusionFault, Logged, Shown, read_inclusion
from certificates.keys import KeyFault, public_from_text, spoken
from certificates.proofs import ProofFault
from certificates.records import Certificate, SignedCertificate, Status, plain
from certificates.signed_paper import PaperFault
from certificates.signing import SignatureFault, from_file
from certificates.trust import TrustedIssuer, TrustList
from certificates.view import day, minute
from probes.records import Record, digest


class VerificationOutcome(StrEnum):
    GENUINE = "genuine"
    REFUSED = "refused"
    """Forged, changed, out of time, suspended, withdrawn, or a TEST where none is allowed."""
    NOT_RECOGNISED = "not_recognised"
    """Intact, but issuer or standard are not on the trust list, or there is none."""


class Verification(Record):
    """The answer, in one sentence and the ones behind it."""

    outcome: VerificationOutcome
    exit_code: int
    """0 genuine, 1 refused, 3 not recognised, or a PDF whose face could not be compared."""
    sentence: str
    details: tuple[str, ...]
    certificate: Certificate | None
    """Only where its bytes are as they were signed; whether to believe it, `outcome` says."""
    face_compared: bool
    """Whether a printed face was made again and is the same, byte for byte."""
    status_checked: bool


def verify(
    data: bytes,
    *,
    trust: TrustList | None,
    now: datetime,
    allow_test: bool,
    status: Status | None = None,
    shown: Shown | None = None,
) -> Verification:
    """The answer about a certificate.json or a PDF, told apart by content.

    `trust`: the issuers and standards that the verifier recognises. `status`: what the issuer's register
    says of this certificate today; `None` where it was not asked. `shown`: what is to show that it stands in
    the public log; where that fails nothing is genuine. `now` is aware.
    """
    try:
        signed, logged, fault = _opened(data, trust, shown)
        face_compared, notes = face_of(data, signed, logged)
    except (SignatureFault, AttachmentFault, ProofFault, PaperFault) as problem:
        return answered(VerificationOutcome.REFUSED, str(problem))
    certificate = signed.certificate
    notes = (
        *notes,
        *_in_log(logged),
        *_notes(certificate, status),
        *(age_of_list(trust, now) if trust is not None else ()),
    )

    def answer(outcome: VerificationOutcome, sentence: str) -> Verification:
        return answered(
            outcome,
            sentence,
            details=notes,
            certificate=certificate,
            face_compared=face_compared,
            status_checked=status is not None,
        )

    refusal = _refusal(certificate, now=now, allow_test=allow_test, status=status)
    if refusal is not None:
        return answer(VerificationOutcome.REFUSED, refusal)
    if trust is None:
        return answer(
            VerificationOutcome.NOT_RECOGNISED,
            "The certificate is intact, but the issuer is not recognised: no trust list was given.",
        )
    listed = trust.issuers_with_key(certificate.issuer.key)
    if not listed:
        return answer(
            VerificationOutcome.NOT_RECOGNISED,
            "The certificate is intact, but the issuer is not recognised: "
            f"the list of {trust.scheme} does not hold its key.",
        )
    bearing = _bearing(certificate, listed)
    if isinstance(bearing, str):
        return answer(VerificationOutcome.REFUSED, bearing)
    stranger = _unrecognised(certificate, bearing, trust)
    if stranger is not None:
        return answer(VerificationOutcome.NOT_RECOGNISED, stranger)
    if fault is not None:
        return answer(VerificationOutcome.NOT_RECOGNISED, f"{NOT_IN_LOG} {fault}")
    paper = is_pdf(data)
    sentence = _genuine(certificate, status=status, pdf=paper, face_compared=face_compared)
    found = answer(VerificationOutcome.GENUINE, sentence)
    if paper and not face_compared:
        # The record may stand in a PDF whose pages say anything: of the paper that was asked about nothing is
        # known.
        return msgspec.structs.replace(found, exit_code=_FACE_UNKNOWN)
    return found


def _opened(
    data: bytes, trust: TrustList | None, shown: Shown | None
) -> tuple[SignedCertificate, Logged | None, str | None]:
    """The intact certificate, where it stands in the log, and why that is not shown although it was to be."""
    signed = from_file(attached(data).certificate if is_pdf(data) else data)
    if shown is None:
        return signed, None, None
    certificate = signed.certificate
    try:
        return (
            signed,
            read_inclusion(shown, number=certificate.number, keys=_log_keys(certificate, trust)),
            None,
        )
    except InclusionFault as fault:
        return signed, None, str(fault)


def _log_keys(certificate: Certificate, trust: TrustList | None) -> tuple[Ed25519PublicKey, ...]:
    """Those of its issuer. Whoever has a leaked one could sign any log with it."""
    if trust is None:
        texts = [certificate.issuer.key]
    else:
        texts = [
            item.key
            for item in trust.issuers
            if item.name == certificate.issuer.name
            and item.only is None
            and (certificate.test or not item.test)
        ]
    found = []
    for text in texts:
        with contextlib.suppress(KeyFault):
            found.append(public_from_text(text))
    return tuple(found)


def _in_log(logged: Logged | None) -> tuple[str, ...]:
    if logged is None:
        return ()
    return (f"It is entry {logged.place} of {logged.size} in the public log {plain(logged.origin)}.",)


NOT_IN_LOG = "The certificate is intact, but it was not shown that it stands in the public log of its issuer."


def _refusal(
    certificate: Certificate, *, now: datetime, allow_test: bool, status: Status | None
) -> str | None:
    if now > certificate.valid_until:
        return f"The certificate expired on {day(certificate.valid_until)}."
    if now < certificate.issued:
        return f"The certificate is not yet valid: it was issued on {minute(certificate.issued)}."
    if status in ENDED:
        return ENDED[status]
    if certificate.test and not allow_test:
        return (
            "This is a TEST certificate: it was made to try the software and certifies nothing about any "
            "real place."
        )
    return None


ENDED = {
    Status.SUSPENDED: "The certificate is suspended by its issuer.",
    Status.WITHDRAWN: "The certificate was withdrawn by its issuer.",
    Status.EXPIRED: "The certificate expired, says its issuer.",
    Status.SUPERSEDED: "The certificate was replaced by a newer one.",
}


def _bearing(certificate: Certificate, listed: tuple[TrustedIssuer, ...]) -> tuple[TrustedIssuer, ...] | str:
    """The entries for its key that each bear it wholly, or why there is none."""
    found = tuple(issuer for issuer in listed if issuer.signs_at(certificate.issued))
    if not found:
        return f"The key of the issuer was not in force on {day(certificate.issued)}, when this was issued."
    found = tuple(issuer for issuer in found if certificate.test or not issuer.test)
    if not found:
        return "The key of the issuer may sign TEST certificates only, and this one does not say TEST."
    name = digest(certificate)
    found = tuple(issuer for issuer in found if issuer.only is None or name in issuer.only)
    if not found:
        return (
            "The key of the issuer was lost or leaked, and this is none of the certificates that were signed "
            "before."
        )
    return found


def _unrecognised(
    certificate: Certificate, bearing: tuple[TrustedIssuer, ...], trust: TrustList
) -> str | None:
    names = sorted({issuer.name for issuer in bearing})
    if certificate.issuer.name not in names:
        return (
            "The certificate is intact, but the issuer is not recognised: "
            f"it says {certificate.issuer.name}, and its key belongs to {', '.join(names)}."
        )
    if certificate.standard.digest not in trust.standards:
        return (
            "The certificate is intact, but the standard is not recognised: the list of "
            f"{trust.scheme} does not hold {certificate.standard.id} version {certificate.standard.version} "
            "with this digest."
        )
    return None


def _genuine(certificate: Certificate, *, status: Status | None, pdf: bool, face_compared: bool) -> str:
    kind = "genuine, provisional" if certificate.status == "provisional" else "genuine"
    if certificate.test:
        kind = f"a {kind} TEST"
    what = "The record inside" if pdf and not face_compared else "The certificate"
    told = ["its status was checked" if status is not None else "its status today was not checked"]
    if pdf and not face_compared:
        told.append("the face was not compared")
    return (
        f"{what} ({certificate.number}, {certificate.place}) is {kind}, "
        f"and valid until {day(certificate.valid_until)}; {' and '.join(told)}."
    )


def _notes(certificate: Certificate, status: Status | None) -> tuple[str, ...]:
    until = "Provisional until" if certificate.status == "provisional" else "Valid until"
    standard = certificate.standard
    notes = (
        f"Place: {certificate.place}, {certificate.address}. Networks: {', '.join(certificate.ssids)}.",
        f"Issued {minute(certificate.issued)} by {certificate.issuer.name}.",
        f"{until} {minute(certificate.valid_until)}.",
        f"The key of the issuer is {spoken(certificate.issuer.key_id)}.",
        f"Standard {standard.id}, version {standard.version}, {standard.digest}.",
        *certificate.provisional_because,
    )
    if certificate.test:
        notes = ("TEST: made to try the software; it certifies nothing about any real place.", *notes)
    if certificate.declared_by_issuer is not None:
        notes = (*notes, f"Unwitnessed: {certificate.declared_by_issuer}.")
    if status is not None:
        return (*notes, f"Its status today is {status.value}.")
    return (*notes, f"Whether it was suspended or withdrawn since was not checked; ask at {certificate.url}")


def age_of_list(trust: TrustList, now: datetime) -> tuple[str, ...]:
    """Of when the list is. An old one still holds the keys that were lost since it was signed."""
    when = day(trust.issued)
    if trust.issued > now + _AHEAD:
        return (f"The trust list says that it is of {when}, which is still to come: a clock is wrong.",)
    if now - trust.issued <= _OLD:
        return (f"The trust list is of {when}.",)
    days = (now - trust.issued).days
    lost = f"The trust list is of {when}, {days} days ago: a key that was lost since is still in it."
    return (f"{lost} The scheme gives the newest one.",)


_OLD = timedelta(days=30)
"""Our choice: a scheme that withdraws a key publishes the same day; whoever verifies looks once a month."""
_AHEAD = timedelta(days=1)

_EXIT_CODES = {
    VerificationOutcome.GENUINE: 0,
    VerificationOutcome.REFUSED: 1,
    VerificationOutcome.NOT_RECOGNISED: 3,
}


_FACE_UNKNOWN = 3


def answered(
    outcome: VerificationOutcome,
    sentence: str,
    *,
    details: tuple[str, ...] = (),
    certificate: Certificate | None = None,
    face_compared: bool = False,
    status_checked: bool = False,
) -> Verification:
    return Verification(
        outcome=outcome,
        exit_code=_EXIT_CODES[outcome],
        sentence=sentence,
        details=details,
        certificate=certificate,
        face_compared=face_compared,
        status_checked=status_checked,
    )
