"""What was left out? Numbers without evidence, promises that were not kept, links that do not hold.

Pure: entries in, sentences' facts out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from friendlywifi.audit.entries import Entry, Promised


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that a hotspot's numbers do not account for."""

    certifier: str
    hotspot: str
    kind: str
    """`missing`, `promised`, `aborted`, `twice`, `chain`, `clock`, `seed` or `key`."""
    text: str
    """One sentence."""


def gaps(entries: Iterable[Entry], promised: Iterable[Promised] = ()) -> tuple[Gap, ...]:
    """Every gap, by certifier and hotspot."""
    of: dict[tuple[str, str], tuple[list[Entry], list[Promised]]] = defaultdict(lambda: ([], []))
    for entry in entries:
        if entry.refused is None:
            of[entry.certifier, entry.hotspot][0].append(entry)
    for item in promised:
        of[item.certifier, item.hotspot][1].append(item)
    found: list[Gap] = []
    for (certifier, hotspot), (runs, promises) in sorted(of.items()):
        runs.sort(key=lambda item: (item.serial, item.digest))
        for kind, text in (*_missing(runs, promises), *_twice(runs), *_links(runs, promises), *_keys(runs)):
            found.append(Gap(certifier=certifier, hotspot=hotspot, kind=kind, text=text))
    return tuple(found)


def _missing(runs: list[Entry], promises: list[Promised]) -> list[tuple[str, str]]:
    handed = {item.serial for item in runs}
    begun = {item.serial for item in promises} - handed
    aborted = _aborted(runs, promises) - handed - begun
    known = handed | begun | aborted
    missing = sorted(set(range(1, max(known, default=0) + 1)) - known)
    found = []
    if missing:
        last = max(known)
        found.append(
            (
                "missing",
                (
                    f"{len(handed)} of at least {last} runs were handed in: nothing is here of "
                    f"{'run' if len(missing) == 1 else 'runs'} {ranges(missing)}."
                ),
            )
        )
    if begun:
        found.append(("promised", f"{_runs(begun)}: promised, and no evidence handed in."))
    if aborted:
        they = "it" if len(aborted) == 1 else "they"
        text = (
            f"{_runs(aborted)}: ended before {they} began, says the promise after, and nobody vouches for it."
        )
        found.append(("aborted", text))
    return found


def _aborted(runs: list[Entry], promises: list[Promised]) -> set[int]:
    """Numbers of which a later promise says that nothing came of them."""
    told = [item.aborted for item in runs] + [item.aborted for item in promises]
    return {int(number) for numbers in told for number in numbers.split()}


def _runs(numbers: set[int]) -> str:
    return f"{'Run' if len(numbers) == 1 else 'Runs'} {ranges(sorted(numbers))}"


def _twice(runs: list[Entry]) -> list[tuple[str, str]]:
    found = []
    for serial, group in groupby(runs, key=lambda item: item.serial):
        ids = {item.run for item in group}
        if len(ids) > 1:
            found.append(("twice", f"Run {serial} was handed in {len(ids)} times, and they differ."))
    seeds: dict[str, set[int]] = defaultdict(set)
    for item in runs:
        seeds[item.seed].add(item.serial)
    for serials in seeds.values():
        if len(serials) > 1:
            told = ranges(sorted(serials))
            found.append(("seed", f"Runs {told} were drawn from one seed: the names were known before."))
    return found


def _links(runs: list[Entry], promises: list[Promised]) -> list[tuple[str, str]]:
    commitments = {item.serial: item.commitment for item in runs}
    commitments |= {item.serial: item.digest for item in promises if item.serial not in commitments}
    found = []
    for item in runs:
        since = {int(number) for number in item.aborted.split()}
        serial = next((n for n in range(item.serial - 1, 0, -1) if n not in since), 0)
        before = commitments.get(serial)
        if serial and item.previous is None:
            found.append(("chain", f"Run {item.serial} does not name the run before it."))
        elif before is not None and item.previous != before:
            found.append(("chain", f"Run {item.serial} names another run {serial} than the one handed in."))
    for one, other in pairwise(runs):
        if other.serial > one.serial and other.committed <= one.committed:
            found.append(
                (
                    "clock",
                    (
                        f"Run {other.serial} says that it began at {other.committed}, which is not after "
                        f"run {one.serial}, {one.committed}."
                    ),
                )
            )
    return found


def _keys(runs: list[Entry]) -> list[tuple[str, str]]:
    keys = sorted({item.key for item in runs})
    if len(keys) < 2:
        return []
    return [("key", f"{len(keys)} vantages signed its runs: ask whether there were that many machines.")]


def ranges(numbers: list[int]) -> str:
    """`1 to 3, 5, 8 to 9`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in parts)
