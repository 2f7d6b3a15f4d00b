"""Target lists on disk: the thin layer that opens files for `parse_list`."""

from __future__ import annotations

from pathlib import Path

from probes.records import TargetList
from probes.targets.load import ReadBeside, lint, parse_list
from probes.tomlfile import TomlFault


def read_list(path: Path) -> TargetList:
    """The list in a file, with the authority and the names that stand in files beside it.

    Raises `TomlFault` for what is in the files, `OSError` where the list cannot be opened.
    """
    return parse_list(read_text(path), source=str(path), read_ca=beside(path), read_names=beside(path))


def lint_list(path: Path) -> tuple[TomlFault, ...]:
    """Every fault of the list and of its file of names. Raises `OSError` where it cannot be opened."""
    try:
        text = read_text(path)
    except TomlFault as fault:
        return (fault,)
    return lint(text, source=str(path), read_names=beside(path))


def beside(path: Path) -> ReadBeside:
    """Reads files that lie beside a list."""
    return lambda name: (path.parent / name).read_bytes().decode("utf-8")


def read_text(path: Path) -> str:
    """The text byte for byte (no translation of line ends: a list is known by its digest).

    Raises `TomlFault` where it is no UTF-8, `OSError` where it cannot be opened.
    """
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TomlFault("the file is not UTF-8 text", source=str(path), line=line) from None
