"""Is the printed face of a PDF the one that its certificate makes?

It is set again and compared byte for byte. Where another version of the program set it, it can be no other
than the print that its issuer logged. What stands behind the print may be one signature and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from certificates.attachment import attached, is_pdf
from certificates.inclusion import Logged, logged_print
from certificates.print import PrintFault, engine_version, render_pdf, render_sticker
from certificates.proofs import Proofs, read_proofs
from certificates.records import SignedCertificate, plain
from certificates.signed_paper import PaperFault, read_signature
from certificates.signing import SignatureFault
from certificates.view import TEMPLATE_VERSION, minute


def face_of(data: bytes, signed: SignedCertificate, logged: Logged | None) -> tuple[bool, tuple[str, ...]]:
    """Whether the printed face is the true one, and what to say of it.

    Raises `SignatureFault`, `AttachmentFault`, `ProofFault` or `PaperFault` where it is another one.
    """
    if not is_pdf(data):
        return False, ()
    inside = attached(data)
    proofs = read_proofs(signed, code=inside.code, credential=inside.credential)
    certificate = signed.certificate
    if (certificate.template, certificate.engine) != (TEMPLATE_VERSION, engine_version()):
        return _by_the_log(data, logged)
    # A sticker has one page, a certificate never: which of the two to make again.
    render = render_sticker if inside.pages == 1 else render_pdf
    return True, _compared(data, signed, proofs, render)


def _by_the_log(data: bytes, logged: Logged | None) -> tuple[bool, tuple[str, ...]]:
    """Of a face that another version of the program set: is it the print that was logged?"""
    printed = None if logged is None else logged_print(data, logged)
    if printed is None:
        return False, (_FACE_NOT_COMPARED,)
    try:
        return True, (_FACE_LOGGED, *_signature(data, printed))
    except PaperFault:
        # Another version may have written the signature otherwise; or it repaints the page.
        return False, (_FACE_NOT_COMPARED,)


def _compared(
    data: bytes,
    signed: SignedCertificate,
    proofs: Proofs | None,
    render: Callable[[SignedCertificate, Proofs | None], bytes],
) -> tuple[str, ...]:
    """What to say of a face that is the true one; whatever else it is, is a fault."""
    try:
        face = render(signed, proofs)
    except PrintFault as problem:
        raise SignatureFault(
            "The record in the PDF cannot be set in type, so that the face is not its own."
        ) from problem
    return (
        "The printed face is the one that this certificate makes, byte for byte.",
        *_signature(data, face),
    )


def _signature(data: bytes, face: bytes) -> tuple[str, ...]:
    """What to say of the signature behind the print, if there is one; anything else there is a fault."""
    if data == face:
        return ()
    signature = read_signature(data, face)
    when = signature.timestamped or signature.claimed
    how = "an authority vouches for the time" if signature.timestamped else "the time is its own word"
    signed = f"The PDF is signed by {plain(signature.signer)} at {minute(when)} ({how})"
    return (f"{signed}; a PDF viewer tells whether it knows that signer.",)


_FACE_NOT_COMPARED = (
    "The face was not compared: it was set by another version of the program. "
    "Only the signed record inside was checked; read the place, the dates and the number here, not on the "
    "paper."
)
_FACE_LOGGED = (
    "The printed face was set by another version of the program, and is byte for byte the one that its "
    "issuer logged."
)
