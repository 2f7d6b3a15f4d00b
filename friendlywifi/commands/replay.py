"""`friendlywifi replay`: work out again what a check concluded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from friendlywifi.commands.check import Format


def replay(
    *,
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE|DIR", help="A bundle.zip, one unpacked, or what check -o left.")
    ],
    rules: Annotated[
        str | None, typer.Option(metavar="VERSION|FILE", help="What if these rules had decided?")
    ] = None,
    standard: Annotated[
        str | None, typer.Option(metavar="ID|FILE", help="What if this standard had been asked?")
    ] = None,
    lists: Annotated[
        list[Path] | None,
        typer.Option(
            "--list",
            metavar="FILE",
            help="Draw from these lists, not only from the entries proven. Repeatable.",
        ),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="text, or friendlywifi/replay/1.")
    ] = Format.TEXT,
) -> None:
    """Draw the plan again, judge every observation again, and compare with what the bundle says.

    The bundle brings its own rules, standard, reference and fingerprints; a byte that was changed anywhere is
    refused, with its place. With --rules or --standard it shows what would come out today, and changes
    nothing about what was found then.

    Exit code: 0 the same came out (or it was a what-if), 1 refused or different, 2 usage.
    """
    from friendlywifi import replaying
    from friendlywifi.replaying import Wish

    raise typer.Exit(
        replaying.run(
            Wish(path=bundle, rules=rules, standard=standard, lists=tuple(lists or ())),
            json=format_ is Format.JSON,
        )
    )
