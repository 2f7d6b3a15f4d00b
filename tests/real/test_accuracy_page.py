"""The accuracy page that is kept speaks of everything that is tried, and of no false verdict."""

from __future__ import annotations

from tests.real.accuracy import PAGE
from tests.real.corpus import SCENARIOS


def test_the_page_lists_every_real_network() -> None:
    text = PAGE.read_text("utf-8")
    missing = [item.id for item in SCENARIOS if f"| `{item.id}` |" not in text]
    assert not missing, "run `python -m tests.real.accuracy --write`"


def test_the_page_knows_of_no_false_verdict() -> None:
    text = PAGE.read_text("utf-8")
    assert "- falsely called `blocked`: **0**" in text
    assert "- falsely called `reachable`: **0**" in text


def test_scenarios_have_names_of_their_own_and_stories() -> None:
    ids = [item.id for item in SCENARIOS]
    assert len(ids) == len(set(ids))
    assert all(item.story.endswith(".") for item in SCENARIOS)
