"""A signed PDF that anybody may have made: is it the print, and behind it one signature that holds?

What stands behind the print could repaint every page. It is therefore not looked through: the increment is
made again from the print with the signature that was found, and must be the same bytes. Nothing is asked
about whom the signing key belongs to; that the face is the one its certificate makes does not hang on it.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from certificates.pades import with_signature
from certificates.pkcs12 import whole_chain
from probes.records import Record, Time

_CONTENTS = re.compile(rb"/Contents <([0-9a-fA-F]*)>")
_TIME = re.compile(rb"/M \(D(?::|\\072)([0-9]{14})Z\)")


class PaperFault(ValueError):  # noqa: N818 - the fault is in the input
    """Why a PDF is not the print with one signature behind it. Its text is one sentence."""


class PaperSignature(Record):
    """The signature of a PDF, intact; whose it is, its viewer may know."""

    signer: str
    """The name in the signer's X.509 certificate."""
    claimed: Time
    """The time that the signer claims."""
    timestamped: Time | None
    """The time that an authority vouches for; whether to believe it is for the viewer. Its token is theirs:
    that it is of this signature and holds is looked at, not how its frame is written."""


def read_signature(data: bytes, printed: bytes) -> PaperSignature:
    """The signature behind the print, where `data` is `printed` and that signature and nothing else.

    Raises `PaperFault` and nothing else.
    """
    added = data.removeprefix(printed)
    contents, time = _CONTENTS.findall(added), _TIME.findall(added)
    if len(added) == len(data) or len(contents) != 1 or len(time) != 1:
        raise PaperFault("The face is not the one this certificate makes: the PDF was changed.")
    seen: list[bytes] = []
    try:
        claimed = datetime.strptime(time[0].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        signature = _unpadded(bytes.fromhex(contents[0].decode()))

        def found(digest: bytes) -> bytes:
            seen.append(digest)
            return signature

        again = with_signature(printed, now=claimed, room=len(contents[0]), make=found)
    except Exception as problem:  # parsers of hostile input may fail in any way they like
        raise PaperFault("The signature of the PDF is damaged.") from problem
    if again != data:
        raise PaperFault("The face is not the one this certificate makes: the PDF was changed.")
    try:
        return _read(signature, seen[0], claimed)
    except Exception as problem:
        raise PaperFault("The signature of the PDF is damaged, or does not fit.") from problem


def _unpadded(contents: bytes) -> bytes:
    """The CMS without the zeros behind it; other bytes there were nobody's."""
    signature = bytes(cms.ContentInfo.load(contents).dump())
    if contents[len(signature) :].strip(b"\0"):
        raise ValueError("there is something behind the signature")
    return signature


def _read(signature: bytes, digest: bytes, claimed: datetime) -> PaperSignature:
    signed = cms.ContentInfo.load(signature)["content"]
    certificate = _require_intact(signed, digest, "data")
    info = extract_signer_info(signed)
    if _framed(signed, info, certificate) != signature:
        raise ValueError("the signature is not in its one form")
    stamped = None
    for attribute in info["unsigned_attrs"]:
        if attribute["type"].native != "signature_time_stamp_token":
            raise ValueError("the signature holds what this program does not write")
        stamped = _stamp(attribute["values"][0]["content"], bytes(info["signature"].native))
    name = str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
    return PaperSignature(signer=name, claimed=claimed, timestamped=stamped)


def _framed(signed: cms.SignedData, info: cms.SignerInfo, certificate: asn1_x509.Certificate) -> bytes:
    """What is signed, inside a frame made anew: of the frame itself (RFC 5652, 5.1) no signature speaks."""
    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    name = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(name)}),
        "digest_algorithm": sha256,
        "signed_attrs": info["signed_attrs"],
        "signature_algorithm": info["signature_algorithm"],
        "signature": info["signature"],
    }
    if len(info["unsigned_attrs"]):
        signer["unsigned_attrs"] = info["unsigned_attrs"]
    content = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": signed["certificates"],
        "signer_infos": [signer],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def _stamp(signed: cms.SignedData, signature: bytes) -> datetime:
    """The time of a token over the signature (RFC 3161, 2.4.2; RFC 5126, 6.1.1)."""
    content = signed["encap_content_info"]["content"]
    token: tsp.TSTInfo = content.parsed
    imprint = token["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if hashlib.new(name, signature).digest() != imprint["hashed_message"].native:
        raise ValueError("the time stamp is of another signature")
    own = extract_signer_info(signed)["digest_algorithm"]["algorithm"].native
    _require_intact(signed, hashlib.new(own, content.contents).digest(), "tst_info")
    time: datetime = token["gen_time"].native
    return time.astimezone(UTC)


def _require_intact(signed: cms.SignedData, digest: bytes, content_type: str) -> asn1_x509.Certificate:
    """The signer's certificate, where the signature holds and so does every certificate beside it."""
    found = extract_certificate_info(signed)
    intact, valid = validate_sig_integrity(
        extract_signer_info(signed), found.signer_cert, content_type, digest
    )
    if not (intact and valid):
        raise ValueError("the signature does not fit")
    both = (found.signer_cert, *found.other_certs)
    # The first byte of a BIT STRING counts bits that are left over, and no signature has any.
    if any(item["signature_value"].contents[:1] != b"\0" for item in both):
        raise ValueError("a certificate is not in its one form")
    bag = [x509.load_der_x509_certificate(item.dump()) for item in both]
    if not whole_chain(bag):
        raise ValueError("a certificate was not issued by one above it")
    return found.signer_cert
