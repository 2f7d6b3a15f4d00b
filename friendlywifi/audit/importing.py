"""From a folder of files to entries: each bundle is read as a stranger's; what is refused is kept too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from certificates.keys import key_id, public_from_text
from friendlywifi import files
from friendlywifi.audit.entries import Entry, Promised
from friendlywifi.audit.store import Store
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import MAX_BUNDLE, read_bundle
from friendlywifi.evidence.commitment import FILE as COMMITMENT
from friendlywifi.evidence.commitment import read_commitment
from friendlywifi.evidence.fault import EvidenceFault
from probes.records import digest


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import came to."""

    new: int
    known: int
    refused: tuple[Entry, ...]
    promises: int


def import_folder(
    store: Store,
    directory: Path,
    *,
    certifier: str | None = None,
    watched: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> Imported:
    """Every `*.zip` and every commitment below the folder; `watched` shows how far it is.

    Who handed it in is said by `certifier`, else by the folder of the first level, else by the vantage's key.
    """
    if not directory.is_dir():
        raise Complaint(f"{directory} is no folder")
    new = known = promises = 0
    refused: list[Entry] = []
    found = [path for path in sorted(directory.rglob("*")) if path.is_file() and not path.is_symlink()]
    for path in watched(found):
        parts = path.relative_to(directory).parts
        who = certifier or (parts[0] if len(parts) > 1 else None)
        if path.name.endswith(COMMITMENT):
            promises += _promise(store, path, who)
        elif path.suffix == ".zip":
            data = files.read_bytes(path, what="the bundle", largest=MAX_BUNDLE)
            value = hashlib.sha256(data).hexdigest()
            if who is not None and store.knows(who, value):
                known += 1
                continue
            entry = entry_of(data, path=path, certifier=who)
            if store.knows(entry.certifier, value):
                known += 1
                continue
            store.add(entry)
            new += 1
            if entry.refused is not None:
                refused.append(entry)
            if new % 200 == 0:
                store.commit()
    return Imported(new=new, known=known, refused=tuple(refused), promises=promises)


def entry_of(data: bytes, *, path: Path, certifier: str | None) -> Entry:
    """What is remembered of one file."""
    value = hashlib.sha256(data).hexdigest()
    try:
        contents = read_bundle(data).contents
    except EvidenceFault as fault:
        return Entry(
            digest=value, path=str(path.resolve()), certifier=certifier or "unknown", refused=str(fault)
        )
    run, commitment, assessment = contents.run, contents.commitment, contents.judgement.assessment
    return Entry(
        digest=value,
        path=str(path.resolve()),
        certifier=certifier or _vantage(commitment.key),
        refused=None,
        hotspot=run.hotspot,
        serial=run.serial,
        run=run.id,
        started=run.started.isoformat(),
        committed=commitment.committed.isoformat(),
        outcome=assessment.outcome.value,
        void=contents.judgement.fitness.void_reason,
        key=commitment.key,
        seed=commitment.seed,
        commitment=digest(contents.files[COMMITMENT]),
        previous=commitment.previous,
        aborted=" ".join(map(str, commitment.aborted)),
        standard=f"{assessment.standard} {assessment.standard_version}",
        software=run.software,
    )


def _vantage(public: str) -> str:
    return f"vantage {key_id(public_from_text(public))[8:24]}"


def _promise(store: Store, path: Path, certifier: str | None) -> int:
    data = files.read_bytes(path, what="the commitment")
    try:
        found = read_commitment(data)
    except EvidenceFault:
        return 0
    store.add_promised(
        Promised(
            digest=digest(data),
            path=str(path.resolve()),
            certifier=certifier or _vantage(found.key),
            hotspot=found.hotspot,
            serial=found.serial,
            committed=found.committed.isoformat(),
            key=found.key,
            previous=found.previous,
            aborted=" ".join(map(str, found.aborted)),
        )
    )
    return 1
