"""How soon does the program say something?"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from benchmarks.result import Goal, Section

COMMANDS = (("--version",), ("--help",), ("check", "--help"), ("sweep", "--help"), ("verify", "--help"))
WANTED = 0.3


def section(*, times: int) -> Section:
    """The median of so many runs of each command."""
    found = {command: median(_once(command) for _ in range(times)) for command in COMMANDS}
    return Section(
        id="startup",
        title="Start-up",
        text=f"From the shell to the end, median of {times} runs, a warm disk cache.",
        columns=("command", "seconds"),
        rows=tuple((f"`friendlywifi {' '.join(command)}`", f"{took:.3f}") for command, took in found.items()),
        goals=tuple(
            Goal(
                what=f"`friendlywifi {' '.join(command)}`",
                wanted=f"at most {WANTED:g} s",
                measured=f"{took:.3f} s",
                met=took <= WANTED,
            )
            for command, took in found.items()
        ),
        limit=(
            "Importing typer and rich; nothing that measures or judges is imported for help, and of a "
            "command that is named only its own options are looked at."
        ),
    )


def _once(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "friendlywifi", *command], check=True, capture_output=True)
    return time.perf_counter() - began
