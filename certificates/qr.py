"""The QR code of a certificate, as SVG that is the same bytes on every machine."""

from __future__ import annotations

import functools

import segno

QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004)."""

MOST_MODULES = 90
"""Across, with the quiet zone: on 45 mm, the smallest that a code is printed, each is half a millimetre."""


@functools.lru_cache(maxsize=16)  # the print, the sticker and the page of one certificate carry the same code
def qr_svg(text: str) -> str:
    """Error correction Q, so that a quarter of a sign behind glass may be covered by a reflection or a
    sticker; M for a text so long that its modules would become too small for a phone's camera.
    """
    rows = [[bool(cell) for cell in row] for row in _code(text).matrix]
    side = len(rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{left + QUIET_ZONE} {top + QUIET_ZONE}h{length}v1h-{length}z"
        for top, row in enumerate(rows)
        for left, length in _dark_spans(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}" '
        f'shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def _code(text: str) -> segno.QRCode:
    code = segno.make_qr(text, error="q", boost_error=False)
    if len(code.matrix) + 2 * QUIET_ZONE <= MOST_MODULES:
        return code
    return segno.make_qr(text, error="m", boost_error=False)


def _dark_spans(row: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules: one shape a run leaves no hairlines between modules."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for place, dark in enumerate([*row, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            spans.append((start, place - start))
            start = None
    return spans
