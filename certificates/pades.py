"""The signature inside the PDF (PAdES, ETSI EN 319 142-1): for people whose viewer checks signatures.

The signature is an increment behind the bytes of the print: what was printed stays the beginning of the
signed file, unchanged, so that its hash, which the log holds, can be taken from either. The field is tagged
(a Form element, an alternative name, the tab order of the structure): signing must not take away what
PDF/UA-1 gave. Nothing of it is visible.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import datetime

from asn1crypto import tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper

from certificates.tagged_field import FIELD, add_tagged_field
from probes.records import Record

_ROOM = 49_152
"""Hexadecimal digits kept for a signature with a time stamp: the size of a stranger's answer is not known
before, and asking twice would cost twice."""

Timestamp = Callable[[bytes], bytes]
"""Sends a TimeStampReq and gives the TimeStampResp (RFC 3161, DER). May raise anything: it uses a network."""


class PadesFault(ValueError):  # noqa: N818 - the fault is in the input
    """A key, or a PDF, that cannot be used. Its text is one sentence."""


class SignedPdf(Record):
    """A PDF with a signature in it."""

    data: bytes
    timestamped: bool
    """An authority for times vouches for the time."""
    remark: str | None
    """Why there is no time stamp although one was wanted; `None`: all is as asked."""


def signer_from_pkcs12(data: bytes, passphrase: bytes) -> SimpleSigner:
    """The signer out of a PKCS#12 file with a key, its certificate and the chain. Raises `PadesFault`."""
    try:
        found = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=passphrase)
    except Exception as problem:  # the library lets through whatever the parsers below it raise
        raise PadesFault("The PKCS#12 file cannot be read, or the passphrase is wrong.") from problem
    signer: SimpleSigner | None = found
    if signer is None or signer.signing_cert is None:
        raise PadesFault("The PKCS#12 file holds no key with its certificate, or the passphrase is wrong.")
    if signer.signing_cert.public_key.algorithm not in ("ec", "rsa"):
        raise PadesFault("PDF viewers check ECDSA and RSA keys only; the PKCS#12 file holds another kind.")
    return signer


def sign_pdf(
    pdf: bytes, signer: SimpleSigner, *, now: datetime, timestamp: Timestamp | None = None
) -> SignedPdf:
    """The PDF of `print.render_pdf` with a signature behind it. Not from inside a running event loop.

    `now` is what the signature claims as its time. A `timestamp` that fails, in whatever way, keeps nothing
    waiting: the signature is made without one, and `remark` says so. Raises `PadesFault` for a PDF that
    cannot be signed.
    """
    if timestamp is None:
        return SignedPdf(data=_signed(pdf, signer, now, None), timestamped=False, remark=None)
    try:
        data = _signed(pdf, signer, now, _Stamper(timestamp))
    except _StampFault as problem:
        remark = f"The authority for times gave no time stamp ({problem}); the PDF is signed without one."
        return SignedPdf(data=_signed(pdf, signer, now, None), timestamped=False, remark=remark)
    return SignedPdf(data=data, timestamped=True, remark=None)


class _StampFault(Exception):  # noqa: N818 - becomes a remark
    pass


class _Stamper(TimeStamper):
    """Asks the callable that was handed in."""

    def __init__(self, ask: Timestamp) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko left it without types
        self._ask = ask

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._ask(req.dump()))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> object:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as problem:
            raise _StampFault(f"{type(problem).__name__}: {problem}") from problem


def _signed(pdf: bytes, signer: SimpleSigner, now: datetime, stamper: _Stamper | None) -> bytes:
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        add_tagged_field(writer)
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason="Issued as printed",
        )
        output = io.BytesIO()
        asyncio.run(
            _sign(
                PdfSigner(metadata, signer, timestamper=stamper),
                writer,
                output,
                now=now,
                room=None if stamper is None else _ROOM,
            )
        )
    except _StampFault:
        raise
    except Exception as problem:
        raise PadesFault(f"The PDF cannot be signed: {problem}.") from problem
    return output.getvalue()


async def _sign(
    signer: PdfSigner,
    writer: IncrementalPdfFileWriter,
    output: io.BytesIO,
    *,
    now: datetime,
    room: int | None,
) -> None:
    """What `PdfSigner.async_sign_pdf` does, with a time that is handed in."""
    session = signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = now
    validation = await session.perform_presign_validation(writer)
    if room is None:
        room = await session.estimate_signature_container_size(validation)
    document = session.prepare_tbs_document(validation_info=validation, bytes_reserved=room)
    prepared, _ = document.digest_tbs_document(output=output)
    await document.perform_signature(
        document_digest=prepared.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=now),
    )
