from __future__ import annotations

import pytest

from criteria.suffixes import once_each, registrable, table


@pytest.mark.parametrize(
    ("host", "domain"),
    (
        ("example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("a.b.c.example.com", "example.com"),
        ("www.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("shendetesia.gov.al", "shendetesia.gov.al"),
        ("www.shendetesia.gov.al", "shendetesia.gov.al"),
        ("somebody.blogspot.com", "somebody.blogspot.com"),
        ("blogspot.com", "blogspot.com"),
        ("top1.lab.example", "top1.lab.example"),
        ("localhost", "localhost"),
    ),
)
def test_a_registrable_domain_is_a_suffix_and_the_label_before_it(host: str, domain: str) -> None:
    assert registrable(host) == domain


def test_of_siblings_the_first_stands_for_all() -> None:
    names = ("www.a.com", "a.com", "b.co.uk", "c.co.uk", "x.b.co.uk")
    assert once_each(names, name=str) == ("www.a.com", "b.co.uk", "c.co.uk")


def test_every_suffix_has_several_labels_a_source_and_stands_there_once() -> None:
    suffixes = [item for group in table().group for item in group.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all("." in item and item == item.lower() for item in suffixes)
    assert all(group.source for group in table().group)
