"""A claim of the threat model that names a test names one that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")

CHEATS = (
    "treats the tester differently",
    "Teaching to the list",
    "Running again until it passes",
    "Choosing among runs",
    "Handing in an old run again",
    "Running on another network",
    "Editing evidence",
    "Inventing observations",
    "Clock games",
    "built from the very list it is tested with",
)


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", TEXT))))
def test_every_test_that_is_named_is_there(named: str) -> None:
    file, _, function = named.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not function or f"def {function}(" in text


@pytest.mark.parametrize("cheat", CHEATS)
def test_every_way_to_cheat_says_what_stops_it_and_what_does_not(cheat: str) -> None:
    section = next(part for part in TEXT.split("\n## ") if cheat in part.splitlines()[0])
    assert "**Stops**" in section
    assert "**Does not stop**" in section
    assert "**Said**" in section
    assert "Tests:" in section
