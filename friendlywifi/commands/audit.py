"""`friendlywifi audit`: import, list, sample, replay, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Recompute other people's certificates, and see what they left out.", no_args_is_help=True
)

Database = Annotated[Path, typer.Option("--db", metavar="FILE", help="The audit's own file.")]
HERE = Path("audit.db")


@app.command("import")
def import_(
    *,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Bundles below it; the first folder names the certifier.")
    ],
    db: Database = HERE,
    certifier: Annotated[str | None, typer.Option(metavar="NAME", help="Who handed all of it in.")] = None,
) -> None:
    """Take bundles and promises in. Importing again changes nothing.

    Exit code: 0 no gap, 1 something is missing or refused, 2 usage.
    """
    from friendlywifi.audit import command as auditing

    raise typer.Exit(auditing.import_(directory, database=db, certifier=certifier))


@app.command("list")
def list_(*, db: Database = HERE) -> None:
    """Every bundle that was imported, and every gap in the numbers.

    Exit code: 0 no gap, 1 gaps, 2 usage.
    """
    from friendlywifi.audit import command as auditing

    raise typer.Exit(auditing.list_(database=db))


@app.command()
def sample(
    *,
    seed: Annotated[str, typer.Option(metavar="TEXT", help="The same seed draws the same sample.")],
    db: Database = HERE,
    n: Annotated[int, typer.Option("--n", metavar="COUNT", help="How many bundles.")] = 30,
) -> None:
    """Draw bundles to look at, spread over certifiers and outcomes; anybody can draw the same."""
    from friendlywifi.audit import command as auditing

    raise typer.Exit(auditing.sample(database=db, size=n, seed=seed))


@app.command()
def replay(
    *,
    db: Database = HERE,
    n: Annotated[int | None, typer.Option("--n", metavar="COUNT", help="A sample of so many.")] = None,
    seed: Annotated[str | None, typer.Option(metavar="TEXT", help="The sample's seed.")] = None,
    jobs: Annotated[
        int | None, typer.Option(metavar="COUNT", min=1, help="At a time. Default: one a core.")
    ] = None,
) -> None:
    """Work out again what each bundle concluded: all of them, or the sample of --n and --seed.

    Exit code: 0 all came out again, 1 one did not or was refused, 2 usage.
    """
    from friendlywifi.audit import command as auditing

    raise typer.Exit(auditing.replay_(database=db, size=n, seed=seed, jobs=jobs))


@app.command()
def report(
    *,
    db: Database = HERE,
    findings: Annotated[
        Path, typer.Option(metavar="FILE", help="The findings, TOML. Made with an example if missing.")
    ] = Path("findings.toml"),
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="report.md, report.html or report.json."),
    ] = None,
) -> None:
    """The auditor's report: what was handed in, what was left out, what was found, who has not answered."""
    from datetime import UTC, datetime

    from friendlywifi.audit import command as auditing

    today = datetime.now(UTC).date()
    raise typer.Exit(auditing.report(database=db, findings=findings, output=output, today=today))
