"""Where in a file is this byte? As a line, or as the field of a JSON document that stands on one line."""

from __future__ import annotations

import re

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def line_of(data: bytes, offset: int) -> int:
    """The number of the line, from 1."""
    return data.count(b"\n", 0, offset) + 1


def field_at(data: bytes, offset: int) -> str | None:
    """The path of the JSON value at a byte, like `questions[812].subject`; `None` where it is no JSON.

    Made for files that somebody changed: what comes after the byte is not looked at.
    """
    path: list[str | int] = []
    awaiting_key: list[bool] = []
    for match in _TOKEN.finditer(data):
        if match.start() > offset:
            break
        token = match.group()
        if token in (b"{", b"["):
            path.append("" if token == b"{" else 0)
            awaiting_key.append(token == b"{")
        elif not path:
            return None
        elif token in (b"}", b"]"):
            path.pop()
            awaiting_key.pop()
        elif token == b",":
            last = path[-1]
            if isinstance(last, int):
                path[-1] = last + 1
            else:
                awaiting_key[-1] = True
        elif token != b":" and awaiting_key[-1]:
            path[-1] = token[1:-1].decode("utf-8", "replace")
            awaiting_key[-1] = False
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path if part != "")
    return written.removeprefix(".") or None


def place(data: bytes, first: int, last: int) -> str:
    """The bytes from `first` to `last` (without it) in words for a person."""
    start, end = line_of(data, first), line_of(data, max(first, last - 1))
    if b"\n" in data.rstrip(b"\n"):
        begins = data.rfind(b"\n", 0, first) + 1
        line = data[begins : data.find(b"\n", begins) if data.find(b"\n", begins) >= 0 else len(data)]
        named = _naming(line)
        return f"line {start}{f' to {end}' if end > start else ''}{named}"
    one, other = field_at(data, first), field_at(data, max(first, last - 1))
    span = f"bytes {first} to {max(first, last - 1)}"
    if one is None or other is None:
        return span
    return f"{one}, {span}" if one == other else f"from {one} to {other}, {span}"


def _naming(line: bytes) -> str:
    """An observation's line says itself which one it is."""
    found = re.search(rb'"id":"([\w/.-]{1,40})"', line)
    return f" ({found[1].decode()})" if found else ""
