"""A list that somebody else wrote becomes a target list on disk, and what was left out is said."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from friendlywifi import files, terminal
from friendlywifi.complaint import Complaint
from probes.records import Ask, Category
from probes.targets.importers.compose import ImportFault, import_list

Word = TypeVar("Word", bound=StrEnum)


def run(
    file: Path,
    *,
    format_: str,
    id_: str,
    licence: str,
    origin: str,
    category: str | None,
    ask: str | None,
    version: str | None,
    output: Path | None,
) -> None:
    """Read, compose, write, and count what was skipped and why."""
    data = files.read_bytes(file, what="the list")
    try:
        made = import_list(
            data,
            format=format_,
            category=_word(Category, category, "--category"),
            ask=_word(Ask, ask, "--ask"),
            id=id_,
            version=version or f"{datetime.now(UTC):%Y-%m-%d}",
            licence=licence,
            source=file.name,
            origin=origin,
        )
    except ImportFault as fault:
        raise Complaint(f"{file}: {fault}") from None
    path = output or Path(f"{id_}.toml")
    files.write(path, made.text.encode())
    console = terminal.err()
    console.print(f"{terminal.shown(path)}: {made.names} names")
    for skipped in made.skipped:
        console.print(f"  left out {skipped.count}: {skipped.reason.value}")


def _word(kind: type[Word], given: str | None, option: str) -> Word | None:
    if given is None:
        return None
    words = [item.value for item in kind]
    if given not in words:
        near = difflib.get_close_matches(given, words, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(words)}"
        raise Complaint(f'{option} "{given}" is unknown; {hint}')
    return kind(given)
