"""`friendlywifi reference`: what an unfiltered line sees, so that a dead name is not called blocked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="What an unfiltered line sees of each name: made, dated, signed, and confirmed again.",
)

_Lists = Annotated[
    list[Path] | None,
    typer.Argument(metavar="LIST...", help="Target lists. Default: those that come with the program."),
]
_Resolvers = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver", metavar="ADDR[:PORT]", help="An unfiltered resolver. Give at least two, of two owners."
    ),
]
_OneResolver = Annotated[
    bool, typer.Option("--one-resolver", help="Be content with the word of one resolver.")
]
_AuthorisedBy = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who allowed this. Needed, or in the config."),
]
_Key = Annotated[
    Path | None,
    typer.Option("--key", metavar="PEM", help="Sign with this Ed25519 key. Without one it stays unsigned."),
]
_ConnectTo = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDR:PORT:ADDR:PORT",
        help="Dial the second endpoint wherever DNS gave the first (labs). Repeatable.",
    ),
]
_Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]
_Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on stderr but errors.")]


@app.command("build")
def build(
    lists: _Lists = None,
    *,
    resolver: _Resolvers = None,
    one_resolver: _OneResolver = False,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to leave it.")],
    vantage: Annotated[
        str, typer.Option(metavar="TEXT", help='Where this line is: "data centre in Vienna, AS 64496".')
    ],
    authorised_by: _AuthorisedBy = None,
    key: _Key = None,
    connect_to: _ConnectTo = None,
    config: _Config = None,
    quiet: _Quiet = False,
) -> None:
    r"""Ask for every name of the lists from a line that filters nothing, and write down what is there.

    Make it where nothing is filtered: a server in a data centre, a line of your own.

        friendlywifi reference build -o reference.json \
            --resolver 9.9.9.9 --resolver 8.8.8.8 \
            --vantage "data centre in Vienna" \
            --authorised-by "Municipality of Example" --key reference.pem

    A name is alive where every resolver gives it a public address (and, where its list allows a visit, its
    certificate verifies), dead where every resolver says twice that it does not exist, and else unknown.
    Adult names are asked by DNS and handshake only.

    Exit code: 0 built, 1 this line filters, so that nothing was built, 3 it could not be known (no network, a
    login page, controls wrong), so that nothing was built, 2 usage, 130 Ctrl-C.
    """
    from friendlywifi.referencing import command as reference_runs

    wish = reference_runs.Wish(
        lists=tuple(lists or ()),
        resolvers=tuple(resolver or ()),
        one_resolver=one_resolver,
        authorised_by=authorised_by,
        key=key,
        connect_to=tuple(connect_to or ()),
        config=config,
    )
    raise typer.Exit(reference_runs.build(wish, vantage=vantage, output=output, quiet=quiet))


@app.command("confirm")
def confirm(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The reference.")],
    lists: _Lists = None,
    *,
    resolver: _Resolvers = None,
    one_resolver: _OneResolver = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ask only the names that this report.json judged by the reference."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Default: FILE itself.")
    ] = None,
    authorised_by: _AuthorisedBy = None,
    key: _Key = None,
    connect_to: _ConnectTo = None,
    config: _Config = None,
    quiet: _Quiet = False,
) -> None:
    r"""Ask again, from an unfiltered line, for the names that a check hung on; or for all of them.

    What is seen as it was then is dated now. What is seen otherwise is unknown from then on, because nobody
    knows since when. A signed reference must be signed again, or left elsewhere with -o.

        friendlywifi reference confirm reference.json \
            --report evidence/report.json --key reference.pem \
            --resolver 9.9.9.9 --resolver 8.8.8.8 \
            --authorised-by "Municipality of Example"

    Exit code: 0 all confirmed, 1 a name changed, or this line filters, 3 something could not be told.
    """
    from friendlywifi.referencing import command as reference_runs

    wish = reference_runs.Wish(
        lists=tuple(lists or ()),
        resolvers=tuple(resolver or ()),
        one_resolver=one_resolver,
        authorised_by=authorised_by,
        key=key,
        connect_to=tuple(connect_to or ()),
        config=config,
    )
    raise typer.Exit(
        reference_runs.confirm(wish, file=file, report=report, output=output or file, quiet=quiet)
    )


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The reference.")],
    lists: _Lists = None,
    *,
    reference_key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Trust references signed by this public key, base64. Repeatable."),
    ] = None,
    config: _Config = None,
) -> None:
    """How old a reference is, from where, who signed it, what it knows, and which names it lacks.

    Exit code: 0 shown, 2 no reference, or changed after it was signed.
    """
    from friendlywifi.referencing import command as reference_runs

    reference_runs.show(file, lists=tuple(lists or ()), keys=tuple(reference_key or ()), config=config)
