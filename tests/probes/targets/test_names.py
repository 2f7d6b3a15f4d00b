from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.targets.names import NameFault, normalise_host, split_target


@pytest.mark.parametrize(
    ("given_text", "host"),
    (
        ("Example.ORG.", "example.org"),
        (" example.org ", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("shqipëria。example", "xn--shqipria-x1a.example"),
        ("_dmarc.example.org", "_dmarc.example.org"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ),
)
def test_a_host_has_one_form(given_text: str, host: str) -> None:
    assert normalise_host(given_text) == host


@pytest.mark.parametrize(
    "text",
    (
        "",
        " ",
        ".",
        "localhost",
        "a..example",
        ".example.org",
        "a b.example",
        "a\x00b.example",
        "a\u200bb .example",
        "192.0.2.1",
        "192.0.2.1.",
        "2001:db8::1",
        "[2001:db8::1]",
        "1.2.3.0x7f",
        "a.1",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "*.example.org",
        "a/b.example",
        "\ud800.example",
        "x" * 5000 + ".example",
    ),
)
def test_what_is_no_full_name_is_refused(text: str) -> None:
    with pytest.raises(NameFault):
        normalise_host(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("example.org", ("example.org", "/")),
        ("http://Example.org", ("example.org", "/")),
        ("https://example.org:443/x?y=1#z", ("example.org", "/x?y=1")),
        ("example.org/päth", ("example.org", "/p%C3%A4th")),
        ("example.org?q=ë", ("example.org", "/?q=%C3%AB")),
        ("example.org/a%20b", ("example.org", "/a%20b")),
    ),
)
def test_a_url_is_a_host_and_a_path(text: str, expected: tuple[str, str]) -> None:
    assert split_target(text) == expected


@pytest.mark.parametrize(
    "text",
    (
        "ftp://example.org/",
        "https://example.org:8443/",
        "example.org:80",
        "http://user:pass@example.org/",
        "http://192.0.2.1/",
        "http://[2001:db8::1]/",
        "http://[bad/",
        "http:///path",
        "http://example.org/a b",
        "http://example.org/\r\nHost: x",
        "javascript:alert(1)",
    ),
)
def test_what_no_visitor_opens_is_refused(text: str) -> None:
    with pytest.raises(NameFault):
        split_target(text)


@given(st.text(max_size=80))
def test_any_text_gives_a_stable_name_or_a_fault(text: str) -> None:
    try:
        host, path = split_target(text)
    except NameFault:
        return
    assert split_target(host + path) == (host, path)
    assert (host + path).isascii()
    assert host == host.lower()
    assert path.startswith("/")


def test_a_url_inside_of_a_path_or_query_is_no_scheme() -> None:
    assert split_target("a.example/?to=http://b.example/") == ("a.example", "/?to=http://b.example/")
    assert split_target("a.example/http://b.example") == ("a.example", "/http://b.example")
    assert split_target("http://a.example/?to=https://b.example") == ("a.example", "/?to=https://b.example")
