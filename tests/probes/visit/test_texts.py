from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probes.visit.texts import found_in, texts


def test_every_text_has_a_source_and_a_date_and_stands_once() -> None:
    known = texts().text
    assert all(item.source and item.seen and len(item.says) > 6 for item in known)
    assert len({item.id for item in known}) == len(known)
    assert len({item.says.lower() for item in known}) == len(known)


def test_a_text_is_found_in_whatever_case_and_however_its_lines_are_broken() -> None:
    body = b"<html><p>this WEBSITE is\r\n  blocked by your\tnetwork operator.</p>"
    assert found_in(body) == ("meraki",)
    assert found_in(body[:-20]) == ()


def test_every_text_finds_itself() -> None:
    for item in texts().text:
        assert item.id in found_in(f"<p>{item.says}</p>".encode())


def test_several_texts_are_told_in_order() -> None:
    assert found_in(b"Ray ID: 1 Powered by Fortiguard") == ("challenge-ray", "fortiguard-powered")


@given(st.binary(max_size=4096))
def test_no_body_breaks_the_search(body: bytes) -> None:
    assert isinstance(found_in(body), tuple)
