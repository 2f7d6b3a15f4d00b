"""The names of a list of any size: read once, in order, a batch at a time, and never held.

Plain names go through a fast path that gives what the importers give; everything else goes through them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from friendlywifi.complaint import Complaint
from probes.targets.importers.compose import FORMATS
from probes.targets.importers.entry import Skips

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
SNIFFED = 64
"""Lines that are looked at to tell the format."""

_SIMPLE = re.compile(r"(?=[^ ]{4,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?").fullmatch
_SINK = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+\S+")
_DNSMASQ = re.compile(r"(?:address|server|local)=/")
_RPZ = re.compile(r"\s(?:CNAME\s+(?:\.|\*\.|rpz-)|SOA\s)|^\$(?:TTL|ORIGIN)", re.IGNORECASE)


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
    skips: Skips = field(default_factory=Skips)
    names: int = 0
    """So far."""

    def batches(self, size: int) -> Iterator[Batch]:
        """Batches of so many names, numbered from 0: always the same ones of the same list."""
        names: list[str] = []
        pages: list[str] = []
        number = 0
        for name, path in self._entries():
            if path != "/":
                pages.append(f"{name}{path}")
            else:
                names.append(name)
                if self.wildcard:
                    names += self._below(name)
                self.names += 1
            if len(names) >= size or len(pages) >= size:
                yield Batch(number, tuple(names), tuple(pages))
                names, pages, number = [], [], number + 1
        if names or pages:
            yield Batch(number, tuple(names), tuple(pages))

    def _entries(self) -> Iterator[tuple[str, str]]:
        if self.format == "domains":
            yield from self._domains()
        else:
            for entry in FORMATS[self.format](self.lines, self.skips):
                yield entry.name, entry.path

    def _domains(self) -> Iterator[tuple[str, str]]:
        read, simple = FORMATS["domains"], _SIMPLE
        for number, line in enumerate(self.lines, start=1):
            name = line.strip()
            if simple(name):
                yield name, "/"
            else:
                # The reader numbers lines from 1; where it stands in the list is put right.
                skips = Skips()
                for entry in read([line], skips):
                    yield entry.name, entry.path
                for item in skips.summary():
                    self.skips.add(item.reason, number)

    def _below(self, name: str) -> tuple[str, ...]:
        label = hashlib.sha256(f"{self.seed}\n{name}".encode()).hexdigest()[:12]
        below = [f"w{label}.{name}"]
        if not name.startswith("www."):
            below.insert(0, f"www.{name}")
        return tuple(item for item in below if len(item) <= 253)


@contextmanager
def opened(
    list_: str, *, format_: str | None = None, wildcard: bool = False, seed: str = ""
) -> Iterator[Source]:
    """The source of a file, or of standard input for `-`. Complains of what cannot be read or told."""
    if format_ is not None and format_ not in FORMATS:
        raise Complaint(f'"{format_}" is no known format; known are {", ".join(FORMATS)}')
    try:
        with _bytes(list_) as raw:
            text = io.TextIOWrapper(_unpacked(raw), encoding="utf-8", errors="replace", newline="\n")
            head = [line for _, line in zip(range(SNIFFED), text, strict=False)]
            yield Source(
                lines=_chained(head, text),
                format=format_ or told_by(head),
                wildcard=wildcard,
                seed=seed,
            )
    except (OSError, EOFError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise Complaint(f"{list_} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def told_by(head: list[str]) -> str:
    """The format that most of the first lines look like."""
    votes = {"hosts": 0, "dnsmasq": 0, "rpz": 0, "domains": 0}
    for line in head:
        text = line.strip()
        if not text or text.startswith(("#", ";", "!")):
            continue
        if _DNSMASQ.match(text):
            votes["dnsmasq"] += 1
        elif _RPZ.search(f" {text}" if text.startswith("$") else text) or text.startswith("$"):
            votes["rpz"] += 1
        elif _SINK.match(text):
            votes["hosts"] += 1
        else:
            votes["domains"] += 1
    return max(votes, key=lambda item: votes[item])


@contextmanager
def _bytes(list_: str) -> Iterator[io.BufferedReader]:
    if list_ == "-":
        yield cast("io.BufferedReader", sys.stdin.buffer)
        return
    with Path(list_).open("rb") as file:
        yield file


def _unpacked(raw: io.BufferedReader) -> BinaryIO:
    magic = raw.peek(4)[:4]
    if magic.startswith(GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if magic == ZSTD:
        from zstandard import ZstdDecompressor  # noqa: PLC0415 - only lists in this form need it

        return cast(
            "BinaryIO", io.BufferedReader(ZstdDecompressor().stream_reader(raw, read_across_frames=True))
        )
    return raw


def _chained(head: list[str], rest: Iterable[str]) -> Iterator[str]:
    yield from head
    yield from rest
