"""Which of the eight masks makes a QR code easiest to read (ISO/IEC 18004, 7.8).

The library that draws the codes weighs the masks module by module, which is what nearly all of its time goes
to. Here a whole code is one number, and a rule is a few shifts of it; the choice, and so the code, is the
same. How one mask differs from another, its format information included, is learnt from codes that the
library itself drew.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Literal

import segno

MASKS = 8

Level = Literal["m", "q"]

_GAP = 4
"""Columns of nothing behind each row: as far as the rule of the finders looks."""


def rows_of(text: str, level: Level) -> tuple[str, ...]:
    """The code of a text in the fewest modules, row by row, `1` for a dark module."""
    plain = segno.make_qr(text, error=level, boost_error=False, mask=0)
    size = len(plain.matrix)
    drawn = _number(plain.matrix)
    changes, weighed = _changes(int(plain.version), level)
    best = min(changes, key=lambda change: penalty((drawn ^ change) & weighed, size))  # of equals, the first
    return _rows(drawn ^ best, size)


def penalty(code: int, size: int) -> int:
    """How hard a code is to read (ISO/IEC 18004, 7.8.3.1): the four rules together."""
    step = size + _GAP
    light = _field(size) & ~code
    points = 0
    for colour in (code, light):
        for line in (1, step):  # along a row, down a column
            five = colour & colour >> line & colour >> 2 * line & colour >> 3 * line & colour >> 4 * line
            # Three for five modules of one colour, and one for each that follows.
            points += five.bit_count() + 2 * (five & ~(five << line)).bit_count()
        pair = colour & colour >> 1
        points += 3 * (pair & pair >> step).bit_count()
    for line, edge in zip((1, step), _edges(size), strict=True):
        points += 40 * _finders(code, light, line=line, edge=edge)
    share = float(code.bit_count()) / (size**2)
    return points + 10 * int(abs(share * 100 - 50) / 5)


def _finders(code: int, light: int, *, line: int, edge: int) -> int:
    """How often a line looks like the middle of a finder, with white before or behind it."""
    like = code & light >> line & code >> 2 * line & code >> 3 * line & code >> 4 * line
    like &= light >> 5 * line & code >> 6 * line
    before = code << line | code << 2 * line | code << 3 * line | code << 4 * line
    behind = code >> 7 * line | code >> 8 * line | code >> 9 * line | code >> 10 * line
    waiting = like & (edge | ~before | ~behind)
    found = 0
    while waiting:
        # One that shares its modules with one before it that counted does not count.
        counted = waiting & ~(waiting << 4 * line | waiting << 6 * line)
        found += counted.bit_count()
        waiting &= ~(counted | counted << 4 * line | counted << 6 * line)
    return found


@functools.cache
def _changes(version: int, level: Level) -> tuple[tuple[int, ...], int]:
    """What turns mask 0 into each of them, and the modules that are weighed."""
    codes = [
        _number(segno.make_qr("0", error=level, boost_error=False, version=version, mask=mask).matrix)
        for mask in range(MASKS)
    ]
    size = 17 + 4 * version
    return tuple(codes[0] ^ code for code in codes), _field(size) & ~_information(version, size)


def _information(version: int, size: int) -> int:
    """The modules of format and version, which are white while masks are weighed (7.8.1)."""
    rows = [["0"] * size for _ in range(size)]
    for place in (*range(9), *range(size - 8, size)):
        if place != _TIMING:
            rows[8][place] = rows[place][8] = "1"
    if version >= _WITH_VERSION:
        for place in range(6):
            for beside in range(size - 11, size - 8):
                rows[place][beside] = rows[beside][place] = "1"
    return _joined(["".join(row) for row in rows])


_TIMING = 6
"""The row, and the column, in which dark and light take turns."""

_WITH_VERSION = 7
"""Codes from here on say of which version they are (7.10)."""


@functools.cache
def _field(size: int) -> int:
    return _joined(["1" * size] * size)


@functools.cache
def _edges(size: int) -> tuple[int, int]:
    """In each row, and in each column, the first and the last place where seven modules may begin."""
    ends = "1" + "0" * (size - 8) + "1" + "0" * 6
    return _joined([ends] * size), _joined([end * size for end in ends])


def _number(matrix: Sequence[bytearray]) -> int:
    return _joined([bytes(row).translate(_DIGITS).decode("ascii") for row in matrix])


_DIGITS = b"01" + bytes(254)


def _joined(rows: Sequence[str]) -> int:
    """One number: its lowest bit is the first module of the first row."""
    gap = "0" * _GAP
    return int("".join(row + gap for row in rows)[::-1], 2)


def _rows(code: int, size: int) -> tuple[str, ...]:
    step = size + _GAP
    digits = f"{code:0{step * size}b}"[::-1]
    return tuple(digits[start : start + size] for start in range(0, step * size, step))
