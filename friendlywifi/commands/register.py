"""`friendlywifi register`: publish."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The public register: what anybody may know of each certificate, as files for any web server.",
    no_args_is_help=True,
)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


@app.callback()
def _register() -> None: ...


@app.command()
def publish(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The folder that is served. Default: as in the configuration."),
    ] = None,
    *,
    format_: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs.")
    ] = Format.TEXT,
    passphrase_fd: Annotated[
        int | None,
        typer.Option(metavar="N", help="Read the passphrase of the issuer's key from this descriptor."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """Write the public register to a folder, for any web server or host of static files.

    A list and a map of all places, a page for each place and each certificate (ended ones too), the lists of
    what was suspended or withdrawn, the issuer's keys, and the log of everything with its signed checkpoint.
    Only what is on the list of public facts leaves: no name that was tested, no open route, no resolver, no
    person (docs/register.md).

    A folder that holds a newer or another register than the records is refused. The same records again give
    the same bytes; nothing that was published is ever removed.

    Exit code: 0 published, 2 refused, and it says why.
    """
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying.office import Office
    from friendlywifi.register import command as publishing

    office = Office(config, passphrase_fd=passphrase_fd)
    code = publishing.publish(
        office, directory, json=format_ is Format.JSON, actor=actor(), now=datetime.now(UTC)
    )
    raise typer.Exit(code)
