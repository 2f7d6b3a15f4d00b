"""Hand-over sheets as files: for each failure that was told, one for a mail and one for a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from friendlywifi import files
from friendlywifi.evidence.bundle import MAX_BUNDLE, read_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.records import hotspots, runs, watching
from friendlywifi.records.database import Records
from friendlywifi.records.taking import kept
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.handover import Judged, Place, Sheet, page, sheet, text
from friendlywifi.surveillance.notices import Notice, NoticeKind

MADE_FOR = timedelta(days=7)
"""How far back a sheet that is not there is still made: a disk may have been full."""


def leave_sheets(records: Records, *, into: Path, issuer: str | None, now: datetime) -> tuple[Path, ...]:
    """The sheets of the newest notices about failures that are not there yet; their text forms' files."""
    return tuple(
        _leave(sheet_of(records, notice, issuer=issuer), into=into)
        for notice in watching.notices(records, since=now - MADE_FOR)
        if notice.kind is NoticeKind.FAILING and not file_of(notice.key, into).exists()
    )


def sheet_of(records: Records, notice: Notice, *, issuer: str | None) -> Sheet:
    """What the records know about a failure. Bundles that are not kept here are left out."""
    known = {item.id: item for item in hotspots.every(records)}
    name = known[notice.hotspots[0]].standard
    standard, _ = load_standard(name)
    return sheet(
        notice,
        places=tuple(
            Place(name=known[one].name, place=known[one].place, address=known[one].address, known=how)
            for how, ids in (
                ("confirmed", notice.hotspots),
                ("suspected", notice.suspected),
                ("behind the same resolver", notice.behind),
            )
            for one in ids
            if one in known
        ),
        runs=tuple(_opened(records, notice.evidence)),
        standard=standard,
        standard_name=name,
        issuer=issuer,
    )


def file_of(notice: str, into: Path) -> Path:
    """Where the text form lies; the page is beside it."""
    return into / f"{re.sub(r'[^a-z0-9.]+', '-', notice.lower()).strip('-')[:120]}.txt"


def _leave(made: Sheet, *, into: Path) -> Path:
    path = file_of(made.notice, into)
    files.write(path.with_suffix(".html"), page(made).encode())
    # Last: where it is there, both are.
    files.write(path, text(made).encode())
    return path


def _opened(records: Records, digests: tuple[str, ...]) -> Iterable[Judged]:
    for digest in digests:
        row = runs.by_bundle(records, digest)
        path = None if row is None else kept(records, row)
        if row is None or path is None or not path.is_file():
            continue
        try:
            contents = read_bundle(files.read_bytes(path, what="the bundle", largest=MAX_BUNDLE)).contents
        except EvidenceFault:
            # Damaged since it came in: `records verify` says so, and a sheet does without it.
            continue
        yield Judged(
            hotspot=hotspots.get(records, row.hotspot).name,
            bundle=digest,
            run=contents.run,
            judgement=contents.judgement,
            seed=contents.plan.seed,
        )
