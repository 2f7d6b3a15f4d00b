"""What docs/reminders.md says of steps and states is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from certificates.reminding import AFTER, GIVEN_UP, days_before
from friendlywifi.mail.letters import SIGN_DOWN
from friendlywifi.mail.noticing import FLOOD
from friendlywifi.records.outbox import State

PAGE = (Path(__file__).parents[2] / "docs" / "reminders.md").read_text("utf-8")


def _steps(row: str) -> tuple[int, ...]:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {row}"))
    return (*map(int, re.findall(r"\d+", line.split("|")[2])), 0)


def test_the_steps_are_those_of_the_program() -> None:
    assert _steps("a year") == days_before(365)
    assert _steps("182 days") == days_before(182)
    assert _steps("90 days") == days_before(90)
    assert AFTER == 7
    assert "seven days after the end" in PAGE
    assert GIVEN_UP == 30
    assert "Thirty days after the end" in PAGE


def test_every_state_of_a_letter_is_explained() -> None:
    for state in State:
        assert f"| {state.value} |" in PAGE


def test_the_numbers_are_those_of_the_program() -> None:
    assert SIGN_DOWN.total_seconds() == 72 * 3600
    assert "(72 hours)" in PAGE
    assert FLOOD == 5
    assert "the sixth letter" in PAGE
