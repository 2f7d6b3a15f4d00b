"""What a letter says: the same in text and in HTML, in the reader's language, whatever somebody typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from certificates.records import end_of_day_after
from certificates.transitions import Why
from friendlywifi.language.spoken import ALBANIAN, ENGLISH, PSEUDO, translation
from friendlywifi.mail.envelope import html, text
from friendlywifi.mail.letters import Kind, Letter, Line, Paper, Place, sign_down_by
from friendlywifi.mail.reasons import reason
from friendlywifi.mail.words import words

ISSUED = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
END = end_of_day_after(ISSUED, 365)
NOW = ISSUED + timedelta(days=335)
PLACE = Place(
    hotspot="library-7", name="Biblioteka e Korçës", address="Bulevardi 7, Korçë", zone="Europe/Tirane"
)
PAPER = Paper(
    number="FW-2026-000007",
    url="https://register.example/c/FW-2026-000007",
    issuer="Bashkia Korçë",
    issued=ISSUED,
    until=END,
    evidence_days=30,
    test=False,
)


def letter(kind: Kind = Kind.REMINDER, language: str = ALBANIAN) -> Letter:
    return Letter(
        kind=kind,
        reader="Drita Hoxha",
        language=language,
        place=PLACE,
        paper=PAPER,
        at=NOW,
        until=sign_down_by(NOW),
        why=Why.GATE_FAILED.value,
        words="Tri kontrolle dështuan.",
        findings=("ADU-01: Faqet më të njohura",),
        cause="resolver 192.0.2.53",
        retest=("friendlywifi check --resolver 192.0.2.53",),
        places=(PLACE,),
        lines=(Line(place="Biblioteka 7", kind=Kind.FLAPPING, at=NOW),),
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", (ALBANIAN, ENGLISH))
def test_every_kind_of_letter_has_its_words_in_both_languages(kind: Kind, language: str) -> None:
    said = words(letter(kind, language), now=NOW)
    assert said.language == language
    assert said.subject
    assert said.paragraphs
    page, plain = html(said), text(said)
    assert f'<html lang="{language}">' in page
    for sentence in (said.subject, *said.paragraphs, *said.tasks, *said.details, *said.small):
        assert sentence in plain
    assert "%(" not in plain
    assert "None" not in plain
    marked = "folës amtar" in plain
    assert marked == (language == ALBANIAN)
    assert ("Teksti anglisht është ai detyrues" in plain) == (language == ALBANIAN)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_of_a_letter_is_written_past_the_catalogue(kind: Kind) -> None:
    said = words(letter(kind, PSEUDO), now=NOW)
    for sentence in (said.subject, said.greeting, *said.paragraphs, *said.small, *said.tasks):
        assert sentence.startswith("⟦") or sentence == "Tri kontrolle dështuan.", sentence


@pytest.mark.parametrize(
    ("days", "subject"),
    (
        (30, "Certifikata për “Biblioteka e Korçës” përfundon pas 30 ditësh, më 23 nëntor 2027"),
        (1, "Certifikata për “Biblioteka e Korçës” përfundon pas 1 dite, më 23 nëntor 2027"),
        (0, "Certifikata për “Biblioteka e Korçës” përfundon sot, më 23 nëntor 2027"),
        (-7, "Certifikata për “Biblioteka e Korçës” përfundoi më 23 nëntor 2027: ju lutemi hiqeni shenjën"),
    ),
)
def test_a_reminder_counts_the_days_from_the_day_on_which_it_is_sent(days: int, subject: str) -> None:
    now = END.replace(hour=8) - timedelta(days=days)
    assert words(letter(), now=now).subject == subject


def test_the_day_of_the_place_counts_and_not_that_of_utc() -> None:
    late = datetime(2027, 11, 22, 23, 30, tzinfo=UTC)  # the 23rd in Tirana, the last day
    assert "përfundon sot" in words(letter(), now=late).subject


def test_a_suspension_has_a_dated_task() -> None:
    said = words(letter(Kind.SUSPENDED, ENGLISH), now=NOW)
    assert said.tasks[0].startswith("Take the sign down by 27 October 2027, 16:30.")
    assert said.paragraphs[0] == reason("gate_failed", translation(ENGLISH))
    assert said.alarm


def test_every_reason_of_the_life_cycle_has_words_in_both_languages() -> None:
    for why in Why:
        told = {reason(why.value, translation(code)) for code in (ENGLISH, ALBANIAN)}
        assert len(told) == 2


def test_a_test_certificate_says_so_in_the_subject() -> None:
    trial = msgspec.structs.replace(letter(), paper=msgspec.structs.replace(PAPER, test=True))
    assert words(trial, now=NOW).subject.startswith("TEST: ")


def test_the_binding_language_is_the_one_that_the_scheme_laid_down() -> None:
    other = msgspec.structs.replace(letter(language=ENGLISH), binds=ALBANIAN)
    assert any("The Albanian text binds" in line for line in words(other, now=NOW).small)


HOSTILE = "<script>alert(1)</script>\r\nBcc: all@example.al\u202e"


def test_what_somebody_typed_is_only_text() -> None:
    place = msgspec.structs.replace(PLACE, name=HOSTILE, address=HOSTILE)
    paper = msgspec.structs.replace(PAPER, issuer=HOSTILE)
    for kind in Kind:
        bad = msgspec.structs.replace(
            letter(kind, ENGLISH),
            reader=HOSTILE,
            place=place,
            paper=paper,
            words=HOSTILE,
            findings=(HOSTILE,),
            cause=HOSTILE,
            retest=(HOSTILE,),
            places=(place, place),
            lines=(Line(place=HOSTILE, kind=Kind.FLAPPING, at=NOW),),
        )
        said = words(bad, now=NOW)
        assert "\n" not in said.subject
        assert "\r" not in said.subject
        page = html(said)
        assert "<script" not in page
        assert "\u202e" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)


def test_a_page_fetches_nothing() -> None:
    for kind in Kind:
        page = html(words(letter(kind), now=NOW))
        assert not re.search(r"(src|background|@import|url\()\s*=?", page.replace("background:", ""))
        assert set(re.findall(r'href="([^"]+)"', page)) <= {PAPER.url}
