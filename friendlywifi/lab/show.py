"""What came of one hotspot of the demo, on the terminal: the answer first."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from criteria.records import AssessmentOutcome, Outcome
from friendlywifi.lab.story import DAYS, Story
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import later, phrase, spoken
from friendlywifi.reporting.leaks import leaks
from friendlywifi.terminal import shown

_ANSWERS = {
    AssessmentOutcome.CERTIFIABLE: (later("CERTIFIED"), "green"),
    AssessmentOutcome.INCONCLUSIVE: (later("COULD NOT TELL"), "yellow"),
}
_REFUSED = (later("REFUSED"), "red")

STORIES = (
    later("Library, well filtered"),
    later(
        "A public library whose provider filters for it: adult and illegal names lead nowhere, all else "
        "opens, and other resolvers cannot be asked."
    ),
    later("Café, open over IPv6"),
    later(
        "A café whose filter is older than its IPv6: asked for an IPv6 address it gives the true one of "
        "every adult site, and resolvers elsewhere answer too, in the clear and encrypted."
    ),
    later("Airport, behind a captive portal"),
    later(
        "An airport that holds every visitor at its login page: nothing opens yet, and so nothing can be "
        "said about its filter."
    ),
)
"""What the three scenarios say of themselves."""


def show_story(story: Story, directory: Path, console: Console) -> None:
    """One hotspot in a few lines: the answer first."""
    told, colour = _ANSWERS.get(story.report.assessment.outcome, _REFUSED)

    def line(text: str, *, sign: str = "") -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("", f"[{colour}]{sign}[/{colour}]", text) if sign else grid.add_row("", text)
        console.print(grid)

    title = phrase(story.scenario.title) if story.scenario.title in STORIES else story.scenario.title
    tale = phrase(story.scenario.story) if story.scenario.story in STORIES else story.scenario.story
    console.print(f"[bold reverse {colour}] {shown(phrase(told))} [/]  [bold]{shown(title)}[/bold]")
    line(f"[dim]{shown(tale)}[/dim]")
    counts = Counter(item.outcome for item in story.report.verdicts)
    outcomes = ", ".join(f"{counts[item]} {word(item.value)}" for item in Outcome if counts[item])
    places = {"names": sum(counts.values()), "outcomes": outcomes}
    if story.runs > 1:
        line(
            phrase(
                "%(runs)s runs in %(days)s simulated days, the last one: of %(names)s names %(outcomes)s.",
                runs=story.runs,
                days=DAYS,
                **places,
            )
        )
    else:
        line(phrase("1 run: of %(names)s names %(outcomes)s.", **places))
    for leak in leaks(story.report.verdicts):
        line(shown(retold(leak)), sign="✗")
    for reason in story.why_not:
        criterion, apart, sentence = reason.rpartition("  ")
        line(shown(f"{criterion}{apart}{retold(sentence)}"), sign="✗")
    names = "report.json, plan.json, observations.jsonl, bundle.zip"
    if story.certificate is not None:
        certificate = story.certificate.certificate
        line(
            shown(
                phrase(
                    "Certificate %(number)s, %(status)s until %(day)s, marked TEST",
                    number=certificate.number,
                    status=word(certificate.status),
                    day=spoken().day(certificate.valid_until),
                )
            ),
            sign="✓",
        )
        names = f"certificate.pdf, certificate.html, certificate.json, {names}"
    line(f"[dim]{shown(directory)}/[/dim] {names}")
    console.print()
