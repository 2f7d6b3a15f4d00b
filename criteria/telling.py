"""The words of findings."""

from __future__ import annotations

from collections.abc import Iterable


def count(number: int, what: str) -> str:
    """`1 name`, `2 names`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def witnesses(found: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Ids of observations, each once, sorted."""
    return tuple(sorted({item for ids in found for item in ids}))


def shown(text: str) -> str:
    """A stranger's text, fit to be shown."""
    return "".join(char if char.isprintable() else "?" for char in text)[:120]
