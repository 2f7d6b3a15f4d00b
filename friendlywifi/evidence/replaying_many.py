"""`friendlywifi replay DIR`: every bundle below a folder, in the order of their names."""

from __future__ import annotations

import time
from collections import Counter
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from friendlywifi import terminal
from friendlywifi.checking.targeting import named_lists
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE
from friendlywifi.evidence.bundle import load as load_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.manifest import SUMS
from friendlywifi.evidence.replay import WhatIf, replay
from friendlywifi.evidence.replaying import ReplayReport, Wish, report, what_if_of
from friendlywifi.exitcodes import Exit
from friendlywifi.spreading import cores, spread
from probes.records import TargetList, encode
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault


def bundles_below(path: Path) -> tuple[Path, ...]:
    """The bundles of a folder of bundles; none where the path is itself a bundle or the folder of a check."""
    if not path.is_dir() or (path / BUNDLE).is_file() or (path / SUMS).is_file():
        return ()
    return tuple(sorted(item for item in path.rglob("*.zip") if item.is_file() and not item.is_symlink()))


def run(wish: Wish, found: tuple[Path, ...], *, json: bool, jobs: int | None) -> Exit:
    """Replay them, say which did not come out again, and count the rest."""
    if wish.first is not None:
        raise Complaint("--first goes with one bundle, not with a folder of them")
    _what_if(wish), _lists(wish.lists)  # complain here, once, and not in every process
    began, outcomes, results = time.monotonic(), Counter[tuple[str, str]](), Counter[str]()
    replayed = spread(partial(replay_one, wish), found, jobs=min(jobs or cores(), len(found)))
    for path, item in terminal.counted(replayed, of=len(found), doing="replaying"):
        results[_result(item)] += 1
        if item.recorded_outcome is not None and item.recomputed_outcome is not None:
            outcomes[item.recorded_outcome, item.recomputed_outcome] += 1
        if json:
            terminal.raw(encode(item) + b"\n")
        elif item.refused is not None:
            _say(f"{path}: Refused: {item.refused}.")
        elif item.differences and (not item.what_if or item.recorded_outcome != item.recomputed_outcome):
            _say(_differing(path, item))
    if not json:
        _sum_up(results, outcomes, seconds=time.monotonic() - began, what_if=bool(_what_if(wish)))
    return Exit.NO if results["refused"] or results["different"] else Exit.YES


def replay_one(wish: Wish, path: Path) -> ReplayReport:
    """What comes out of one bundle."""
    try:
        lists, streams = _lists(wish.lists)
        bundle = load_bundle(path)
        done = replay(bundle.contents, what_if=_what_if(wish), lists=lists or None, streams=streams)
    except (EvidenceFault, Complaint, TomlFault, OSError) as fault:
        return ReplayReport(file=str(path), hotspot="", serial=0, run="", intact=False, refused=str(fault))
    return msgspec.structs.replace(report(bundle, done, done.differences), file=str(path))


@lru_cache(maxsize=1)
def _what_if(wish: Wish) -> WhatIf:
    return what_if_of(wish)


@lru_cache(maxsize=1)
def _lists(paths: tuple[Path, ...]) -> tuple[tuple[TargetList, ...], tuple[TargetStream, ...]]:
    return named_lists(paths)


def _result(item: ReplayReport) -> str:
    if item.refused is not None:
        return "refused"
    if item.what_if:
        return "tried"
    if item.identical:
        return "identical"
    return "different" if item.differences else "same"


def _differing(path: Path, item: ReplayReport) -> str:
    run = f"{item.hotspot}, run {item.serial}"
    # The outcome before whatever led to it.
    first = min(item.differences, key=lambda each: each.field != "assessment.outcome")
    told = f"{first.part} {first.field}: {first.recorded or '–'} → {first.recomputed or '–'}"
    more = len(item.differences) - 1
    return f"{path}: {run}: {told[:200]}{f', and {more} more values' if more else ''}"


def _sum_up(
    results: Counter[str], outcomes: Counter[tuple[str, str]], *, seconds: float, what_if: bool
) -> None:
    total = results.total()
    rate = f"{total} bundles in {seconds:.0f} s"
    if what_if:
        _say(f"{rate}. What if they were judged so today? What was found then stands.")
        for (recorded, today), count in sorted(outcomes.items()):
            same = "as then" if recorded == today else f"then {recorded.replace('_', ' ')}"
            _say(f"  {count} {today.replace('_', ' ')}, {same}")
        if results["refused"]:
            _say(f"  {results['refused']} refused")
        return
    _say(
        f"{rate}, recomputed, not witnessed: {results['identical']} the same bytes, {results['same']} the "
        f"same in meaning, {results['different']} different, {results['refused']} refused."
    )


def _say(text: str) -> None:
    terminal.out().print(terminal.shown(text), soft_wrap=True)
