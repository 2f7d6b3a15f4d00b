"""The signed record, and the proofs beside it, out of a PDF that anybody may have made."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pikepdf.settings

from certificates.print import ATTACHMENT, CODE_ATTACHMENT, CREDENTIAL_ATTACHMENT
from certificates.signing import MAX_FILE
from probes.records import Record

MAX_PDF = 1024 * 1024
"""Bytes; a real one has about a hundred thousand."""

MAX_UNPACKED = 8 * 1024 * 1024
"""Bytes that the parser may make of any one packed stream: a small file must not fill the memory."""


class AttachmentFault(ValueError):  # noqa: N818 - the fault is in the input
    """A PDF that yields no record. Its text is one sentence."""


def is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-")


class Attached(Record):
    """What a PDF carries: bytes that nobody has looked at yet."""

    certificate: bytes
    code: bytes | None
    credential: bytes | None
    pages: int


def attached(pdf: bytes) -> Attached:
    """The files inside. Raises `AttachmentFault` and nothing else."""
    if len(pdf) > MAX_PDF:
        raise AttachmentFault("The PDF is far longer than any certificate.")
    # Of the process, and the only reader of PDF files in it; setting it again changes nothing.
    pikepdf.settings.set_qpdf_limits(flate_max_memory=MAX_UNPACKED)
    try:
        # Not repaired: a certificate that needs repair is not the file that was issued. A parser of hostile
        # input may fail in any way it likes, so that everything is caught.
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as document:
            return _attached(document)
    except AttachmentFault:
        raise
    except Exception as problem:
        raise AttachmentFault("The PDF is damaged.") from problem


def attached_certificate(pdf: bytes) -> bytes:
    """The bytes of the attached certificate.json. Raises `AttachmentFault` and nothing else."""
    return attached(pdf).certificate


def _attached(document: pikepdf.Pdf) -> Attached:
    certificate = _content(document, ATTACHMENT)
    if certificate is None:
        raise AttachmentFault("The PDF holds no certificate.json.")
    return Attached(
        certificate=certificate,
        code=_content(document, CODE_ATTACHMENT),
        credential=_content(document, CREDENTIAL_ATTACHMENT),
        pages=len(document.pages),
    )


def _content(document: pikepdf.Pdf, name: str) -> bytes | None:
    if name not in document.attachments:
        return None
    stream = document.attachments[name].get_file().obj
    packed, packing = stream.read_raw_bytes(), stream.get("/Filter")
    if packing is None:
        content = packed
    elif packing == pikepdf.Name.FlateDecode:
        # Unpacked here and not by the library, so that a small file cannot become a huge one.
        content = zlib.decompressobj().decompress(packed, MAX_FILE + 1)
    else:
        raise AttachmentFault("The certificate in the PDF is packed in a way that certificates are not.")
    if len(content) > MAX_FILE:
        raise AttachmentFault("The certificate in the PDF is far longer than any certificate.")
    return content
