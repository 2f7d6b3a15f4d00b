from __future__ import annotations

import pytest

from criteria import mechanism, released
from criteria.mechanism import primary, written

WORDS = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")


@pytest.mark.parametrize(
    "word",
    (
        "dns/nxdomain",
        "dns/sinkhole:0.0.0.0",
        "dns/sinkhole:::",
        "dns/ede:17",
        "tls/untrusted:CN=x",
        "http/451",
    ),
)
def test_words_of_the_list_are_known(word: str) -> None:
    assert WORDS.knows(word)


@pytest.mark.parametrize("word", ("dns/magic", "dns/nxdomain:x", "dns/sinkhole", "dns/sinkhole:", "", ":"))
def test_other_words_are_not(word: str) -> None:
    assert not WORDS.knows(word)


def test_every_word_says_what_it_means() -> None:
    assert all(item.why.endswith(".") for item in WORDS.mechanism)
    assert len({item.word for item in WORDS.mechanism}) == len(WORDS.mechanism)


def test_a_detail_from_the_network_is_one_short_printable_word() -> None:
    word = written("tls/untrusted", "CN=Büro Filter\n\x1b[31m" + "x" * 500)
    assert word.isascii()
    assert word.isprintable()
    assert " " not in word
    assert len(word) <= len("tls/untrusted:") + 80


def test_the_rules_kind_is_primary_and_else_the_most_telling_one() -> None:
    seen = ("dns/nxdomain", "dns/ede:17", "dns/sinkhole:0.0.0.0")
    assert primary(seen, "dns/ede") == "dns/ede:17"
    assert primary(seen, None) == "dns/sinkhole:0.0.0.0"
    assert primary(("tls/reset", "dns/injected"), "http/451") == "dns/injected"
    assert primary((), "dns/ede") is None
