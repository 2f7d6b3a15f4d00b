"""Which programs run here that are known to stand between a machine and its network?"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from probes.records import Record, Software, SoftwareKind
from probes.tomlfile import load
from probes.vantage.programs import files_in, read_text

_SHOWN = 15
"""Linux keeps so many characters of a process's name (proc(5), TASK_COMM_LEN)."""


class Program(Record):
    """One known program, by the names of its processes."""

    name: str
    kind: SoftwareKind
    processes: tuple[str, ...]
    source: str


class _File(Record):
    version: str
    program: tuple[Program, ...]


@cache
def programs() -> tuple[Program, ...]:
    """Every known one."""
    source = files("probes") / "vantage" / "software.toml"
    return load(source.read_text("utf-8"), source="software.toml", kind=_File).program


def running(*, proc: Path = Path("/proc")) -> tuple[Software, ...]:
    """The known programs that run now, sorted by name. A program that changed its own name is not seen."""
    names = {(read_text(path) or "").strip() for path in files_in(proc, "[0-9]*/comm")}
    found = [
        Software(name=program.name, kind=program.kind)
        for program in programs()
        if any(process[:_SHOWN] in names for process in program.processes)
    ]
    return tuple(sorted(found, key=lambda item: item.name))
