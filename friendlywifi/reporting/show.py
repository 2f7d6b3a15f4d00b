"""A report and a standard as a person reads them: the answer first, then why, then what to do.

Words and signs carry the meaning; colour only repeats it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from criteria.changes import Change, Way
from criteria.records import CriterionOutcome, CriterionResult, Outcome, Route
from criteria.standard import Standard
from friendlywifi.complaint import Complaint
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import ALBANIAN, fine_print, later, phrase, spoken
from friendlywifi.referencing.words import signer
from friendlywifi.reporting.around import GUIDE, ways_around
from friendlywifi.reporting.headline import headline
from friendlywifi.reporting.leaks import leaks
from friendlywifi.reporting.report import Report, ReportedVerdict
from friendlywifi.shipped import ids, load_standard
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
    head = Text.assemble((f" {word(top.word)} ", f"bold reverse {colour}"), "  ", retold(top.meaning))
    where = phrase(
        "%(hotspot)s · run %(serial)s · %(time)s UTC · standard %(standard)s %(version)s",
        hotspot=run.hotspot,
        serial=run.serial,
        time=f"{run.started:%Y-%m-%d %H:%M}",
        standard=report.assessment.standard,
        version=report.assessment.standard_version,
    )
    lines: list[RenderableType] = [head]
    lines += [Text(visible(retold(sentence)), style="bold red") for sentence in top.failing]
    lines.append(Text(visible(where), style="dim"))
    if run.void_reason is not None:
        void = phrase("The run is void: %(why)s", why=retold(run.fitness.explanation))
        lines += ["", Text(visible(void), style="bold")]
    # Without a terminal lines are not wrapped; in a box that would cut them off.
    console.print(Panel(Group(*lines), border_style=colour, padding=(1, 2)), soft_wrap=False)
    gates = [item for item in report.assessment.criteria if item.gate]
    others = [item for item in report.assessment.criteria if not item.gate]
    _criteria(console, phrase("Gates: every one must pass"), gates)
    _criteria(console, phrase("Advice"), others)
    _mechanisms(console, report.verdicts)
    _undecided(console, report.verdicts)
    for leak in leaks(report.verdicts):
        _labelled(console, phrase("Leak"), retold(leak), style="bold red")
    _ways_around(console, report.routes)
    _overdue(console, report.assessment.criteria)
    _remedies(console, report.assessment.criteria, remedies_of(report.assessment.standard))
    for finding in run.fitness.findings:
        _labelled(console, phrase("Note"), retold(finding.text))
    if run.reference is not None:
        told = phrase(
            "%(reference)s of %(day)s, %(signer)s",
            reference=run.reference.id,
            day=f"{run.reference.taken:%Y-%m-%d}",
            signer=retold(signer(run.reference.signer, trusted=run.reference.trusted)),
        )
        _labelled(console, phrase("Reference"), told)
    if run.overrides:
        told = phrase(
            "Made with overrides (resolver, lists, addresses or an untrusted reference were given): "
            "useful, and never a hotspot's certificate."
        )
        console.print(f"[dim]{shown(told)}[/dim]")
    for line in fine_print():
        console.print(f"[dim]{shown(line)}[/dim]")


def remedies_of(standard: str) -> Mapping[str, str]:
    """What to do for each criterion, where a standard that comes with the program says it in Albanian."""
    if spoken().code != ALBANIAN or standard not in ids():
        return {}
    loaded, _ = load_standard(standard)
    return {item.id: item.text.sq.remedy for item in loaded.criteria if item.text.sq is not None}


def _labelled(console: Console, label: str, text: str, *, style: str = "dim") -> None:
    if not console.is_terminal:
        console.print(f"[{style}]{shown(label)}[/{style}]  {shown(text)}")
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_row(f"[{style}]{shown(label)}[/{style}]", shown(text))
    console.print(grid)


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
            f"[{colour}]{shown(word(result.result.value))}[/{colour}]",
            shown(retold(result.reason)),
        )
    console.print(Padding(table, (0, 0, 1, 0)), soft_wrap=False)


def _mechanisms(console: Console, verdicts: tuple[ReportedVerdict, ...]) -> None:
    counts = Counter(
        mechanism for item in verdicts if item.outcome is Outcome.BLOCKED for mechanism in item.mechanisms
    )
    outcomes = Counter(item.outcome for item in verdicts)
    listed = " · ".join(f"{outcomes[outcome]} {word(outcome.value)}" for outcome in outcomes)
    _labelled(console, phrase("Names"), listed, style="bold")
    if counts:
        listed = " · ".join(f"{mechanism} ×{count}" for mechanism, count in counts.most_common(SHOWN))
        _labelled(console, phrase("How they were blocked"), listed, style="bold")
    console.print()


def _undecided(console: Console, verdicts: tuple[ReportedVerdict, ...]) -> None:
    undecided = [item for item in verdicts if item.outcome is Outcome.INCONCLUSIVE]
    if not undecided or len(undecided) == len(verdicts):
        return
    rules = Counter(item.rule for item in undecided)
    listed = " · ".join(f"{rule} ×{count}" for rule, count in rules.most_common(SHOWN))
    _labelled(console, phrase("Could not tell"), listed, style="bold")
    console.print()


def _ways_around(console: Console, routes: tuple[Route, ...]) -> None:
    told = ways_around(routes)
    for kind, text in told:
        _labelled(console, phrase("Way around"), f"{retold(text)} ({kind.value})", style="bold yellow")
    if told:
        guide = phrase("How each kind is closed: %(page)s", page=GUIDE)
        console.print(f"[dim]{shown(guide)}[/dim]\n")


def _overdue(console: Console, results: tuple[CriterionResult, ...]) -> None:
    """The names of an order that open although their time is up, the longest overdue on top."""
    late = [state for item in results for state in item.orders if state.overdue_s is not None]
    for state in late[:SHOWN]:
        days, hours = divmod((state.overdue_s or 0) // 3600, 24)
        message = (
            later("%(name)s opens %(days)s d %(hours)s h after its due date.")
            if state.due_at is not None
            else later("%(name)s opens %(days)s d %(hours)s h after its order.")
        )
        told = phrase(message, name=state.target, days=days, hours=hours)
        _labelled(console, phrase("Overdue"), told, style="bold red")
    if len(late) > SHOWN:
        told = phrase("and %(number)s more, all in the report", number=len(late) - SHOWN)
        console.print(f"[dim]{shown(told)}[/dim]")


def _remedies(console: Console, results: tuple[CriterionResult, ...], translated: Mapping[str, str]) -> None:
    wanted = [
        item
        for item in results
        if item.remedy and item.result in (CriterionOutcome.FAIL, CriterionOutcome.CONDITIONAL)
    ]
    if not wanted:
        return
    heading = phrase("What to do")
    console.print(f"[bold]{shown(heading)}[/bold]")
    for item in wanted:
        remedy = translated.get(item.id, item.remedy or "")
        told = f"{shown(remedy)} [dim]({shown(word(item.owner))})[/dim]"
        names = ", ".join(item.against[:SHOWN])
        more = len(item.against) - SHOWN
        if more > 0:
            names = phrase("%(names)s and %(number)s more", names=names, number=more)
        if names:
            told += f"\n{'' if console.is_terminal else ' ' * 10}[dim]{shown(names)}[/dim]"
        if console.is_terminal:
            grid = Table.grid(padding=(0, 2, 0, 0))
            grid.add_row(f"  {shown(item.id)}", told)
            console.print(grid)
        else:
            console.print(f"  {shown(item.id)}  {told}")
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
        rows[-1] = (rows[-1][0], f"{rows[-1][1]} ({word(item.owner.value)})")
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
