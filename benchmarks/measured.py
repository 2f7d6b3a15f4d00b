"""One run of one contender: wall time, processor time, memory, and whether what it said was right."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured of one run."""

    what: str
    seconds: float
    cpu: float
    """Seconds of the processor, of the contender alone."""
    rss_mb: float
    """Peak; 0 where nobody measured it."""
    work: int
    """Questions, names, checks: what is divided by the seconds."""
    wrong: int | None
    """Verdicts that were wrong or lost; `None`: it keeps none."""
    told: dict[str, Any]

    @property
    def rate(self) -> float:
        return self.work / self.seconds

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "rate": round(self.rate, 1)}


def run(
    command: Sequence[str], *, core: int | None = 1, timeout: float = 1800
) -> tuple[float, float, float, str]:
    """Wall and processor seconds, the most memory of any child so far in MB, and stdout.

    Raises `SystemExit` where it fails.
    """
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen([*pinned, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate(timeout=timeout)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{err[-2000:]}")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, usage.ru_maxrss / 1024, out


def client(what: str, *arguments: str, core: int | None = 1) -> Measured:
    """Runs `benchmarks.clients.NAME` in a process of its own, which prints one line of JSON."""
    _, _, _, out = run([sys.executable, "-m", f"benchmarks.clients.{what}", *arguments], core=core)
    told = json.loads(out.strip().splitlines()[-1])
    return Measured(
        what=what,
        seconds=told.pop("seconds"),
        cpu=told.pop("cpu"),
        rss_mb=told.pop("rss_mb"),
        work=told.pop("work"),
        wrong=told.pop("wrong"),
        told=told,
    )


def middle(runs: Sequence[Measured]) -> Measured:
    """The run whose time is the median."""
    wanted = median(item.seconds for item in runs)
    return min(runs, key=lambda item: abs(item.seconds - wanted))


def spread(runs: Sequence[Measured]) -> str:
    """From the slowest rate to the fastest."""
    rates = sorted(item.rate for item in runs)
    return f"{rates[0]:,.0f}–{rates[-1]:,.0f}"
