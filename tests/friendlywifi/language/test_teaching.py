"""How help and errors of typed words read: in whole paragraphs, and in Albanian where it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from subprocess import CompletedProcess

import pytest
import typer

from friendlywifi.app import app
from friendlywifi.language.spoken import ALBANIAN, catalogue_text
from friendlywifi.language.teaching import ALBANIAN_TOO, paragraphs, sentences

Cli = Callable[..., "CompletedProcess[str]"]
ROOT = typer.main.get_command(app)


def _flat(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("width", ("60", "80", "120"))
def test_a_paragraph_has_no_ragged_lines_at_any_width(quick: Cli, width: str) -> None:
    shown = [line.strip() for line in quick("demo", "--help", COLUMNS=width).stdout.splitlines()]
    begins = next(at for at, line in enumerate(shown) if line.startswith("A library"))
    ends = next(at for at, line in enumerate(shown) if line.endswith("TEST."))
    nexts = [line.split()[0] for line in shown[begins + 1 : ends + 1]]
    for line, word in zip(shown[begins:ends], nexts, strict=True):
        assert len(line) + 1 + len(word) > int(width) - 2, "the next word would have had room"


def test_flags_take_no_word_and_long_choices_stand_in_the_text(quick: Cli) -> None:
    told = quick("suspend", "--help", COLUMNS="80").stdout
    assert "<bool>" not in told
    assert "One of: gate_failed, illegal_content, no_evidence" in _flat(told)
    assert "<str>" not in quick("verify", "--help").stdout


def test_the_example_right_after_the_first_sentence_keeps_its_margin(quick: Cli) -> None:
    assert "\n     friendlywifi certify print FW-2026-000123 -o out" in quick("certify", "print", "-h").stdout


@pytest.mark.parametrize("name", ALBANIAN_TOO)
def test_a_town_halls_commands_are_taught_in_albanian(quick: Cli, name: str) -> None:
    command = ROOT.commands[name]  # type: ignore[attr-defined]
    english = next(iter(paragraphs(command)))
    told = _flat(quick("--lang", "sq", name, "--help", COLUMNS="200").stdout)
    assert english not in told
    assert "Opsionet" in told
    assert "Trego këtë mesazh dhe dil." in told


def test_the_catalogue_holds_whatever_is_taught() -> None:
    text = catalogue_text(ALBANIAN).decode()
    assert len(set(sentences(ROOT))) > 200
    for sentence in sentences(ROOT):
        assert sentence.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"') in text


def test_the_variable_speaks_for_the_list_of_commands_too(quick: Cli) -> None:
    by_flag = quick("--lang", "sq", "--help").stdout
    assert by_flag == quick("--help", FRIENDLYWIFI_LANG="sq").stdout
    assert "Kujdesi për pikat Wi-Fi" in by_flag
    assert quick("--help").stdout != by_flag


@pytest.mark.parametrize(
    ("words", "told"),
    (
        (("statsu",), "Nuk ka komandë 'statsu'. A donit të thoshit"),
        (("verify",), "Mungon argumenti"),
        (("suspend", "X"), "Mungon opsioni '--why'. Zgjidhni nga: gate_failed"),
        (("status", "--jason"), "Nuk ka opsion: --jason"),
        (("status", "--format", "xml"), "Vlerë e gabuar për '--format': 'xml' nuk është asnjë nga"),
        (("demo", "more"), "Fjalë të tepërta (more)"),
    ),
)
def test_wrong_words_are_told_in_albanian(quick: Cli, words: tuple[str, ...], told: str) -> None:
    done = quick("--lang", "sq", *words, COLUMNS="160")
    assert done.returncode == 2
    assert told in _flat(done.stderr)
