"""A list that is too long to be held: read line by line, once, and known by its digest when that is done."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from probes.records import ListRef, Target
from probes.targets.files import beside, read_text
from probes.targets.load import parse_list
from probes.targets.names import LONGEST, NameFault, split_target
from probes.targets.plain import name_of
from probes.tomlfile import TomlFault, parse

_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z-]{0,62}")
"""A name that is in its one form already, as nearly all are; without a digit at the end it is no address."""


class TargetStream:
    """The targets of a list with a file of names, in its order; a name that is repeated comes again.

    `ref` is known once everything was read: the digest is the one that the whole list would have.
    """

    def __init__(self, path: Path) -> None:
        """Raises `TomlFault` where the TOML is at fault, `OSError` where it cannot be read."""
        self.path = path
        self._text = read_text(path)
        header = parse(self._text, source=str(path))
        names = header.get("names")
        if not isinstance(names, str):
            raise TomlFault('a list that is read line by line needs "names"', source=str(path), line=None)
        self._names = path.parent / names
        self.head = parse_list(
            self._text, source=str(path), read_ca=beside(path), read_names=lambda _: "a.invalid"
        )
        """One name stands for all: category and manners are said once, for the whole file."""
        self.ref: ListRef | None = None

    def __iter__(self) -> Iterator[Target]:
        """One pass. Raises `TomlFault` at the first line that is no name, `OSError` if it cannot be read."""
        digest = hashlib.sha256(self._text.encode())
        pattern = self.head.targets[0]
        ranked = pattern.rank is not None
        count = 0
        with self._names.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                digest.update(line)
                try:
                    entry = name_of(line.decode("utf-8").removeprefix("\ufeff" if number == 1 else ""))
                    if not entry:
                        continue
                    plain = len(entry) <= LONGEST and _PLAIN.fullmatch(entry)
                    name, path = (entry, "/") if plain else split_target(entry)
                except (NameFault, UnicodeDecodeError) as fault:
                    raise TomlFault(str(fault), source=str(self._names), line=number) from None
                count += 1
                rank = count if ranked else None
                yield msgspec.structs.replace(pattern, name=name, path=path, rank=rank)
        self.ref = ListRef(
            id=self.head.id,
            version=self.head.version,
            origin=self.head.origin,
            digest=f"sha256:{digest.hexdigest()}",
            names=count,
        )
