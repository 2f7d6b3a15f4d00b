"""Everything in the records as JSON Lines, for whoever wants to read them without this program."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from friendlywifi.records.database import Records
from probes.records import Record, encode

_JSON = frozenset({"record", "data", "signed", "proofs"})
"""Columns that hold JSON: written as such, not as text in text."""


class Head(Record):
    """The first line."""

    schema: str = "friendlywifi/records-export/1"
    version: int
    """Of the file's form."""
    tables: tuple[str, ...]


def lines(records: Records) -> Iterator[bytes]:
    """The first says what is there; then a row a line, `{"table": …, "row": {…}}`, all of one moment."""
    records.connection.execute("BEGIN")
    try:
        tables = tuple(
            row[0]
            for row in records.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
                "ORDER BY name"
            )
        )
        yield encode(Head(version=records.version(), tables=tables)) + b"\n"
        for table in tables:
            if re.fullmatch(r"[a-z_0-9]+", table) is None:
                raise AssertionError(f"no name of a table of ours: {table}")
            rows = records.connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - looked at above
            names = [column[0] for column in rows.description]
            for row in rows:
                held = {name: _value(name, value) for name, value in zip(names, row, strict=True)}
                yield encode({"table": table, "row": held}) + b"\n"
    finally:
        records.connection.execute("ROLLBACK")


def _value(name: str, value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if name in _JSON and isinstance(value, str) and _is_json(value):
        return msgspec.Raw(value.encode())
    return value


def _is_json(text: str) -> bool:
    """Damaged rows are exported too: as the text that they are, so that each line stays JSON."""
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True
