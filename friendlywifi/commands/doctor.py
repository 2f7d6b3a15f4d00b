"""`friendlywifi doctor`: is this machine ready to check a hotspot?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def doctor(
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """Look at this machine, without a packet: would a check from here measure the hotspot, or the machine?

    Says which resolvers the network gave and what stands before them, which address families have a way out,
    and what would be in the way: proxies, a hosts file, a resolver of one's own.

    Exit code: 0 ready, 1 something is in the way.
    """
    from rich.table import Table

    from friendlywifi.checking.health import examine
    from friendlywifi.language.retelling import diagnosed
    from friendlywifi.language.spoken import fine_print
    from friendlywifi.terminal import out, shown

    console = out()
    findings = examine(config=config)
    table = Table.grid(padding=(0, 1))
    for finding in findings:
        sign = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]?[/yellow]"}[finding.ok]
        name, sentence = shown(diagnosed(finding.name)), shown(diagnosed(finding.sentence))
        remedy = shown(diagnosed(finding.remedy or ""))
        margin = "" if console.is_terminal else " " * 19
        told = f"{sentence}\n{margin}[dim]{remedy}[/dim]" if remedy else sentence
        if console.is_terminal:
            table.add_row(sign, name, told)
        else:
            # Nothing is broken into lines for a program that reads them.
            console.print(f"{sign} {name:<16} {told}")
    if console.is_terminal:
        console.print(table)
    for line in fine_print():
        console.print(f"[dim]{shown(line)}[/dim]")
    raise typer.Exit(1 if any(finding.ok is False for finding in findings) else 0)
