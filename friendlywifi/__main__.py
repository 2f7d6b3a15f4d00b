"""The command line: names the commands, and turns what goes wrong into one sentence and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import Annotated

import typer

import friendlywifi
from friendlywifi.commands import check, config, demo, doctor, lab, standards, targets, verify
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit

app = typer.Typer(
    name="friendlywifi",
    help=(
        "Tells whether a public Wi-Fi hotspot really keeps children away from harmful content, "
        "and certifies it so that anyone can check.\n\n"
        "New here? Run [bold]friendlywifi demo[/bold]: three emulated hotspots, no network needed."
    ),
    epilog=(
        "Exit codes: 0 yes · 1 no · 2 usage, configuration or internal error · "
        "3 could not be known · 130 interrupted.  NO_COLOR is respected."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo", rich_help_panel="See what it does")(demo.demo)
app.add_typer(lab.app, name="lab", rich_help_panel="See what it does")
app.command("check", rich_help_panel="Check a hotspot")(check.check)
app.command("doctor", rich_help_panel="Check a hotspot")(doctor.doctor)
app.command("verify", rich_help_panel="Check a certificate")(verify.verify)
app.add_typer(standards.app, name="standards", rich_help_panel="What is asked, and what passes")
app.add_typer(targets.app, name="targets", rich_help_panel="What is asked, and what passes")
app.add_typer(config.app, name="config", rich_help_panel="Settings")


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape that typer calls
    if wanted:
        typer.echo(f"friendlywifi {friendlywifi.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


def main() -> None:
    """The program. Whatever happens: one clear sentence, the right exit code, no traceback."""
    # A closed pipe (`| head`) ends the program like any other; the default in Python is a traceback.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except Complaint as complaint:
        _say(str(complaint))
        sys.exit(Exit.USAGE)
    except KeyboardInterrupt:
        _say("interrupted; nothing half-written is left")
        sys.exit(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last wall: a user gets a sentence
        if os.environ.get("FRIENDLYWIFI_DEBUG"):
            traceback.print_exc()
        _say(
            f"internal error: {type(error).__name__}: {error}. "
            "This is a bug; FRIENDLYWIFI_DEBUG=1 shows where."
        )
        sys.exit(Exit.USAGE)


def _say(sentence: str) -> None:
    typer.echo(f"friendlywifi: {sentence}", err=True)


if __name__ == "__main__":
    main()
