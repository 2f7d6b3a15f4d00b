"""How far a sweep is, on a terminal: names, rate, leaks, and the time left where it can be told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from friendlywifi import terminal
from friendlywifi.sweeping.run import Result
from friendlywifi.sweeping.source import Source
from probes.sweep.driver import Sweep

Tell = Callable[[Result, Sweep], None]


@contextmanager
def shown_on_terminal(source: Source, *, quiet: bool) -> Iterator[Tell]:
    """Where stderr is a terminal. The time left follows from how much of the list is done."""
    console = terminal.err()
    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import (  # noqa: PLC0415 - only a terminal needs it
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = [SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()]
    if source.part(0) is not None:
        columns += [BarColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("meeting the resolvers", total=1.0)
        began = time.monotonic()

        def tell(result: Result, engine: Sweep) -> None:
            bar.update(
                task,
                description=line(result, engine.asked / max(time.monotonic() - began, 0.1)),
                completed=share(result, source),
            )

        yield tell


def share(result: Result, source: Source) -> float | None:
    """How much of the list is done: of what was read of it, some is still under way."""
    read = source.part(source.names)
    return None if read is None or not source.given else read * min(1.0, result.tally.names / source.given)


def line(result: Result, rate: float) -> str:
    """How far it is, in a few words."""
    return f"{result.tally.names:,} names · {rate:,.0f} questions a second · {result.watch.count:,} open"
