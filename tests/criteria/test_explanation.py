from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.explanation import LONGEST, Explanation, explanations, read, sentence
from probes.records import Ede


def test_the_fields_of_a_structured_error_are_read_and_unknown_ones_left_out() -> None:
    text = '{"c": ["mailto:it@school.example", "tel:+355"], "j": "adult content", "o": "School", "x": [1]}'
    found = read(text)
    assert found == Explanation(
        justification="adult content", organisation="School", contact=("mailto:it@school.example", "tel:+355")
    )
    assert (
        sentence(found) == '"adult content", organisation "School", contact "mailto:it@school.example", '
        'contact "tel:+355"'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    (
        ("blocked by policy", "blocked by policy"),
        ('{"j": "cut o', "{ j : cut o"),
        ('{"c": "tel:1"}', None),
        ("[1, 2]", "[1, 2]"),
    ),
)
def test_other_texts_are_shown_as_they_are(text: str, said: str | None) -> None:
    found = read(text)
    assert found is not None
    assert found.justification == said


@pytest.mark.parametrize("text", ("", "  ", "\x00\x1b", "{}", '{"j": 5, "c": null}'))
def test_what_says_nothing_is_nothing(text: str) -> None:
    assert read(text) is None


def test_only_errors_that_speak_of_a_policy_are_read() -> None:
    found = explanations([Ede(code=22, text="no servers"), Ede(code=17, text="filtered")])
    assert found == (Explanation(justification="filtered"),)


@given(
    st.text(max_size=600) | st.sampled_from(("[" * 5000, '{"j":' * 3000, '{"c":[' + '"x",' * 999 + '"x"]}'))
)
def test_whatever_a_stranger_writes_is_short_and_moves_no_cursor(text: str) -> None:
    found = read(text)
    if found is not None:
        shown = sentence(found)
        assert shown.isprintable()
        assert len(shown) < 8 * LONGEST
