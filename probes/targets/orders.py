"""The rows of an authority's order: a name or `*.name`, when it was ordered, by when it is due.

A big order is plain text beside a small TOML, one row on each line: `*.bet.example 2026-11-01 2026-11-08`.
Times are RFC 3339; a day alone is ordered at its beginning and due at its end, in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from probes.records import Record, Time
from probes.targets.names import NameFault, split_target
from probes.tomlfile import TomlFault

EVERYTHING_BELOW = "*."
"""What stands before a name that is ordered with all names below it."""

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_COLUMNS = 3


class Row(Record):
    """One name of an order."""

    host: str
    path: str = "/"
    wildcard: bool = False
    ordered_at: Time | None = None
    due_at: Time | None = None


def parse_rows(text: str, *, source: str) -> tuple[tuple[Row, ...], tuple[TomlFault, ...]]:
    """The rows in their order, and a fault for each line that is none or repeats one."""
    found: list[Row] = []
    problems: list[TomlFault] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        words = _COMMENT.sub("", line).split()
        if not words:
            continue
        try:
            row = parse_row(words)
        except NameFault as fault:
            problems.append(TomlFault(str(fault), source=source, line=number))
            continue
        if row.host in seen:
            message = f'"{row.host}" is listed twice (it is also on line {seen[row.host]})'
            problems.append(TomlFault(message, source=source, line=number))
            continue
        seen[row.host] = number
        found.append(row)
    if not seen and not problems:
        problems.append(TomlFault("there is not one name in it", source=source, line=None))
    return tuple(found), tuple(problems)


def parse_row(words: list[str]) -> Row:
    """A row from its columns. Raises `NameFault`, the end of a sentence."""
    if len(words) > 1 and not words[1][0].isdigit():
        split_target(" ".join(words))  # says that a name has no blank in it
    if len(words) > _COLUMNS:
        raise NameFault("a row is a name, a time of the order and a due time, and there is more")
    host, path, wildcard = split_ordered(words[0])
    ordered = _time(words[1], end=False) if len(words) > 1 else None
    due = _time(words[2], end=True) if len(words) > 2 else None
    fault = wrong_times(ordered, due)
    if fault is not None:
        raise NameFault(fault)
    return Row(host=host, path=path, wildcard=wildcard, ordered_at=ordered, due_at=due)


def split_ordered(text: str) -> tuple[str, str, bool]:
    """Host, path, and whether everything below is meant too. Raises `NameFault`."""
    wildcard = text.strip().startswith(EVERYTHING_BELOW)
    host, path = split_target(text.strip().removeprefix(EVERYTHING_BELOW))
    if wildcard and path != "/":
        raise NameFault(f'"{text[:80]}" orders everything below a name, and a path cannot stand there')
    return host, path, wildcard


def wrong_times(ordered: datetime | None, due: datetime | None) -> str | None:
    """Why the two cannot be; `None`: they can."""
    if ordered is not None and due is not None and due < ordered:
        return "it is due before it was ordered"
    return None


def _time(text: str, *, end: bool) -> datetime:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59) if end else time(), UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NameFault(f'"{text[:80]}" is no day (2026-01-31) and no time (2026-01-31T12:00:00Z)') from None
    if found.tzinfo is None:
        raise NameFault(f'"{text[:80]}" has no time zone (2026-01-31T12:00:00Z)')
    return found.astimezone(UTC)
