"""`friendlywifi lab`: emulated hotspots on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Emulated hotspots on this machine: no root, no network.")


@app.command("list")
def list_() -> None:
    """The hotspots that can be emulated, and what is true of each."""
    from friendlywifi.lab import Lab

    every = tuple(Lab.scenarios())
    wide = max(len(scenario.id) for scenario in every)
    for scenario in every:
        truth = scenario.truth.void or scenario.truth.outcome
        typer.echo(f"{scenario.id:<{wide}}  {truth:<18}  {scenario.title}")


@app.command("run")
def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one; see `lab list`.")],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where to leave its lists.")
    ] = None,
) -> None:
    """Start an emulated hotspot, print a `check` command for it, and stay up until Ctrl-C.

    Nothing leaves this machine: every address of the lab's world leads to loopback.
    """
    from friendlywifi.lab import command as laboratory

    laboratory.run(name, output)
