"""Many bundles replayed, some at a time: each is read, judged and forgotten, so that memory stays flat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from friendlywifi.audit.entries import Entry
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import MAX_BUNDLE, read_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.replay import replay
from friendlywifi.files import read_bytes

Result = tuple[str, int]
"""`identical`, `same`, `different` or `refused`, and how many values differ."""


def replay_file(path: str, digest: str) -> Result:
    """One bundle; refused where the file is no longer the one that was imported."""
    try:
        data = read_bytes(Path(path), what="the bundle", largest=MAX_BUNDLE)
        if hashlib.sha256(data).hexdigest() != digest:
            return "refused", 0
        done = replay(read_bundle(data).contents)
    except (EvidenceFault, Complaint):
        return "refused", 0
    if done.identical:
        return "identical", 0
    return ("same" if done.holds else "different"), len(done.differences)


def replay_all(
    entries: Iterable[Entry], *, jobs: int, tell: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[Entry, Result]]:
    """Each entry with its result, in the order in which they are done."""
    if jobs <= 1:
        for number, entry in enumerate(entries, start=1):
            yield entry, replay_file(entry.path, entry.digest)
            tell(number)
        return
    done_so_far = 0
    # Spawned: a fork would copy whatever threads and sockets the caller has.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running: dict[Future[Result], Entry] = {}
        for entry in entries:
            running[pool.submit(replay_file, entry.path, entry.digest)] = entry
            if len(running) >= 4 * jobs:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    done_so_far += 1
                    tell(done_so_far)
                    yield running.pop(future), future.result()
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done_so_far += 1
                tell(done_so_far)
                yield running.pop(future), future.result()
