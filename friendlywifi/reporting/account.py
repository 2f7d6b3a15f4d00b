"""What was found in a time: every run of every hotspot, and every number of which there is no evidence.

The one model behind all forms of a report. Pure. Runs that are void, aborted or missing are listed as well as
the good ones: whoever chooses among runs shows it by what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.evidence.contents import Contents
from friendlywifi.reporting.report import Report
from probes.records import Record, Time


class State(StrEnum):
    """What there is of a run."""

    JUDGED = "judged"
    VOID = "void"
    """It was made, and nothing can be concluded from it."""
    INTERRUPTED = "interrupted"
    """It was stopped before its end."""
    ABORTED = "aborted"
    """A number was taken, and nothing was promised for it: the run ended before it began."""
    PROMISED = "promised"
    """It was promised, and there is no evidence of it here."""
    MISSING = "missing"
    """Its number was used, for a later one is here, and there is nothing of it."""


GAPS = (State.ABORTED, State.PROMISED, State.MISSING)


class ListedRun(Record):
    """One run that there is something of."""

    hotspot: str
    vantage: str | None
    """Id of the key that signed its bundle; `None`: there is a bare report only."""
    serial: int
    run: str
    started: Time
    ended: Time
    state: State
    outcome: AssessmentOutcome
    void_reason: str | None
    failing: tuple[str, ...]
    """Ids of the gates that fail."""
    overrides: tuple[str, ...]
    evidence: bool
    """Whether more is here than a line in the records, and it is of this place."""


class Gap(Record):
    """Numbers of one hotspot, one after the other, of which there is no evidence here."""

    hotspot: str
    vantage: str | None
    first: int
    last: int
    state: State
    after: Time | None
    """When the run before them began; `None`: there is none."""
    before: Time | None
    """When the run after them began."""

    @property
    def numbers(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Refused(Record):
    """A file that claims to be evidence and is not accepted."""

    file: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A run with the way to its evidence: a year of it is larger than memory."""

    listed: ListedRun
    report: Callable[[], Report]
    contents: Callable[[], Contents] | None = None
    """`None`: there is a report and no bundle."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a report is of."""

    since: datetime | None = None
    until: datetime | None = None
    runs: tuple[ListedRun, ...]
    """In the order of time."""
    gaps: tuple[Gap, ...] = ()
    refused: tuple[Refused, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def hotspots(self) -> tuple[str, ...]:
        return tuple(sorted({item.hotspot for item in self.runs} | {item.hotspot for item in self.gaps}))

    def of(self, hotspot: str) -> tuple[ListedRun, ...]:
        """The runs of one hotspot."""
        return tuple(item for item in self.runs if item.hotspot == hotspot)

    def gaps_of(self, hotspot: str) -> tuple[Gap, ...]:
        """What is missing of one hotspot."""
        return tuple(item for item in self.gaps if item.hotspot == hotspot)

    def reports(self) -> Iterator[Report]:
        """The reports of all runs that there is evidence of, one after the other."""
        return (item.report() for item in self.sources)

    def unread(self) -> tuple[ListedRun, ...]:
        """Runs that are on record without evidence at hand."""
        return tuple(item for item in self.runs if not item.evidence)


Series = tuple[str, str | None]
"""A hotspot and a vantage: within it numbers have no gaps."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What else is known of the numbers of a series, beside its runs."""

    aborted: Mapping[Series, frozenset[int]] = field(default_factory=dict)
    promised: Mapping[Series, frozenset[int]] = field(default_factory=dict)


def listed(report: Report, *, vantage: str | None) -> ListedRun:
    """The line of one run."""
    run, assessment = report.run, report.assessment
    state = State.VOID if run.void_reason is not None else State.JUDGED
    return ListedRun(
        hotspot=run.hotspot,
        vantage=vantage,
        serial=run.serial,
        run=run.id,
        started=run.started,
        ended=run.ended,
        state=State.INTERRUPTED if run.interrupted else state,
        outcome=assessment.outcome,
        void_reason=run.void_reason,
        failing=tuple(
            item.id for item in assessment.criteria if item.gate and item.result is CriterionOutcome.FAIL
        ),
        overrides=run.overrides,
        evidence=True,
    )


def of_reports(reports: Iterable[Report]) -> Account:
    """The account of reports that are at hand."""
    sources = tuple(
        Source(listed=listed(item, vantage=None), report=lambda item=item: item)  # type: ignore[misc]
        for item in reports
    )
    return account(sources)


def account(
    sources: Iterable[Source],
    *,
    recorded: Iterable[ListedRun] = (),
    numbers: Numbers | None = None,
    refused: tuple[Refused, ...] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Account:
    """Everything of a time. `recorded`: runs that are known without their evidence being at hand.

    A run that was handed in twice counts once, the one with a bundle before the bare report.
    """
    kept: dict[_Key, Source] = {}
    for item in sorted(sources, key=lambda item: item.contents is None):
        kept.setdefault(_key(item.listed, kept), item)
    runs = {key: item.listed for key, item in kept.items()}
    for line in recorded:
        runs.setdefault(_key(line, runs), line)
    every = sorted(runs.values(), key=_order)
    chosen = {key for key, item in runs.items() if _within(item.started, since=since, until=until)}
    gaps = _gaps(every, numbers or Numbers())
    return Account(
        since=since,
        until=until,
        runs=tuple(sorted((runs[key] for key in chosen), key=_order)),
        gaps=tuple(item for item in gaps if _may_be(item, since=since, until=until)),
        refused=refused,
        sources=tuple(
            sorted(
                (item for key, item in kept.items() if key in chosen), key=lambda item: _order(item.listed)
            )
        ),
    )


_Key = tuple[str, str, int, str | None]


def _key(item: ListedRun, known: Mapping[_Key, object]) -> _Key:
    """What tells one run from another. A bare report is of the run whose bundle is here, if one is."""
    bare = (item.hotspot, item.run, item.serial)
    if item.vantage is not None:
        return (*bare, item.vantage)
    return next((key for key in known if key[:3] == bare), (*bare, None))


def _order(item: ListedRun) -> tuple[datetime, int, str, str, str]:
    """Without ties: what comes out of a set must not depend on the hash of a string."""
    return item.started, item.serial, item.hotspot, item.run, item.vantage or ""


def _within(time: datetime, *, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or time >= since) and (until is None or time <= until)


def _may_be(gap: Gap, *, since: datetime | None, until: datetime | None) -> bool:
    """When a missing run was made is not known: it is listed unless its neighbours show when it was not."""
    too_early = gap.before is not None and since is not None and gap.before < since
    too_late = gap.after is not None and until is not None and gap.after > until
    return not too_early and not too_late


def _gaps(runs: list[ListedRun], numbers: Numbers) -> Iterator[Gap]:
    series: dict[Series, dict[int, datetime]] = {}
    for item in runs:
        series.setdefault((item.hotspot, item.vantage), {}).setdefault(item.serial, item.started)
    for key in {*numbers.aborted, *numbers.promised}:
        series.setdefault(key, {})
    for key in sorted(series, key=lambda key: (key[0], key[1] or "")):
        yield from _of_series(key, series[key], numbers)


def _of_series(key: Series, began: Mapping[int, datetime], numbers: Numbers) -> Iterator[Gap]:
    """Never number by number: a report may claim to be of run 1,000,000,000."""
    known: dict[int, State | None] = dict.fromkeys(numbers.aborted.get(key, ()), State.ABORTED)
    known |= dict.fromkeys(numbers.promised.get(key, ()), State.PROMISED)
    known |= dict.fromkeys(began, None)
    pieces: list[tuple[int, int, State]] = []
    last = 0
    for number in sorted(known):
        if number > last + 1:
            pieces.append((last + 1, number - 1, State.MISSING))
        state = known[number]
        if state is not None:
            pieces.append((number, number, state))
        last = number
    ordered = sorted(began)
    for first, final, state in _joined(pieces):
        after = max((number for number in ordered if number < first), default=None)
        before = min((number for number in ordered if number > final), default=None)
        yield Gap(
            hotspot=key[0],
            vantage=key[1],
            first=first,
            last=final,
            state=state,
            after=None if after is None else began[after],
            before=None if before is None else began[before],
        )


def _joined(pieces: list[tuple[int, int, State]]) -> Iterator[tuple[int, int, State]]:
    """Neighbours of one kind as one."""
    held: tuple[int, int, State] | None = None
    for first, last, state in pieces:
        if held is not None and held[2] is state and held[1] + 1 == first:
            held = (held[0], last, state)
            continue
        if held is not None:
            yield held
        held = (first, last, state)
    if held is not None:
        yield held
