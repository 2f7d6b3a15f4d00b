"""The codes are those that the library would have made alone, only sooner."""

from __future__ import annotations

import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from certificates import qrmask
from certificates.qrmask import Level, rows_of

TEXTS = st.text(st.sampled_from("0123456789ABCXYZ $%*+-./:abcxyz#_é"), min_size=1, max_size=320)
LEVELS: st.SearchStrategy[Level] = st.sampled_from(("m", "q"))


def alone(text: str, level: Level) -> tuple[str, ...]:
    """The library's own code of the same text."""
    matrix = segno.make_qr(text, error=level, boost_error=False).matrix
    return tuple("".join(str(cell) for cell in row) for row in matrix)


@settings(max_examples=25, deadline=None)
@given(text=TEXTS, level=LEVELS)
def test_the_same_code_as_by_the_library_alone(text: str, level: Level) -> None:
    assert rows_of(text, level) == alone(text, level)


def test_codes_of_every_size_that_a_certificate_may_need() -> None:
    """With and without information about the version; full of one colour, and of turns of both."""
    seen = set()
    for letters in (1, 20, 60, 130, 265, 420):
        for text in ("\0" * letters, "\xff" * (letters // 2 + 1), "U" * letters, "0" * letters):
            code = rows_of(text, "q")
            assert code == alone(text, "q")
            seen.add(len(code))
    assert min(seen) == 21
    assert max(seen) > 90


def test_the_mask_is_chosen_and_not_always_the_same() -> None:
    """Otherwise the tests above would say nothing about weighing."""
    masks = {segno.make_qr(f"https://register.example/c/{number}").mask for number in range(30)}
    assert len(masks) > 2


def test_a_pattern_that_shares_its_modules_with_one_that_counted_does_not_count() -> None:
    """The rule of the finders, in one row: two that overlap are one, two apart are two."""
    size = 21

    def points(row: str) -> int:
        rows = (row.ljust(size, "0"), *("01" * (size // 2) + "0",) * (size - 1))
        code = qrmask._joined(rows)
        light = qrmask._field(size) & ~code
        return qrmask._finders(code, light, line=1, edge=qrmask._edges(size)[0])

    assert points("1011101") == 1
    assert points("10111011101") == 1
    assert points("1011101011101") == 1
    assert points("1011101" + "0000" + "1011101") == 2
    assert points("010111010") == 1
    assert points("110" + "1011101" + "011") == 0


def test_an_independent_reader_reads_it() -> None:
    text = "https://register.example/c/FW-2026-000001#" + "aZ09-_" * 36
    rows = rows_of(text, "q")
    image = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for top, row in enumerate(rows):
        for left, cell in enumerate(row):
            image.putpixel((left + 4, top + 4), 0 if cell == "1" else 255)
    (found,) = zxingcpp.read_barcodes(
        image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)
    )
    assert found.text == text
