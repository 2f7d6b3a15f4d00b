"""`friendlywifi keys`: new, list, rotate, retire, export."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The keys of whoever certifies, evaluates, or owns a scheme. When one leaks: docs/keys.md.",
    no_args_is_help=True,
)

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]
PassphraseFd = Annotated[
    int | None,
    typer.Option("--passphrase-fd", metavar="N", help="Read the passphrase from this descriptor."),
]
Name = Annotated[str, typer.Argument(metavar="KEY", help="Its name; an id means one that has ended, too.")]
Unsealed = Annotated[
    bool,
    typer.Option("--unsealed", help="No passphrase: whoever can read the file can sign."),
]


class For(StrEnum):
    ISSUER = "issuer"
    EVALUATOR = "evaluator"
    SCHEME = "scheme"


class Why(StrEnum):
    LEAKED = "leaked"
    LOST = "lost"
    ROTATED = "rotated"


class ListFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


@app.command()
def new(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it, like issuer.")],
    purpose: Annotated[For, typer.Option("--for", help="What it signs: certificates, requests, or lists.")],
    unsealed: Unsealed = False,
    test: Annotated[bool, typer.Option("--test", help="It signs TEST certificates only.")] = False,
    passphrase_fd: PassphraseFd = None,
    config: Config = None,
) -> None:
    """Make a key. It is sealed with a passphrase (scrypt and AES-256), and nobody but you can read its file.

    The passphrase is asked for, or comes from --passphrase-fd or from the file that the configuration names:
    never from an argument or an environment variable, which others can see.
    """
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying import keeping
    from friendlywifi.certifying.keyring import Purpose
    from friendlywifi.certifying.office import Office

    office = Office(config, passphrase_fd=passphrase_fd)
    code = keeping.new(
        office,
        name,
        Purpose(purpose.value),
        sealed=not unsealed,
        test=test,
        by=actor(),
        now=datetime.now(UTC),
    )
    raise typer.Exit(code)


@app.command("list")
def list_(
    *,
    format_: Annotated[ListFormat, typer.Option("--format", help="table or json.")] = ListFormat.TABLE,
    config: Config = None,
) -> None:
    """Every key, ended ones too: their public halves are kept for good."""
    from friendlywifi.certifying import keeping
    from friendlywifi.certifying.office import Office

    raise typer.Exit(keeping.list_(Office(config), json=format_ is ListFormat.JSON))


@app.command()
def rotate(
    *, name: Name, unsealed: Unsealed = False, passphrase_fd: PassphraseFd = None, config: Config = None
) -> None:
    """Put a new key in the place of one that nobody else ever had. What the old one signed stands."""
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying import keeping
    from friendlywifi.certifying.office import Office

    office = Office(config, passphrase_fd=passphrase_fd)
    raise typer.Exit(keeping.rotate(office, name, sealed=not unsealed, by=actor(), now=datetime.now(UTC)))


@app.command()
def retire(
    *,
    name: Name,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="When it left your hands; the earliest time that can be.")
    ],
    why: Annotated[Why, typer.Option(help="leaked, lost (nobody knows who has it), or rotated.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without this it only shows what would happen.")
    ] = False,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who does it. Default: your account's name.")
    ] = None,
    config: Config = None,
) -> None:
    """End a key that was lost or has leaked: show which certificates fall and which stand, then do it.

    What was signed since that time is withdrawn. What was signed before stands where the journal shows it.

    Exit code: 0 done, 2 usage, 3 only shown: nothing was changed.
    """
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying import keeping
    from friendlywifi.certifying.keyring import Ended
    from friendlywifi.certifying.office import Office
    from friendlywifi.certifying.when import moment

    now = datetime.now(UTC)
    code = keeping.retire(
        Office(config),
        name,
        since=moment(since, option="--since") or now,
        why=Ended(why.value),
        by=by or actor(),
        yes=yes,
        now=now,
    )
    raise typer.Exit(code)


@app.command()
def export(
    *,
    name: Name,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Default: to the terminal.")
    ] = None,
    config: Config = None,
) -> None:
    """The public half of an issuer's key, for the scheme that is to list it, or to end it."""
    from friendlywifi.certifying import keeping
    from friendlywifi.certifying.office import Office

    raise typer.Exit(keeping.export(Office(config), name, output=output))
