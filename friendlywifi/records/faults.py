"""What SQLite says, as a sentence that a town hall can do something about."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from friendlywifi.complaint import Complaint

_FULL = ("database or disk is full", "disk i/o error")
_DAMAGED = ("malformed", "not a database", "file is encrypted")


def told(error: sqlite3.Error, path: Path) -> Complaint:
    """The sentence. What was acknowledged before stands in the file; the step that failed left nothing."""
    words = str(error)
    low = words.lower()
    if any(item in low for item in _FULL):
        return Complaint(
            f"the records {path} cannot be written: {words}. Nothing of this last step was kept and nothing "
            "before it was lost; make room on the disk and do it again"
        )
    if any(item in low for item in _DAMAGED):
        return Complaint(
            f"the records {path} are damaged ({words}). Do not delete the file; go back to a backup with "
            "friendlywifi records restore BACKUP, which puts the damaged file aside"
        )
    if "locked" in low or "busy" in low:
        return Complaint(f"the records {path} are being written by another program; try again in a minute")
    if "readonly" in low or "read-only" in low:
        return Complaint(f"the records {path} may not be written by this user")
    return Complaint(f"the records {path}: {words}")
