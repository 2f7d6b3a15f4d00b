"""What records say in English is told in Albanian, and what is not known stays as it is."""

from __future__ import annotations

import ast
import asyncio
import io
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from certificates.keys import key_from_seed
from certificates.print import render_pdf
from certificates.records import Status
from certificates.signing import MAX_FILE, to_file
from certificates.verify import ENDED, verify
from certificates.verify_code import verify_code
from criteria.period import assess_period
from criteria.standard import parse, released
from docs.catalogue import messages
from friendlywifi.certifying import checklist
from friendlywifi.certifying.office import listed, say
from friendlywifi.checking.check import Checked, Input, check, forecast_of, plan_of
from friendlywifi.checking.command import contacts
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.language import spoken as language
from friendlywifi.language.retelling import _match, recognised, retold, word
from friendlywifi.language.sentences import COUNTED, MONTHS, PLAIN, WORDS
from friendlywifi.language.spoken import ALBANIAN, ENGLISH
from friendlywifi.records import light
from friendlywifi.reporting.around import _SENTENCES
from friendlywifi.reporting.headline import _ANSWERS, _SURE, headline
from friendlywifi.reporting.leaks import leaks
from friendlywifi.reporting.report import Report, report_of
from friendlywifi.reporting.show import show_report
from friendlywifi.shipped import load_standard
from probes.network import SimulatedClock
from probes.records import Category
from tests.certificates.cast import LATER, NOW, Office, assess, proofs

PLACES = re.compile(r"%\(([a-z_]+)\)s")


@pytest.fixture(name="albanian")
def _albanian() -> Iterator[None]:
    language.speak(ALBANIAN)
    yield
    language.speak(ENGLISH)


async def _measure(name: str) -> tuple[Checked, Report, tuple[str, ...]]:
    standard, digest = load_standard("baseline")
    clock = SimulatedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    async with Lab(scenario_named(name), clock=clock, budgets=FAST) as lab:
        given = Input(
            hotspot="Biblioteka e Qytetit",
            serial=7,
            authorised_by="the tests",
            standard=standard,
            standard_digest=digest,
            lists=lab.lists,
            network=lab.network,
            resolvers=lab.resolvers,
            resolver_source="given",
            overrides=("emulated hotspot",),
            seed="show",
            identify=lambda: lab.vantage,
            slow=FAST_SLOW,
        )
        plan = plan_of(given)
        forecast = forecast_of(given, plan)
        before = (contacts(given, plan), *forecast.because, *forecast.provided)
        checked = await check(given)
        return checked, report_of(checked), before


@pytest.fixture(scope="module", params=("library", "cafe", "airport"))
def measured(request: pytest.FixtureRequest) -> tuple[Checked, Report, tuple[str, ...]]:
    return asyncio.run(_measure(request.param))


def test_every_sentence_of_an_emulated_check_is_known(measured: Any) -> None:
    _, report, before = measured
    sentences = [
        *before,
        report.run.fitness.explanation,
        *(item.reason for item in report.assessment.criteria),
        *(item.text for item in report.run.fitness.findings),
        *leaks(report.verdicts),
        headline(report).meaning,
        *headline(report).failing,
    ]
    assert [text for text in sentences if text and not recognised(text)] == []


def test_a_report_in_albanian_has_no_english_sentence_left(measured: Any, albanian: None) -> None:
    _, report, _ = measured
    file = io.StringIO()
    show_report(report, Console(file=file, width=200, highlight=False, color_system=None))
    # What a filter says of itself is in its own words.
    told = re.sub(r'"[^"]*"', "", file.getvalue())
    assert not re.search(r"\b(the|were|was|names|nothing|blocked|This|passed)\b", told), told
    assert "Portat: secila duhet të kalojë" in told
    assert "folës amtar" in told
    assert "Teksti anglisht është ai detyrues" in told


def test_every_shape_is_in_the_catalogue() -> None:
    found = {form for item in messages() for form in (item.id if isinstance(item.id, tuple) else (item.id,))}
    shapes = {*PLAIN, *(form for forms in COUNTED for form in forms), *WORDS.values(), *MONTHS.values()}
    assert shapes <= found


def test_words_of_closed_lists_are_known() -> None:
    for category in Category:
        assert category.value in WORDS
    for status in Status:
        assert status.value in WORDS
    for answer, _, meaning in (*_ANSWERS.values(), _SURE):
        assert answer in WORDS
        assert recognised(meaning)


def test_each_way_around_is_known() -> None:
    for sentence in _SENTENCES.values():
        assert recognised(sentence.format(endpoint="https://dns.example/dns-query", host="192.0.2.1"))


