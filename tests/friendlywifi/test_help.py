"""Every command teaches itself, at once, and without loading what only its work needs."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import typer

from friendlywifi.app import app
from friendlywifi.exitcodes import MEANINGS

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

HEAVY = (
    "typst cryptography httpx dns jinja2 pikepdf segno asyncio ssl h11 msgspec criteria probes.dns "
    "babel apscheduler sqlite_utils sqlite3 pyhanko aioquic h2 icalendar aiosmtplib"
)


def _walk(command: object, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    yield name, command
    for key, child in getattr(command, "commands", {}).items():
        yield from _walk(child, (*name, key))


COMMANDS = dict(_walk(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: " ".join(name) or "friendlywifi")
def test_every_command_explains_itself(quick: Cli, name: tuple[str, ...]) -> None:
    done = quick(*name, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == quick(*name, "-h").stdout
    text = str(getattr(COMMANDS[name], "help", "") or "").strip()
    first = text.splitlines()[0]
    assert first.endswith((".", "?")), "the first line of the help is a sentence"
    assert "[bold]" not in done.stdout


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: " ".join(name) or "friendlywifi")
def test_an_example_can_be_copied_from_a_terminal_of_80_columns(quick: Cli, name: tuple[str, ...]) -> None:
    text = str(getattr(COMMANDS[name], "help", "") or "")
    shown = [line.strip() for line in quick(*name, "--help", COLUMNS="80").stdout.splitlines()]
    for line in text.splitlines():
        if line.startswith("    "):
            assert line.strip() in shown
            assert "\\\\" not in line


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: " ".join(name) or "friendlywifi")
def test_every_option_says_what_it_does(name: tuple[str, ...]) -> None:
    for parameter in getattr(COMMANDS[name], "params", ()):
        if "--help" not in parameter.opts and "--install-completion" not in parameter.opts:
            assert getattr(parameter, "help", None), f"{' '.join(name)} {parameter.opts} has no help"


def test_commands_with_exit_codes_of_their_own_name_them() -> None:
    for command in MEANINGS:
        if command == "every command":
            continue
        text = str(getattr(COMMANDS[tuple(command.split())], "help", ""))
        if command != "demo":
            assert "Exit code: 0" in text, command


def test_help_is_there_in_half_a_second_and_loads_nothing_heavy(cli: Cli) -> None:
    """Processor time, not time on the wall: the machine may be busy with something else."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = cli("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 0.5


@pytest.mark.parametrize(
    "command",
    (
        ("--help",),
        ("check", "--help"),
        ("lab", "--help"),
        ("sweep", "--help"),
        ("verify", "--help"),
        ("serve", "--help"),
        ("status", "--help"),
        ("--version",),
    ),
)
def test_help_stays_lazy(cli: Cli, command: tuple[str, ...]) -> None:
    code = f"""
import sys
from friendlywifi.__main__ import main
sys.argv = ["friendlywifi", *{command!r}]
try:
    main()
finally:
    print([name for name in {HEAVY.split()!r} if name in sys.modules], file=sys.stderr)
"""
    # The program's own words follow those of the fixture; only `-c CODE` is looked at.
    done = cli(before=(sys.executable, "-c", code))
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"


def test_without_a_command_it_shows_the_help(quick: Cli) -> None:
    done = quick()
    assert "friendlywifi demo" in done.stdout + done.stderr
    assert done.returncode in (0, 2)


def test_a_wrong_command_or_option_is_2(quick: Cli) -> None:
    for arguments in (("chekc",), ("check", "--formt", "json"), ("check", "--format", "xml"), ("verify",)):
        done = quick(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
