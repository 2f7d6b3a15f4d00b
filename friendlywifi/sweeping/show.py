"""The summary of a sweep as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from friendlywifi.exitcodes import Exit
from friendlywifi.sweeping.summary import Summary
from friendlywifi.terminal import shown, visible

COMPARED = 200
"""Names on which resolvers differ that are shown by `--compare`."""
SHOWN = 12
"""Leaks and resolvers that are listed before the rest is counted."""

_HINTS = {
    "dns_lane_unproven": "It answered so where it must not, or so it says of names that are in no cache: "
    "it may be cut off. If it is not, give it a --canary of your own (docs/sweeping.md).",
    "dns_nxdomain_unproven": "The filter may say so, or the name is gone. What does not filter tells: "
    "--reference-resolver ADDR, or --reference FILE (docs/sweeping.md).",
}
_ANSWERS = {
    Exit.YES: ("ALL BLOCKED", "green", "Every name is blocked at every resolver."),
    Exit.NO: ("LEAKS", "red", "Some names open."),
    Exit.UNKNOWN: (
        "COULD NOT TELL",
        "yellow",
        "No name was seen to open, and not every one could be decided.",
    ),
}


def show(summary: Summary, console: Console, *, compare: bool = False) -> None:
    """The answer, what was counted, how names were blocked, and what opens where."""
    word, colour, meaning = _ANSWERS[summary.exit]
    if summary.exit is Exit.YES and any(lane.dead for lane in summary.lanes):
        meaning = "No name opens: each is blocked, or exists nowhere."
    if not summary.names:
        meaning = "The list holds no name that could be asked, so that nothing is known."
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
    if len(summary.lanes) > len(summary.types):
        differ = f"[bold]{summary.differ:,} differ[/bold]" if summary.differ else "none differ"
        unclear = f", {summary.unclear:,} could not be compared" if summary.unclear else ""
        console.print(f"\n{summary.agree:,} agree at every resolver, {differ}{unclear}")
    if compare and summary.differing:
        _differing(summary, console)
    for mechanism, count in summary.mechanisms[:SHOWN]:
        console.print(f"[dim]Seen[/dim]  {count:,} × {shown(mechanism)}")
    for rule, count in summary.undecided[:SHOWN]:
        console.print(f"[yellow]Undecided[/yellow]  {count:,} by the rule {shown(rule)}")
        if rule in _HINTS:
            console.print(f"           [dim]{_HINTS[rule]}[/dim]")
    if summary.not_decidable:
        console.print(
            f"[yellow]Undecided[/yellow]  {summary.not_decidable:,} pages of sites: "
            "DNS knows nothing of pages"
        )
    if summary.not_due:
        console.print(f"[dim]Not due[/dim]  {summary.not_due:,} rows of the order were not asked yet")
    if summary.unread:
        console.print(f"[yellow]Undecided[/yellow]  {_lines(summary.unread)} of the list could not be read")
        console.print("           [dim]Is it a list of another form? --list-format says which.[/dim]")
    _leaks(summary, console)
    asked = (*summary.resolvers, *((summary.reference_resolver,) if summary.reference_resolver else ()))
    for seen in asked:
        if seen.unanswered:
            console.print(
                f"[yellow]Silent[/yellow]  {shown(seen.resolver)} did not answer: "
                f"{seen.unanswered:,} answers are missing"
            )
    for skipped in summary.left_out:
        console.print(
            f"[dim]Left out[/dim]  {_lines(skipped.count)} ({skipped.reason.value}), "
            f"first line {skipped.first_line}"
        )


def _lines(count: int) -> str:
    return f"{count:,} {'line' if count == 1 else 'lines'}"


def _leaks(summary: Summary, console: Console) -> None:
    changes = summary.changes
    # What is new comes first: of a leak of yesterday somebody knows.
    ordered = sorted(summary.listed, key=lambda leak: leak.state == "still")
    for leak in ordered[:SHOWN]:
        since = f", since {leak.since:%Y-%m-%d}" if leak.state == "still" else ""
        word = {"opened": "New leak", "still": "Still"}.get(leak.state or "", "Leak")
        console.print(
            f"[bold red]{word}[/bold red]  {shown(leak.name)} {leak.type} at {shown(leak.resolver)}{since} "
            f"[dim](id {leak.id})[/dim]"
        )
    if summary.leaks > SHOWN:
        console.print(f"      and {summary.leaks - SHOWN:,} more")
    if changes is None:
        return
    for past in changes.closed[:SHOWN]:
        console.print(
            f"[green]Closed[/green]  {shown(past.name)} {past.type} at {shown(past.resolver)} "
            f"({shown(past.now)}) [dim](id {past.id})[/dim]"
        )
    console.print(
        f"[dim]Against the baseline[/dim]  {changes.opened:,} opened, {changes.still:,} still open, "
        f"{len(changes.closed):,} closed, {len(changes.unclear):,} that nothing could be told of"
    )


def _differing(summary: Summary, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("name", "type", "most say", "others say"):
        table.add_column(title, overflow="fold")
    for item in summary.differing[:COMPARED]:
        others = "; ".join(
            f"{dissent.outcome} at {_places(dissent.resolvers, dissent.count)}" for dissent in item.others
        )
        table.add_row(visible(item.name), item.type, f"{item.outcome} ({item.count:,})", visible(others))
    console.print(table)
    if summary.differ > COMPARED:
        console.print(f"and {summary.differ - COMPARED:,} more")


def _places(resolvers: Sequence[str], count: int) -> str:
    few = ", ".join(resolvers[:SHOWN])
    return few if count <= SHOWN else f"{few} and {count - SHOWN:,} more"


def _lanes(summary: Summary, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("resolver", "type"):
        table.add_column(title, no_wrap=True)
    for title in ("blocked", "opens", "not there", "undecided"):
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
