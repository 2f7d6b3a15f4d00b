"""Target lists on disk: the thin layer that opens files for `parse_list`."""

from __future__ import annotations

from pathlib import Path

from probes.records import TargetList
from probes.targets.load import parse_list
from probes.tomlfile import TomlFault


def read_list(path: Path) -> TargetList:
    """The list in a file, and beside it the authority that its `ca` names.

    Raises `TomlFault` for what is in the file, `OSError` where it cannot be opened.
    """
    return parse_list(
        read_text(path), source=str(path), read_ca=lambda name: (path.parent / name).read_text("utf-8")
    )


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
