"""The documentation cannot drift from the program: generated pages are made again and compared."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from friendlywifi.settings import keys, load_settings

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_generated_page_is_as_new_as_the_program(generate: ModuleType) -> None:
    for name, text in generate.pages().items():
        there = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert there == text, f"docs/{name} is old: python -m docs.generate"


def test_the_example_configuration_names_every_key_and_no_other(tmp_path: Path) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    named = []
    table = ""
    for line in example.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            table = heading[1]
        if setting := re.fullmatch(r"# (\w+) = .*", line):
            named.append((table, setting[1]))
    assert tuple(named) == keys()


def test_the_example_configuration_loads_with_every_line_taken_in(tmp_path: Path) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    taken_in = re.sub(r"(?m)^# (\w+ = )", r"\1", example)
    file = tmp_path / "config.toml"
    file.write_text(taken_in, encoding="utf-8")
    loaded = load_settings(file=file, environment={})
    assert loaded.settings.check.vendor == "cloudflare"
    assert all(origin.startswith(str(file)) for origin in loaded.origins.values())


def test_ci_runs_the_test_command_that_the_readme_gives() -> None:
    command = "pip install -c constraints.txt '.[test]' && pytest"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readme_gives_the_main_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "pip install -c constraints.txt . && friendlywifi demo" in readme
