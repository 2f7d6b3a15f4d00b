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

from criteria.changes import Change, Way
from criteria.records import CriterionOutcome, CriterionResult, Outcome, Route
from criteria.standard import Standard
from friendlywifi.around import GUIDE, ways_around
from friendlywifi.complaint import Complaint
from friendlywifi.headline import headline
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

SHOWN = 8
"""Names listed before the rest is counted; the report holds them all."""


def show_report(report: Report, console: Console) -> None:
    """The whole report, short enough for one screen where all is well."""
    top = headline(report)
    colour = top.colour
    run = report.run
    head = Text.assemble((f" {top.word} ", f"bold reverse {colour}"), "  ", top.meaning)
    where = Text(
        visible(
            f"{run.hotspot} · run {run.serial} · {run.started:%Y-%m-%d %H:%M} UTC · standard "
            f"{report.assessment.standard} {report.assessment.standard_version}"
        ),
        style="dim",
    )
    lines: list[RenderableType] = [head]
    lines += [Text(visible(sentence), style="bold red") for sentence in top.failing]
    lines.append(where)
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
    _ways_around(console, report.routes)
    _overdue(console, report.assessment.criteria)
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


def _ways_around(console: Console, routes: tuple[Route, ...]) -> None:
    told = ways_around(routes)
    for kind, text in told:
        console.print(
            f"[bold yellow]Way around[/bold yellow]  {shown(text)} [dim]({shown(kind.value)})[/dim]"
        )
    if told:
        console.print(f"[dim]How each kind is closed: {GUIDE}[/dim]\n")


def _overdue(console: Console, results: tuple[CriterionResult, ...]) -> None:
    """The names of an order that open although their time is up, the longest overdue on top."""
    late = [state for item in results for state in item.orders if state.overdue_s is not None]
    for state in late[:SHOWN]:
        days, hours = divmod((state.overdue_s or 0) // 3600, 24)
        since = "due date" if state.due_at is not None else "order"
        console.print(
            f"[bold red]Overdue[/bold red]  {shown(state.target)} opens {days} d {hours} h after its {since}."
        )
    if len(late) > SHOWN:
        console.print(f"[dim]and {len(late) - SHOWN} more, all in the report[/dim]")


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


_LABELS = {
    "en": {"protects": "protects", "how": "tested", "rule": "passes when", "why": "why", "remedy": "remedy"},
    "sq": {"protects": "mbron", "how": "si provohet", "rule": "kalon kur", "remedy": "zgjidhja"},
}
"""The criteria's whys and sources are in English only."""


def show_standard(standard: Standard, digest: str, console: Console, *, language: str = "en") -> None:
    """Every criterion with what it protects, how it is tested, what passes and why that number."""
    words = standard.text.sq if language == "sq" else None
    if language == "sq" and words is None:
        raise Complaint(f"{standard.id} has no texts in Albanian")
    title = standard.title if words is None else words.title
    extends = f" · extends {shown(standard.extends)}" if standard.extends else ""
    console.print(
        f"[bold]{shown(title)}[/bold]  {shown(standard.id)} {shown(standard.version)}{extends}  "
        f"[dim]{digest}[/dim]\n"
    )
    if words is not None:
        console.print(f"[dim]{shown(words.review)}[/dim]\n")
    for item in standard.criteria:
        kind = "gate" if item.gate else f"weight {item.weight}" if item.weight else "information"
        off = "" if item.enabled else " · off"
        told = item.text.sq if language == "sq" and item.text.sq is not None else item
        console.print(f"[bold]{shown(item.id)}[/bold]  {shown(told.title)}  [dim]{kind}{off}[/dim]")
        rows = [(label, str(getattr(told, key, ""))) for key, label in _LABELS[language].items()]
        if words is None:
            rows[-1:-1] = [(source.of, source.says) for source in item.source]
        rows[-1] = (rows[-1][0], f"{rows[-1][1]} ({item.owner.value})")
        for label, text in rows:
            line = f"[dim]{shown(label):<18}[/dim] {shown(text)}"
            console.print(Padding(line, (0, 0, 0, 4)), soft_wrap=False)
        console.print()
    limits = standard.limits if words is None else words.limits
    for limit in limits:
        console.print(f"[dim]limit[/dim]  {shown(limit)}")
    for bearer in standard.duty_bearer:
        duty = bearer.text.sq if words is not None and bearer.text.sq is not None else bearer
        console.print(f"[dim]duty[/dim]   {shown(duty.name)}: {shown(duty.says)}")
    for route in standard.report_to:
        where = route.text.sq if words is not None and route.text.sq is not None else route
        console.print(f"[dim]report[/dim] {shown(where.name)} ({shown(route.contact)}): {shown(where.says)}")


def show_changes(changes: tuple[Change, ...], console: Console) -> None:
    """What a change of a standard means, the relaxed gates first."""
    colours = {Way.RELAXED: "red", Way.STRICTER: "green", Way.OTHER: "yellow", Way.WORDS: "bright_black"}
    if not changes:
        console.print("The two standards ask for the same in the same words.")
    for way, colour in colours.items():
        for item in (item for item in changes if item.way is way):
            console.print(f"[{colour}]{way.value:<8}[/{colour}]  {shown(item.sentence)}")
            if item.consequence is not None:
                console.print(f"          on every certificate: {shown(item.consequence.en)}")
