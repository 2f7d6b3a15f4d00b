"""The certificate on paper, by typst: two pages of A4 and a sticker of A5, with the signed record attached.

Declared as PDF/A-3a and PDF/UA-1; typst refuses to write a file that lacks what it can check of them (a
title, alternative texts, a glyph for every letter). Only the fonts of this package are used and the
document's date is the day of issue, so that the same certificate makes the same bytes on any machine. The
data go in as JSON and are never read as markup.
"""

from __future__ import annotations

import functools
from datetime import datetime
from importlib import resources
from importlib.metadata import version

import msgspec
import typst

from certificates.mark import mark_svg
from certificates.proofs import Proofs
from certificates.qr import qr_svg
from certificates.records import SignedCertificate
from certificates.signing import to_file
from certificates.view import Face, face
from probes.records import Record, encode

ATTACHMENT = "certificate.json"
CREDENTIAL_ATTACHMENT = "credential.jwt"
CODE_ATTACHMENT = "code.txt"

_GLYPHS = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00AC),  # Latin-1, without the soft hyphen
    (0x00AE, 0x017F),  # Latin-1 and Latin Extended-A: Albanian, Turkish, the languages of the Union
    (0x0386, 0x0386),  # Greek
    (0x0388, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x045F),  # Cyrillic
    (0x2013, 0x2014),  # dashes, quotation marks, the ellipsis, the euro
    (0x2018, 0x201A),
    (0x201C, 0x201E),
    (0x2026, 0x2026),
    (0x20AC, 0x20AC),
)
"""What the fonts can set; a test sets every one of these."""


class PrintFault(ValueError):  # noqa: N818 - the fault is in the input
    """A certificate that cannot be set in type. Its text is one sentence."""


@functools.cache
def engine_version() -> str:
    """The programs that decide how a face comes out."""
    return ", ".join(f"{name} {version(name)}" for name in ("typst", "segno", "pyHanko"))


def render_pdf(signed: SignedCertificate, proofs: Proofs | None = None) -> bytes:
    """The PDF of a certificate: two pages of A4. The same input, the same bytes. Raises `PrintFault`.

    With `proofs` the code holds the signed fragment and the credential is attached beside the record;
    without them the code is the bare address.
    """
    return _set("certificate.typ", signed, proofs)


def render_sticker(signed: SignedCertificate, proofs: Proofs | None = None) -> bytes:
    """The window sticker of a certificate: one page of A5, otherwise like `render_pdf`."""
    return _set("sticker.typ", signed, proofs)


def _set(template: str, signed: SignedCertificate, proofs: Proofs | None) -> bytes:
    certificate = signed.certificate
    view = _printable(face(certificate))
    files = {
        "face.json": encode(view),
        "attached.json": encode(_attached(signed, proofs, view.document_title)),
        "qr.svg": qr_svg(certificate.url if proofs is None else proofs.code).encode(),
        "mark.svg": mark_svg(certificate.status).encode(),
    }
    return typeset(_template(template), files, dated=certificate.issued, what="The certificate")


def typeset(template: bytes, files: dict[str, bytes], *, dated: datetime, what: str) -> bytes:
    """PDF/A-3a and PDF/UA-1 of a template and the data that it reads, by their names.

    Raises `PrintFault`; `what` begins its sentence.
    """
    try:
        # All of it goes in anew each time: the compiler forgets its input after an error. As files and not as
        # inputs of the system, with which the whole library of the typesetter would be another one each time.
        pdf = _compiler().compile(
            {"main.typ": template, **files},  # type: ignore[type-var] # its stub forgets what its README says
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
            timestamp=dated,
        )
    except typst.TypstError as problem:
        raise PrintFault(f"{what} cannot be printed: {problem.message}.") from problem
    if not isinstance(pdf, bytes):
        raise PrintFault(f"{what} cannot be printed: the typesetter gave no single file.")
    return pdf


class _Attached(Record):
    """A file inside the PDF (ISO 32000-2, 7.11.4; PDF/A-3 wants all of these)."""

    name: str
    content: str
    media: str
    relationship: str
    description: str


def _attached(signed: SignedCertificate, proofs: Proofs | None, title: str) -> list[_Attached]:
    files = [
        _Attached(
            name=ATTACHMENT,
            content=to_file(signed).decode(),
            media="application/json",
            relationship="data",
            description=title,
        )
    ]
    if proofs is not None:
        files += [
            _Attached(
                name=CREDENTIAL_ATTACHMENT,
                content=proofs.credential,
                media="application/vc+jwt",
                relationship="alternative",
                description=f"Verifiable credential. {title}",
            ),
            _Attached(
                name=CODE_ATTACHMENT,
                content=proofs.code,
                media="text/plain",
                relationship="supplement",
                description=f"What the code on the sign says. {title}",
            ),
        ]
    return files


@functools.cache
def _template(name: str) -> bytes:
    folder = resources.files("certificates").joinpath("templates")
    return b"".join(folder.joinpath(part).read_bytes() for part in ("common.typ", name, "end.typ"))


@functools.cache
def _compiler() -> typst.Compiler:
    with resources.as_file(resources.files("certificates").joinpath("fonts")) as folder:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def _printable(view: Face) -> Face:
    """The face with every character that the fonts lack written as its code point: `[U+1F4F6]`.

    A network's name may hold anything. A letter that silently became a box would be worse than its number.
    """
    if _all_set(encode(view).decode()):
        return view
    spelt: Face = msgspec.convert(spelled(msgspec.to_builtins(view)), Face)
    return spelt


def spelled(value: object) -> object:
    """JSON with every character that the fonts lack as its code point."""
    if isinstance(value, str):
        return "".join(char if _has_glyph(char) else f"[U+{ord(char):04X}]" for char in value)
    if isinstance(value, dict):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(item) for item in value]
    return value


def _all_set(text: str) -> bool:
    """Whether the fonts have all of a text, as of nearly every face: looking at each letter takes long."""
    return all(map(_has_glyph, set(text)))


def _has_glyph(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _GLYPHS)
