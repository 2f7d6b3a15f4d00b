"""The pages as files: complete without a script, small, of one file, and without a word too many."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from friendlywifi.register import words
from friendlywifi.register.public import Register
from probes.records import decode
from tests.friendlywifi.register.conftest import Town
from tests.friendlywifi.register.town import ISSUER

KINDS = ("valid", "provisional", "suspended", "withdrawn", "expired", "superseded", "successor", "test")


class _Seen(HTMLParser):
    """The text and the addresses of a page; without script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "srcset", "poster", "data")]
        self.fetched += [value or "" for name, value in attrs if tag == "link" and name == "href"]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the shape that the library calls
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text += f" {data}"


@pytest.mark.parametrize(
    ("kind", "word"),
    (
        ("valid", "Po · Yes:"),
        ("provisional", "Po, përkohësisht · Yes, provisionally:"),
        ("suspended", "Jo · No:"),
        ("withdrawn", "Jo · No:"),
        ("expired", "Jo · No:"),
        ("superseded", "Jo · No:"),
        ("test", "TEST: Jo · No:"),
    ),
)
def test_the_answer_is_yes_or_no_in_both_languages(town: Town, kind: str, word: str) -> None:
    page = town.page(kind)
    assert f"<title>{word}" in page
    assert page.index("</h1>") < page.index("Is this where you stand?")


@pytest.mark.parametrize("kind", KINDS)
def test_of_when_its_answer_is_stands_under_the_answer_without_a_script(town: Town, kind: str) -> None:
    text = " ".join(_Seen(town.page(kind)).text.split())
    at = text.index("Status as of: ")
    assert text.index("Gjendja më: ") < at < text.index("Is this where you stand?")


@pytest.mark.parametrize("kind", KINDS)
def test_each_page_says_all_that_a_parent_at_the_door_must_know(town: Town, kind: str) -> None:
    text = " ".join(_Seen(town.page(kind)).text.split())
    for said in (
        "Is this where you stand?",
        "A është ky vendi ku ndodheni?",
        "VPN apps, web proxies and mobile data are not filtered.",
        "What people post inside platforms that are allowed is not filtered.",
        "A device that brings its own encrypted DNS is not filtered here.",
        "Nobody watches what you read",
        "ISIGURT.al",
        "ALO 116 111",
        "Report a wrong block",
        "ankesa@bashkia.example",
        ISSUER,
        town.numbers[kind],
        "Biblioteka",
        "The English text binds",
        "not yet reviewed by a native speaker",
    ):
        assert said in text, said


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_says_too_much(town: Town, kind: str) -> None:
    text = _Seen(town.page(kind)).text.casefold()
    for word in (
        r"\bsafe",
        r"legal(ly)? compl",
        r"\bscore",
        r"\blawful",
        r"\bpikë\b(?! wi-fi)",
        r"\d ?% (of|e)",
    ):
        assert not re.search(word, text), word


def test_provisional_and_first_party_are_said_plainly_and_carry_no_mark(town: Town) -> None:
    page = town.page("provisional")
    assert "FIRST-PARTY: those who measured decided themselves." in page
    assert "Why it is only provisional" in page
    assert "It is checked on visits." in page
    assert "<svg" not in page
    assert "<svg" in town.page("valid")


def test_a_suspended_page_says_by_when_the_sign_must_be_down(town: Town) -> None:
    page = town.page("suspended")
    assert "The certificate is suspended since 27 November 2026." in page
    assert "Its holder must have taken the sign down by 30 November 2026, 10:05 UTC." in page
    assert "A check that decides failed" in page


def test_a_replaced_one_leads_to_its_successor(town: Town) -> None:
    assert f'href="/c/{town.numbers["successor"]}/"' in town.page("superseded")


def test_names_are_text_and_never_markup(town: Town) -> None:
    for page in (town.page("provisional"), (town.folder / "index.html").read_text("utf-8")):
        assert "Pallati i Kulturës &lt;b&gt;&amp;" in page
        assert "<b>&" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_one_small_file_that_fetches_nothing(town: Town, kind: str) -> None:
    page = town.page(kind)
    seen = _Seen(page)
    assert len(page.encode()) < 60_000
    assert seen.fetched == []
    assert not {"form", "iframe", "img", "link", "input"} & set(seen.tags)
    assert "@import" not in page
    assert "url(" not in page


def test_the_policy_of_a_page_allows_its_own_script_and_host_alone(town: Town) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', town.page("valid"))
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["script-src"])
    assert rules["connect-src"] == "'self'"
    assert "unsafe" not in policy[1]


def test_the_list_names_each_place_by_town_in_albanian_order_and_no_test(town: Town) -> None:
    page = (town.folder / "index.html").read_text("utf-8")
    towns = re.findall(r'<h2 lang="sq">([^<]+)</h2>', page)
    assert towns == ["Cërrik", "Çorovodë", "Durrës", "Shkodër", "Tiranë", "Vlorë"]
    assert "Vend prove" not in page
    for word in ("Valid", "Provisional", "Suspended", "Withdrawn", "Expired"):
        assert f'<span lang="en">{word}</span>' in page
    assert "that say TEST are not listed" in page


def test_a_place_has_a_page_that_says_what_its_certificate_is_worth_today(town: Town) -> None:
    page = (town.folder / "h" / "muze-corovode" / "index.html").read_text("utf-8")
    assert "<title>Po · Yes:" in page
    assert town.numbers["successor"] in page
    assert f'href="/c/{town.numbers["superseded"]}/"' in page


def test_what_is_not_in_the_register_gets_a_page_in_plain_words(town: Town) -> None:
    page = (town.folder / "404.html").read_text("utf-8")
    assert "This number is not in the register: the sign may be false." in page
    assert "Ky numër nuk gjendet në regjistër: shenja mund të jetë e rreme." in page
    assert "zyra@shoqata.example" in page
    # It is shown at any depth: no address in it may depend on where.
    assert not re.search(r'(href|src)="(?!/|https://|tel:)', page)


@pytest.mark.parametrize(
    ("binds", "said"), (("en", "The English text binds"), ("sq", "The Albanian text binds"))
)
def test_a_page_names_the_language_that_binds_by_the_face(town: Town, binds: str, said: str) -> None:
    item = decode((town.folder / "register.json").read_bytes(), Register).certificates[0]
    told = words.page(msgspec.structs.replace(item, binding=binds), made=item.issued, good_until=item.issued)
    assert said in told.small[-1].en
