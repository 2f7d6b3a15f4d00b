"""Which hotspot is meant: one place has one name, and under it one series of numbers."""

from __future__ import annotations

import difflib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from friendlywifi.complaint import Complaint


@dataclass(frozen=True, kw_only=True)
class Named:
    """The name that a run is made under."""

    name: str
    unknown: bool = False
    """There are hotspots in the records, and this is none of them."""
    near: str | None = None
    """The one that may have been meant."""


def named_as_recorded(text: str, file: Path) -> Named:
    """By id or by name, as `hotspot list` shows it: numbers are counted for each name, and a place that was
    checked under two of them has two runs of one number.

    Records that are missing or cannot be read keep nobody from checking.
    """
    if not file.is_file():
        return Named(name=text)
    from friendlywifi.records import hotspots  # noqa: PLC0415 - only where there are records
    from friendlywifi.records.database import open_records  # noqa: PLC0415 - likewise

    try:
        with open_records(file, make=False) as records:
            found = hotspots.named(records, text)
            if found is not None:
                return Named(name=found.name)
            names = [item.name for item in hotspots.every(records)]
    except (Complaint, OSError, sqlite3.Error):
        return Named(name=text)
    near = difflib.get_close_matches(text, names, n=1)
    return Named(name=text, unknown=bool(names), near=near[0] if near else None)
