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
    from friendlywifi.health import examine
    from friendlywifi.terminal import out, shown

    console = out()
    findings = examine(config=config)
    for finding in findings:
        sign = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]?[/yellow]"}[finding.ok]
        console.print(f"{sign} {finding.name:<16} {shown(finding.sentence)}")
        if finding.remedy:
            console.print(f"  {'':<16} [dim]{shown(finding.remedy)}[/dim]")
    raise typer.Exit(1 if any(finding.ok is False for finding in findings) else 0)
