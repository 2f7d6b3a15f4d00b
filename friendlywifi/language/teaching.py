"""How `--help` reads: paragraphs that flow at any width, and in the language that was asked for.

typer prints a help text with the line breaks of the source, which are ragged on a narrow terminal, and knows
one language. What is written here is done once a command is looked up, so that commands stay as they are.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from friendlywifi.language.spoken import ENGLISH, LANGUAGES, later, phrase, speak, spoken

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup

LANGUAGE_VARIABLE = "FRIENDLYWIFI_LANG"

ALBANIAN_TOO = (
    *("demo", "check", "doctor", "hotspot", "serve", "status", "records", "reminders", "certify", "renew"),
    *("suspend", "reinstate", "withdraw", "register", "keys", "explain", "report", "verify", "config"),
)
"""The commands of a town hall: their help is in the catalogue. The others are for engineers and auditors."""

_MOST_LETTERS = 20
"""The words that an option may be are named in its text where they are longer: beside it they would break."""


def taught(command: Any) -> Any:  # noqa: ANN401 - typer's commands, and its groups of commands
    """The command, as its help is to read. Changes it: a command is looked up once a run."""
    command.help = _help(command)
    panel = getattr(command, "rich_help_panel", None)
    if isinstance(panel, str):
        command.rich_help_panel = _told(panel)
    for parameter in command.params:
        _teach(parameter)
    _teach_help_option(command)
    for child in getattr(command, "commands", {}).values():
        taught(child)
    return command


def teach_root(root: TyperGroup) -> None:
    """The program itself, beside its commands."""
    root.help = _help(root)
    root.epilog = _told(root.epilog or "")
    for parameter in root.params:
        _teach(parameter)
    _teach_help_option(root)


def paragraphs(command: TyperCommand | TyperGroup) -> Iterator[str]:
    """The parts of a help text: sentences on one line, examples as they are laid out."""
    for part in inspect.cleandoc(command.help or "").split("\n\n"):
        yield part if _is_example(part) else " ".join(part.split())


def sentences(root: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """What the catalogue needs of the commands that are taught in every language."""
    yield from (part for part in paragraphs(root) if not _is_example(part))
    yield from _of_parameters(root)
    yield str(root.epilog)
    for name, command in root.commands.items():
        # The first line stands in the list of all commands.
        yield next(iter(paragraphs(command)))
        yield str(command.rich_help_panel)
        if name in ALBANIAN_TOO:
            yield from _of(command)


def _of(command: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    yield from (part for part in paragraphs(command) if part and not _is_example(part))
    yield from _of_parameters(command)
    for child in getattr(command, "commands", {}).values():
        yield from _of(child)


def _of_parameters(command: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))


def chosen_by_variable() -> None:
    """Speak what the environment asks for: `--help` is told before options without a word are read."""
    code = os.environ.get(LANGUAGE_VARIABLE, ENGLISH)
    if spoken().code == ENGLISH and code in LANGUAGES:
        speak(code)


_FRAME = {
    "ARGUMENTS_PANEL_TITLE": later("Arguments"),
    "OPTIONS_PANEL_TITLE": later("Options"),
    "COMMANDS_PANEL_TITLE": later("Commands"),
    "ERRORS_PANEL_TITLE": later("Error"),
    "DEFAULT_STRING": later("[default: {}]"),
    "ENVVAR_STRING": later("[env var: {}]"),
    "REQUIRED_LONG_STRING": later("[required]"),
    "RICH_HELP": later("Try [blue]'{command_path} {help_option}'[/] for help."),
}
"""What typer itself writes around a help text or an error."""

_OF_HELP = later("Show this message and exit.")
"""Of the option that typer makes."""


def framed() -> None:
    """The words of typer too, where it is not English that is spoken."""
    if spoken().code == ENGLISH:
        return
    from typer import rich_utils  # noqa: PLC0415 - English does not pay for it

    for name, message in _FRAME.items():
        setattr(rich_utils, name, _told(message))
    shown = rich_utils.rich_format_error

    def told(error: Any) -> None:  # noqa: ANN401 - as above
        from friendlywifi.language.retelling import complained  # noqa: PLC0415 - only where something is wrong

        sentence = complained(" ".join(error.format_message().split()))
        error.format_message = lambda: sentence
        shown(error)

    if shown.__name__ != told.__name__:
        rich_utils.__dict__["rich_format_error"] = told


def _help(command: Any) -> str:  # noqa: ANN401 - as above
    parts = [part if _is_example(part) else _told(part) for part in paragraphs(command)]
    if len(parts) > 1 and _is_example(parts[1]):
        # typer takes the margin of the second paragraph away; a mark that shows nothing keeps it.
        parts[1] = "[dim][/dim]" + parts[1]
    return "\n\n".join(parts)


def _teach_help_option(command: Any) -> None:  # noqa: ANN401 - as above
    made = command.get_help_option

    def taught_option(ctx: Any) -> Any:  # noqa: ANN401 - as above
        option = made(ctx)
        if option is not None and "display_type_rich" not in option.__dict__:
            _teach(option)
        return option

    command.__dict__["get_help_option"] = taught_option


def _teach(parameter: Any) -> None:  # noqa: ANN401 - an option or an argument
    if getattr(parameter, "help", None):
        parameter.help = _told(parameter.help)
    if getattr(parameter, "is_flag", False) or parameter.param_type_name == "argument":
        # A flag takes no word after it, and what an argument is its text says.
        parameter.__dict__["display_type_rich"] = lambda ctx: None  # noqa: ARG005 - typer calls it so
    words = parameter.type_descriptor.choices
    if words and parameter.metavar is None:
        named = [str(getattr(word, "value", word)) for word in words]
        if len("|".join(named)) > _MOST_LETTERS:
            parameter.metavar = "WORD"
            parameter.help += " " + phrase("One of: %(words)s.", words=", ".join(named))


def _is_example(part: str) -> bool:
    return all(line.startswith("    ") for line in part.splitlines())


def _told(message: str) -> str:
    return message if spoken().code == ENGLISH else phrase(message.replace("%", "%%"))
