"""`friendlywifi verify`: is this certificate genuine, in time, and from somebody we recognise?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def verify(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|CODE", help="certificate.json, certificate.pdf, or the text of the code on a sign."
        ),
    ],
    *,
    issuer: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The signed list of issuers to recognise. Default: the config's."),
    ] = None,
    allow_test: Annotated[
        bool, typer.Option("--allow-test", help="Accept a certificate of the demo or the lab.")
    ] = False,
    require_status: Annotated[
        bool,
        typer.Option("--require-status", help="Exit 3 where suspension and withdrawal were not checked."),
    ] = False,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Where its status is asked; an address may hold {number}. Default: the config's.",
        ),
    ] = None,
    inclusion: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Its holder's inclusion.json: show that it stands in the public log. With --checkpoint.",
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The checkpoint of that log, from the register or a witness."),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = (
        Format.TEXT
    ),
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """Say whether a certificate is genuine, in time, and from a recognised issuer.

    The signature is checked, and of a PDF the whole face is made again and compared byte for byte. A key
    inside a certificate is never a reason to trust it: whom you recognise is in the list of issuers. The
    code on a sign, 'https://…#…', is checked without any network; put it in quotation marks.

    --inclusion and --checkpoint show that the issuer said so in public, where it cannot be unsaid; and that a
    PDF which another version of the program set is the one that was logged then.

    Exit code: 0 genuine, 1 forged, edited, expired, suspended or withdrawn, 3 intact but the issuer or the
    standard is not recognised, or what was asked for could not be shown.
    """
    from friendlywifi.verifying import command as verifying

    code = verifying.run(
        file,
        issuer=issuer,
        allow_test=allow_test,
        require_status=require_status,
        status=status,
        shown=(inclusion, checkpoint),
        json=format_ is Format.JSON,
        config=config,
    )
    raise typer.Exit(code)
