"""The machine's own files and programs, read leniently: what cannot be had is `None`, never an exception."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_PATH = os.pathsep.join(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])  # sbin is often not in a user's PATH
_LARGEST = 1 << 20


def read_text(path: Path) -> str | None:
    """The first megabyte of a file, or `None` where it cannot be read."""
    data = read_bytes(path)
    return None if data is None else data.decode("utf-8", "replace")


def read_bytes(path: Path) -> bytes | None:
    """The same, as bytes."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return None


def files_in(folder: Path, pattern: str) -> tuple[Path, ...]:
    """The files of a folder whose names match, sorted; none where it cannot be read."""
    try:
        return tuple(sorted(path for path in folder.glob(pattern) if path.is_file()))
    except OSError:
        return ()


def output_of(program: str, *arguments: str, timeout: float = 3.0) -> str | None:
    """What a program of the system prints, in English; `None` where it is missing, fails or hangs.

    `timeout` is in seconds. No shell is involved.
    """
    found = shutil.which(program, path=_PATH)
    if found is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program of the system, arguments apart
            [found, *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            env={"PATH": _PATH, "LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout[:_LARGEST].decode("utf-8", "replace")
