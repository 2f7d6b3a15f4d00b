"""A standard from its text: composed with what it extends, checked, and ready to decide by.

Pure: the text is handed in, and so is the function that finds the text of a standard that is extended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from criteria.changes import Said, consequences
from criteria.extending import Composed, Resolve, compose, compose_document
from criteria.released import released_text
from criteria.standard_faults import semantic_faults
from criteria.standard_records import (
    Criterion,
    Effort,
    Lifecycle,
    Owner,
    Scope,
    Source,
    Standard,
    Surveillance,
    Witness,
)
from probes import tomlfile
from probes.tomlfile import TomlFault

_ASSIGNMENT = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=.*")
_MOST_REPAIRS = 20


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A standard with the digest that certificates name it by, and the texts that the digest covers."""

    standard: Standard
    digest: str
    texts: tuple[str, ...]
    """Its own first, then that of the standard it extends, and so on: enough to load it anywhere."""


def released(standard_id: str) -> str:
    """The text of a standard that comes with the program. Raises `KeyError` for any other id."""
    return released_text("standards", f"{standard_id}.toml")


def load(text: str, *, source: str, resolve: Resolve | None = None) -> Loaded:
    """A standard from its text. Raises `TomlFault`: one sentence with the line.

    `resolve` gives the text of a standard that this one extends; without it nothing can be extended.
    """
    composed = compose(text, source=source, resolve=resolve)
    found = _faults(composed)
    if found:
        raise found[0]
    return Loaded(standard=_standard(composed), digest=composed.digest, texts=composed.texts)


def parse(text: str, *, source: str, resolve: Resolve | None = None) -> Standard:
    """The standard alone. Raises `TomlFault`."""
    return load(text, source=source, resolve=resolve).standard


def lint(text: str, source: str, resolve: Resolve | None = None) -> tuple[TomlFault, ...]:
    """Everything that is wrong with a standard's text, in the order of lines."""
    document, found, lost = _parse_on(text, source)
    if not document:
        return found or tomlfile.faults(text, source=source, kind=Standard)
    try:
        composed = compose_document(document, _without(text, found), source=source, resolve=resolve)
    except TomlFault as fault:
        return (*found, fault)
    told = [
        item for item in _faults(composed) if not any(f'"{key}" is missing' in item.message for key in lost)
    ]
    return tuple(sorted((*found, *told), key=lambda fault: (fault.source != source, fault.line or 0)))


def _standard(composed: Composed) -> Standard:
    """The record, with what it relaxes of anything that it builds on said among its limits."""
    standard = msgspec.convert(composed.document, Standard)
    told: dict[Said, None] = {}
    base = composed.base
    while base is not None:
        told |= dict.fromkeys(consequences(msgspec.convert(base.document, Standard), standard))
        base = base.base
    words = standard.text
    if words.sq is not None:
        theirs = msgspec.structs.replace(words.sq, limits=words.sq.limits + tuple(item.sq for item in told))
        words = msgspec.structs.replace(words, sq=theirs)
    return msgspec.structs.replace(
        standard, limits=standard.limits + tuple(item.en for item in told), text=words
    )


def _faults(composed: Composed) -> tuple[TomlFault, ...]:
    found = [*composed.problems]
    form = [composed.fault(*item) for item in tomlfile.problems(composed.document, Standard)]
    if composed.base is None and found:
        # What it extends is not there, so that nearly everything would be missing.
        found += [item for item in form if not item.message.endswith("is missing")]
    else:
        found += form
        if not found and composed.base is not None:
            # What is extended must be sound by itself: its relaxations are read from it.
            found += _faults(composed.base)
        found += [composed.fault(*item) for item in semantic_faults(composed.document)]
    # A fault that a text shares with what it extends is one fault.
    unique = {(item.source, item.line, item.message): item for item in found}
    own = composed.source
    return tuple(sorted(unique.values(), key=lambda fault: (fault.source != own, fault.line or 0)))


# --------------------------------------------------------------------------------- what is no TOML yet


def _parse_on(text: str, source: str) -> tuple[dict[str, Any] | None, tuple[TomlFault, ...], frozenset[str]]:
    """The document without the lines that are no TOML, the faults of those, and the keys that they held.

    A line is left out only where it is one assignment; where the fault may lie elsewhere, nothing is guessed.
    """
    found: list[TomlFault] = []
    lost: set[str] = set()
    for _ in range(_MOST_REPAIRS):
        try:
            return tomlfile.parse(_without(text, found), source=source), tuple(found), frozenset(lost)
        except TomlFault as fault:
            found.append(fault)
            line = _line(text, fault.line)
            match = _ASSIGNMENT.fullmatch(line) if line is not None else None
            if match is None or any(fault.line == item.line for item in found[:-1]):
                break
            lost.add(match[1])
    return None, tuple(found), frozenset(lost)


def _line(text: str, number: int | None) -> str | None:
    lines = text.split("\n")
    return lines[number - 1] if number is not None and 0 < number <= len(lines) else None


def _without(text: str, faults: list[TomlFault] | tuple[TomlFault, ...]) -> str:
    gone = {fault.line for fault in faults}
    return "\n".join("" if number in gone else line for number, line in enumerate(text.split("\n"), 1))


__all__ = [
    "Criterion",
    "Effort",
    "Lifecycle",
    "Loaded",
    "Owner",
    "Scope",
    "Source",
    "Standard",
    "Surveillance",
    "Witness",
    "lint",
    "load",
    "parse",
    "released",
]
