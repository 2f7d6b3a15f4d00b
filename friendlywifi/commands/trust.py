"""`friendlywifi trust`: new, add, remove, sign, show."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The list of recognised issuers and standards, for the owner of a scheme: a draft, then signed.",
    no_args_is_help=True,
)

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]
Draft = Annotated[Path, typer.Argument(metavar="DRAFT", help="The draft, as trust new began it.")]
Key = Annotated[str, typer.Option("--key", metavar="NAME", help="The scheme's key.")]
StandardOption = Annotated[
    str | None, typer.Option("--standard", metavar="ID|FILE", help="A standard, by its id or file.")
]


class ShowFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@app.command()
def new(
    *,
    draft: Annotated[Path, typer.Argument(metavar="DRAFT", help="The file to begin.")],
    scheme: Annotated[str, typer.Option(metavar="NAME", help="What the scheme is called.")],
    key: Key = "scheme",
    config: Config = None,
) -> None:
    """Begin a list that recognises nobody yet."""
    from datetime import UTC, datetime

    from friendlywifi.certifying import scheme as making
    from friendlywifi.certifying.office import Office

    raise typer.Exit(making.new(Office(config), draft, scheme=scheme, key=key, now=datetime.now(UTC)))


@app.command()
def add(
    *,
    draft: Draft,
    key: Annotated[
        Path | None, typer.Argument(metavar="[KEY.json]", help="What friendlywifi keys export left.")
    ] = None,
    standard: StandardOption = None,
    begins: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="From when it may sign. Default: now.")
    ] = None,
    ends: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Until when. Default: two years.")
    ] = None,
) -> None:
    """List an issuer's key or recognise a standard; of a key that was lost or leaked, list its end."""
    from datetime import UTC, datetime

    from friendlywifi.certifying import scheme as making
    from friendlywifi.certifying.when import moment

    code = making.add(
        draft,
        key,
        standard=standard,
        begins=moment(begins, option="--from"),
        ends=moment(ends, option="--until"),
        now=datetime.now(UTC),
    )
    raise typer.Exit(code)


@app.command()
def remove(
    *,
    draft: Draft,
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="The id of a key, or its first digits.")
    ] = None,
    standard: StandardOption = None,
) -> None:
    """Take a key or a standard off: nothing by it is recognised any more, whenever it was signed."""
    from friendlywifi.certifying import scheme as making

    raise typer.Exit(making.remove(draft, key, standard=standard))


@app.command()
def sign(
    *,
    draft: Draft,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="The signed list."),
    ],
    key: Key = "scheme",
    passphrase_fd: Annotated[
        int | None,
        typer.Option("--passphrase-fd", metavar="N", help="Read the passphrase from this descriptor."),
    ] = None,
    config: Config = None,
) -> None:
    """Sign the list as of now. Whoever has seen it takes no older one any more."""
    from datetime import UTC, datetime

    from friendlywifi.certifying import scheme as making
    from friendlywifi.certifying.office import Office

    office = Office(config, passphrase_fd=passphrase_fd)
    raise typer.Exit(making.sign(office, draft, output=output, key=key, now=datetime.now(UTC)))


@app.command()
def show(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A signed list, or a draft.")],
    format_: Annotated[ShowFormat, typer.Option("--format", help="text or json.")] = ShowFormat.TEXT,
    config: Config = None,
) -> None:
    """What a list says: whose keys may sign, from when to when, and by which standards."""
    from friendlywifi.certifying import scheme as making
    from friendlywifi.settings import load_settings

    settings = load_settings(file=config).settings.trust
    raise typer.Exit(making.show(file, json=format_ is ShowFormat.JSON, scheme_key=settings.scheme_key))