@pytest.fixture(scope="module")
def office() -> Office:
    text = released("baseline")
    standard = parse(text, source="baseline.toml")
    return Office(standard=standard, assessment=assess(standard, text.encode()))


def test_every_answer_of_verify_is_known(office: Office) -> None:
    data = to_file(office.issue())
    stranger = Office(standard=office.standard, assessment=office.assessment, key=key_from_seed(bytes(32)))
    asked: tuple[dict[str, Any], ...] = (
        {},
        {"status": Status.VALID},
        {"status": Status.SUSPENDED},
        {"trust": None},
        {"trust": office.trust(standards=())},
        {"trust": office.trust(valid_until=NOW - timedelta(seconds=1))},
        {"now": NOW - timedelta(days=1)},
        {"now": NOW + timedelta(days=900)},
        {"data": to_file(office.issue(issuer="Dikush tjetër"))},
        {"data": to_file(stranger.issue())},
        {"data": to_file(office.issue(test=True))},
        {"data": to_file(office.issue(test=True)), "allow_test": True},
        {"data": render_pdf(office.issue())},
        {"data": data.replace(b"2026", b"2027", 1)},
        {"data": data[:-40]},
        {"data": b"%PDF-1.7"},
        {"data": b"x" * (MAX_FILE + 1)},
    )
    for changed in asked:
        found = verify(
            changed.get("data", data),
            **{
                "trust": office.trust(),
                "now": LATER,
                "allow_test": False,
                **{key: value for key, value in changed.items() if key != "data"},
            },
        )
        unknown = [text for text in (found.sentence, *found.details) if not recognised(text)]
        assert unknown == []


def test_every_answer_about_a_code_is_known(office: Office) -> None:
    for changed in ({}, {"test": True}):
        text = proofs(office.issue(**changed)).code
        for given_trust in (office.trust(), None, office.trust(valid_until=NOW - timedelta(days=9))):
            for now in (LATER, NOW + timedelta(days=900), NOW - timedelta(days=9)):
                for asked in (text, text[:-9], text.partition("#")[0]):
                    found = verify_code(asked, trust=given_trust, now=now, allow_test=bool(changed))
                    told = (found.sentence, *found.details)
                    assert [sentence for sentence in told if not recognised(sentence)] == []


def test_each_end_of_a_certificate_is_known() -> None:
    for sentence in ENDED.values():
        assert recognised(sentence)


_SUFFIXES = {
    "on": ("", " on “Biblioteka”"),
    "since": ("", " since 22 November 2026"),
    "day": ("22 November 2026",),
}


