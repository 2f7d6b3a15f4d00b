"""How `lint` commands speak: a fault a line on stdout, a word at the end on stderr."""

from __future__ import annotations

from pathlib import Path

import typer

from friendlywifi.exitcodes import Exit
from friendlywifi.terminal import visible
from probes.tomlfile import TomlFault


def tell(faults: tuple[TomlFault, ...], file: Path) -> None:
    """Print the faults and leave with 1, or say that there is none."""
    named = visible(str(file))
    for fault in faults:
        typer.echo(visible(str(fault)))
    if faults:
        typer.echo(f"{named}: {len(faults)} fault{'s' if len(faults) != 1 else ''}", err=True)
        raise typer.Exit(Exit.NO)
    typer.echo(f"{named}: no fault", err=True)
