"""Runs are numbered per hotspot from 1 without gaps, and a started run counts.

A number is claimed by creating a file that must not exist yet, before the first packet: two processes can
never share one, and a run that is aborted keeps its number. One that went no further, as on a full disk, has
a number and no promise: the promise of the next run names it.
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import datetime
from pathlib import Path

from friendlywifi.complaint import Complaint


def state_directory() -> Path:
    """`FRIENDLYWIFI_STATE`, or the user's own place for state (XDG Base Directory)."""
    named = os.environ.get("FRIENDLYWIFI_STATE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "friendlywifi"


def claim(state: Path, hotspot: str, *, now: datetime) -> int:
    """The next number of this hotspot. Complains where the place for state cannot be written."""
    directory = folder(state, hotspot)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        while True:
            serial = (
                max((int(item.name) for item in directory.iterdir() if item.name.isdecimal()), default=0) + 1
            )
            try:
                handle = os.open(directory / f"{serial:06d}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                continue
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(f"{hotspot}\n{now.isoformat()}\n".encode())
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise Complaint(
                    aborted(serial, f"{directory} cannot be written ({error.strerror})")
                ) from None
            return serial
    except OSError as error:
        raise Complaint(
            f"runs are numbered in {directory}, which cannot be written ({error.strerror}); "
            "set FRIENDLYWIFI_STATE to a folder that can"
        ) from None


def aborted(serial: int, why: str) -> str:
    """The sentence about a run that never began."""
    return f"run {serial} counts as aborted before it began: {why}"


def claimed(state: Path, hotspot: str) -> tuple[int, ...]:
    """Every number of a hotspot that was ever claimed here, ascending."""
    directory = folder(state, hotspot)
    if not directory.is_dir():
        return ()
    return tuple(sorted(int(item.name) for item in directory.iterdir() if item.name.isdecimal()))


def folder(state: Path, hotspot: str) -> Path:
    """Where the numbers of a hotspot are kept."""
    return state / "runs" / _folder(hotspot)


def _folder(hotspot: str) -> str:
    """A name that is safe as a folder and still says which hotspot; the hash keeps two names apart."""
    words = re.sub(r"[^a-z0-9]+", "-", hotspot.lower()).strip("-")[:40]
    return f"{words or 'hotspot'}-{hashlib.sha256(hotspot.encode()).hexdigest()[:8]}"
