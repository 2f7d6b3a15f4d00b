"""Addresses that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.mail.addresses import LONGEST, AddressFault, address, needs_smtputf8, spelt


@pytest.mark.parametrize(
    ("typed", "one_form"),
    (
        ("drita@example.al", "drita@example.al"),
        ("  drita@EXAMPLE.al ", "drita@example.al"),
        ("drita.hoxha+wifi@example.al", "drita.hoxha+wifi@example.al"),
        ("info@korçë.example", "info@xn--kor-4lau.example"),
        ("info@kor\u0063\u0327e\u0308.example", "info@xn--kor-4lau.example"),
        ("wifi@localhost", "wifi@localhost"),
    ),
)
def test_an_address_has_one_form(typed: str, one_form: str) -> None:
    assert spelt(address(typed)) == one_form
    assert spelt(address(one_form)) == one_form


@pytest.mark.parametrize(
    "typed",
    (
        *("", "drita", "@example.al", "drita@", "drita@example", "dri ta@example.al", "a@b@c.al"),
        *("drita@exa mple.al", ".drita@example.al", "drita.@example.al", "dri..ta@example.al"),
        *('"drita"@example.al', "drita@[192.0.2.1]", "drita@-.al", "drita\u202e@example.al"),
        *("drita@example.al\r\nBcc: all@example.al", "drita\r\nBcc:x@example.al", "drita@example.al>"),
        *("x" * 65 + "@example.al", "x@" + "a." * 130 + "al"),
    ),
)
def test_what_is_none_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(AddressFault) as fault:
        address(typed)
    assert str(fault.value).endswith(".")
    assert "\n" not in str(fault.value)


def test_letters_before_the_at_need_a_server_that_takes_them() -> None:
    assert needs_smtputf8(address("dritë@example.al"))
    assert not needs_smtputf8(address("info@korçë.example"))


@given(st.text(max_size=60), st.text(max_size=40))
def test_nothing_that_is_typed_gets_a_line_break_into_a_header(typed: str, name: str) -> None:
    try:
        found = address(typed, name=name)
    except AddressFault:
        return
    for text in (spelt(found), found.display_name, str(found)):
        assert not set(text) & set("\r\n\0")
    assert len(spelt(found).encode()) <= LONGEST
