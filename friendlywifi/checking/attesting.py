"""What people declare with their names: a file of statements, each with who, when and the document.

The document lies beside the file; its digest goes into the report and the evidence, so that nobody can put
another one in its place later. `docs/writing-a-standard.md` shows a file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from criteria.kinds import Attested
from criteria.kinds.attested import AttestedBy
from criteria.standard import Standard
from friendlywifi.complaint import Complaint
from friendlywifi.files import read_bytes, read_text
from probes import tomlfile
from probes.records import Record, digest
from probes.tomlfile import TomlFault
from probes.tomllines import line_of, scan

_Line = Annotated[str, Meta(min_length=1, max_length=200)]


class _Entry(Record):
    statement: _Line
    by: _Line
    on: date
    document: Annotated[str, Meta(pattern=r"^[^./\\\x00][^/\\\x00]*$", max_length=200)]


class _File(Record):
    schema: Literal["friendlywifi/attestations/1"]
    attestation: tuple[_Entry, ...]


def attestations(path: Path, *, standard: Standard) -> tuple[Attested, ...]:
    """The declarations of a file. Complains with file and line where nobody asks for a statement."""
    text = read_text(path, what="the attestations")
    try:
        found = tomlfile.load(text, source=str(path), kind=_File)
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
    known = {
        statement
        for item in standard.criteria
        if isinstance(item.test, AttestedBy)
        for statement in item.test.statements
    }
    for number, entry in enumerate(found.attestation):
        if entry.statement not in known:
            wrong = TomlFault(
                f'"{entry.statement}" is no statement that {standard.id} asks for; those are '
                f"{', '.join(sorted(known)) or 'none'}",
                source=str(path),
                line=line_of(scan(text), ("attestation", number, "statement")),
            )
            raise Complaint(str(wrong))
    return tuple(
        Attested(
            statement=entry.statement,
            by=entry.by,
            on=entry.on,
            document=entry.document,
            digest=digest(read_bytes(path.parent / entry.document, what="the attested document")),
        )
        for entry in found.attestation
    )
