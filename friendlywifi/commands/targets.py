"""`friendlywifi targets`: the names that are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The lists of names that are asked, and how to make one.")


@app.command("list")
def list_() -> None:
    """The lists that come with the program."""
    from collections import Counter

    from probes.targets.shipped import shipped

    for item in shipped():
        counts = Counter(target.category.value for target in item.targets)
        told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        typer.echo(f"{item.id:<18} {item.version:<8} {told}  ({item.licence})")


@app.command("lint")
def lint(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A target list of your own.")],
) -> None:
    """Every fault of a target list, with file and line and what was probably meant.

    Exit code: 0 no fault, 1 faults.
    """
    from friendlywifi.checking.targeting import faults_of_list
    from friendlywifi.commands.faults import tell

    tell(faults_of_list(file), file)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list that somebody else wrote.")],
    *,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="domains, hosts, dnsmasq, rpz or citizenlab.")
    ],
    id_: Annotated[str, typer.Option("--id", metavar="ID", help="The new list's id.")],
    licence: Annotated[str, typer.Option(metavar="TEXT", help="Under which licence you have it.")],
    origin: Annotated[
        str, typer.Option(metavar="TEXT", help="Where its names come from; one origin is one witness.")
    ],
    category: Annotated[
        str | None, typer.Option(metavar="CATEGORY", help="What its names are: adult, gambling, …")
    ] = None,
    ask: Annotated[
        str | None,
        typer.Option(metavar="ASK", help="How far they may be asked: dns, tls, head. Default: gentle."),
    ] = None,
    list_version: Annotated[
        str | None, typer.Option("--list-version", metavar="TEXT", help="Its version. Default: today.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Default: ID.toml.")
    ] = None,
) -> None:
    r"""Make a target list from a file of another format: a hosts file, a dnsmasq or RPZ block list.

    No third-party list comes with the program: bring one whose licence allows it. Categories of illegal
    content are refused, whoever lists them; adult names are asked by DNS only.

        friendlywifi targets import porn.txt --format domains \
            --id our-adult --category adult \
            --licence MIT --origin "the list's name"
    """
    from friendlywifi.checking import importing

    importing.run(
        file,
        format_=format_,
        id_=id_,
        licence=licence,
        origin=origin,
        category=category,
        ask=ask,
        version=list_version,
        output=output,
    )
