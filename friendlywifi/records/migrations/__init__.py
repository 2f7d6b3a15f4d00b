"""The steps from an empty file to today's, each a file `NNNN_name.sql`, applied once and in order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One step."""

    number: int
    name: str
    sql: str

    def statements(self) -> Iterator[str]:
        """One by one: `executescript` would commit before the first, and a step is one transaction."""
        held = ""
        for line in self.sql.splitlines(keepends=True):
            held += line
            if sqlite3.complete_statement(held):
                yield held
                held = ""
        if held.strip():
            raise AssertionError(f"migration {self.number} ends in half a statement: {held}")


@cache
def migrations() -> tuple[Migration, ...]:
    """Every step that this version of the program knows, in order."""
    found = []
    for item in files(__package__).iterdir():
        match = _NAME.fullmatch(item.name)
        if match is not None:
            found.append(Migration(number=int(match[1]), name=match[2], sql=item.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda step: step.number))
