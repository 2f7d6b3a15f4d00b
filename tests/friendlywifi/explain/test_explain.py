"""One page for somebody who asks, in two languages; and what changed between two runs, in words."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from criteria.records import Outcome
from friendlywifi import files
from friendlywifi.checking import serials
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.keeping import kept_bundle
from friendlywifi.explain.command import bundle_of, html, lines, run
from friendlywifi.explain.page import Page, explain
from friendlywifi.explain.rundiff import in_words
from friendlywifi.explain.texts import LANGUAGES, texts
from friendlywifi.records import hotspots
from friendlywifi.records.database import open_records
from friendlywifi.records.place import records_file
from friendlywifi.reporting.report import Report, report_of
from friendlywifi.settings import Settings
from tests.friendlywifi.evidence.made import HOTSPOT, Made, measure
from tests.friendlywifi.records.rows import NOW, library_7


@pytest.fixture(scope="session")
def library() -> Made:
    return measure("library")


@pytest.fixture(scope="session")
def airport() -> Made:
    return measure("airport", hotspot="Airport")


def told(page: Page) -> str:
    return " ".join(" ".join(lines(page)).split())


def first(made: Made, outcome: Outcome) -> str:
    return next(item.target for item in made.checked.judgement.verdicts if item.outcome is outcome)


def test_each_language_has_every_sentence_with_the_same_gaps() -> None:
    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, albanian = (texts(language) for language in LANGUAGES)
    assert english.keys() == albanian.keys()
    for key in english:
        assert gaps(english[key]) == gaps(albanian[key]), key
        assert key == "language_note" or ((english[key] and english[key] != albanian[key]) or key == "title")


def test_a_blocked_name_is_told_with_where_when_and_by_what_sign(library: Made) -> None:
    name = first(library, Outcome.BLOCKED)
    page = explain(library.bundle.contents, name, language="en")
    text = told(page)
    assert "It was blocked." in text
    assert "2026-11-22" in text
    verdict = next(item for item in library.checked.judgement.verdicts if item.target == name)
    assert verdict.cells[0].resolver in text
    assert verdict.mechanisms[0] in text
    assert verdict.cells[0].witnesses[0] in text


def test_a_name_that_opens_is_told(library: Made) -> None:
    text = told(explain(library.bundle.contents, first(library, Outcome.REACHABLE), language="en"))
    assert "It opened." in text
    assert "it must open" in text


def test_a_name_that_opens_over_quic_alone_is_told_so(library: Made) -> None:
    contents = library.bundle.contents
    name = first(library, Outcome.REACHABLE)
    verdicts = tuple(
        msgspec.structs.replace(
            item, cells=tuple(msgspec.structs.replace(cell, rule="tls_over_quic") for cell in item.cells)
        )
        for item in contents.judgement.verdicts
    )
    judgement = msgspec.structs.replace(contents.judgement, verdicts=verdicts)
    page = explain(replace(contents, judgement=judgement), name, language="en")
    assert "did not open over TCP and opened over QUIC" in told(page)


def test_a_name_that_was_not_asked_is_not_guessed_at(library: Made) -> None:
    text = told(explain(library.bundle.contents, "never.asked.example", language="en"))
    assert "Nothing is known of it from that run." in text
    assert "It was blocked." not in text
    assert "It opened." not in text


def test_a_name_below_one_that_was_asked_is_another_name(library: Made) -> None:
    name = first(library, Outcome.BLOCKED)
    text = told(explain(library.bundle.contents, f"www.{name}", language="en"))
    assert f"The name {name} was asked. It is another name" in text


def test_a_void_run_says_nothing_of_any_name(airport: Made) -> None:
    name = airport.checked.plan.targets[0].name
    text = told(explain(airport.bundle.contents, name, language="en"))
    assert "That run is void." in text
    assert "It was blocked." not in text


def test_the_albanian_page_says_that_nobody_has_reviewed_it(library: Made) -> None:
    page = explain(library.bundle.contents, first(library, Outcome.BLOCKED), language="sq")
    assert "nuk është parë ende nga një folës amtar" in told(page)
    assert "Ai ishte i bllokuar." in told(page)
    assert '<html lang="sq">' in html(page)
    assert page.limits


def test_what_was_never_promised_is_always_there(library: Made) -> None:
    for language in LANGUAGES:
        page = explain(library.bundle.contents, "never.asked.example", language=language)
        assert len(page.limits) >= 3
        assert texts(language)["unwitnessed"] in told(page)


def test_a_hotspot_is_found_by_its_name_and_time(library: Made, state: Path, tmp_path: Path) -> None:
    files.write(kept_bundle(serials.state_directory(), HOTSPOT, 1), library.data)
    assert bundle_of(HOTSPOT, at=None).contents.run == library.checked.run
    output = tmp_path / "page.html"
    assert run(HOTSPOT, "Never.Asked.Example", at="2027-01-01", language="en", output=output) == 0
    assert "never.asked.example" in output.read_text()
    with pytest.raises(Complaint, match="before that time"):
        run(HOTSPOT, "a.example", at="2020-01-01", language="en", output=None)
    with pytest.raises(Complaint, match="no run of a hotspot"):
        run("Nowhere", "a.example", at=None, language="en", output=None)
    with pytest.raises(Complaint, match="is no full name"):
        run(HOTSPOT, "localhost", at=None, language="en", output=None)


def test_a_run_made_under_the_name_is_found_by_the_id_before_it_is_in_the_records(
    library: Made, state: Path
) -> None:
    with open_records(records_file(Settings())) as records:
        hotspots.add(records, library_7(name=HOTSPOT), now=NOW, actor="a test")
    files.write(kept_bundle(serials.state_directory(), HOTSPOT, 1), library.data)
    assert bundle_of("library-7", at=None).contents.run == library.checked.run


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


# ------------------------------------------------------------------------------------------------ diff


@pytest.fixture(scope="session")
def report(library: Made) -> Report:
    return report_of(library.checked, reference=library.given.reference)


def test_two_equal_runs_differ_in_nothing(report: Report) -> None:
    assert in_words(report, report)[-1].startswith("Of what was asked both times, no name")


def test_a_name_that_opens_now_is_named(report: Report) -> None:
    was = next(item for item in report.verdicts if item.outcome is Outcome.BLOCKED)
    other = msgspec.structs.replace(
        report,
        verdicts=tuple(
            msgspec.structs.replace(item, outcome=Outcome.REACHABLE) if item is was else item
            for item in report.verdicts
        ),
    )
    assert f"1 name ({was.target}): blocked then, open now." in in_words(report, other)


def test_a_name_that_was_asked_once_proves_nothing(report: Report) -> None:
    other = msgspec.structs.replace(report, verdicts=report.verdicts[1:])
    assert any("nothing follows from that" in item for item in in_words(report, other))
