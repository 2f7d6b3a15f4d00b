"""The pages about certifying and publishing teach commands and numbers that are those of the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from certificates.records import Status
from criteria.assessment import REPEATED_LIMIT
from friendlywifi.certifying import checklist, issuing
from friendlywifi.certifying.request import MOST_RUNS
from friendlywifi.shipped import load_standard
from tests.docs.test_reference_page import parsed

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("certifying", "register")}
COMMANDS = tuple(
    line.partition("  #")[0]
    for page in PAGES.values()
    for line in re.findall(r"^    (friendlywifi .*)$", page, flags=re.MULTILINE)
)


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_pages_is_one_that_the_program_takes(line: str) -> None:
    assert parsed(shlex.split(line)[1:])


def test_the_page_about_certifying_goes_through_every_step() -> None:
    assert {"certify announce", "certify witness", "certify request", "certify decide", "certify record"} <= {
        parsed(shlex.split(line)[1:]) for line in COMMANDS
    }


def test_the_numbers_and_words_are_those_of_the_program() -> None:
    page = PAGES["certifying"]
    standard = load_standard("baseline")[0]
    assert f"holds at most {MOST_RUNS} runs" in page
    assert f"with {checklist.PASSED_OVER + 1} there is none" in page
    assert f"within {standard.renewal_evidence_days} days" in page
    assert REPEATED_LIMIT in page
    assert issuing.HANDOVER in page
    days = {item.mode: item.silence_days for item in standard.surveillance}
    register = PAGES["register"]
    assert f"({days['resident']} days, on rounds {days['rounds']}) is {Status.SUSPENDED.value}" in register
