"""From what the user named to an account: bundles, folders of them, reports, hotspots of ours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

from msgspec.structs import replace

from certificates.keys import key_id, public_from_text
from friendlywifi import files, terminal
from friendlywifi.checking import serials
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE, Bundle
from friendlywifi.evidence.bundle import load as load_bundle
from friendlywifi.evidence.commitment import FILE as COMMITMENT
from friendlywifi.evidence.commitment import Commitment, read_commitment
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.keeping import kept_bundles
from friendlywifi.evidence.manifest import SUMS
from friendlywifi.evidence.replaying import report_from
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.evidence import ELSEWHERE
from friendlywifi.records.place import records_file
from friendlywifi.records.runs import RunRow
from friendlywifi.records.taking import kept
from friendlywifi.reporting.account import (
    Account,
    ListedRun,
    Numbers,
    Refused,
    Series,
    Source,
    State,
    account,
    listed,
)
from friendlywifi.reporting.report import Report
from friendlywifi.settings import load_settings
from probes.records import decode

REPORT = "report.json"


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the named things hold so far."""

    sources: list[Source] = field(default_factory=list)
    recorded: list[ListedRun] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    aborted: dict[Series, set[int]] = field(default_factory=lambda: defaultdict(set))
    promised: dict[Series, set[int]] = field(default_factory=lambda: defaultdict(set))

    def numbers(self) -> Numbers:
        return Numbers(
            aborted={key: frozenset(value) for key, value in self.aborted.items()},
            promised={key: frozenset(value) for key, value in self.promised.items()},
        )


def collect(
    named: tuple[str, ...],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    config: Path | None = None,
) -> Account:
    """The account of all of these: paths, and ids or names of hotspots. Complains where one is neither.

    A single file that is no evidence is a complaint; in a folder of many it is listed as refused.
    """
    found = _Found()
    for name in named:
        path = Path(name)
        if path.is_dir() and not _is_one(path):
            _folder(found, path)
        elif path.exists() or path.suffix in (".zip", ".json"):
            try:
                _take(found, path)
            except EvidenceFault as fault:
                raise Complaint(f"{path}: refused: {fault}") from None
        else:
            _site(found, name, config)
    made = account(
        found.sources,
        recorded=found.recorded,
        numbers=found.numbers(),
        refused=tuple(found.refused),
        since=since,
        until=until,
    )
    if not made.runs and not made.gaps and not made.refused:
        told = " in that time" if since is not None or until is not None else ""
        raise Complaint(f"there is no run{told} in {', '.join(named)}")
    return made


def read_report(path: Path) -> Report:
    """The report of a bundle, of a check's folder, or a report.json. Complains where it is none."""
    try:
        return _source(path).report()
    except EvidenceFault as fault:
        raise Complaint(f"{path}: refused: {fault}") from None


def moment(text: str | None, *, option: str, end: bool = False) -> datetime | None:
    """A day or a time as somebody writes it, UTC; a day without a time is its beginning, or its `end`."""
    if text is None:
        return None
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        raise Complaint(f"{option} {text}: give a time like 2026-11-22T15:00") from None
    if end and len(text) <= len("2026-11-22"):
        made = datetime.combine(made.date(), time.max)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


# --------------------------------------------------------------------------------------------- paths


def _is_one(path: Path) -> bool:
    """What a check left, or an unpacked bundle; else it is a folder of many."""
    return any((path / name).is_file() for name in (BUNDLE, SUMS, REPORT))


def _folder(found: _Found, directory: Path) -> None:
    """Every bundle, report and promise below a folder, in the order of their names."""
    every = [path for path in sorted(directory.rglob("*")) if path.is_file() and not path.is_symlink()]
    for path in terminal.counted(every, of=len(every), doing="reading evidence"):
        try:
            if path.name.endswith(COMMITMENT):
                _promise(found, read_commitment(files.read_bytes(path, what="the commitment")))
            elif path.suffix == ".zip" or path.name == REPORT:
                _take(found, path)
        except (EvidenceFault, Complaint) as fault:
            found.refused.append(Refused(file=path.relative_to(directory).as_posix(), why=str(fault)))


def _take(found: _Found, path: Path, *, called: str | None = None) -> None:
    """`called`: how the hotspot is called here, whatever the run says; the records know it by two names."""
    if path.suffix == ".json" or not _is_bundle(path):
        found.sources.append(_source(path))
        return
    bundle = load_bundle(path)
    found.sources.append(_of_bundle(bundle, path, called=called))
    _numbered(found, bundle.contents.commitment, called=called)


def _promise(found: _Found, promised: Commitment) -> None:
    found.promised[_series(promised, None)].add(promised.serial)
    _numbered(found, promised, called=None)


