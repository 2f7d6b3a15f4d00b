"""`friendlywifi standards`: what must pass, and why."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="What must pass, why, and who can mend it.")


class Language(StrEnum):
    EN = "en"
    SQ = "sq"


@app.command("list")
def list_() -> None:
    """The standards that come with the program."""
    from friendlywifi.shipped import ids, load_standard

    for identifier in ids():
        standard, digest = load_standard(identifier)
        gates = sum(item.gate for item in standard.criteria)
        typer.echo(
            f"{standard.id} {standard.version}  {standard.title}  "
            f"({len(standard.criteria)} criteria, {gates} gates)  {digest[:19]}"
        )


@app.command("show")
def show(
    standard: Annotated[str, typer.Argument(metavar="ID|FILE", help="Which standard.")] = "baseline",
    *,
    language: Annotated[
        Language | None,
        typer.Option(
            "--language", help="en, or sq where the standard has Albanian texts. Default: that of --lang."
        ),
    ] = None,
    toml: Annotated[bool, typer.Option("--toml", help="The file itself, to start one of your own.")] = False,
) -> None:
    """Every criterion: what it protects, how it is tested, what passes, where the number comes from."""
    from friendlywifi.language.spoken import spoken
    from friendlywifi.reporting.show import show_standard
    from friendlywifi.shipped import load_standard, standard_text
    from friendlywifi.terminal import out

    if toml:
        typer.echo(standard_text(standard)[0], nl=False)
        return
    loaded, digest = load_standard(standard)
    show_standard(loaded, digest, out(), language=language.value if language else spoken().code)


@app.command("lint")
def lint(file: Annotated[Path, typer.Argument(metavar="FILE", help="A standard of your own.")]) -> None:
    """Every fault of a standard, with file and line and what was probably meant.

    Exit code: 0 no fault, 1 faults.
    """
    from criteria.standard import lint as faults_of
    from friendlywifi.commands.faults import tell
    from friendlywifi.files import read_text
    from friendlywifi.shipped import resolver

    text = read_text(file, what="the standard")
    tell(faults_of(text, source=str(file), resolve=resolver(str(file))), file)


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(metavar="ID|FILE", help="The standard as it was.")],
    new: Annotated[str, typer.Argument(metavar="ID|FILE", help="The standard as it is to be.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="The changes as JSON, for programs.")] = False,
) -> None:
    """What the change from one standard to another means: stricter, relaxed, or other words only.

    Where a gate is relaxed, it says what the face of every certificate has to say from then on.

    Exit code: 0 whatever the difference.
    """
    from criteria.changes import compare
    from friendlywifi import terminal
    from friendlywifi.reporting.show import show_changes
    from friendlywifi.shipped import load_standard
    from probes.records import encode

    changes = compare(load_standard(old)[0], load_standard(new)[0])
    if json:
        terminal.data(encode(changes))
    else:
        show_changes(changes, terminal.out())
