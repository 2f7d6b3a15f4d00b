"""The rows of a list that says more of its names than that they stand on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from friendlywifi.complaint import Complaint
from friendlywifi.files import read_text
from probes.records import Category
from probes.targets.files import beside
from probes.targets.load import parse_list
from probes.targets.names import NameFault
from probes.targets.orders import parse_row
from probes.targets.plain import name_of
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault, parse


class Ordered(NamedTuple):
    """A row of a list."""

    name: str
    path: str = "/"
    wildcard: bool = False
    """Everything below the name is meant too."""
    due: datetime | None = None
    """Nobody must block it before."""


def rows_of_targets(path: Path) -> Iterator[Ordered]:
    """The rows of a target list in TOML; its file of names, which may be long, is read line by line.

    What a list may hold is checked as everywhere: illegal content only as authorised sentinels.
    """
    try:
        text = read_text(path, what="the list")
        document = parse(text, source=str(path))
        if "names" not in document:
            yield from _held(path, text)
        elif document.get("category") == Category.NATIONAL_ORDER.value:
            yield from _rows_beside(path, text, str(document["names"]))
        else:
            for target in TargetStream(path):
                yield Ordered(target.name, target.path)
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
    except OSError as error:
        raise Complaint(f"{error.filename or path} cannot be read: {error.strerror}") from None


def _held(path: Path, text: str) -> Iterator[Ordered]:
    below: set[str] = set()
    for target in parse_list(text, source=str(path), read_ca=beside(path)).targets:
        # Of an order of everything below a name the loader adds `www`, as is done here for every list.
        if target.name not in below:
            yield Ordered(target.name, target.path, target.wildcard, target.due_at)
        if target.wildcard:
            below.add(f"www.{target.name}")


def _rows_beside(path: Path, text: str, names: str) -> Iterator[Ordered]:
    head = parse_list(text, source=str(path), read_ca=beside(path), read_names=lambda _: "a.invalid").targets[
        0
    ]
    file = path.parent / names
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            words = name_of(line.removeprefix("\ufeff")).split()
            if not words:
                continue
            try:
                row = parse_row(words)
            except NameFault as fault:
                raise TomlFault(str(fault), source=str(file), line=number) from None
            yield Ordered(row.host, row.path, row.wildcard, row.due_at or head.due_at)
