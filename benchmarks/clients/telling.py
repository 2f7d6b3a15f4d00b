"""The line of JSON that every contender prints."""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def names(path: str, count: int) -> Iterator[str]:
    """The first names of a list."""
    with Path(path).open() as file:
        for number, line in enumerate(file):
            if number >= count:
                return
            yield line.strip()


def expected(path: str, count: int) -> Counter[str]:
    """How many names of each kind there are."""
    return Counter(item.split(".")[1] for item in names(path, count))


def wrong(found: Mapping[str, int], true: Mapping[str, int]) -> int:
    """Names that are missing from their kind or stand in another one."""
    kinds = {*found, *true}
    return max(
        sum(max(0, true.get(kind, 0) - found.get(kind, 0)) for kind in kinds),
        sum(max(0, found.get(kind, 0) - true.get(kind, 0)) for kind in kinds),
    )


def highest_mb() -> float:
    """The most memory that this process ever held; `ru_maxrss` would also count whoever started it."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def told(work: int) -> Iterator[dict[str, Any]]:
    """Measures what is done inside, and prints; what is put into the dictionary is printed too."""
    found: dict[str, Any] = {"wrong": None}
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    yield found
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                "rss_mb": highest_mb(),
                "work": work,
                **found,
            }
        )
    )
