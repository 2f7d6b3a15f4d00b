"""The page about references teaches commands that the program has, and a configuration that it reads."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from friendlywifi.app import app
from friendlywifi.settings import load_settings

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
COMMANDS = tuple(
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("friendlywifi ")
)


def parsed(words: list[str]) -> str:
    """The path of the command that the words name, once all of its arguments were taken."""
    command = typer.main.get_command(app)
    path: list[str] = []
    while isinstance(command, TyperGroup):
        path.append(words.pop(0))
        command = command.commands[path[-1]]
    command.make_context(path[-1], words)
    return " ".join(path)


def test_the_page_shows_every_command_about_references() -> None:
    assert {parsed(shlex.split(line)[1:]) for line in COMMANDS} == {
        "reference build",
        "reference show",
        "reference confirm",
        "check",
    }


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_page_is_one_that_the_program_takes(line: str) -> None:
    assert parsed(shlex.split(line)[1:])


def test_the_configuration_of_the_page_is_one_that_the_program_reads(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    file = tmp_path / "config.toml"
    file.write_text(block, encoding="utf-8")
    settings = load_settings(file=file, environment={}).settings
    assert settings.check.reference == "https://example.org/reference.json"
    assert len(settings.trust.reference_keys) == 1
