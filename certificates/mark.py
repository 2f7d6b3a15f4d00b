"""The mark: an open door under three arcs of radio waves, drawn for this scheme and for no other.

It stands on the faces of certificates whose decision was made by another than those who measured.
"""

from __future__ import annotations

import functools
from importlib import resources
from string import Template

WHITE = "#ffffff"
_LEAVES = {"valid": "#e6f2f0", "provisional": "#fdf1dc"}
"""The door's leaf, in the tint of the face's kind."""


def mark_svg(kind: str, paint: str = WHITE) -> str:
    """The drawing in one colour, its leaf in the tint of a `valid` or a `provisional` face."""
    return _drawing().substitute(paint=paint, leaf=_LEAVES[kind])


@functools.cache
def _drawing() -> Template:
    path = resources.files("certificates").joinpath("templates", "mark.svg")
    return Template(path.read_text(encoding="utf-8").strip())
