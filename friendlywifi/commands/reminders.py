"""`friendlywifi reminders`: due, send."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Who is told that a certificate ends, and what became of each letter.", no_args_is_help=True
)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


AsText = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]


@app.command()
def due(
    *,
    at: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="As of then: 2027-08-24, or 2027-08-24T09:00. Default: now."),
    ] = None,
    format_: AsText = Format.TEXT,
    config: Config = None,
) -> None:
    """Show which reminders are due, which come next, and which letters a person must look at.

    Nothing is sent and nothing changes. A certificate of a year is reminded of 90, 60, 30, 14, 7 and 1 days
    before its end, on the day itself and a week after; a shorter one at the same fractions of its time.

    Exit code: 0 nothing needs a person, 1 a letter was refused, is unknown, or has no reader.
    """
    from datetime import UTC, datetime

    from friendlywifi.mail import command as reminders

    code = reminders.due(at=at, json=format_ is Format.JSON, config=config, now=datetime.now(UTC))
    raise typer.Exit(code)


@app.command()
def send(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent to whom. Nothing is kept.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="With --dry-run: leave each letter as a file."),
    ] = None,
    again: Annotated[
        list[int] | None,
        typer.Option(metavar="NUMBER", help="Send one again that was refused or is unknown. Repeatable."),
    ] = None,
    format_: AsText = Format.TEXT,
    config: Config = None,
) -> None:
    """Send every letter that is due: reminders, and what became of certificates and hotspots.

    `serve` does it by itself; from cron it does the same. Any number may run at a time: no letter goes out
    twice but one that tells of an end or a suspension and whose sender died while the mail server had it.

    Exit code: 0 all is sent, 1 a letter needs a person, 3 the mail server could not be used.
    """
    from friendlywifi.mail import command as reminders

    code = reminders.send(
        dry_run=dry_run,
        again=tuple(again or ()),
        output=output,
        json=format_ is Format.JSON,
        config=config,
    )
    raise typer.Exit(code)
