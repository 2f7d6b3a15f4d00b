"""The page about how it is decided holds everything that decides: rules, signals, mechanisms, block pages."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from criteria import fingerprints, machine, mechanism, released, rules
from criteria.signals import SIGNALS
from probes.visit.texts import texts


@pytest.fixture(scope="module")
def page() -> str:
    path = Path(__file__).parent.parent.parent / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.how_we_decide())


def test_every_rule_and_every_signal_stands_there(page: str) -> None:
    assert [rule.id for rule in rules.latest().rules if f"| `{rule.id}` |" not in page] == []
    assert [word for word in SIGNALS if f"| `{word}` |" not in page] == []


def test_every_mechanism_stands_there_with_its_meaning(page: str) -> None:
    listed = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")
    assert [item.word for item in listed.mechanism if f"| `{item.word}` | {item.why} |" not in page] == []


def test_every_block_page_stands_there_with_its_source_and_every_text_as_it_is(page: str) -> None:
    for item in fingerprints.latest().fingerprint:
        row = next(
            line for line in page.splitlines() if line.startswith(f"| `{item.id}` | ") and item.seen in line
        )
        assert item.source in row
    assert [item.says for item in texts().text if item.says not in page] == []


def test_everything_that_the_testers_own_machine_can_do_to_a_run_is_told(page: str) -> None:
    for title, found in (
        ("Voids every run", machine.ALWAYS),
        ("Voids a run that claims to be the public's path", machine.PUBLIC_PATH),
        ("Is told, and voids nothing", machine.HINTS),
    ):
        table = page.partition(title)[2].partition("\n\n| finding")[2].partition("\n\n")[0]
        for name, why in found.items():
            assert f"| `{name}` | {why} |" in table
