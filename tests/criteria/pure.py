"""Judging without network, clock, disk or chance: whatever of `criteria` reaches for one of them fails.

The interpreter tells of every opened file, socket and process (audit hooks, PEP 578), however deep below.
The clock and random numbers tell nobody, so that their functions are replaced. Only what has a frame of
`criteria` on its stack is stopped: pytest and hypothesis go on as usual.
"""

from __future__ import annotations

import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import criteria

HOME = str(Path(criteria.__file__).parent) + os.sep
STOPPED = (
    "open",
    "os.",
    "socket.",
    "subprocess.",
    "shutil.",
    "tempfile.",
    "sqlite3.",
    "urllib.",
    "glob.",
    "pathlib.",
)
"""Audit events that begin so. `import` is none of them: a module may be loaded late."""
CLOCKS = (
    "time",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "localtime",
    "gmtime",
)


class ImpureError(AssertionError):
    """Something in `criteria` reached out of the records that it was given."""


_on = False


def judging(frame: FrameType | None) -> bool:
    """Whether `criteria` is at work somewhere below, and not the import of a module."""
    ours = False
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return False
        ours = ours or name.startswith(HOME)
        frame = frame.f_back
    return ours


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _on and event.startswith(STOPPED) and judging(sys._getframe(1)):
        raise ImpureError(f"{event} {arguments[:1]!r}")


sys.addaudithook(_hook)


def _stopped(name: str, true: Callable[..., Any]) -> Callable[..., Any]:
    def stopped(*arguments: Any, **options: Any) -> Any:
        if judging(sys._getframe(1)):
            raise ImpureError(name)
        return true(*arguments, **options)

    return stopped


@contextmanager
def nothing_but_records() -> Iterator[None]:
    """Within, `criteria` has no network, clock, disk, process or chance."""
    global _on  # noqa: PLW0603 - an audit hook cannot be taken out again
    places: list[tuple[Any, str]] = [(time, name) for name in CLOCKS]
    places += [(random, "random"), (os, "urandom"), (uuid, "uuid4")]
    true = [(place, name, getattr(place, name)) for place, name in places]
    for place, name, function in true:
        setattr(place, name, _stopped(f"{place.__name__}.{name}", function))
    _on = True
    try:
        yield
    finally:
        _on = False
        for place, name, function in true:
            setattr(place, name, function)
