"""`friendlywifi report`: one run or many, for a person, a spreadsheet, CI, monitoring or an auditor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from friendlywifi.reporting.forms import Form


def report(
    *,
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="BUNDLE|DIR|SITE|report.json",
            help="Runs, folders of them, or hotspots of ours; one or many.",
        ),
    ],
    format_: Annotated[
        Form,
        typer.Option(
            "--format",
            help="html or pdf to read, csv and jsonl rows, junit for CI, openmetrics for monitoring, "
            "oscal for auditors' programs, ooni measurements.",
        ),
    ] = Form.HTML,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Leave it here instead of on stdout."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Runs that began then or later, UTC.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Runs that began then or before, UTC.")
    ] = None,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Names that must be blocked as they are, not as keyed hashes."),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="The key of those hashes. Made if missing."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """Report runs that were made, without measuring anything.

    Every run is listed, void ones too, and every number of which there is no evidence:

        friendlywifi report library-7 --from 2026-11-01 --format pdf -o nov.pdf

    In csv, jsonl, junit and ooni the names that must be blocked are keyed hashes: a file that is sent on must
    be no directory of open sites. With --reveal they stand as they are.

    Openmetrics shows the latest run of each hotspot; every other form shows all of them.
    """
    from friendlywifi.reporting import command as reporting

    wish = reporting.Wish(
        named=tuple(runs),
        form=format_,
        output=output,
        since=since,
        until=until,
        reveal=reveal,
        key=key,
        config=config,
    )
    raise typer.Exit(reporting.run(wish))
