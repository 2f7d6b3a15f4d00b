"""A report and a standard as a person reads them: the answer first, then why, then what to do.

Words and signs carry the meaning; colour only repeats it.
"""

from __future__ import annotations

from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from criteria.records import AssessmentOutcome, CriterionOutcome, CriterionResult, Outcome
from criteria.standard import Standard
from friendlywifi.leaks import leaks
from friendlywifi.reference_words import signer
from friendlywifi.report import Report, ReportedVerdict
from friendlywifi.terminal import shown, visible

_SIGNS: dict[CriterionOutcome, tuple[str, str]] = {
    CriterionOutcome.PASS: ("✓", "green"),
    CriterionOutcome.ATTESTED: ("✎", "green"),
    CriterionOutcome.CONDITIONAL: ("◐", "yellow"),
    CriterionOutcome.FAIL: ("✗", "red"),
    CriterionOutcome.INCONCLUSIVE: ("?", "yellow"),
    CriterionOutcome.NOT_TESTED: ("–", "bright_black"),
    CriterionOutcome.NOT_APPLICABLE: ("·", "bright_black"),
}

_ANSWERS: dict[AssessmentOutcome, tuple[str, str, str]] = {
    AssessmentOutcome.CERTIFIABLE: ("YES", "green", "This check passes the standard."),
    AssessmentOutcome.PROVISIONAL: ("YES, PROVISIONALLY", "yellow", "It passes, but for at most 90 days."),
    AssessmentOutcome.CONDITIONAL: ("NOT YET", "yellow", "A second, larger sample may decide."),
    AssessmentOutcome.NOT_CERTIFIABLE: ("NO", "red", "This check does not pass the standard."),
    AssessmentOutcome.INCONCLUSIVE: ("COULD NOT TELL", "yellow", "Nothing is claimed, either way."),
}

SHOWN = 8
"""Names listed before the rest is counted; the report holds them all."""


def show_report(report: Report, console: Console) -> None:
    """The whole report, short enough for one screen where all is well."""
    word, colour, meaning = _ANSWERS[report.assessment.outcome]
    run = report.run
    head = Text.assemble((f" {word} ", f"bold reverse {colour}"), "  ", meaning)
    where = Text(
        visible(
            f"{run.hotspot} · run {run.serial} · {run.started:%Y-%m-%d %H:%M} UTC · standard "
            f"{report.assessment.standard} {report.assessment.standard_version}"
        ),
        style="dim",
    )
    lines: list[RenderableType] = [head, where]
    if run.void_reason is not None:
        lines += ["", Text(visible(f"The run is void: {run.fitness.explanation}"), style="bold")]
    # Without a terminal lines are not wrapped; in a box that would cut them off.
    console.print(Panel(Group(*lines), border_style=colour, padding=(1, 2)), soft_wrap=False)
    gates = [item for item in report.assessment.criteria if item.gate]
    others = [item for item in report.assessment.criteria if not item.gate]
    _criteria(console, "Gates: every one must pass", gates)
    _criteria(console, "Advice", others)
    _mechanisms(console, report.verdicts)
    _undecided(console, report.verdicts)
    for leak in leaks(report.verdicts):
        console.print(f"[bold red]Leak[/bold red]  {shown(leak)}")
    _remedies(console, report.assessment.criteria)
    for finding in run.fitness.findings:
        console.print(f"[dim]Note[/dim]  {shown(finding.text)}")
    if run.reference is not None:
        console.print(
            f"[dim]Reference[/dim]  {shown(run.reference.id)} of {run.reference.taken:%Y-%m-%d}, "
            f"{shown(signer(run.reference.signer, trusted=run.reference.trusted))}"
        )
    if run.overrides:
        console.print(
            "[dim]Made with overrides (resolver, lists, addresses or an untrusted reference were given): "
            "useful, and never a hotspot's certificate.[/dim]"
        )


def _criteria(console: Console, title: str, results: list[CriterionResult]) -> None:
    if not results:
        return
    table = Table(box=None, padding=(0, 1), show_header=False, title=title, title_justify="left")
    table.title_style = "bold"
    for result in results:
        sign, colour = _SIGNS[result.result]
        table.add_row(
            f"[{colour}]{sign}[/{colour}]",
            shown(result.id),
            f"[{colour}]{result.result.value.replace('_', ' ')}[/{colour}]",
            shown(result.reason),
        )
    console.print(Padding(table, (0, 0, 1, 0)), soft_wrap=False)


def _mechanisms(console: Console, verdicts: tuple[ReportedVerdict, ...]) -> None:
    counts = Counter(
        mechanism for item in verdicts if item.outcome is Outcome.BLOCKED for mechanism in item.mechanisms
    )
    outcomes = Counter(item.outcome for item in verdicts)
    console.print(
        "[bold]Names[/bold]  " + " · ".join(f"{outcomes[word]} {word.value}" for word in outcomes),
    )
    if counts:
        listed = " · ".join(f"{shown(word)} ×{count}" for word, count in counts.most_common(SHOWN))
        console.print(f"[bold]How they were blocked[/bold]  {listed}")
    console.print()


def _undecided(console: Console, verdicts: tuple[ReportedVerdict, ...]) -> None:
    undecided = [item for item in verdicts if item.outcome is Outcome.INCONCLUSIVE]
    if not undecided or len(undecided) == len(verdicts):
        return
    rules = Counter(item.rule for item in undecided)
    listed = " · ".join(f"{shown(rule)} ×{count}" for rule, count in rules.most_common(SHOWN))
    console.print(f"[bold]Could not tell[/bold]  {listed}\n")


def _remedies(console: Console, results: tuple[CriterionResult, ...]) -> None:
    wanted = [
        item
        for item in results
        if item.remedy and item.result in (CriterionOutcome.FAIL, CriterionOutcome.CONDITIONAL)
    ]
    if not wanted:
        return
    console.print("[bold]What to do[/bold]")
    for item in wanted:
        console.print(f"  {shown(item.id)}  {shown(item.remedy or '')} [dim]({shown(item.owner)})[/dim]")
        names = ", ".join(item.against[:SHOWN])
        more = len(item.against) - SHOWN
        if names:
            console.print(f"        [dim]{shown(names)}{f' and {more} more' if more > 0 else ''}[/dim]")
    console.print()


def show_standard(standard: Standard, digest: str, console: Console) -> None:
    """Every criterion with what it protects, how it is tested, what passes and why that number."""
    console.print(
        f"[bold]{shown(standard.title)}[/bold]  {shown(standard.id)} {shown(standard.version)}  "
        f"[dim]{digest}[/dim]\n"
    )
    for item in standard.criteria:
        kind = "gate" if item.gate else f"weight {item.weight}" if item.weight else "information"
        console.print(f"[bold]{shown(item.id)}[/bold]  {shown(item.title)}  [dim]{kind}[/dim]")
        for label, text in (
            ("protects", item.protects),
            ("tested", item.how),
            ("passes when", item.rule),
            ("why", item.why),
            *((f"{source.of}", source.says) for source in item.source),
            ("remedy", f"{item.remedy} ({item.owner.value})"),
        ):
            told = f"[dim]{shown(label):<18}[/dim] {shown(text)}"
            console.print(Padding(told, (0, 0, 0, 4)), soft_wrap=False)
        console.print()
