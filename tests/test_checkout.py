"""The checkout itself: types, style and the direction of imports hold everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="the tests do not run in a checkout"
)


def _run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_type_is_strict() -> None:
    _run("mypy")


def test_ruff_finds_nothing() -> None:
    _run("ruff", "check", ".")


def test_the_formatter_would_change_nothing() -> None:
    _run("ruff", "format", "--check", ".")


def test_imports_go_one_way_and_judging_stays_pure() -> None:
    code = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_that_belongs_to_one_machine_is_committed() -> None:
    listed = subprocess.run(
        ["git", "grep", "-nIE", r"--(extra-)?index-url|\"resolved\": *\"http|/w[o]rk/|/t[m]p/fw"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.stdout == ""
