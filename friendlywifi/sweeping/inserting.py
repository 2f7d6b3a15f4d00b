"""Rows into SQLite, many with each statement: to begin a statement costs as much as to put a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Final

ROWS: Final = 100
"""With a statement. Old libraries take 999 values with one (SQLITE_MAX_VARIABLE_NUMBER)."""


def insert(
    connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]], *, width: int
) -> None:
    """Puts the rows, of so many columns each, into the table in their order."""
    run = connection.execute
    values = chain.from_iterable(rows)
    whole = _statement(table, width, ROWS)
    while chunk := tuple(islice(values, ROWS * width)):
        rest = len(chunk) // width
        run(whole if rest == ROWS else _statement(table, width, rest), chunk)


@lru_cache(maxsize=256)
def _statement(table: str, width: int, rows: int) -> str:
    row = f"({','.join('?' * width)})"
    return f"INSERT INTO {table} VALUES {','.join([row] * rows)}"  # noqa: S608 - a table of ours
