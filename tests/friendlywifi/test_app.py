"""What the command line costs before it does anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from friendlywifi.app import app, called

ROOT = Path(__file__).parents[2]
HEAVY = ("pydantic", "msgspec", "cryptography", "httpx", "dns", "asyncio", "sqlite3", "jinja2")


@pytest.mark.parametrize("command", ("", "check", "sweep", "verify"))
def test_help_imports_nothing_that_only_work_needs(command: str) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['friendlywifi', *{command.split()!r}, '--help']\n"
        "from friendlywifi.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("name", ("check", "sweep", "verify", "records", "diff"))
def test_a_command_alone_is_what_it_is_among_all(name: str) -> None:
    run = CliRunner().invoke
    alone, among = (run(one, [name, "--help"]).output for one in (called([name, "--help"]), app))
    assert alone == among
    wrong, known = (run(one, [name, "--no-such"]) for one in (called([name]), app))
    assert (wrong.exit_code, wrong.output) == (known.exit_code, known.output)


@pytest.mark.parametrize(
    "arguments", ((), ("--help",), ("--lang", "sq", "check"), ("chek",), ("--", "check"))
)
def test_whatever_is_no_command_is_told_by_the_whole_program(arguments: tuple[str, ...]) -> None:
    assert called(arguments) is app
