"""Where the records are: as the settings say, else in the place for state."""

from __future__ import annotations

from pathlib import Path

from friendlywifi.checking.serials import state_directory
from friendlywifi.settings import Settings

FILE = "records.db"


def records_file(settings: Settings) -> Path:
    """The one file."""
    named = settings.records.file
    return Path(named).expanduser() if named is not None else state_directory() / FILE
