"""Longer lists and more resolvers: what grows with them, and what stays flat."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.filter import unbound, write_names
from benchmarks.measured import Measured, client
from benchmarks.result import Goal, Section, Series

ROOM = 64
"""MB."""
RESOLVERS = 400
LEAKING = 137
RATE = 1000.0
"""Questions a second to each resolver: the polite default of a sweep."""


def lists(counts: Sequence[int]) -> Section:
    """Lists of so many names into SQLite: time and memory."""
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        write_names(folder / "names", max(counts))
        with unbound(folder) as port:
            for count in counts:
                listed, out = str(folder / "names"), str(folder / "out.db")
                found.append(client("sweep", f"127.0.0.1:{port}", listed, str(count), out))
    wrong = sum(item.wrong or 0 for item in found)
    large = found[-1]
    return Section(
        id="lists",
        title="Longer lists",
        text="One resolver, verdicts into SQLite; the memory is the whole process at its highest.",
        columns=("names", "seconds", "names/s", "MB", "wrong or lost"),
        rows=tuple(
            (f"{i.work:,}", f"{i.seconds:.2f}", f"{i.rate:,.0f}", f"{i.rss_mb:.0f}", str(i.wrong))
            for i in found
        ),
        goals=(
            Goal(
                what=f"memory at {large.work:,} names",
                wanted=f"at most {ROOM} MB",
                measured=f"{large.rss_mb:.0f} MB",
                met=large.rss_mb <= ROOM,
            ),
            Goal(
                what=f"memory flat from {found[-2].work:,} to {large.work:,} names",
                wanted="at most 1.1×",
                measured=f"{large.rss_mb / found[-2].rss_mb:.2f}×",
                met=large.rss_mb <= 1.1 * found[-2].rss_mb,
            ),
            Goal(what="wrong or lost verdicts", wanted="0", measured=str(wrong), met=wrong == 0),
        ),
        axis="names",
        growth=(
            Series(name="seconds", unit="s", points=tuple((i.work, i.seconds) for i in found)),
            Series(name="memory", unit="MB", points=tuple((i.work, i.rss_mb) for i in found)),
        ),
        limit="Time grows with the names and memory does not: blocks are written and forgotten.",
    )


def address(number: int) -> str:
    """A stand-in on loopback."""
    return f"127.77.{number // 200}.{number % 200 + 1}"


def morning(*, names: int, polite: int) -> Section:
    """400 resolvers, one of which leaks; `names` unlimited, and `polite` names at the polite rate."""
    every = [address(number) for number in range(RESOLVERS)]
    leaking = every[LEAKING]
    rest = [item for item in every if item != leaking]
    with tempfile.TemporaryDirectory() as directory, ExitStack() as owned:
        folder = Path(directory)
        write_names(folder / "names", max(names, polite))
        port = owned.enter_context(unbound(folder / "filters", addresses=rest))
        owned.enter_context(unbound(folder / "leaks", addresses=(leaking,), port=port, filters=False))
        (folder / "resolvers").write_text("".join(f"{item}:{port}\n" for item in every), encoding="utf-8")
        arguments = (str(folder / "resolvers"), str(folder / "names"))
        free = client("morning", *arguments, str(names), str(folder / "free.db"), "0")
        slow = client("morning", *arguments, str(polite), str(folder / "slow.db"), str(RATE))
    expected = f"{leaking}:{port}"
    right = free.told["leaking"] == [expected] and slow.told["leaking"] == [expected]
    wrong = (free.wrong or 0) + (slow.wrong or 0)
    # Nobody can be faster than the rate to each resolver lets him, nor than one core of resolver answers.
    return Section(
        id="morning",
        title="A provider's morning",
        text=(
            f"{RESOLVERS} resolver addresses on loopback, answered by one unbound on the first core, A "
            "and AAAA of "
            "each name at each of them, verdicts into SQLite. One of them is another unbound that "
            "filters nothing."
        ),
        columns=(
            "rate",
            "names",
            "questions",
            "seconds",
            "questions/s",
            "MB",
            "leaking found",
            "wrong or lost",
        ),
        rows=tuple(
            (
                what,
                f"{count:,}",
                f"{item.work:,}",
                f"{item.seconds:.1f}",
                f"{item.rate:,.0f}",
                f"{item.rss_mb:.0f}",
                f"{len(item.told['leaking'])} of {RESOLVERS}",
                str(item.wrong),
            )
            for what, count, item in (
                ("unlimited", names, free),
                (f"polite, {RATE:g} a second to each", polite, slow),
            )
        ),
        goals=(
            Goal(what="wrong or lost verdicts", wanted="0", measured=str(wrong), met=wrong == 0),
            Goal(
                what="the one leaking resolver is found, and no other",
                wanted="1",
                measured=", ".join(free.told["leaking"]) or "none",
                met=right,
            ),
        ),
        limit=(
            f"Polite, {RESOLVERS} resolvers may be asked {RESOLVERS * RATE:,.0f} questions a second "
            "together, more "
            "than one core asks: unlimited and polite are both bounded by our one core here."
        ),
    )
