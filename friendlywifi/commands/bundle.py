"""`friendlywifi bundle`: look into evidence, and make it fit to be published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def bundle(
    *,
    file: Annotated[Path, typer.Argument(metavar="BUNDLE|DIR", help="A bundle.zip, or what check -o left.")],
    redact: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYFILE", help="Leave the published form: names as keyed hashes. Made if missing."
        ),
    ] = None,
    reveal: Annotated[
        Path | None, typer.Option(metavar="KEYFILE", help="Leave the whole bundle of a published one.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to leave it.")
    ] = None,
) -> None:
    """Show what is in a bundle, redact it for publication, or get the whole one back.

    Exit code: 0 done, 1 refused because something was changed, 2 usage.
    """
    from friendlywifi.evidence import command as bundling

    raise typer.Exit(bundling.run(file, redact_with=redact, reveal_with=reveal, output=output))
