"""`friendlywifi serve`: watch, judge, remind and publish for years."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def serve(
    *,
    hotspot: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="The hotspot that this machine stands in: check it when due. Repeatable."
        ),
    ] = None,
    authorised_by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who allowed the checks. Needed, or in the config.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Look once, do what is due, and end (cron, systemd timers).")
    ] = False,
    due: Annotated[
        bool, typer.Option("--due", help="Only list what is due where, for whoever does the rounds.")
    ] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="Of --due: text for people, json is friendlywifi/due/1.")
    ] = Format.TEXT,
    every: Annotated[
        int | None,
        typer.Option(metavar="SECONDS", min=5, max=3600, help="Between two looks. Default: 60."),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="Of the lines on stderr: text, or json.")
    ] = LogFormat.TEXT,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """Watch all hotspots: check this one when due, judge, suspend, tell whoever must know.

    On a small machine in a town hall that gets the runs of others (`friendlywifi records import`):

        friendlywifi serve

    On a probe that stays at a hotspot:

        friendlywifi serve --hotspot library-7 --authorised-by "Town hall"

    Everything is in the records: it may be stopped or lose its power at any time, and two may run on one
    file. docs/serving.md has a unit for systemd.

    Exit code: 0 stopped by SIGTERM; with --once 1 where something went wrong; with --due 1 where a visit is
    due; 2 usage, 130 Ctrl-C.
    """
    from friendlywifi.complaint import Complaint
    from friendlywifi.serving import command as servicing
    from friendlywifi.serving import loglines

    if once and due:
        raise Complaint("either --once or --due")
    asked = servicing.Asked(
        hotspots=tuple(hotspot or ()),
        every_seconds=every,
        log_format=loglines.LogFormat(log_format.value),
        config=config,
        authorised_by=authorised_by,
    )
    if due:
        raise typer.Exit(servicing.show_due(asked, json=format_ is Format.JSON))
    raise typer.Exit(servicing.once(asked) if once else servicing.run(asked))
