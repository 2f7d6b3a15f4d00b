"""Where the rows of a sweep go, and what such a place remembers for a sweep that was cut off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from friendlywifi.sweeping.leaks import Seen, Standing
from friendlywifi.sweeping.source import Batch
from friendlywifi.sweeping.tally import Differing, Tally
from friendlywifi.sweeping.verdicts import Row


class Sink(Protocol):
    """Where rows go."""

    @property
    def done(self) -> Mapping[int, str]:
        """The blocks that stand there already, and their digests."""
        ...

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None: ...


@runtime_checkable
class Keeper(Protocol):
    """A file that remembers: a sweep that was cut off goes on in it."""

    @property
    def done(self) -> Mapping[int, str]: ...

    @property
    def meta(self) -> Mapping[str, str]:
        """What was noted when it was begun."""
        ...

    @property
    def tally(self) -> Tally:
        """The counts so far, which are written down with each block."""
        ...

    def write(
        self, batch: Batch, columns: Sequence[Sequence[Row]], *, differing: Sequence[Differing] = ()
    ) -> None: ...

    def earlier(self, names: Collection[str]) -> Iterable[Seen]: ...

    def differing(self, limit: int) -> tuple[Differing, ...]: ...

    def finish(
        self, *, ended: str, standing: Sequence[Standing] | None, instances: Mapping[str, str]
    ) -> None: ...

    def close(self) -> None: ...


def finished(path: Path, ended: str) -> str:
    """The sentence for a file whose sweep is whole."""
    return (
        f"{path} holds a sweep that was finished at {ended}, and nothing is asked again for it; "
        "name another file for a new sweep"
    )


def stopped(path: Path, why: str) -> str:
    """The sentence for a disk that takes no more."""
    return (
        f"{path} cannot be written any further: {why}. What stands there is whole: make room and give "
        "the same command again, and it goes on"
    )


def rfc3339(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
