"""Keeps an emulated hotspot up until Ctrl-C, with a ready `check` command."""

from __future__ import annotations

import asyncio
import difflib
import tempfile
from pathlib import Path

import typer

from friendlywifi.complaint import Complaint
from friendlywifi.lab import Lab, Scenario


def scenario_named(name: str) -> Scenario:
    """A scenario by its id. Complains with the nearest one."""
    known = {item.id: item for item in Lab.scenarios()}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
        raise Complaint(f'there is no emulated hotspot "{name}"; {hint}')
    return known[name]


def run(name: str, output: Path | None) -> None:
    """Serve the scenario until Ctrl-C."""
    scenario = scenario_named(name)
    if output is not None:
        asyncio.run(_serve(scenario, output))
        return
    with tempfile.TemporaryDirectory(prefix="friendlywifi-lab-") as directory:
        asyncio.run(_serve(scenario, Path(directory)))


async def _serve(scenario: Scenario, directory: Path) -> None:
    async with Lab(scenario) as lab:
        typer.echo(f"{scenario.title}: {scenario.story}", err=True)
        await asyncio.to_thread(lab.list_files, directory)
        typer.echo("Up until Ctrl-C. In another terminal:", err=True)
        typer.echo(lab.check_command(directory))
        await asyncio.Event().wait()
