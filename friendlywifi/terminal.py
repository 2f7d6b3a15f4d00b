"""The two consoles: data to stdout, messages and progress to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from friendlywifi.check import Progress


def out() -> Console:
    """Where data goes. rich honours NO_COLOR and a pipe by itself."""
    from rich.console import Console  # noqa: PLC0415 - `--help` does not pay for it

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """Where messages go."""
    from rich.console import Console  # noqa: PLC0415 - `--help` does not pay for it

    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr while a check runs; nothing at all where stderr is no terminal."""
    console = err()
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import (  # noqa: PLC0415 - only a terminal needs it
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415 - likewise

    columns = (TextColumn("{task.description:>18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def show(now: Progress) -> None:
            bar.update(task, description=now.phase, completed=now.done, total=now.of)

        yield show
