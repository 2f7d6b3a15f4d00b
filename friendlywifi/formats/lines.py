"""JSON Lines: one verdict a line, each with the run that it is of; then a line for each run, and for missing
ones. `schema` says what a line is; the keys never change within a schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from friendlywifi.reporting.account import Account, Gap, ListedRun, Refused
from friendlywifi.reporting.report import Report, ReportedCell
from probes.records import Record, Time, encode


class VerdictLine(Record):
    """One line."""

    schema: str = "friendlywifi/verdict-line/1"
    hotspot: str
    serial: int
    run: str
    started: Time
    standard: str
    target: str
    category: str
    outcome: str
    strength: str
    judged_at: str
    mechanisms: tuple[str, ...]
    rule: str
    cells: tuple[ReportedCell, ...]


class RunLine(Record):
    """A run: also one that carries no verdict, or whose evidence is not here."""

    schema: str = "friendlywifi/run-line/1"
    run: ListedRun


class GapLine(Record):
    """Numbers of which there is no evidence."""

    schema: str = "friendlywifi/gap-line/1"
    gap: Gap


class RefusedLine(Record):
    """A file that was handed in and is no evidence."""

    schema: str = "friendlywifi/refused-line/1"
    refused: Refused


def render(account: Account) -> bytes:
    return b"".join(encode(line) + b"\n" for line in _lines(account))


def _lines(account: Account) -> Iterator[Record]:
    for report in account.reports():
        yield from verdict_lines(report)
    yield from (RunLine(run=item) for item in account.runs)
    yield from (GapLine(gap=item) for item in account.gaps)
    yield from (RefusedLine(refused=item) for item in account.refused)


def verdict_lines(report: Report) -> tuple[VerdictLine, ...]:
    run = report.run
    return tuple(
        VerdictLine(
            hotspot=run.hotspot,
            serial=run.serial,
            run=run.id,
            started=run.started,
            standard=f"{report.assessment.standard} {report.assessment.standard_version}",
            target=item.target,
            category=item.category.value,
            outcome=item.outcome.value,
            strength=item.strength.value,
            judged_at=item.judged_at.value,
            mechanisms=item.mechanisms,
            rule=item.rule,
            cells=item.cells,
        )
        for item in report.verdicts
    )