def _readings(node: ast.expr) -> list[str]:
    """What an expression of a rule may say, its numbers and names made up."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=other):
            return [*_readings(body), *_readings(other)]
        case ast.BoolOp(values=values):
            return [text for value in values for text in _readings(value) if text]
        case ast.Call(func=ast.Name(id=name)) if name in _SUFFIXES:
            return list(_SUFFIXES[name])
        case ast.JoinedStr(values=values):
            parts = [
                _readings(part.value) if isinstance(part, ast.FormattedValue) else _readings(part)
                for part in values
            ]
            return ["".join(found) for found in itertools.product(*parts)]
        case ast.Name(id="word"):
            return ["has expired", "was withdrawn"]
        case ast.Name(id="until" | "provisional"):
            return [""]
        case ast.Name(id="says"):
            return ["A login page stands before the filter"]
        case ast.Name(id="days"):
            return ["1 day", "7 days"]
        case ast.Name(id="gates" | "shown"):
            return ["ADU-01"]
        case ast.Call(func=ast.Attribute(attr="join")):
            return ["the resolver 192.0.2.1 is new"]
        case _:
            return ["7"]


def test_everything_that_status_says_is_known() -> None:
    """Read from the source: what a rule says is a sentence of its own."""
    sources = sorted(Path(light.__file__).parent.glob("*_rules.py"))
    said = {
        text
        for source in sources
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Said"
        for keyword in node.keywords
        if keyword.arg in ("says", "action", "what") and not isinstance(keyword.value, ast.Name | ast.Call)
        for text in _readings(keyword.value)
        if text != "7"
    }
    assert len(said) > 40
    assert sorted(text for text in said if not recognised(text)) == []


def test_certify_speaks_albanian(albanian: None, capsys: pytest.CaptureFixture[str]) -> None:
    say("  Only provisional: No authorised sentinel was listed, so nothing was tested.")
    listed((("Holder   ", "Bashkia Tiranë"), ("✓", "15 different hours of the day (5 are needed)")))
    told = capsys.readouterr().out
    assert "  Vetëm e përkohshme: Nuk u dha asnjë faqe prove e autorizuar" in told
    assert "Mbajtësi" in told
    assert "15 orë të ndryshme të ditës (duhen 5)" in told


def test_every_line_of_what_a_certificate_needs_is_known(albanian: None) -> None:
    standard, _ = load_standard("baseline")
    empty = assess_period(standard=standard, runs=())
    lacks = (
        "A number of a run is used twice.",
        "The runs are of more than one hotspot.",
        "2 runs of the numbering left out: 4, 5.",
        "1 run of the numbering left out: 4.",
        "The first stage of run 4 is left out.",
        "ILL-01 failed in 1 valid run, and it must hold in every one.",
        "ADU-01 failed in 3 valid runs one after the other.",
        "ADU-01 failed in 3 of 9 valid runs: it comes and goes.",
        "The filter was wholly off in 1 of 9 valid runs.",
        "Whether the filter was on is unknown in 2 of 9 runs.",
        *empty.reasons,
    )
    full = msgspec.structs.replace(
        empty, runs_valid=34, hours=19, first=NOW - timedelta(days=9), last=NOW - timedelta(days=2)
    )
    lines = [
        line.text
        for period in (empty, msgspec.structs.replace(full, reasons=lacks))
        for line in (
            *checklist.window(standard, period, (), now=NOW),
            *checklist.rest(standard, period),
            *checklist.certification_run(None, None, None),
            *checklist.certification_run(None, None, NOW),
        )
    ]
    assert "34 valid runs without a failed gate (14 are needed)" in lines
    assert "0 of 14 valid runs without a failed gate" in lines
    assert [line for line in lines if not recognised(line)] == []
    assert not any("November" in retold(line) for line in lines)


def test_places_are_carried_over_and_numbers_choose_the_form(albanian: None) -> None:
    assert retold("19 of the 20 best-known adult names were blocked.") == (
        "U bllokuan 19 nga 20 emrat më të njohur të kategorisë “për të rritur”."
    )
    assert retold("1 name opened in every way that was tried").startswith("1 emër u hap")
    assert retold("3 names opened in every way that was tried").startswith("3 emra u hapën")
    assert retold("The certificate expired on 22 November 2026.") == "Certifikata skadoi më 22 nëntor 2026."
    assert retold("The certificate is not yet valid: it was issued on 1 May 2027, 14:05 UTC.").endswith(
        "u lëshua më 1 maj 2027, 14:05 UTC."
    )


def test_several_sentences_are_told_one_by_one(albanian: None) -> None:
    told = retold(
        "93 of 93 live adult names drawn at random were blocked: at least 96.83 % at 95 % confidence. "
        "Left out as dead: 2. This is coverage of the lists that were used (adult-sample)."
    )
    assert told == (
        "U bllokuan 93 nga 93 emra të kategorisë “për të rritur” të zgjedhur me short: të paktën 96.83 % me "
        "besueshmëri 95 %. Lënë jashtë si të pafunksionueshëm: 2. Ky është mbulim i listave që u përdorën "
        "(adult-sample)."
    )


def test_what_is_not_known_stays_as_it_is(albanian: None) -> None:
    assert retold("Something that nobody foresaw. Nothing was observed.") == (
        "Something that nobody foresaw. Nuk u vëzhgua asgjë."
    )
    assert word("something_new") == "something new"


def test_english_is_never_touched() -> None:
    text = "19 of the 20 best-known adult names were blocked."
    assert retold(text) is text


def test_no_shape_is_hidden_behind_another_one() -> None:
    for message in (*PLAIN, *(form for forms in COUNTED for form in forms)):
        filled = PLACES.sub(lambda found: _sample(found[1]), message).replace("%%", "%")
        found = _match(filled)
        assert found is not None, message
        assert message in found[0].forms, (message, found[0].forms)


def _sample(name: str) -> str:
    numbers = {"number", "of", "share", "bound", "wanted", "limit", "days", "rest", "seconds"}
    if name in numbers:
        return "7"
    made_up = {"criterion": "ADU-01", "sentence": "Nothing was observed.", "category": "adult"}
    made_up |= {"clause": "from today", "signed": "unsigned"}
    return made_up.get(name, "x y")


@given(st.text(max_size=80))
def test_any_text_comes_through(text: str) -> None:
    language.speak(ALBANIAN)
    try:
        told = retold(text)
    finally:
        language.speak(ENGLISH)
    assert told == text or recognised(text) or "".join(told.split()) == "".join(text.split())
