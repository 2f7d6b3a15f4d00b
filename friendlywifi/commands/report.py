"""`friendlywifi report`: one run or many, for a person, a spreadsheet, CI or monitoring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from friendlywifi.reporting_forms import Form


def report(
    *,
    runs: Annotated[
        list[Path], typer.Argument(metavar="BUNDLE|DIR|report.json", help="One run or many, of any hotspots.")
    ],
    format_: Annotated[
        Form,
        typer.Option(
            "--format", help="html a page, junit for CI, csv and jsonl rows, openmetrics monitoring."
        ),
    ] = Form.HTML,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Leave it here instead of on stdout."),
    ] = None,
) -> None:
    """Report runs that were made, without measuring anything.

    Openmetrics shows the latest run of each hotspot; every other form shows all of them.
    """
    from friendlywifi import reporting

    raise typer.Exit(reporting.run(tuple(runs), form=format_, output=output))
