"""`friendlywifi explain` and `friendlywifi diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explain(
    *,
    site: Annotated[str, typer.Argument(metavar="SITE|BUNDLE", help="A hotspot of ours, or a bundle.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name in question.")],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="As it was then: 2026-11-22T15:00. Default: last run."),
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="en|sq", help="English or Albanian. Default: the program's --lang.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Leave a page to print or send."),
    ] = None,
) -> None:
    """Say of one name whether it was asked, what was answered, and what was never promised.

    Made to be handed to somebody who asks, a journalist for example. It measures nothing.
    """
    from friendlywifi import explaining

    raise typer.Exit(explaining.run(site, name, at=at, language=lang, output=output))


def diff(
    *,
    one: Annotated[Path, typer.Argument(metavar="RUN", help="A bundle, a check's folder, or a report.json.")],
    other: Annotated[Path, typer.Argument(metavar="RUN", help="The later one.")],
) -> None:
    """Say in words what became different from one run to another."""
    from friendlywifi import explaining

    raise typer.Exit(explaining.diff(one, other))
