"""A standard written by hand, with ten mistakes: each is told, with its own line, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from criteria.standard import lint, released
from probes.tomlfile import TomlFault

MARK = re.compile(r"#\s*wrong:\s*(?P<part>.+)$")


@pytest.fixture(scope="module")
def text() -> str:
    return (Path(__file__).parent / "standards" / "ten-mistakes.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def faults(text: str) -> tuple[TomlFault, ...]:
    return lint(text, "harbour.toml", released)


def marked(text: str) -> dict[int, str]:
    found = {number: MARK.search(line) for number, line in enumerate(text.splitlines(), start=1)}
    return {number: match["part"] for number, match in found.items() if match}


def test_there_are_ten(text: str) -> None:
    assert len(marked(text)) == 10


def test_each_is_told_with_its_line_and_nothing_else_is(text: str, faults: tuple[TomlFault, ...]) -> None:
    assert {fault.line for fault in faults} == set(marked(text))
    assert len(faults) == 10


def test_each_says_what_is_wrong(text: str, faults: tuple[TomlFault, ...]) -> None:
    parts = marked(text)
    for fault in faults:
        assert fault.line is not None
        assert parts[fault.line] in str(fault)
        assert str(fault).startswith(f"harbour.toml:{fault.line}: ")


def test_mended_line_by_line_there_is_always_one_fault_less(text: str, faults: tuple[TomlFault, ...]) -> None:
    mended = {
        "Harbour Town": "harbour-town",
        '"1.0"': '"1.0.0"',
        "stabel": "stable",
        "provisional_days = 900 ": "# gone",
        "validity_dasy = 200": "validity_days = 200",
        "weight = 5": "weight = 0",
        "at_least = 0.98": 'at_least = "0.98"',
        '{ of = "names", says = "Our choice." },': '{ of = "names", says = "x" }, '
        '{ of = "sample", says = "x" },',
        "gate = true  # wrong: cannot": "gate = false  # cannot",
    }
    left = len(faults)
    for old, new in mended.items():
        assert old in text
        text = text.replace(old, new, 1)
        now = len(lint(text, "harbour.toml", released))
        assert now < left or old.startswith("validity"), old
        left = now
    # The number that was changed under the wrong name needs a source of its own, as the last fault says.
    assert left == 1
