"""The page: well-formed whatever stands in it, and the answer first."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from friendlywifi.formats import page
from friendlywifi.language import spoken as language
from friendlywifi.reporting.account import of_reports
from friendlywifi.reporting.report import Report
from tests.conftest import require_server, required
from tests.friendlywifi.formats.made import NAMES, bent, period

PARSE5 = "parse5@8.0.0"
VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "rect"})


class Strict(HTMLParser):
    """Every tag that is opened is closed, in order; nothing loads or runs anything."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names)
        assert not [name for name in names if name.startswith("on") or name in ("src", "href", "style")]
        assert tag not in ("script", "iframe", "object", "link")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(data: bytes) -> str:
    parser = Strict()
    parser.feed(data.decode())
    parser.close()
    assert parser.open == []
    return " ".join("".join(parser.text).split())


@pytest.fixture
def albanian() -> Iterator[None]:
    language.speak("sq")
    yield
    language.speak("en")


def test_a_period_is_told_with_every_run_and_every_missing_number(report: Report) -> None:
    text = parsed(page.render(period(report)))
    missing = "missing: no evidence is here"
    for told in ("void: a login page", "interrupted", "5-6", missing, "ended before it began"):
        assert told in text
    assert "Of 5 runs only what the records keep is shown" in text
    assert "The last run that can be judged is number 9 of 1 January 2027" in text


def test_the_answer_comes_before_anything_else_of_a_hotspot(report: Report) -> None:
    text = parsed(page.render(of_reports((report,))))
    assert text.index("NO CERTIFICATE") < text.index("All runs") < text.index("ILL-01 (gate)")


def test_it_speaks_albanian_and_says_that_nobody_reviewed_it(report: Report, albanian: None) -> None:
    data = page.render(period(report))
    text = parsed(data)
    assert b'<html lang="sq">' in data
    assert "Raport për Kafe Çajupi" in text
    assert "mungon: këtu nuk ka prova" in text
    assert "Çfarë mbetet e mundur" in text
    assert "folës" in text


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_breaks_the_page(report: Report, name: str) -> None:
    data = page.render(of_reports((bent(report, name),)))
    parsed(data)
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data)


@pytest.mark.long
def test_the_parser_of_the_html_standard_finds_no_error(report: Report, tmp_path: Path) -> None:
    options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
    command = [require_server("npm"), "install", *options, str(tmp_path), PARSE5]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=100)
    if done.returncode:
        required(f"npm cannot install {PARSE5}; the page was not parsed: {done.stderr[-300:]}")
    code = (
        "import {readFileSync} from 'node:fs'; import {parse} from 'parse5'; const errors = [];"
        "parse(readFileSync(process.argv[2], 'utf8'), {onParseError: error => errors.push(error.code)});"
        "console.log(JSON.stringify(errors));"
    )
    (tmp_path / "parse.mjs").write_text(code)
    for account in (period(report), *(of_reports((bent(report, name),)) for name in NAMES)):
        (tmp_path / "page.html").write_bytes(page.render(account))
        node = [require_server("node"), str(tmp_path / "parse.mjs"), str(tmp_path / "page.html")]
        told = subprocess.run(node, check=True, capture_output=True, text=True, timeout=60, cwd=tmp_path)
        assert json.loads(told.stdout) == []
