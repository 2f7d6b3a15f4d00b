"""What an auditor found, in a file that people edit: each with weight, evidence, deadline and reply."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta

from probes import tomlfile
from probes.records import Record

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]


class Severity(StrEnum):
    """How bad; the order is that of the report."""

    CRITICAL = "critical"
    """A certificate must not stand."""
    MAJOR = "major"
    """A requirement is not met."""
    MINOR = "minor"
    NOTE = "note"


class Finding(Record):
    """One finding."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    severity: Severity
    title: Line
    certifier: Line
    hotspot: Line | None = None
    text: Text
    evidence: tuple[Line, ...]
    """Digests of bundles, ids of observations, documents: whatever lets another find the same."""
    found: date
    deadline: date | None = None
    """By when the certifier must have answered."""
    reply: Text | None = None
    replied: date | None = None
    closed: bool = False

    def overdue(self, today: date) -> bool:
        return not self.closed and self.reply is None and self.deadline is not None and self.deadline < today


class Findings(Record):
    """The whole file."""

    schema: Literal["friendlywifi/findings/1"]
    auditor: Line
    scope: Text
    finding: tuple[Finding, ...] = ()


def parse(text: str, *, source: str) -> Findings:
    """The findings of a file. Raises `TomlFault`: one sentence with the line."""
    found = tomlfile.load(text, source=source, kind=Findings)
    ids = [item.id for item in found.finding]
    for identifier in ids:
        if ids.count(identifier) > 1:
            message = f'the id "{identifier}" is used twice'
            raise tomlfile.TomlFault(message, source=source, line=None)
    return found


BLANK = """\
# What the auditor found. friendlywifi audit report makes the report of it.
schema = "friendlywifi/findings/1"
auditor = "your name"
scope = "whose certificates, which period, how the sample was drawn"

# [[finding]]
# id = "F-1"
# severity = "major"                 # critical, major, minor, note
# title = "Runs 1 to 9 were not handed in"
# certifier = "its name, as audit list shows it"
# hotspot = "Library 7"
# text = "What is the case, and which requirement it touches."
# evidence = ["digest of a bundle, id of an observation, a document"]
# found = 2026-11-22
# deadline = 2026-12-22
# reply = "what the certifier answered"
# replied = 2026-12-01
# closed = true
"""
