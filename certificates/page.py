"""The certificate as a web page: one file, no script, nothing fetched from anywhere."""

from __future__ import annotations

import functools

import jinja2
from markupsafe import Markup

from certificates.mark import mark_svg
from certificates.qr import qr_svg
from certificates.records import SignedCertificate
from certificates.view import face


def render_page(signed: SignedCertificate, code: str | None = None) -> str:
    """The HTML of a certificate: the words of the print, from the same view-model.

    `code`: the whole text of the code, of `cose.code_text`; without it the code is the bare address.
    """
    certificate = signed.certificate
    # Markup: these drawings are made of numbers and of a file of this package. Everything else is escaped.
    qr = Markup(qr_svg(certificate.url if code is None else code))  # noqa: S704 - see above
    mark = Markup(mark_svg(certificate.status).replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704
    template = _environment().get_template("certificate.html")
    return template.render(face=face(certificate), qr=qr, mark=mark)


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("certificates", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
