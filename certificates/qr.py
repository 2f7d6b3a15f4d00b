"""The QR code of a certificate, as SVG that is the same bytes on every machine."""

from __future__ import annotations

import functools
import re

from certificates.qrmask import rows_of

QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004)."""

MOST_MODULES = 90
"""Across, with the quiet zone: on 45 mm, the smallest that a code is printed, each is half a millimetre."""


@functools.lru_cache(maxsize=16)  # the print, the sticker and the page of one certificate carry the same code
def qr_svg(text: str) -> str:
    """Error correction Q, so that a quarter of a sign behind glass may be covered by a reflection or a
    sticker; M for a text so long that its modules would become too small for a phone's camera.
    """
    rows = _code(text)
    side = len(rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{span.start() + QUIET_ZONE} {top}h{span.end() - span.start()}v1h{span.start() - span.end()}z"
        for top, row in enumerate(rows, start=QUIET_ZONE)
        # One shape for each run of dark modules leaves no hairlines between them.
        for span in _DARK.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}" '
        f'shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


_DARK = re.compile("1+")


def _code(text: str) -> tuple[str, ...]:
    rows = rows_of(text, "q")
    return rows if len(rows) + 2 * QUIET_ZONE <= MOST_MODULES else rows_of(text, "m")
