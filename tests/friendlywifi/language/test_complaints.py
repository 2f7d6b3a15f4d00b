"""Complaints in Albanian: none of the commands of a town hall stays English, and none is told wrongly."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import friendlywifi
from friendlywifi.checking import health
from friendlywifi.language.complaints import CLAUSES, COMPLAINTS, ENGLISH_ONLY
from friendlywifi.language.retelling import complained, diagnosed, is_complaint
from friendlywifi.language.spoken import ALBANIAN, ENGLISH, speak

OF_A_FILE = "word: word"
PACKAGE = Path(friendlywifi.__file__).parent
Cli = Callable[..., "CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    speak(ENGLISH)


def _said(node: ast.expr) -> str | None:
    """A sentence with a word in each place; `None`: it is made elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "word" for part in node.values)
    return None


def _raised() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).with_suffix("")
        if inside.parts[0] in ENGLISH_ONLY or inside.as_posix() in ENGLISH_ONLY:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Complaint" and node.args:
                said = _said(node.args[0])
                if said is not None:
                    yield f"{inside}:{node.lineno}", said


def test_every_complaint_of_a_town_halls_commands_has_its_albanian() -> None:
    missing = [
        f"{where}: {said}" for where, said in _raised() if not (is_complaint(said) or said == OF_A_FILE)
    ]
    assert not missing, "\n".join(missing)


def test_the_walk_finds_complaints_and_the_shapes_are_no_catch_all() -> None:
    assert len(list(_raised())) > 150
    assert not is_complaint("something that nobody ever complained of")
    assert len(set(COMPLAINTS) | set(CLAUSES)) == len(COMPLAINTS) + len(CLAUSES)


@pytest.mark.parametrize(
    ("english", "albanian"),
    (
        ("the certificate a b.pdf does not exist", "certifikata a b.pdf nuk ekziston"),
        (
            "out.html cannot be written: No space left on device",
            "out.html nuk shkruhet dot: disku është plot",
        ),
        ("/x.toml:3: unknown setting", "/x.toml:3: unknown setting"),
        ("nobody ever complained of this", "nobody ever complained of this"),
        (
            "the run is void, so nothing is known by it: Every clock is wrong.",
            "matja është e pavlefshme, prandaj prej saj nuk dihet asgjë: Every clock is wrong.",
        ),
    ),
)
def test_a_complaint_is_told_with_what_stands_inside_of_it(english: str, albanian: str) -> None:
    assert complained(english) == english
    speak(ALBANIAN)
    assert complained(english) == albanian


def test_the_command_line_complains_in_albanian(quick: Cli, tmp_path: Path) -> None:
    done = quick("--lang", "sq", "verify", tmp_path / "none.pdf")
    assert done.returncode == 2
    assert done.stderr.strip() == f"friendlywifi: certifikata {tmp_path / 'none.pdf'} nuk ekziston"


def test_doctor_has_its_albanian_for_whatever_it_can_find() -> None:
    told = [text for three in health._CHECKS.values() for text in three]
    told += [f"10.0.0.1:53 ({source})" for source in health._SOURCES.values()]
    told += [health._NO_LEASE, "unknown, and so not on record: its name, its gateway"]
    told += [finding.sentence for finding in health.examine()]
    speak(ALBANIAN)
    proper = {"VPN"}
    assert [text for text in told if diagnosed(text) == text and text not in proper] == []
