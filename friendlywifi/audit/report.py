"""The auditor's report: one model, as Markdown, as a page, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from friendlywifi.audit.entries import Entry
from friendlywifi.audit.findings import Finding, Findings, Severity
from friendlywifi.audit.gaps import Gap
from friendlywifi.terminal import visible
from probes.records import Record


class CertifierLine(Record):
    """What one certifier handed in."""

    certifier: str
    hotspots: int
    bundles: int
    refused: int
    outcomes: tuple[tuple[str, int], ...]
    """Outcome and how many, sorted; void runs are `inconclusive`."""
    replayed: int
    identical: int
    different: int


class GapLine(Record):
    certifier: str
    hotspot: str
    kind: str
    text: str


class RefusedLine(Record):
    certifier: str
    file: str
    why: str


class AuditReport(Record):
    schema: str = "friendlywifi/audit/1"
    made: date
    auditor: str
    scope: str
    certifiers: tuple[CertifierLine, ...]
    gaps: tuple[GapLine, ...]
    refused: tuple[RefusedLine, ...]
    findings: tuple[Finding, ...]
    overdue: tuple[str, ...]
    """Ids of findings whose deadline is over, without a reply."""


def audit_report(
    *, entries: Iterable[Entry], gaps: tuple[Gap, ...], findings: Findings, today: date
) -> AuditReport:
    """The model, from what was imported and what was found."""
    counts: dict[str, _Counts] = {}
    refused = []
    for entry in entries:
        counts.setdefault(entry.certifier, _Counts()).take(entry)
        if entry.refused is not None:
            refused.append(RefusedLine(certifier=entry.certifier, file=entry.path, why=entry.refused))
    weight = list(Severity)
    ordered = sorted(findings.finding, key=lambda item: (item.closed, weight.index(item.severity), item.id))
    return AuditReport(
        made=today,
        auditor=findings.auditor,
        scope=findings.scope,
        certifiers=tuple(counts[name].line(name) for name in sorted(counts)),
        gaps=tuple(
            GapLine(certifier=item.certifier, hotspot=item.hotspot, kind=item.kind, text=item.text)
            for item in gaps
        ),
        refused=tuple(refused),
        findings=tuple(ordered),
        overdue=tuple(item.id for item in ordered if item.overdue(today)),
    )


class _Counts:
    def __init__(self) -> None:
        self.hotspots: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self.replayed: Counter[str] = Counter()
        self.bundles = self.refused = 0

    def take(self, entry: Entry) -> None:
        self.bundles += 1
        if entry.refused is not None:
            self.refused += 1
            return
        self.hotspots.add(entry.hotspot)
        self.outcomes[entry.outcome] += 1
        if entry.replayed is not None:
            self.replayed[entry.replayed] += 1

    def line(self, certifier: str) -> CertifierLine:
        return CertifierLine(
            certifier=certifier,
            hotspots=len(self.hotspots),
            bundles=self.bundles,
            refused=self.refused,
            outcomes=tuple(sorted(self.outcomes.items())),
            replayed=self.replayed.total(),
            identical=self.replayed["identical"] + self.replayed["same"],
            different=self.replayed["different"] + self.replayed["refused"],
        )


@cache
def _environment() -> Environment:
    # In Markdown every foreign text goes through `plain`, which comes out as it is.
    made = Environment(
        loader=PackageLoader("friendlywifi", "templates"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = plain
    return made


def plain(text: object) -> str:
    """Foreign text that means nothing else in Markdown: one line, its signs as signs."""
    one = visible(" ".join(str(text).split()))
    return "".join(f"\\{char}" if char in "\\`*_{}[]()#+!|<>~" else char for char in one)


def markdown(report: AuditReport) -> str:
    return _environment().get_template("audit.md").render(report=report)


def page(report: AuditReport) -> str:
    return _environment().get_template("audit.html").render(report=report)
