"""`friendlywifi report`: runs that were made, in the form that somebody needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from friendlywifi import files, terminal
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE
from friendlywifi.evidence.bundle import load as load_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.exitcodes import Exit
from friendlywifi.formats import junit, lines, metrics, page, table
from friendlywifi.replaying import report_from
from friendlywifi.report import Report
from friendlywifi.reporting_forms import Form
from probes.records import decode

RENDERERS: dict[Form, Callable[[tuple[Report, ...]], bytes]] = {
    Form.HTML: page.render,
    Form.JUNIT: junit.render,
    Form.CSV: table.render,
    Form.JSONL: lines.render,
    Form.OPENMETRICS: metrics.render,
}


def run(paths: tuple[Path, ...], *, form: Form, output: Path | None) -> Exit:
    """Write the report of all of these runs, in the order of time."""
    reports = sorted((read_report(path) for path in paths), key=lambda item: (item.run.started, item.run.id))
    made = RENDERERS[form](tuple(reports))
    if output is not None:
        files.write(output, made)
        terminal.err().print(terminal.shown(f"Left in {output}"))
    else:
        terminal.raw(made)
    return Exit.YES


def read_report(path: Path) -> Report:
    """The report of a bundle, of a check's folder, or a report.json. Complains where it is none."""
    if path.suffix == ".json":
        try:
            return decode(files.read_bytes(path, what="the report"), Report)
        except ValueError as error:
            raise Complaint(f"{path} is no report: {error}") from None
    if path.is_dir() and not (path / BUNDLE).is_file() and (path / "report.json").is_file():
        return read_report(path / "report.json")
    try:
        return report_from(load_bundle(path))
    except EvidenceFault as fault:
        raise Complaint(f"{path}: refused: {fault}") from None
