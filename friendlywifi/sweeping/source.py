"""The names of a list of any size: read once, in order, a batch at a time, and never held.

Plain names go through a fast path that gives what the importers give; everything else goes through them.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.reading import part, readable, unpacked
from friendlywifi.sweeping.rows import Ordered, rows_of_targets
from probes.targets.importers.compose import FORMATS
from probes.targets.importers.entry import Reason, Skips
from probes.targets.names import NameFault
from probes.targets.orders import parse_row
from probes.targets.plain import name_of

SNIFFED = 64
"""Lines that are looked at to tell the format."""

_SIMPLE = re.compile(r"(?=[^ ]{4,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?").fullmatch
_SINK = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+\S+")
_DNSMASQ = re.compile(r"(?:address|server|local)=/")
_RPZ = re.compile(r"\s(?:CNAME\s+(?:\.|\*\.|rpz-)|SOA\s)|^\$(?:TTL|ORIGIN)", re.IGNORECASE)


_ROW = re.compile(r"\S+\s+\d{4}-\d\d-\d\d")
LIST_FORMATS = (*FORMATS, "order")
AXFR = "axfr://"


@dataclass(frozen=True, slots=True)
class Batch:
    """Names that go through all resolvers together."""

    number: int
    names: tuple[str, ...]
    undecidable: tuple[str, ...] = ()
    """URLs of single pages: DNS knows nothing of pages."""

    @property
    def digest(self) -> str:
        """By which a sweep that goes on knows that this is the list that it began with."""
        return hashlib.sha256("\n".join(self.names + self.undecidable).encode()).hexdigest()


@dataclass
class Source:
    """Where names come from, and what was left out of it."""

    lines: Iterable[str]
    format: str
    wildcard: bool = False
    """Every name is meant with all names below it: `www` and one that nobody knows are asked too."""
    seed: str = ""
    rows: Iterable[Ordered] | None = None
    """In place of lines, where the rows were read elsewhere."""
    at: datetime | None = None
    """Rows that are not due then are left out; `None`: none is."""
    skips: Skips = field(default_factory=Skips)
    not_due: int = 0
    names: int = 0
    """So far."""
    given: int = 0
    """So far, with those below them."""
    part: Callable[[int], float | None] = lambda _: None
    """How much of the list so many names are, from 0 to 1; `None`: that is not known."""

    def batches(self, size: int) -> Iterator[Batch]:
        """Batches of so many names, numbered from 0: always the same ones of the same list."""
        names: list[str] = []
        pages: list[str] = []
        number = 0
        for name, path, wildcard in self._asked():
            if path != "/":
                pages.append(f"{name}{path}")
            else:
                names.append(name)
                if wildcard:
                    names += self._below(name)
                self.names += 1
            if len(names) >= size or len(pages) >= size:
                self.given += len(names)
                yield Batch(number, tuple(names), tuple(pages))
                names, pages, number = [], [], number + 1
        if names or pages:
            self.given += len(names)
            yield Batch(number, tuple(names), tuple(pages))

    def _asked(self) -> Iterator[tuple[str, str, bool]]:
        every = self.wildcard
        if self.rows is None and self.format == "domains":
            yield from self._domains()
        elif self.rows is None and self.format != "order":
            for entry in FORMATS[self.format](self.lines, self.skips):
                yield entry.name, entry.path, entry.wildcard or every
        else:
            for row in self.rows if self.rows is not None else self._order():
                if row.due is not None and self.at is not None and row.due > self.at:
                    self.not_due += 1
                else:
                    yield row.name, row.path, row.wildcard or every

    def _domains(self) -> Iterator[tuple[str, str, bool]]:
        read, simple, every = FORMATS["domains"], _SIMPLE, self.wildcard
        for number, line in enumerate(self.lines, start=1):
            name = line.strip()
            if simple(name):
                yield name, "/", every
            else:
                # The reader numbers lines from 1; where it stands in the list is put right.
                skips = Skips()
                for entry in read([line], skips):
                    yield entry.name, entry.path, entry.wildcard or every
                for item in skips.summary():
                    self.skips.add(item.reason, number)

    def _order(self) -> Iterator[Ordered]:
        """The rows of an order: a name or `*.name`, when it was ordered, by when it is due."""
        for number, line in enumerate(self.lines, start=1):
            words = name_of(line.removeprefix("\ufeff")).split()
            if not words:
                continue
            try:
                row = parse_row(words)
            except NameFault:
                self.skips.add(Reason.NO_NAME, number)
            else:
                yield Ordered(row.host, row.path, row.wildcard, row.due_at)

    def _below(self, name: str) -> tuple[str, ...]:
        label = hashlib.sha256(f"{self.seed}\n{name}".encode()).hexdigest()[:12]
        below = [f"w{label}.{name}"]
        if not name.startswith("www."):
            below.insert(0, f"www.{name}")
        return tuple(item for item in below if len(item) <= 253)


@contextmanager
def opened(
    list_: str,
    *,
    format_: str | None = None,
    wildcard: bool = False,
    seed: str = "",
    at: datetime | None = None,
    fetch: Callable[[str], AbstractContextManager[BinaryIO]] | None = None,
) -> Iterator[Source]:
    """The source of a file, of a zone that is fetched, or of standard input for `-`.

    Complains of what cannot be read or told. `fetch` brings what `axfr://` names.
    """
    if format_ is not None and format_ not in LIST_FORMATS:
        raise Complaint(f'"{format_}" is no known format; known are {", ".join(LIST_FORMATS)}')
    if list_.endswith(".toml"):
        yield Source((), "targets", wildcard=wildcard, seed=seed, at=at, rows=rows_of_targets(Path(list_)))
        return
    with _bytes(list_, fetch) as raw:
        text = io.TextIOWrapper(unpacked(raw), "utf-8", "replace", newline="\n")
        lines = readable(list_, text)
        head = list(islice(lines, SNIFFED))
        try:
            yield Source(
                lines=chain(head, lines),
                format=format_ or told_by(head),
                wildcard=wildcard,
                seed=seed,
                at=at,
                part=part(raw, packed=text.buffer is not raw),
            )
        finally:
            # Whoever opened the bytes closes them; standard input is not ours to close.
            text.detach()


def told_by(head: list[str]) -> str:
    """The format that most of the first lines look like."""
    votes = {"hosts": 0, "dnsmasq": 0, "rpz": 0, "order": 0, "domains": 0}
    for line in head:
        text = line.strip()
        if not text or text.startswith(("#", ";", "!")):
            continue
        if _DNSMASQ.match(text):
            votes["dnsmasq"] += 1
        elif _RPZ.search(f" {text}" if text.startswith("$") else text) or text.startswith("$"):
            votes["rpz"] += 1
        elif _ROW.match(text):
            votes["order"] += 1
        elif _SINK.match(text):
            votes["hosts"] += 1
        else:
            votes["domains"] += 1
    return max(votes, key=lambda item: votes[item])


@contextmanager
def _bytes(
    list_: str, fetch: Callable[[str], AbstractContextManager[BinaryIO]] | None
) -> Iterator[io.BufferedReader]:
    if list_ == "-":
        yield cast("io.BufferedReader", sys.stdin.buffer)
    elif list_.startswith(AXFR):
        if fetch is None:
            raise Complaint(f"{list_} is a zone, and here only files are read")
        with fetch(list_) as file:
            yield cast("io.BufferedReader", file)
    else:
        with _file(list_) as file:
            yield file


def _file(list_: str) -> io.BufferedReader:
    try:
        return Path(list_).open("rb")
    except OSError as error:
        raise Complaint(f"{list_} cannot be read: {error.strerror}") from None
