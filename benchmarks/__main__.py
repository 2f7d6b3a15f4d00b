"""`python -m benchmarks [--quick] [--long] [--write] [--only NAME]`: everything, side by side, in one run.

Pins servers to the first core and contenders to the second. `--quick` shows within a minute that all of it
works; `--write` keeps the result and makes docs/performance.md and its pictures from it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import books, drops, growth, guard, names, page, pages, startup
from benchmarks.result import Result, Section, cores, processor, store, today, versions


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much work."""

    large: int
    middling: int
    small: int
    times: int
    lists: tuple[int, ...]
    morning: int
    polite: int
    pages: int
    rows: int
    records: tuple[tuple[int, int], ...]


QUICK = Size(
    large=40_000,
    middling=10_000,
    small=2_000,
    times=1,
    lists=(5_000, 20_000),
    morning=40,
    polite=20,
    pages=200,
    rows=50_000,
    records=((10, 10), (100, 10)),
)
FULL = Size(
    large=1_000_000,
    middling=200_000,
    small=15_000,
    times=3,
    lists=(10_000, 100_000, 1_000_000),
    morning=5_000,
    polite=1_000,
    pages=1_000,
    rows=1_000_000,
    records=((10, 100), (100, 100), (1_000, 100), (10_000, 100)),
)
LONGER = 10_000_000


def sections(size: Size, *, quick: bool, long: bool) -> dict[str, Callable[[], Section]]:
    """By name, in the order of the page."""
    lists = (*size.lists, LONGER) if long else size.lists
    return {
        "names": lambda: names.section(
            large=size.large, middling=size.middling, small=size.small, times=size.times
        ),
        "morning": lambda: growth.morning(names=size.morning, polite=size.polite),
        "lists": lambda: growth.lists(lists),
        "drops": lambda: drops.section(quick=quick),
        "pages": lambda: pages.section(count=size.pages, times=size.times),
        "books": lambda: books.section(rows=size.rows, sizes=size.records),
        "guard": _guard,
        "startup": lambda: startup.section(times=3 if quick else 9),
    }


def _guard() -> Section:
    with tempfile.TemporaryDirectory() as directory:
        return guard.section(Path(directory))


def main() -> None:
    """Measure, print, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute: does everything work?")
    parser.add_argument("--long", action="store_true", help="ten million names, too")
    parser.add_argument("--write", action="store_true", help="keep the result; make docs/performance.md")
    parser.add_argument("--only", action="append", metavar="NAME", help="this section alone; repeatable")
    given = parser.parse_args()
    load, began = os.getloadavg()[0], time.monotonic()
    found: list[Section] = []
    failed: list[str] = []
    for name, measure in sections(QUICK if given.quick else FULL, quick=given.quick, long=given.long).items():
        if given.only and name not in given.only:
            continue
        started = time.monotonic()
        print(f"{name} …", flush=True)
        try:
            found.append(measure())
        except (Exception, SystemExit) as error:  # noqa: BLE001 - minutes of other work must not be lost
            traceback.print_exception(error)
            failed.append(name)
        else:
            _print(found[-1], time.monotonic() - started)
    result = Result(
        date=today(),
        machine=processor(),
        cores=cores(),
        load=round(load, 2),
        quick=given.quick,
        minutes=round((time.monotonic() - began) / 60, 1),
        versions=versions(),
        sections=tuple(found),
    )
    if given.write:
        if given.only:
            parser.error("--write keeps a whole run, not a part of one")
        store(result)
        page.write(result)
    if failed:
        raise SystemExit(f"could not be measured: {', '.join(failed)}")


def _print(section: Section, seconds: float) -> None:
    print(f"\n{section.title} ({seconds:.0f} s)")
    for row in (section.columns, *section.rows):
        print("  " + " | ".join(row))
    for goal in section.goals:
        word = {True: "met", False: "MISSED", None: "not measured"}[goal.met]
        print(f"  {word}: {goal.what}: {goal.measured} (wanted: {goal.wanted})")
    print(flush=True)


if __name__ == "__main__":
    main()
