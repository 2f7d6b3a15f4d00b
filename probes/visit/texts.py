"""Texts that pages are searched for. Of a body only this is kept: which of them it holds."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from probes.records import Record
from probes.tomlfile import load


class Text(Record):
    """One text, and who says that it is worth looking for."""

    id: str
    """Records hold it: it keeps its text for good."""
    says: str
    source: str
    seen: str
    """The source's own date, or the day on which it was read."""


class Texts(Record):
    """A versioned list of them."""

    version: str
    text: tuple[Text, ...]


@cache
def texts() -> Texts:
    """The list that ships."""
    source = files("probes") / "visit" / "texts.toml"
    return load(source.read_text("utf-8"), source="texts.toml", kind=Texts)


@cache
def _needles() -> tuple[tuple[bytes, tuple[tuple[bytes, str], ...]], ...]:
    """By their longest words: whoever has not the word has not the text."""
    found: dict[bytes, list[tuple[bytes, str]]] = {}
    for item in texts().text:
        needle = _even(item.says.encode())
        found.setdefault(max(needle.split(), key=len), []).append((needle, item.id))
    return tuple((word, tuple(items)) for word, items in found.items())


def found_in(body: bytes) -> tuple[str, ...]:
    """The ids of the texts that a body holds, sorted; a body in another coding than ASCII's kin has none."""
    low = body.lower()
    likely = [item for word, items in _needles() if word in low for item in items]
    if not likely:
        return ()
    even = _even(body)
    return tuple(sorted(name for needle, name in likely if needle in even))


def _even(text: bytes) -> bytes:
    """Lower case, with one blank for each run of white space: pages break their lines where they like."""
    return b" ".join(text.lower().split())
