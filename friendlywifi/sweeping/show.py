"""The summary of a sweep as a person reads it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from friendlywifi.exitcodes import Exit
from friendlywifi.sweeping.summary import Summary
from friendlywifi.terminal import shown, visible

SHOWN = 12
"""Leaks and resolvers that are listed before the rest is counted."""

_ANSWERS = {
    Exit.YES: ("ALL BLOCKED", "green", "Every name is blocked at every resolver."),
    Exit.NO: ("LEAKS", "red", "Some names open."),
    Exit.UNKNOWN: (
        "COULD NOT TELL",
        "yellow",
        "No name was seen to open, and not every one could be decided.",
    ),
}


def show(summary: Summary, console: Console) -> None:
    """The answer, what was counted, how names were blocked, and what opens where."""
    word, colour, meaning = _ANSWERS[summary.exit]
    console.print(Text.assemble((f" {word} ", f"bold reverse {colour}"), "  ", meaning))
    seconds = (summary.ended - summary.started).total_seconds()
    console.print(
        Text(
            visible(
                f"{summary.list} · {summary.names:,} names · {len(summary.resolvers):,} "
                f"{'resolver' if len(summary.resolvers) == 1 else 'resolvers'} · "
                f"{', '.join(summary.types)} · {seconds:,.0f} s"
            ),
            style="dim",
        )
    )
    _lanes(summary, console)
    if summary.differ:
        console.print(f"\n{summary.agree:,} agree at every resolver, [bold]{summary.differ:,} differ[/bold]")
    for mechanism, count in summary.mechanisms[:SHOWN]:
        console.print(f"[dim]Seen[/dim]  {count:,} × {shown(mechanism)}")
    for rule, count in summary.undecided[:SHOWN]:
        console.print(f"[yellow]Undecided[/yellow]  {count:,} by the rule {shown(rule)}")
    if summary.not_decidable:
        console.print(
            f"[yellow]Undecided[/yellow]  {summary.not_decidable:,} pages of sites: "
            "DNS knows nothing of pages"
        )
    for leak in summary.listed[:SHOWN]:
        console.print(f"[bold red]Leak[/bold red]  {shown(leak.name)} {leak.type} at {shown(leak.resolver)}")
    if summary.leaks > SHOWN:
        console.print(f"      and {summary.leaks - SHOWN:,} more")
    for seen in summary.resolvers:
        if seen.unanswered:
            console.print(
                f"[yellow]Silent[/yellow]  {shown(seen.resolver)} did not answer: "
                f"{seen.unanswered:,} answers are missing"
            )
    for skipped in summary.left_out:
        console.print(
            f"[dim]Left out[/dim]  {skipped.count:,} lines ({skipped.reason.value}), "
            f"first line {skipped.first_line}"
        )


def _lanes(summary: Summary, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("resolver", "type"):
        table.add_column(title, no_wrap=True)
    for title in ("blocked", "opens", "dead", "undecided"):
        table.add_column(title, justify="right")
    ordered = sorted(summary.lanes, key=lambda lane: (-lane.reachable, -lane.inconclusive, lane.resolver))
    for lane in ordered[:SHOWN]:
        table.add_row(
            visible(lane.resolver),
            lane.type,
            f"{lane.blocked:,}",
            f"[bold red]{lane.reachable:,}[/bold red]" if lane.reachable else "0",
            f"{lane.dead + lane.not_applicable:,}",
            f"[yellow]{lane.inconclusive:,}[/yellow]" if lane.inconclusive else "0",
        )
    console.print()
    console.print(table)
    if len(ordered) > SHOWN:
        rest = ordered[SHOWN:]
        console.print(f"and {len(rest):,} more, with {sum(lane.reachable for lane in rest):,} that open")
