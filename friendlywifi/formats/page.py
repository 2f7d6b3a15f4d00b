"""A page for people: the answer first, then the hotspots with all their runs, then runs in detail.

No script, no network, and everything that came from elsewhere is text.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from friendlywifi.formats.hotspot_view import HotspotView
from friendlywifi.formats.strip import GLYPHS, strip
from friendlywifi.formats.view import view_of
from friendlywifi.reporting.account import Account


def render(account: Account) -> bytes:
    environment = Environment(
        loader=PackageLoader("friendlywifi", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    view = view_of(account)
    words = dict(view.labels.signs)

    def picture(hotspot: HotspotView) -> Markup:
        label = f"{view.labels.strip}, {hotspot.name}"
        return Markup(strip(hotspot.days, label=label, words=words))  # noqa: S704 - made here, escaped there

    template = environment.get_template("report.html")
    text = template.render(view=view, glyphs=GLYPHS, words=words, picture=picture)
    return _printable(text).encode()


def _printable(text: str) -> str:
    """Without what HTML allows in no form: control characters, and halves of characters."""
    return "".join(
        char if char in "\n\t" or not _forbidden(ord(char)) else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def _forbidden(code: int) -> bool:
    """HTML, 13.2.3.5: controls and noncharacters are errors; surrogates are no text at all."""
    return (
        code < 0x20
        or 0x7F <= code <= 0x9F
        or 0xD800 <= code <= 0xDFFF
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
    )
