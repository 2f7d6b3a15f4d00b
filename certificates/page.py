"""The certificate as a web page: one file, no script, nothing fetched from anywhere."""

from __future__ import annotations

import functools

import jinja2
from markupsafe import Markup

from certificates.qr import qr_svg
from certificates.records import SignedCertificate
from certificates.view import face


def render_page(signed: SignedCertificate) -> str:
    """The HTML of a certificate: the words of the print, from the same view-model."""
    certificate = signed.certificate
    # Markup: this SVG is made of numbers alone, by `qr_svg`. Everything else is escaped.
    qr = Markup(qr_svg(certificate.url))  # noqa: S704 - see above
    return _environment().get_template("certificate.html").render(face=face(certificate), qr=qr)


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
