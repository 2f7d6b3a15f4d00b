"""Many bundles replayed, some at a time: each is read, judged and forgotten, so that memory stays flat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from friendlywifi.audit.entries import Entry
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import MAX_BUNDLE, read_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.replay import replay
from friendlywifi.files import read_bytes
from friendlywifi.spreading import spread

Result = tuple[str, int]
"""`identical`, `same`, `different` or `refused`, and how many values differ."""


def replay_entry(entry: Entry) -> Result:
    """One bundle; refused where the file is no longer the one that was imported."""
    try:
        data = read_bytes(Path(entry.path), what="the bundle", largest=MAX_BUNDLE)
        if hashlib.sha256(data).hexdigest() != entry.digest:
            return "refused", 0
        done = replay(read_bundle(data).contents)
    except (EvidenceFault, Complaint):
        return "refused", 0
    if done.identical:
        return "identical", 0
    return ("same" if done.holds else "different"), len(done.differences)


def replay_all(entries: Iterable[Entry], *, jobs: int) -> Iterator[tuple[Entry, Result]]:
    """Each entry with its result, in the order given."""
    return spread(replay_entry, entries, jobs=jobs)
