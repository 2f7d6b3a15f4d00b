"""A list that is too long to be held: read line by line, once, and known by its digest when that is done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from probes.records import ListRef, Target
from probes.targets.files import read_text
from probes.targets.load import parse_list
from probes.targets.names import NameFault, split_target
from probes.tomlfile import TomlFault, parse


class TargetStream:
    """The targets of a list with a file of names, in its order; ranks and repeats are left as they come.

    `ref` is known once everything was read: the digest is the one that the whole list would have.
    """

    def __init__(self, path: Path) -> None:
        """Raises `TomlFault` where the TOML is at fault, `OSError` where it cannot be read."""
        self._path = path
        self._text = read_text(path)
        header = parse(self._text, source=str(path))
        names = header.get("names")
        if not isinstance(names, str):
            raise TomlFault('a list that is read line by line needs "names"', source=str(path), line=None)
        self._names = path.parent / names
        # One name stands for all: category and manners are said once, for the whole file.
        self._head = parse_list(self._text, source=str(path), read_ca=None, read_names=lambda _: "a.invalid")
        self._pattern = self._head.targets[0]
        self.ref: ListRef | None = None

    def __iter__(self) -> Iterator[Target]:
        """One pass. Raises `TomlFault` at the first line that is no name."""
        digest = hashlib.sha256(self._text.encode())
        count = 0
        with self._names.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                digest.update(line)
                try:
                    entry = line.decode("utf-8").strip().removeprefix("\ufeff")
                    if not entry or entry.startswith("#"):
                        continue
                    name, path = split_target(entry.partition(" #")[0])
                except (NameFault, UnicodeDecodeError) as fault:
                    raise TomlFault(str(fault), source=str(self._names), line=number) from None
                count += 1
                yield msgspec.structs.replace(self._pattern, name=name, path=path)
        self.ref = ListRef(
            id=self._head.id,
            version=self._head.version,
            origin=self._head.origin,
            digest=f"sha256:{digest.hexdigest()}",
            names=count,
        )
