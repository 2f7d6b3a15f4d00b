"""Finds the line on which each key of a TOML document stands.

A scanner for documents that `tomllib` has already accepted: it checks nothing, it only keeps the place.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys and, inside arrays, indices from 0: `("target", 3, "name")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
# No possessive quantifiers: the Python of Debian 12 (3.11.2) matches them wrongly (python/cpython#106052).
_STRING = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"{1,2}(?!"))[^"\\]*)*"{3,5}'
    r"|'''[^']*(?:'{1,2}(?!')[^']*)*'{3,5}"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
# A date and its time may stand apart by one blank (TOML 1.0, Offset Date-Time).
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s,\]}#]+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def scan(text: str) -> Mapping[Path, int]:
    """The line, from 1, of every key, table and array element of a valid document."""
    return _Scanner(text.removeprefix("\ufeff")).run()


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path or of the nearest thing around it; `None` for the file as a whole."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._lines: dict[Path, int] = {}
        self._sizes: dict[Path, int] = {}
        """How many elements each array of tables has so far."""

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._skip()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()
        return self._lines

    def _header(self) -> Path:
        line = self._line()
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        keys = self._keys()
        self._at += 2 if array else 1
        path: Path = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            self._lines.setdefault(path, line)
            if array and number == len(keys) - 1:
                self._sizes[path] = self._sizes.get(path, 0) + 1
            if path in self._sizes:
                path = (*path, self._sizes[path] - 1)
                self._lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._lines.setdefault(path, line)
        self._at += 1  # "="
        self._skip()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._text[self._at]
        if opening in "\"'":
            self._take(_STRING)
        elif opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: Path) -> None:
        self._open()
        number = 0
        while self._text[self._at] != "]":
            self._lines[(*path, number)] = self._line()
            self._value((*path, number))
            number += 1
            self._separate()
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._open()
        while self._text[self._at] != "}":
            self._pair(path)
            self._separate()
        self._at += 1

    def _open(self) -> None:
        self._at += 1
        self._skip()

    def _separate(self) -> None:
        self._skip()
        if self._text[self._at] == ",":
            self._open()

    def _keys(self) -> list[str]:
        """The parts of a dotted key; stops at `=` or `]`."""
        keys: list[str] = []
        while True:
            self._skip()
            if self._text[self._at] in "\"'":
                keys.append(_unquote(self._take(_STRING)))
            else:
                keys.append(self._take(_BARE_KEY))
            self._skip()
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not valid TOML at line {self._line()}")
        self._at = match.end()
        return match[0]

    def _skip(self) -> None:
        match = _BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _line(self) -> int:
        return bisect.bisect_left(self._breaks, self._at) + 1


def _unquote(raw: str) -> str:
    return str(tomllib.loads(f"key = {raw}")["key"])
