"""A strip of days as SVG: what came of the runs of each day. Signs tell; colour only repeats them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from friendlywifi.formats.days import Day
from friendlywifi.formats.wording import Sign

GLYPHS: Mapping[Sign, str] = {
    Sign.YES: "✓",
    Sign.NO: "✗",
    Sign.HALF: "◐",
    Sign.UNKNOWN: "?",
    Sign.VOID: "∅",
    Sign.NONE: "·",
}
COLOURS: Mapping[Sign, str] = {
    Sign.YES: "#0b5351",
    Sign.NO: "#b00020",
    Sign.HALF: "#8a4b08",
    Sign.UNKNOWN: "#8a4b08",
    Sign.VOID: "#4a5568",
    Sign.NONE: "#4a5568",
}

_SIDE = 18
_MARGIN = 62
_TALL = 22
_DAYS_OF_A_MONTH = 31


def strip(days: tuple[Day, ...], *, label: str, words: Mapping[Sign, str]) -> str:
    """A row for each month, a cell for each day of it; empty where there are no days."""
    if not days:
        return ""
    months = [(month, list(group)) for month, group in groupby(days, key=lambda item: item.date[:7])]
    width, height = _MARGIN + _DAYS_OF_A_MONTH * _SIDE, len(months) * _TALL
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label={quoteattr(_told(days, label, words))} '
        'font-family="sans-serif" font-size="12">'
    )
    parts = [head]
    for row, (month, group) in enumerate(months):
        top = row * _TALL
        parts.append(f'<text x="0" y="{top + 14}" fill="#1a1a1a">{escape(month)}</text>')
        for item in group:
            left = _MARGIN + (int(item.date[8:]) - 1) * _SIDE
            runs = f", {item.runs}" if item.runs else ""
            parts.append(
                f"<g><title>{escape(f'{item.date}: {words[item.sign]}{runs}')}</title>"
                f'<rect x="{left}" y="{top}" width="{_SIDE - 2}" height="{_SIDE - 2}" fill="#ffffff" '
                f'stroke="{COLOURS[item.sign]}"/>'
                f'<text x="{left + (_SIDE - 2) / 2}" y="{top + 12.5}" text-anchor="middle" '
                f'fill="{COLOURS[item.sign]}">{GLYPHS[item.sign]}</text></g>'
            )
    return "".join([*parts, "</svg>"])


def _told(days: tuple[Day, ...], label: str, words: Mapping[Sign, str]) -> str:
    """What it shows, for those who hear it: the days on which there was a run."""
    told = "; ".join(f"{item.date} {words[item.sign]}" for item in days if item.runs)
    return f"{label}: {told}"
