from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.records import Ask, Category, digest
from probes.targets.importers.compose import Composed, ImportFault, import_list, quote
from probes.targets.importers.entry import Reason
from probes.targets.load import parse_list
from probes.tomlfile import parse

ABOUT = {
    "id": "order-2026",
    "version": "2026-11-01",
    "licence": "unknown",
    "source": 'The authority\'s "order"',
    "origin": "authority",
}


def make(data: bytes, **options: Any) -> Composed:
    return import_list(data, **{"format": "domains", "category": Category.NATIONAL_ORDER, **ABOUT, **options})


def test_an_imported_list_loads_and_says_where_it_came_from() -> None:
    data = b"b.example\na.example/path\nb.example\n"
    made = make(data)
    loaded = parse_list(made.text, source="made.toml", read_ca=None)
    assert [(target.name, target.path) for target in loaded.targets] == [
        ("b.example", "/"),
        ("a.example", "/path"),
    ]
    assert {target.ask for target in loaded.targets} == {Ask.DNS}
    assert loaded.source == f'The authority\'s "order" ({digest(data)})'
    assert made.names == 2
    assert [(item.reason, item.count, item.first_line) for item in made.skipped] == [(Reason.DUPLICATE, 1, 3)]


@pytest.mark.parametrize(
    ("format_", "text"),
    (
        ("dnsmasq", "address=/a.example/\n"),
        ("rpz", "@ SOA a. b. 1 2 3 4 5\na.example CNAME .\nb.example CNAME .\n*.a.example CNAME .\n"),
        ("domains", "a.example\n*.a.example\n"),
    ),
)
def test_an_imported_order_keeps_that_everything_below_a_name_is_ordered(format_: str, text: str) -> None:
    made = make(text.encode(), format=format_)
    loaded = parse_list(made.text, source="made.toml", read_ca=None)
    ordered = {target.name: target.wildcard for target in loaded.targets if target.wildcard}
    assert ordered == {"a.example": True, "www.a.example": True}


def test_a_list_that_is_no_order_is_of_the_names_themselves() -> None:
    made = make(b"address=/a.example/\n", format="dnsmasq", category=Category.ADULT)
    loaded = parse_list(made.text, source="made.toml", read_ca=None)
    assert [(target.name, target.wildcard) for target in loaded.targets] == [("a.example", False)]


@pytest.mark.parametrize(
    ("category", "ask"),
    (
        (Category.ADULT, Ask.DNS),
        (Category.SECURITY, Ask.DNS),
        (Category.CONTROL_HELP, Ask.TLS),
        (Category.BYPASS, Ask.TLS),
    ),
)
def test_each_category_is_asked_as_gently_as_it_needs(category: Category, ask: Ask) -> None:
    made = make(b"a.example", category=category)
    assert parse_list(made.text, source="made.toml", read_ca=None).targets[0].ask is ask


def test_how_names_are_asked_can_be_chosen() -> None:
    made = make(b"a.example", category=Category.ADULT, ask=Ask.HEAD)
    assert parse_list(made.text, source="made.toml", read_ca=None).targets[0].ask is Ask.HEAD


def test_citizen_labs_own_categories_need_no_other() -> None:
    made = make(b"http://a.example/,GMB\nhttp://b.example/,HUMR\n", format="citizenlab", category=None)
    loaded = parse_list(made.text, source="made.toml", read_ca=None)
    assert [target.category for target in loaded.targets] == [Category.GAMBLING, Category.CONTROL_HELP]


@pytest.mark.parametrize(
    ("options", "words"),
    (
        ({"format": "host"}, "no known format"),
        ({"category": None}, "give their category"),
        ({"category": Category.ILLEGAL_CSAM}, "cannot be imported"),
        ({"category": Category.ILLEGAL_TERROR, "format": "citizenlab"}, "cannot be imported"),
        ({"ask": Ask.GET}, "never fetched"),
        ({"category": Category.ADULT, "ask": Ask.GET}, "never fetched"),
        ({"id": "Not An Id"}, '"id" must be'),
        ({"origin": " "}, '"origin" must be'),
        ({"version": "1\n2"}, '"version" must be'),
    ),
)
def test_a_list_that_may_not_be_is_one_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ImportFault) as caught:
        make(b"a.example,PORN", **options) if options.get("format") == "citizenlab" else make(
            b"a.example", **options
        )
    assert words in str(caught.value)


@pytest.mark.parametrize("data", (b"", b"# nothing\n", b"192.0.2.1\n", b"\xff\xfe\x00"))
def test_a_file_without_names_makes_no_list(data: bytes) -> None:
    with pytest.raises(ImportFault, match="not one name"):
        make(data)


@given(st.text())
def test_any_text_survives_quoting(text: str) -> None:
    read = parse(f"key = {quote(text)}", source="x")["key"]
    assert read == text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") or "\ufffd" in read
    if not any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        assert read == text


@given(
    st.sampled_from(["domains", "hosts", "dnsmasq", "rpz", "citizenlab"]),
    st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [
                    b"0.0.0.0 a.example",
                    b"b.example",
                    b"address=/c.example/",
                    b"d.example CNAME .",
                    b"http://e.example/?q=%22,PORN",
                    "ë.example,PORN".encode(),
                ]
            ),
        ),
        max_size=6,
    ).map(b"\n".join),
)
def test_whatever_is_imported_loads(format_: str, data: bytes) -> None:
    try:
        made = make(data, format=format_, category=None if format_ == "citizenlab" else Category.ADULT)
    except ImportFault:
        return
    assert len(parse_list(made.text, source="made.toml", read_ca=None).targets) == made.names
