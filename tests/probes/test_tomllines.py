from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from probes.tomllines import Path, line_of, scan

# ------------------------------------------------------------- documents with odd layouts, and their truth

BARE = st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True)
QUOTED = st.text(alphabet='ab.#=[]{} "\\ë', max_size=4)
GAP = st.sampled_from(["", " ", "\t", "  "])
BREAK = st.sampled_from(["\n", " \n", " # a = [1]\n", '\n\n# "\n', "\r\n"])
SCALARS = st.sampled_from(
    [
        "1",
        "-1.5e3",
        "true",
        "inf",
        "0xff",
        "1979-05-27 07:32:00Z",
        "1979-05-27T07:32:00-07:00",
        "1979-05-27",
        "07:32:00",
        '"a # b = [c]"',
        '"quote \\" and \\\\"',
        "'C:\\'",
        '""',
        "''",
        '"""one"""',
        '"""two\n# no comment\n[no.table]\nx = 1"""',
        '"""ends in quotes"""""',
        '"""a ""b"" \\""" c"""',
        "'''raw \\\n = '' [[x]]'''",
        "'''''two'''",
    ]
)


class Page:
    """Writes a document and remembers on which line each path began."""

    def __init__(self) -> None:
        self.text = ""
        self.truth: dict[Path, int] = {}

    def write(self, text: str) -> None:
        self.text += text

    def mark(self, path: Path) -> None:
        self.truth.setdefault(path, self.text.count("\n") + 1)


def write_key(draw: Any, key: str) -> str:
    bare = key and key.isascii() and all(char.isalnum() or char in "-_" for char in key)
    if bare and draw(st.booleans()):
        return key
    if "'" not in key and draw(st.booleans()):
        return f"'{key}'"
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_value(draw: Any, page: Page, path: Path, depth: int, *, inline: bool = False) -> None:
    choice = draw(st.integers(0, 5)) if depth else 0
    if choice == 1:
        page.write("[")
        number = draw(st.integers(0, 3))
        for index in range(number):
            page.write(draw(GAP) if inline else draw(BREAK))
            page.mark((*path, index))
            write_value(draw, page, (*path, index), depth - 1, inline=inline)
            last = index == number - 1
            page.write(draw(GAP) + ("," if not last or draw(st.booleans()) else ""))
        page.write(draw(GAP) if inline else draw(BREAK))
        page.write("]")
    elif choice == 2:
        page.write("{" + draw(GAP))
        keys = draw(st.lists(QUOTED, unique=True, max_size=3))
        for index, key in enumerate(keys):
            page.mark((*path, key))
            page.write(write_key(draw, key) + draw(GAP) + "=" + draw(GAP))
            write_value(draw, page, (*path, key), depth - 1, inline=True)
            page.write("," + draw(GAP) if index < len(keys) - 1 else "")
        page.write(draw(GAP) + "}")
    else:
        page.write(draw(SCALARS))


def write_pairs(draw: Any, page: Page, table: Path, prefix: str) -> None:
    for number in range(draw(st.integers(0, 3))):
        # A prefix keeps dotted keys from meeting each other: duplicates are no TOML.
        keys = [f"{prefix}{number}", *draw(st.lists(st.one_of(BARE, QUOTED), max_size=2))]
        page.write(draw(GAP))
        for length in range(1, len(keys) + 1):
            page.mark((*table, *keys[:length]))
        dot = draw(st.sampled_from([".", " . "]))
        page.write(dot.join(write_key(draw, key) for key in keys) + draw(GAP) + "=" + draw(GAP))
        write_value(draw, page, (*table, *keys), 2)
        page.write(draw(BREAK))


@st.composite
def documents(draw: Any) -> Page:
    page = Page()
    write_pairs(draw, page, (), "k")
    for number in range(draw(st.integers(0, 3))):
        name = f"t{number}"
        if draw(st.booleans()):
            page.mark((name,))
            page.write(f"[ {name} ]" + draw(BREAK))
            write_pairs(draw, page, (name,), "k")
            continue
        for index in range(draw(st.integers(1, 3))):
            page.mark((name,))
            page.mark((name, index))
            page.write(f"[[{name}]]" + draw(BREAK))
            write_pairs(draw, page, (name, index), "k")
            for inner in range(draw(st.integers(0, 2))):
                page.mark((name, index, "in"))
                page.mark((name, index, "in", inner))
                page.write(f"[[ {name} . 'in' ]]" + draw(BREAK))
                write_pairs(draw, page, (name, index, "in", inner), "k")
    return page


def paths(value: Any, path: Path = ()) -> set[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: set[Path] = {path} if path else set()
    for key, item in items:
        found |= paths(item, (*path, key))
    return found


@given(documents())
def test_every_path_of_any_document_has_the_line_where_it_begins(page: Page) -> None:
    document = tomllib.loads(page.text)
    lines = scan(page.text)
    assert set(lines) == paths(document)
    assert dict(lines) == page.truth


def test_a_path_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    lines = scan("a = 1\n[b]\nc = 2\n")
    assert line_of(lines, ("b", "missing", 3)) == 2
    assert line_of(lines, ("missing",)) is None
    assert line_of(lines, ()) is None


def test_a_mark_in_front_of_the_text_does_not_shift_anything() -> None:
    assert scan("\ufeffa = 1\nb = 2") == {("a",): 1, ("b",): 2}
