"""JSON Lines: one verdict a line, each with the run that it is of; the keys never change within a schema."""

from __future__ import annotations

from friendlywifi.report import Report, ReportedCell
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


def render(reports: tuple[Report, ...]) -> bytes:
    return b"".join(encode(line) + b"\n" for report in reports for line in verdict_lines(report))


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
