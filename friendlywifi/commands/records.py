"""`friendlywifi records`: import, backup, restore, export, verify."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The memory of all hotspots, in one file: take runs in, back it up, put it back, look it through.",
    no_args_is_help=True,
)

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]


class Format(Enum):
    TEXT = "text"
    JSON = "json"


Form = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


@app.command("import")
def import_(
    *,
    bundles: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[BUNDLE|DIR...]",
            help="Bundles, or folders of them. Default: all that this machine made of its hotspots.",
        ),
    ] = None,
    format_: Form = Format.TEXT,
    config: Config = None,
) -> None:
    """Take in runs that were made elsewhere, on rounds or by another machine.

    Each bundle is verified byte by byte, judged again, and compared with the place that it says it is of:
    its vantage must be enrolled there, and a run from another place comes in as void. Importing again
    changes nothing; the file itself may be deleted, for a copy is kept beside the records.

    Exit code: 0 all are in, 1 one was refused, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.records import command as recording

    code = recording.import_(
        tuple(bundles or ()), json=format_ is Format.JSON, config=config, now=datetime.now(UTC)
    )
    raise typer.Exit(code)


@app.command("backup")
def backup(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy is left.")],
    config: Config = None,
) -> None:
    """Copy the records into one file, while they are in use, and look the copy through.

    It says what is not in the copy: keys never are, and the evidence lies in a folder beside the records.
    """
    from friendlywifi.records import command as recording

    raise typer.Exit(recording.backup_(file, config=config))


@app.command("restore")
def restore(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is whole.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also over records that are newer or others; they are kept aside.")
    ] = False,
    format_: Form = Format.TEXT,
    config: Config = None,
) -> None:
    """Put a backup in the place of the records, or see with --check whether it could be.

    Records that hold anything newer are not replaced without --force, and are always kept aside.

    Exit code: 0 restored, or whole; 1 the backup is not whole; 2 usage, or newer records are in the way.
    """
    from datetime import UTC, datetime

    from friendlywifi.records import command as recording

    code = recording.restore(
        file,
        check=check,
        force=force,
        json=format_ is Format.JSON,
        config=config,
        now=datetime.now(UTC),
    )
    raise typer.Exit(code)


@app.command("export")
def export(
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Leave it here; else to stdout.")
    ] = None,
    config: Config = None,
) -> None:
    """Everything as JSON Lines, one row a line, to be read without this program.

    It holds names and mail addresses of contacts, and no private key.
    """
    from friendlywifi.records import command as recording

    raise typer.Exit(recording.export_(output, config=config))


@app.command("verify")
def verify(
    *,
    head: Annotated[
        str | None,
        typer.Option(
            metavar="HASH", help="A hash that an earlier verify printed: it must still be in there."
        ),
    ] = None,
    format_: Form = Format.TEXT,
    config: Config = None,
) -> None:
    """Look through all of it: the database, the chain of the journal, every row, every bundle.

    Whoever can write the file can make a new journal; only a hash that was kept elsewhere shows that.

    Exit code: 0 whole, 1 something was changed, is damaged or gone.
    """
    from friendlywifi.records import command as recording

    raise typer.Exit(recording.verify(head=head, json=format_ is Format.JSON, config=config))
