"""The resolver whose manners can be changed, and a sweep at the keyboard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def started(tmp_path: Path, surroundings: Callable[..., dict[str, str]]) -> Started:
    """`friendlywifi sweep` as a process that can be killed."""

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        # As from a shell: whoever runs the tests may have told its children to ignore Ctrl-C.
        return subprocess.Popen(
            [
                "env",
                "--default-signal=INT",
                sys.executable,
                "-m",
                "friendlywifi",
                "sweep",
                *map(str, arguments),
            ],
            cwd=tmp_path,
            env=surroundings(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    return start


def rows_of(path: Path) -> list[tuple[str, str, str, str]]:
    """Name, type, resolver and outcome of everything that stands in the output of a sweep."""
    import json
    import sqlite3
    from contextlib import closing

    if path.suffix == ".db":
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.execute("SELECT name, type, resolver, outcome FROM records"))
    found = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if "resolver" in row:
            found.append((row["name"], row["type"], row["resolver"], row["outcome"]))
    return found


@pytest.fixture(name="rows_of", scope="session")
def _rows_of() -> Callable[[Path], list[tuple[str, str, str, str]]]:
    return rows_of
