"""Whatever number of rows is put, each stands there once, in order."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from friendlywifi.sweeping.inserting import ROWS, insert


@pytest.mark.parametrize("count", (0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS + 7))
def test_every_row_is_put_once_and_in_order(count: int) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE answers (a INTEGER, b TEXT, c TEXT)")
        rows = [(at, f"b{at}", None) for at in range(count)]
        insert(connection, "answers", iter(rows), width=3)
        assert connection.execute("SELECT * FROM answers ORDER BY rowid").fetchall() == rows
