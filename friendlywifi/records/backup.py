"""A copy of the records that can be put back: made while others write, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from friendlywifi.complaint import Complaint
from friendlywifi.records import journal
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.faults import told
from friendlywifi.records.inspecting import Whole, holds_keys, inspect
from probes.records import Record


class Copied(Record):
    """What a backup came to."""

    path: str
    bytes: int
    whole: Whole
    keys: bool
    """Whether a private key is in it; it never should be."""
    bundles: int
    bundle_bytes: int
    """The evidence beside the records, which is not in the copy."""


class Restored(Record):
    """What was put back."""

    whole: Whole
    aside: str | None
    """Where the records are that were there before."""


class Compared(Record):
    """A backup beside the records in force."""

    same: bool
    lost: int
    """Changes in force that the backup does not have."""
    last: str | None
    """When the last of those was made."""
    related: bool
    """One has grown out of the other."""


def backup(records: Records, target: Path) -> Copied:
    """A copy at `target`, looked through before it gets its name. Complains where it cannot be written."""
    if target.resolve() == records.path.resolve():
        raise Complaint("a backup cannot be the records themselves")
    with _beside(target) as temporary:
        _copy(records.connection, temporary)
        with open_records(temporary) as copy:
            whole = inspect(copy)
        if whole.faults:
            raise Complaint(f"no backup was made, for the records are damaged: {whole.faults[0]}")
        _single(temporary)
        keys = holds_keys(temporary)
        _place(temporary, target)
    held = list(records.bundles.glob("*/*.zip"))
    return Copied(
        path=str(target),
        bytes=target.stat().st_size,
        whole=whole,
        keys=keys,
        bundles=len(held),
        bundle_bytes=sum(path.stat().st_size for path in held),
    )


def check(path: Path) -> Whole:
    """Whether a backup is whole. It is not touched: a copy of it is opened."""
    if not path.is_file():
        raise Complaint(f"the backup {path} does not exist")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "records.db"
        _duplicate(path, copy)
        with open_records(copy, make=False) as records:
            return inspect(records)


def compare(path: Path, target: Path) -> Compared:
    """What would be lost. Raises what opening the records in force raises."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "records.db"
        _duplicate(path, copy)
        with open_records(copy, make=False) as old, open_records(target, make=False) as current:
            theirs, ours = journal.last(old), journal.last(current)
            if ours is None or (theirs is not None and theirs.hash == ours.hash):
                return Compared(same=ours is not None, lost=0, last=None, related=True)
            if theirs is None or _has(current, theirs):
                lost = ours.number - (theirs.number if theirs is not None else 0)
                return Compared(same=False, lost=lost, last=ours.at, related=True)
            if _has(old, ours):
                return Compared(same=False, lost=0, last=None, related=True)
            return Compared(same=False, lost=ours.number, last=ours.at, related=False)


def restore(path: Path, target: Path, *, now: datetime, actor: str) -> Restored:
    """Put a backup in the place of the records, which are kept aside. Whether that is right was asked before.

    Into the same file where it can still be opened, so that a program that has it open goes on with what
    was restored and does not write into a file that nobody sees any more.
    """
    whole = check(path)
    if whole.faults:
        raise Complaint(f"{path} is not whole, so nothing was restored: {whole.faults[0]}")
    aside = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%SZ}")
    if not target.exists():
        _whole_file(path, target)
        kept = None
    elif _opens(target):
        kept = aside
        with open_records(target) as current:
            with _beside(aside) as temporary:
                _copy(current.connection, temporary)
                _place(temporary, aside)
            _into(path, current)
    else:
        kept = aside
        for ending in ("", "-wal", "-shm"):
            part = target.with_name(target.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
        _whole_file(path, target)
    with open_records(target) as current:
        journal.append(current, now=now, actor=actor, kind="records.restored", subject="records", data=whole)
    return Restored(whole=whole, aside=None if kept is None else str(kept))


def _opens(target: Path) -> bool:
    try:
        with open_records(target) as records:
            return not inspect(records).faults
    except Complaint:
        return False


def _has(records: Records, entry: journal.Entry) -> bool:
    row = records.connection.execute("SELECT hash FROM journal WHERE number = ?", (entry.number,)).fetchone()
    return row is not None and row[0] == entry.hash


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    """By SQLite's own backup, which sees one moment while others write."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)
    except sqlite3.Error as error:
        raise told(error, path) from error


def _into(path: Path, current: Records) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "records.db"
        _duplicate(path, copy)
        try:
            with closing(sqlite3.connect(copy)) as source:
                source.backup(current.connection)
        except sqlite3.Error as error:
            raise told(error, current.path) from error


def _whole_file(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as temporary:
        _duplicate(path, temporary)
        _place(temporary, target)


def _duplicate(path: Path, copy: Path) -> None:
    """With its log, where the backup was copied by hand while it was open."""
    try:
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
    except OSError as error:
        raise Complaint(f"{path} cannot be copied: {error.strerror}") from None


def _single(path: Path) -> None:
    """One file without a log beside it, as backups are carried about."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A file in the folder of `target`, for its owner alone, that is gone afterwards unless it was placed."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise Complaint(f"{target} cannot be written: {error.strerror}") from None
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    except OSError as error:
        raise Complaint(f"{target} cannot be written: {error.strerror}") from None
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            temporary.with_name(temporary.name + ending).unlink(missing_ok=True)


def _place(temporary: Path, target: Path) -> None:
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
