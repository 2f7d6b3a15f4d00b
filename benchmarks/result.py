"""What a run of the benchmarks leaves: sections with tables, goals and figures, as one file of JSON."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from benchmarks.filter import program

LAST = Path(__file__).parent / "last.json"


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What was wanted, and what it came to."""

    what: str
    wanted: str
    measured: str
    met: bool | None
    """`None`: it could not be measured here."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a picture: what it costs, by how much of it there is."""

    name: str
    unit: str
    points: tuple[tuple[float, float], ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One table, with what it is and what it says."""

    id: str
    title: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    goals: tuple[Goal, ...] = ()
    figures: dict[str, float] = {}
    """Ratios that a later run is compared with."""
    growth: tuple[Series, ...] = ()
    axis: str = ""
    """What grows."""
    limit: str = ""
    """A sentence: what it is bounded by now."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the benchmarks."""

    date: str
    machine: str
    cores: int
    load: float
    """Of the machine when it began: on a busy one the figures say little."""
    quick: bool
    minutes: float
    versions: dict[str, str]
    sections: tuple[Section, ...]

    def figure(self, name: str) -> float | None:
        """A ratio by its name."""
        return next((item.figures[name] for item in self.sections if name in item.figures), None)


def load(path: Path = LAST) -> Result:
    """The last run that was kept."""
    return msgspec.json.decode(path.read_bytes(), type=Result)


def store(result: Result, path: Path = LAST) -> None:
    """Keeps a run."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def processor() -> str:
    """As the system names it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1) if found else platform.machine()


def cores() -> int:
    return len(os.sched_getaffinity(0))


def versions() -> dict[str, str]:
    """Of everything that is compared."""
    found = {"Python": platform.python_version(), "Linux": platform.release().split("-")[0]}
    for name in ("dnspython", "aiodns", "pycares"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    for name, arguments in (
        ("dnsperf", ("-h",)),
        ("unbound", ("-V",)),
        ("massdns", ("--version",)),
        ("curl", ("--version",)),
        ("nginx", ("-v",)),
    ):
        found[name] = _told(name, arguments)
    return found


def _told(name: str, arguments: tuple[str, ...]) -> str:
    path = program(name)
    if path is None:
        return "not installed"
    told = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    match = re.search(r"\d+\.\d+(?:\.\d+)?", told.stdout + told.stderr)
    return match.group(0) if match else "unknown"
