"""From the records to a folder that a web server serves: what `register publish` and `serve` do."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.checkpoint import Checkpoint
from certificates.didweb import IssuerKey
from certificates.keys import public_text
from certificates.print import render_pdf
from certificates.records import whole_seconds
from certificates.statuslist import StatusListFault
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates, register
from friendlywifi.records.database import Records
from friendlywifi.records.register import Publication
from friendlywifi.register import holding, tree
from friendlywifi.register.issuerkeys import page_keys, public_keys
from friendlywifi.register.pages import Edition
from friendlywifi.register.papers import papers
from friendlywifi.register.public import Register, gather
from friendlywifi.register.site import Site
from probes.records import Record, digest

FORM = 4
"""Goes up with every change of a page or a file that makes other bytes of the same records."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """Who publishes, and for how long what it says is good."""

    site: Site
    keys: tuple[IssuerKey, ...]
    key: Ed25519PrivateKey
    good_for: timedelta
    tests: frozenset[str] = frozenset()
    """Those of the keys that sign TEST certificates alone."""
    pdf: Callable[..., bytes] = render_pdf
    jobs: int | None = None
    """Processes that set type; `None`: one for each processor, where there is much to set."""
    randomness: Callable[[int], bytes] = secrets.token_bytes


class Published(Record):
    """What came of it."""

    at: datetime
    good_until: datetime
    hotspots: int
    certificates: int
    elsewhere: int
    unproven: int
    """Certificates that came from another machine without their proofs: no list tells of their status."""
    entries: int
    logged: int
    """Entries that are new in the log."""
    written: int
    """Files that changed."""


Progress = Callable[[str, int, int], None]
"""What is being done, how many are done, of how many."""


def publish(
    records: Records,
    directory: Path,
    issue: Issue,
    *,
    now: datetime,
    actor: str,
    progress: Progress = lambda _doing, _done, _of: None,
) -> Published:
    """Bring the folder up to date with the records. The same records again: the same bytes.

    Complains, and writes nothing, where the folder holds what these records do not know.
    """
    now = whole_seconds(now)
    if public_text(issue.key.public_key()) not in {
        item.key for item in issue.keys if item.valid_until is None
    }:
        raise Complaint("the register is signed with a key that is in force; this one is not among them")
    keys = public_keys(issue.keys)
    with holding.alone(directory):
        holding.require_ours(directory, issue.site)
        before = holding.standing(directory, issue.site, keys)
        revoked = holding.revoked_before(directory, issue.site, keys)
        certificates.by_the_clock(records, now=now)
        if before is not None:
            # Asked before anything is added to a log that is not the one that was published.
            holding.require_growth(register.tree_of(register.log(records)), before[1], directory)
        logged = _log(records, issue, progress)
        with records.writing():  # pages, lists and log are of one moment
            sources = _sources(records, issue, revoked, now=now, actor=actor)
        try:
            files = _files(sources, before, progress)
        except StatusListFault as fault:
            raise Complaint(f"{directory}: {fault} Nothing was written") from None
        written = 0
        for number, (path, data) in enumerate(files.items(), start=1):
            written += holding.write(directory / path, data)
            progress("writing", number, len(files))
    edition = sources.edition
    return Published(
        at=edition.made,
        good_until=edition.good_until,
        hotspots=len(edition.register.hotspots),
        certificates=len(edition.register.certificates),
        elsewhere=edition.register.elsewhere,
        unproven=sum(row.open and row.proofs is None for row in sources.rows),
        entries=len(sources.entries),
        logged=logged,
        written=written,
    )


def due(records: Records, *, now: datetime, good_for: timedelta) -> bool:
    """Whether publishing again would say anything new: for a service that looks each minute.

    A change of a certificate at once; a new check within the hour; and all of it before it is half as old
    as it may become, so that two failed attempts leave no gap.
    """
    last = register.last_published(records)
    if last is None or register.unlogged(records):
        return True
    if now - last.at >= good_for / 2 or now < last.at:
        return True
    return register.seen_journal(records) != last.journal and now - last.at >= _AN_HOUR


_AN_HOUR = timedelta(hours=1)


def _log(records: Records, issue: Issue, progress: Progress) -> int:
    waiting, logged = register.unlogged(records), 0
    with papers(records, pdf=issue.pdf, jobs=issue.jobs) as pdf:
        for _ in register.append(records, pdf=pdf, randomness=issue.randomness):
            logged += 1
            progress("logging", logged, waiting)
    return logged


def _sources(
    records: Records, issue: Issue, revoked: frozenset[int], *, now: datetime, actor: str
) -> tree.Sources:
    log = register.log(records)
    grown = register.tree_of(log)
    public = gather(records, issue.site, logged=((item.place, item.number) for item in log))
    journal = register.seen_journal(records)
    known = Publication(
        at=now,
        good_until=now + issue.good_for,
        content=digest(_content(public, issue)),
        journal=journal,
        size=len(grown),
        root=grown.root().hex(),
    )
    last = register.last_published(records)
    same = last is not None and _same(last, known) and now - last.at < issue.good_for / 2 and now >= last.at
    if last is None or not same:
        register.publish(records, known, now=now, actor=actor)
        last = known
    numbers = {item.number for item in public.certificates}
    return tree.Sources(
        edition=Edition(
            site=issue.site,
            register=public,
            keys=page_keys(issue.keys, issue.tests),
            made=last.at,
            good_until=last.good_until,
        ),
        rows=tuple(row for row in certificates.every(records) if row.number in numbers),
        keys=issue.keys,
        tests=issue.tests,
        key=issue.key,
        entries=tuple(item.data for item in log),
        tree=grown,
        revoked_before=revoked,
        at=last.at,
    )


class _Content(Record):
    """All that decides about the bytes, without the time."""

    form: int
    register: Register
    keys: tuple[IssuerKey, ...]
    tests: tuple[str, ...]
    key: str
    good_for: int


def _content(public: Register, issue: Issue) -> _Content:
    return _Content(
        form=FORM,
        register=public,
        keys=issue.keys,
        tests=tuple(sorted(issue.tests)),
        key=public_text(issue.key.public_key()),
        good_for=int(issue.good_for.total_seconds()),
    )


def _same(last: Publication, new: Publication) -> bool:
    return (last.content, last.size, last.root) == (new.content, new.size, new.root) and (
        last.good_until - last.at == new.good_until - new.at
    )


def _files(
    sources: tree.Sources, before: tuple[str, Checkpoint] | None, progress: Progress
) -> dict[str, bytes]:
    """All of them, before the first is written: what must not be published is refused while making it."""
    of, files = tree.count(sources), dict[str, bytes]()
    for path, data in tree.made(sources):
        files[path] = data
        progress("making", min(len(files), of), of)
    note = files[holding.CHECKPOINT].decode()
    files[holding.CHECKPOINT] = holding.with_witnesses(note, before, sources.edition.site).encode()
    return files
