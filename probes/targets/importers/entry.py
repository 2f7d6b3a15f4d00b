"""What every importer gives: names, and a count of what it left out and why.

The files come from anywhere. A reader takes lines one by one, keeps nothing but the count, and never raises
for what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from probes.records import Category, Record
from probes.targets.names import NameFault, normalise_host, split_target

LONGEST_LINE = 4096
"""Characters; no format here needs more for a name."""


class Imported(Record):
    """One name, as a target would hold it."""

    name: str
    path: str = "/"
    category: Category | None = None
    """Only where the format itself says so."""
    wildcard: bool = False
    """Everything below the name is meant too."""
    line: int


class Reason(StrEnum):
    """Why a line was left out. Empty lines and comments are not counted."""

    NO_NAME = "no_name"
    """What stands there is no name of a host: an address, a typing error, another format."""
    TOO_LONG = "too_long"
    LOCAL = "local"
    """A name for this machine or its network: `localhost`, `broadcasthost`."""
    NOT_BLOCKED = "not_blocked"
    """The line does something else than block: it forwards, allows, or gives a real address."""
    OTHER_TRIGGER = "other_trigger"
    """Blocks by address or by name server, which no name can stand for."""
    OUTSIDE_ZONE = "outside_zone"
    OTHER_DATA = "other_data"
    """Part of the format that holds no names."""
    REFUSED = "refused"
    """Would fill a class of illegal content: only authorised sentinels may stand there."""
    NO_CATEGORY = "no_category"
    """Its class has none that corresponds here."""
    DUPLICATE = "duplicate"


class Skipped(Record):
    """How many lines were left out for one reason, and the first of them."""

    reason: Reason
    count: int
    first_line: int


@dataclass
class Skips:
    """Counts what is left out; its size does not grow with the file."""

    _found: dict[Reason, tuple[int, int]] = field(default_factory=dict)

    def add(self, reason: Reason, line: int) -> None:
        count, first = self._found.get(reason, (0, line))
        self._found[reason] = (count + 1, first)

    def summary(self) -> tuple[Skipped, ...]:
        """One entry for each reason that occurred, in the order of the reasons' names."""
        return tuple(
            Skipped(reason=reason, count=count, first_line=first)
            for reason, (count, first) in sorted(self._found.items())
        )


Reader = Callable[[Iterable[str], Skips], Iterator[Imported]]
"""What every format has: lines in, names out, the rest counted."""

_LOCAL = frozenset(
    {"localhost", "localhost.localdomain", "local", "broadcasthost", "localhost4", "localhost6"}
)


def is_local(name: str) -> bool:
    """Whether a hosts file uses the name for the machine itself."""
    return name in _LOCAL or name.startswith("ip6-")


def numbered(lines: Iterable[str], skips: Skips) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers from 1."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            skips.add(Reason.TOO_LONG, number)
        elif line.strip():
            yield number, line.removeprefix("\ufeff").rstrip("\r\n") if number == 1 else line.rstrip("\r\n")


def imported(
    text: str, line: int, skips: Skips, *, url: bool = False, category: Category | None = None
) -> Imported | None:
    """The name in `text`, wildcards in front of it taken off (`*.x` and `.x` are about `x` and all below).

    `url`: whether the format admits a path behind the name.
    """
    wildcard = text.startswith(("*.", "."))
    bare = text.removeprefix("*").removeprefix(".") if wildcard else text
    try:
        name, path = split_target(bare) if url else (normalise_host(bare), "/")
    except NameFault:
        skips.add(Reason.NO_NAME, line)
        return None
    return Imported(name=name, path=path, category=category, wildcard=wildcard and path == "/", line=line)
