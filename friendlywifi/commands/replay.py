"""`friendlywifi replay`: work out again what a check concluded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from friendlywifi.commands.check import Format


def replay(
    *,
    bundle: Annotated[
        Path,
        typer.Argument(
            metavar="BUNDLE|DIR",
            help="A bundle.zip, one unpacked, what check -o left, or a folder of many bundles.",
        ),
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
    first: Annotated[
        Path | None,
        typer.Option(
            metavar="BUNDLE", help="Of a second sample: the run that it decides must be as this one says."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="COUNT", min=1, help="Of a folder so many at a time. Default: one a core."),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="text, or friendlywifi/replay/1, a line for each of a folder.")
    ] = Format.TEXT,
) -> None:
    """Draw the plan again, judge every observation again, and compare with what the bundle says.

    The bundle brings its own rules, standard, reference and fingerprints; a byte that was changed anywhere is
    refused, with its place. With --rules or --standard it shows what would come out today, and changes
    nothing about what was found then.

    Of a folder every bundle below it is replayed, and those that do not come out again are named.

    Exit code: 0 the same came out (or it was a what-if), 1 refused or different, 2 usage.
    """
    from friendlywifi.evidence import replaying, replaying_many
    from friendlywifi.evidence.replaying import Wish

    wish = Wish(path=bundle, rules=rules, standard=standard, lists=tuple(lists or ()), first=first)
    many = replaying_many.bundles_below(bundle)
    if many:
        raise typer.Exit(replaying_many.run(wish, many, json=format_ is Format.JSON, jobs=jobs))
    raise typer.Exit(replaying.run(wish, json=format_ is Format.JSON))
