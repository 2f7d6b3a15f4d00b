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
    now: Annotated[
        bool,
        typer.Option("--now", help="Ask it again, by DNS only, and show both answers."),
    ] = False,
    authorised_by: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --now: who allowed it. Needed, or in the config."),
    ] = None,
    resolver: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR[:PORT]", help="With --now: ask this resolver, not the network's. Repeatable."
        ),
    ] = None,
    connect_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR:PORT:ADDR:PORT",
            help="With --now: dial the second endpoint in place of the first (labs). Repeatable.",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """Say of one name whether it was asked, what was answered, and what was never promised.

    Made to be handed to somebody who asks, a journalist for example. Without --now it measures nothing.
    """
    from friendlywifi.complaint import Complaint
    from friendlywifi.explain import command as explaining
    from friendlywifi.explain.asking_now import Asking

    if not now and (authorised_by or resolver or connect_to):
        raise Complaint("--authorised-by, --resolver and --connect-to belong to --now")
    asking = Asking(
        authorised_by=authorised_by,
        resolvers=tuple(resolver or ()),
        connect_to=tuple(connect_to or ()),
        config=config,
    )
    code = explaining.run(
        site, name, at=at, language=lang, output=output, asking=asking if now else None, config=config
    )
    raise typer.Exit(code)


def diff(
    *,
    one: Annotated[Path, typer.Argument(metavar="RUN", help="A bundle, a check's folder, or a report.json.")],
    other: Annotated[Path, typer.Argument(metavar="RUN", help="The later one.")],
) -> None:
    """Say in words what became different from one run to another."""
    from friendlywifi.explain import command as explaining

    raise typer.Exit(explaining.diff(one, other))