def _numbered(found: _Found, promised: Commitment, *, called: str | None) -> None:
    found.aborted[_series(promised, called)].update(promised.aborted)


def _series(promised: Commitment, called: str | None) -> Series:
    return called or promised.hotspot, key_id(public_from_text(promised.key))


def _is_bundle(path: Path) -> bool:
    return path.is_file() or (path / BUNDLE).is_file() or (path / SUMS).is_file()


def _source(path: Path) -> Source:
    if path.is_dir() and not _is_bundle(path) and (path / REPORT).is_file():
        path = path / REPORT
    if path.suffix != ".json":
        return _of_bundle(load_bundle(path), path)
    report = _bare(path)
    return Source(listed=listed(report, vantage=None), report=lambda: _bare(path))


def _bare(path: Path) -> Report:
    try:
        return decode(files.read_bytes(path, what="the report"), Report)
    except ValueError as error:
        raise Complaint(f"{path} is no report: {error}") from None


def _of_bundle(bundle: Bundle, path: Path, *, called: str | None = None) -> Source:
    def told(bundle: Bundle) -> Report:
        report = report_from(bundle)
        return report if called is None else replace(report, run=replace(report.run, hotspot=called))

    return Source(
        listed=listed(told(bundle), vantage=key_id(public_from_text(bundle.sealed.key))),
        report=lambda: told(_again(path)),
        contents=lambda: _again(path).contents,
    )


def _again(path: Path) -> Bundle:
    try:
        return load_bundle(path)
    except EvidenceFault as fault:
        raise Complaint(f"{path}: refused: {fault}") from None


# --------------------------------------------------------------------------------------------- sites


def _site(found: _Found, name: str, config: Path | None) -> None:
    """A hotspot of the records, and the runs that this machine made under that name."""
    called = name
    names: tuple[str, ...] = (name,)
    mine = _Found()
    place = records_file(load_settings(file=config).settings)
    known = None
    if place.exists():
        with open_records(place, make=False) as records:
            known = hotspots.named(records, name)
            if known is not None:
                called, names = known.name, (known.name, known.id)
                for row in runs.of(records, known.id):
                    _row(mine, records, row, called=called)
    made = [_made_here(mine, item, called=called) for item in dict.fromkeys(names)]
    if known is None and not any(made):
        raise Complaint(
            f'"{name}" is no file, no folder, and no hotspot of ours; friendlywifi hotspot list shows all'
        )
    # What the records know to be made at another place says nothing of this one.
    elsewhere = {_told_of(item) for item in mine.recorded if item.void_reason == ELSEWHERE}
    found.sources.extend(item for item in mine.sources if _told_of(item.listed) not in elsewhere)
    found.recorded.extend(mine.recorded)
    found.refused.extend(mine.refused)
    for key, numbers in mine.aborted.items():
        found.aborted[key] |= numbers
    for key, numbers in mine.promised.items():
        found.promised[key] |= numbers


def _told_of(item: ListedRun) -> tuple[str, int, str | None]:
    return item.run, item.serial, item.vantage


def _row(found: _Found, records: Records, row: RunRow, *, called: str) -> None:
    void = State.VOID if row.void_reason is not None else State.JUDGED
    found.recorded.append(
        ListedRun(
            hotspot=called,
            vantage=row.vantage,
            serial=row.serial,
            run=row.run,
            started=row.started,
            ended=row.ended,
            state=State.INTERRUPTED if row.interrupted else void,
            outcome=row.outcome,
            void_reason=row.void_reason,
            failing=row.failing(),
            overrides=row.overrides,
            evidence=False,
        )
    )
    path = kept(records, row)
    if path is not None and path.is_file():
        _take_kept(found, path, called=called)


def _take_kept(found: _Found, path: Path, *, called: str) -> None:
    try:
        _take(found, path, called=called)
    except EvidenceFault as fault:
        found.refused.append(Refused(file=path.name, why=str(fault)))


def _made_here(found: _Found, hotspot: str, *, called: str) -> bool:
    """The runs in the place for state: their bundles, their promises, and the numbers that were taken."""
    state = serials.state_directory()
    taken = frozenset(serials.claimed(state, hotspot))
    before = len(found.sources)
    for path in kept_bundles(state, hotspot):
        _take_kept(found, path, called=called)
    mine = [item.listed.vantage for item in found.sources[before:]]
    series = (called, mine[-1] if mine else None)
    promised = {
        int(path.name.partition(".")[0])
        for path in serials.folder(state, hotspot).glob(f"*.{COMMITMENT}")
        if path.name.partition(".")[0].isdecimal()
    }
    if taken:
        found.promised[series].update(taken & promised)
        found.aborted[series].update(taken - promised)
    return bool(taken or mine)
