"""The languages of the program: nothing lacks its Albanian; days, numbers and names read as they should."""

from __future__ import annotations

import ast
import io
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from docs.catalogue import FILE, forms_of, messages, untranslated, updated
from friendlywifi.language import spoken as language
from friendlywifi.language.spoken import ALBANIAN, ENGLISH, LANGUAGES, PSEUDO, sort_key, translation

TIRANA = ZoneInfo("Europe/Tirane")
PLACES = re.compile(r"%\(([a-z_]+)\)s")
NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture(name="catalogue", scope="module")
def _catalogue() -> Catalog:
    return read_po(io.BytesIO(FILE.read_bytes()), locale=ALBANIAN)


def _pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Every Albanian form beside the English one that has the same number."""
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            yield from zip(ids, forms_of(message), strict=True)


def test_no_message_lacks_its_albanian() -> None:
    assert untranslated(FILE.read_bytes()) == ()


def test_the_catalogue_is_up_to_date_with_the_sources() -> None:
    assert updated(FILE.read_bytes()) == FILE.read_bytes(), "python -m docs.catalogue, then translate"


def test_the_extraction_finds_python_and_templates() -> None:
    found = {str(message.id) for message in messages()}
    assert "This translation was not yet reviewed by a native speaker." in found


def test_no_message_hides_in_an_f_string_where_the_extraction_does_not_see_it() -> None:
    for path in sorted((FILE.parents[3]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                called = {
                    getattr(item.func, "attr", getattr(item.func, "id", None))
                    for item in ast.walk(node)
                    if isinstance(item, ast.Call) and item.args and isinstance(item.args[0], ast.Constant)
                }
                assert not called & {"phrase", "counted", "later", "laters"}, f"{path.name}:{node.lineno}"


def test_nothing_in_the_catalogue_is_guessed(catalogue: Catalog) -> None:
    assert not [message.id for message in catalogue if message.fuzzy and message.id]


def test_the_catalogue_says_that_nobody_has_reviewed_it(catalogue: Catalog) -> None:
    assert "Not yet reviewed by a native speaker" in catalogue.header_comment
    assert catalogue.plural_expr == "(n != 1)"


def test_each_translation_fills_the_same_places(catalogue: Catalog) -> None:
    for english, albanian in _pairs(catalogue):
        assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(albanian)), english


def test_every_percent_sign_in_a_message_is_one_of_a_place_or_is_doubled(catalogue: Catalog) -> None:
    for pair in _pairs(catalogue):
        for text in pair:
            text % dict.fromkeys(PLACES.findall(text), "x")


def test_every_translation_is_nfc_and_ends_as_its_english_does(catalogue: Catalog) -> None:
    for english, albanian in _pairs(catalogue):
        assert unicodedata.is_normalized("NFC", albanian), english
        for mark in ".?!:":
            assert english.endswith(mark) == albanian.endswith(mark), english
        assert english.count("\n") == albanian.count("\n"), english


def test_albanian_letters_are_letters_of_their_own(catalogue: Catalog) -> None:
    # Cyrillic or Greek ones that look the same are what a machine may slip in.
    for _, albanian in _pairs(catalogue):
        for char in filter(str.isalpha, albanian):
            assert unicodedata.name(char).startswith("LATIN"), albanian


def test_a_day_and_a_time_are_of_24_hours_and_of_the_place() -> None:
    time = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    albanian, english = translation(ALBANIAN), translation(ENGLISH)
    assert albanian.minute(time, TIRANA) == "22 nëntor 2026, 15:05"
    assert albanian.day(time) == "22 nëntor 2026"
    assert english.minute(time, TIRANA) == "22 November 2026, 15:05"
    midnight = datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
    assert albanian.minute(midnight, TIRANA) == "2 korrik 2026, 00:00"


def test_numbers_have_the_marks_of_the_language() -> None:
    assert translation(ALBANIAN).number(1234567) == f"1{NO_BREAK}234{NO_BREAK}567"
    assert translation(ENGLISH).number(1234567) == "1,234,567"


def test_one_is_told_apart_from_many() -> None:
    for code, one, many in (
        (ENGLISH, "1 day is left", "2 days are left"),
        (PSEUDO, "⟦1 dáý îs lëft · · ·⟧", "⟦2 dáýs árë lëft · · · ·⟧"),
    ):
        count = translation(code).counted
        assert count("%(number)s day is left", "%(number)s days are left", 1) == one
        assert count("%(number)s day is left", "%(number)s days are left", 2) == many


def test_names_with_numbers_stand_in_the_order_of_the_numbers() -> None:
    names = ["Biblioteka 2", "Biblioteka 10", "Biblioteka 10a", "Biblioteka 100", "Biblioteka e Re"]
    mixed = ["Biblioteka e Re", "Biblioteka 100", "Biblioteka 2", "Biblioteka 10a", "Biblioteka 10"]
    assert sorted(mixed, key=sort_key) == names


def test_what_is_said_is_nfc_whatever_is_put_into_it() -> None:
    assert translation(ENGLISH).phrase("Place: %(place)s", place="Kore\u0308") == "Place: Korë"


def test_a_missing_place_is_an_error_and_never_a_hole() -> None:
    with pytest.raises(KeyError):
        translation(ENGLISH).phrase("Place: %(place)s")


def test_the_pseudo_language_keeps_places_and_doubled_signs() -> None:
    told = translation(PSEUDO).phrase("At least %(share)s %% of %(names)s names", share=95, names=20)
    assert told.startswith("⟦")
    assert "95 %" in told
    assert "20" in told


def test_a_language_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(KeyError):
        translation("xx")


def test_the_binding_language_is_named_in_both() -> None:
    told = {
        language.binding(translation(code), binds=binds)
        for code in LANGUAGES
        for binds in (ENGLISH, ALBANIAN)
    }
    assert len(told) == 4
    assert language.binding(translation(ENGLISH)).startswith("The English text binds")


def test_an_albanian_text_says_that_nobody_has_reviewed_it() -> None:
    assert language.unreviewed(translation(ENGLISH)) == ""
    assert "folës amtar" in language.unreviewed(translation(ALBANIAN))


def test_the_command_line_speaks_the_language_that_was_set() -> None:
    unreviewed = "This translation was not yet reviewed by a native speaker."
    language.speak(ALBANIAN)
    try:
        assert "folës amtar" in language.phrase(unreviewed)
        assert language.spoken().code == ALBANIAN
    finally:
        language.speak(ENGLISH)
    assert language.phrase(unreviewed) == unreviewed


ORDERED = (
    *(
        "7",
        "Ana",
        "Cela",
        "Çelo",
        "Dora",
        "Dzani",
        "Dhora",
        "Era",
        "Ernest",
        "Ëndrra",
        "Guri",
        "Gjon",
        "Hysen",
    ),
    *("Luan", "Llesh", "Noli", "Njazi", "Qemal", "Roza", "Rrapi", "Skënder", "Syri", "Shpresa", "Teuta"),
    *("Thana", "Vlora", "Whitman", "Xani", "Xhevahir", "Zenel", "Zhgaba"),
)


def test_names_are_in_the_order_of_the_albanian_alphabet() -> None:
    mixed = list(ORDERED)
    random.Random(7).shuffle(mixed)
    assert tuple(sorted(mixed, key=sort_key)) == ORDERED
    decomposed = [unicodedata.normalize("NFD", name) for name in mixed]
    assert [unicodedata.normalize("NFC", name) for name in sorted(decomposed, key=sort_key)] == list(ORDERED)


def test_the_alphabet_has_36_letters_and_w() -> None:
    assert len(set(language._LETTERS) - {"w"}) == 36


@settings(max_examples=40)
@given(st.lists(st.text(max_size=12), max_size=6), st.randoms())
def test_any_texts_have_one_order(texts: list[str], chance: random.Random) -> None:
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert sorted(texts, key=sort_key) == sorted(shuffled, key=sort_key)
