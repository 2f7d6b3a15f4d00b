"""The signature inside the PDF (PAdES, ETSI EN 319 142-1): for people whose viewer checks signatures.

The signature is an increment behind the bytes of the print: what was printed stays the beginning of the
signed file, unchanged, so that its hash, which the log holds, can be taken from either. The field is tagged
(a Form element, an alternative name, the tab order of the structure): signing must not take away what
PDF/UA-1 gave. Nothing of it is visible.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime

from asn1crypto import tsp
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper

from certificates.pkcs12 import whole_chain
from certificates.tagged_field import FIELD, add_tagged_field
from probes.records import Record

_SPARE = 128
"""Hexadecimal digits: an ECDSA signature is a few bytes longer or shorter each time."""

_STAMP_ROOM = 32_768
"""Those kept for a time stamp: how long a stranger's answer is shows only when it comes."""

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
    chain = {signer.signing_cert, *signer.cert_registry}
    if not whole_chain([x509.load_der_x509_certificate(item.dump()) for item in chain]):
        raise PadesFault(
            "The PKCS#12 file lacks the certificate of an authority: put the whole chain in, with its root."
        )
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
    def cms(content: bytes) -> bytes:
        return _cms(content, signer, now, stamper)

    try:
        room = _length(signer) + _SPARE + (0 if stamper is None else _STAMP_ROOM)
        return with_signature(pdf, now=now, room=room, make=cms)
    except _StampFault:
        raise
    except Exception as problem:
        raise PadesFault(f"The PDF cannot be signed: {problem}.") from problem


@functools.lru_cache(
    maxsize=4
)  # one signer signs a thousand certificates, and trying takes as long as signing
def _length(signer: SimpleSigner) -> int:
    """Hexadecimal digits of a signature without a time stamp, tried with nothing to sign."""
    return 2 * len(_cms(bytes(32), signer, _ANY_TIME, None, dry=True))


_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""From 2050 on a time is two digits longer (RFC 5652, 11.3), for which there is room to spare."""


def _cms(
    content: bytes, signer: SimpleSigner, now: datetime, stamper: _Stamper | None, *, dry: bool = False
) -> bytes:
    made = signer.async_sign(
        content,
        "sha256",
        dry_run=dry,
        use_pades=True,
        timestamper=stamper,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
    )
    return bytes(asyncio.run(made).dump())


def with_signature(pdf: bytes, *, now: datetime, room: int, make: Callable[[bytes], bytes]) -> bytes:
    """The PDF with the increment that holds a signature; the same input, the same bytes.

    `room`: hexadecimal digits kept for the signature. `make` gives the CMS over the SHA-256 of everything
    else. A verifier calls this again, with the signature that it found, and compares. Raises whatever pyHanko
    does for a PDF that it cannot read.
    """
    writer = _Writer(io.BytesIO(pdf))
    add_tagged_field(writer)
    steps = PdfCMSEmbedder().write_cms(FIELD, writer, existing_fields_only=True)
    next(steps)
    steps.send(
        SigObjSetup(
            SignatureObject(
                timestamp=now,
                subfilter=SigSeedSubFilter.PADES,
                reason="Issued as printed",
                bytes_reserved=room,
            )
        )
    )
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", output=io.BytesIO()))
    steps.send(make(prepared.document_digest))
    return bytes(output.getvalue())


class _Writer(IncrementalPdfFileWriter):
    """Adds nothing but what it is given: no time of its own, no random number."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        first = prev.trailer["/ID"][0].original_bytes
        second = hashlib.sha256(b"signed" + first).digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(first), generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        """The document stays the one that was issued, with its date and its title."""
