"""The command line: names the commands and their order in `--help`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import friendlywifi
from friendlywifi.commands import (
    audit,
    bundle,
    certify,
    check,
    config,
    demo,
    doctor,
    explain,
    hotspot,
    keys,
    lab,
    lifecycle,
    records,
    reference,
    register,
    reminders,
    replay,
    report,
    serve,
    standards,
    status,
    sweep,
    targets,
    trust,
    verify,
)
from friendlywifi.complaint import Escaped
from friendlywifi.language import teaching


@contextmanager
def _past_typer() -> Iterator[None]:
    try:
        yield
    except typer.BadParameter as error:
        # How pydantic, which typer asks, begins what it says is no business of whoever mistyped a word.
        error.message = error.message.removeprefix("Value error, ")
        raise
    except (KeyboardInterrupt, EOFError, OSError) as error:
        raise Escaped(error) from error


class _Group(TyperGroup):
    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - typer's types are its own
        super().__init__(**options)
        self._taught: set[str] = set()

    def make_context(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - typer's types are its own
        with _past_typer():
            return super().make_context(*args, **options)

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - likewise
        found = super().get_params(ctx)
        for parameter in found:
            if "process_value" not in parameter.__dict__:
                parameter.__dict__["process_value"] = partial(_taken, parameter, parameter.process_value)
        return found

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - likewise
        command = super().get_command(ctx, cmd_name)
        if command is None or cmd_name in self._taught:
            return command
        self._taught.add(cmd_name)
        teaching.framed()
        return teaching.taught(command)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - likewise
        teaching.chosen_by_variable()
        teaching.framed()
        teaching.teach_root(self)
        super().format_help(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - likewise
        with _past_typer():
            return super().invoke(ctx)


def _taken(parameter: Any, otherwise: Any, ctx: Any, value: Any) -> Any:  # noqa: ANN401 - likewise
    """What stands before the command is a word, a flag or nothing. To see that, typer would import pydantic,
    and every `--help` would pay for it.
    """
    if not isinstance(value, (str, bool, type(None))) or parameter.required or parameter.multiple:
        return otherwise(ctx, value)
    return parameter.callback(ctx, parameter, value) if parameter.callback else value


app = typer.Typer(
    name="friendlywifi",
    cls=_Group,
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
app.command("sweep", rich_help_panel="Check a filter of your own")(sweep.sweep)
app.command("doctor", rich_help_panel="Check a hotspot")(doctor.doctor)
app.add_typer(hotspot.app, name="hotspot", rich_help_panel="Look after hotspots")
app.command("serve", rich_help_panel="Look after hotspots")(serve.serve)
app.command("status", rich_help_panel="Look after hotspots")(status.status)
app.add_typer(records.app, name="records", rich_help_panel="Look after hotspots")
app.add_typer(reminders.app, name="reminders", rich_help_panel="Look after hotspots")
app.add_typer(certify.app, name="certify", rich_help_panel="Certify")
app.command("renew", rich_help_panel="Certify")(certify.renew)
app.command("suspend", rich_help_panel="Certify")(lifecycle.suspend)
app.command("reinstate", rich_help_panel="Certify")(lifecycle.reinstate)
app.command("withdraw", rich_help_panel="Certify")(lifecycle.withdraw)
app.add_typer(register.app, name="register", rich_help_panel="Certify")
app.add_typer(keys.app, name="keys", rich_help_panel="Certify")
app.add_typer(trust.app, name="trust", rich_help_panel="Certify")
app.command("explain", rich_help_panel="Check the evidence")(explain.explain)
app.command("diff", rich_help_panel="Check the evidence")(explain.diff)
app.command("report", rich_help_panel="Check the evidence")(report.report)
app.add_typer(audit.app, name="audit", rich_help_panel="Check the evidence")
app.command("bundle", rich_help_panel="Check the evidence")(bundle.bundle)
app.command("replay", rich_help_panel="Check the evidence")(replay.replay)
app.command("verify", rich_help_panel="Check a certificate")(verify.verify)
app.add_typer(standards.app, name="standards", rich_help_panel="What is asked, and what passes")
app.add_typer(targets.app, name="targets", rich_help_panel="What is asked, and what passes")
app.add_typer(reference.app, name="reference", rich_help_panel="What is asked, and what passes")
app.add_typer(config.app, name="config", rich_help_panel="Settings")


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape that typer calls
    if wanted:
        typer.echo(f"friendlywifi {friendlywifi.__version__}")
        raise typer.Exit


def _language(code: str) -> str:
    from friendlywifi.language import spoken as language  # noqa: PLC0415 - `--help` does not pay for it

    if code not in language.LANGUAGES:
        raise typer.BadParameter(f"{code!r} is not spoken here; {' and '.join(language.LANGUAGES)} are")
    language.speak(code)
    return code


@app.callback()
def _options(
    *,
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="en|sq",
            envvar=teaching.LANGUAGE_VARIABLE,
            callback=_language,
            is_eager=True,
            help="English or Albanian, before the command. JSON stays as it is.",
        ),
    ] = "en",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


def called(arguments: Sequence[str]) -> typer.Typer:
    """The program as these arguments need it. typer looks at every option of every command that there is, and
    that takes longer than everything else which `--help` of one of them does.
    """
    name = arguments[0] if arguments else None
    commands = [info for info in app.registered_commands if info.name == name]
    groups = [info for info in app.registered_groups if info.name == name]
    if len(commands) + len(groups) != 1:
        return app
    found = copy(app)
    found.registered_commands, found.registered_groups = commands, groups
    return found
