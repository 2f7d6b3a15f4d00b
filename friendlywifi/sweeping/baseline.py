"""Yesterday's sweep: the leaks that were open when it ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec

from friendlywifi.complaint import Complaint
from friendlywifi.files import read_bytes
from friendlywifi.sweeping.leaks import Key, Leak, Past, Standing
from friendlywifi.sweeping.lines import State, beside
from friendlywifi.sweeping.summary import Summary
from probes.records import decode

Open = dict[Key, datetime]

_TOO_MANY = "has more leaks than can be compared one by one"


def open_before(path: Path) -> Open:
    """The open leaks of a finished sweep and since when, from its .db, its .jsonl or its summary in JSON."""
    if not path.exists():
        raise Complaint(f"the baseline {path} does not exist")
    if path.suffix in (".db", ".sqlite"):
        return _of_database(path)
    if path.suffix == ".jsonl":
        return _of_lines(path)
    return _of_summary(path)


def _of_database(path: Path) -> Open:
    try:
        with closing(sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True)) as connection:
            meta = dict(connection.execute("SELECT key, value FROM sweep"))
            rows = connection.execute("SELECT name, type, resolver, since FROM leaks").fetchall()
    except sqlite3.Error as error:
        raise Complaint(f"the baseline {path} is no database of a sweep: {error}") from None
    _require(path, ended="ended" in meta, followed=meta.get("followed") == "yes")
    return {(name, kind, resolver): datetime.fromisoformat(since) for name, kind, resolver, since in rows}


def _of_lines(path: Path) -> Open:
    try:
        state = msgspec.json.decode(beside(path).read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError):
        raise Complaint(
            f"the baseline {path} needs {beside(path).name} beside it, and that is not there or damaged"
        ) from None
    _require(path, ended=state.ended is not None, followed=state.standing is not None)
    return _folded(state.standing or ())


def _of_summary(path: Path) -> Open:
    try:
        summary = decode(read_bytes(path, what="the baseline"), Summary)
    except (msgspec.MsgspecError, ValueError):
        raise Complaint(
            f"the baseline {path} is none: it takes the .db or .jsonl of a sweep, or its --format json"
        ) from None
    if summary.redacted:
        raise Complaint(f"the baseline {path} was redacted, so that no name can be found in it")
    _require(path, ended=True, followed=summary.leaks == len(summary.listed))
    unclear = summary.changes.unclear if summary.changes else ()
    return _folded((*summary.listed, *unclear))


def _folded(rows: Iterable[Standing | Leak | Past]) -> Open:
    return {(row.name, row.type, row.resolver): row.since for row in rows}


def _require(path: Path, *, ended: bool, followed: bool) -> None:
    if not ended:
        raise Complaint(
            f"the baseline {path} is of a sweep that did not end: finish it with the same command, "
            "or take another one"
        )
    if not followed:
        raise Complaint(f"the baseline {path} {_TOO_MANY}")
