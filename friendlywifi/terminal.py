"""The two consoles: data to stdout, messages and progress to stderr."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console

    from friendlywifi.checking.check import Progress


T = TypeVar("T")


def data(canonical: bytes) -> None:
    """JSON to stdout, laid out for people; UTF-8 whatever the terminal's encoding is."""
    import msgspec  # noqa: PLC0415 - `--help` does not pay for it

    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(canonical, indent=2) + b"\n")
    sys.stdout.buffer.flush()


def raw(data: bytes) -> None:
    """Bytes to stdout as they are: a file of another format."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def visible(text: str) -> str:
    r"""Foreign text as one line that cannot steer a terminal: what is no character is spelt out (`\x1b`).

    Names, addresses, certificates and pages come from networks that may be hostile, files from anybody.
    """
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _UNSEEN else char
        for char in text
    )


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, writing-direction overrides, halves of characters, and the two that break lines."""


def shown(text: object) -> str:
    """Foreign text for `Console.print`: visible, and its brackets are brackets, not colours."""
    from rich.markup import escape  # noqa: PLC0415 - `--help` does not pay for it

    return escape(visible(str(text)))


def out() -> Console:
    """Where data goes. rich honours NO_COLOR and a pipe by itself."""
    from rich.console import Console  # noqa: PLC0415 - `--help` does not pay for it

    return Console(highlight=False, emoji=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """Where messages go."""
    from rich.console import Console  # noqa: PLC0415 - `--help` does not pay for it

    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=not sys.stderr.isatty())


@contextmanager
def progress_bar(*, foretold: bool = False) -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr while something runs; nothing at all where stderr is no terminal.

    `foretold`: with how fast it goes and how long it will take, for work whose steps are alike.
    """
    console = err()
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import (  # noqa: PLC0415 - only a terminal needs it
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415 - likewise

    times: tuple[ProgressColumn, ...] = (TimeElapsedColumn(),)
    if foretold:
        times = (TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    columns = (TextColumn("{task.description:>18}"), BarColumn(), MofNCompleteColumn(), *times)
    with Bar(*columns, console=console, transient=True) as bar:
        from friendlywifi.language.retelling import word  # noqa: PLC0415 - only a terminal needs it

        task = bar.add_task(word("starting"), total=None, rate="")

        def show(now: Progress) -> None:
            phase = word(now.phase)
            if phase != bar.tasks[task].description:
                bar.reset(task)  # how fast one phase was tells nothing about the next
            speed = bar.tasks[task].speed
            rate = "" if speed is None else f"{speed:.0f} a second"
            bar.update(task, description=phase, completed=now.done, total=now.of, rate=rate)

        yield show


def counted(items: Iterable[T], *, of: int, doing: str) -> Iterator[T]:
    """The items as they come; on a terminal with how many there were, how fast, and how long it will take."""
    console = err()
    if not console.is_terminal:
        yield from items
        return
    from rich.progress import (  # noqa: PLC0415 - only a terminal needs it
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415 - likewise

    columns = (
        TextColumn("{task.description:>18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        from friendlywifi.language.retelling import word  # noqa: PLC0415 - only a terminal needs it

        task = bar.add_task(word(doing), total=of, rate="")
        for item in items:
            yield item
            speed = bar.tasks[task].speed
            bar.update(task, advance=1, rate="" if speed is None else f"{speed:.0f} a second")


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """A sign on stderr of work whose end cannot be told; nothing where it is no terminal."""
    console = err()
    if not console.is_terminal:
        yield
        return
    with console.status(shown(doing)):
        yield
