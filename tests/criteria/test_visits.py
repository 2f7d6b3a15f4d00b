from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.visits import aim, blockers, kin
from probes.records import HttpFacts

HERE = "adult.example"


@pytest.mark.parametrize(
    ("location", "scheme", "host"),
    (
        ("https://adult.example/", "https", HERE),
        ("HTTPS://Adult.Example./x", "https", HERE),
        ("http://adult.example:8080/", "http", HERE),
        ("//filter.example/deny", "http", "filter.example"),
        ("/login", "http", HERE),
        ("deny.html", "http", HERE),
        ("https://user:word@filter.example:8443/", "https", "filter.example"),
        ("https://adult.example@filter.example/", "https", "filter.example"),
        ("http://[2001:db8::1]:8080/x", "http", "2001:db8::1"),
        ("https://filter.example?to=adult.example", "https", "filter.example"),
        ("", "http", HERE),
        ("https://", "https", HERE),
    ),
)
def test_where_a_redirect_leads(location: str, scheme: str, host: str) -> None:
    assert aim(location, HERE) == (scheme, host)


@given(st.text(max_size=60))
def test_no_redirect_breaks_reading(location: str) -> None:
    scheme, host = aim(location, HERE)
    assert scheme
    assert host


def test_a_part_of_a_name_is_its_kin_and_a_name_that_only_ends_alike_is_not() -> None:
    assert kin("www.adult.example", HERE)
    assert kin(HERE, "www.adult.example")
    assert not kin("notadult.example", HERE)


@pytest.mark.parametrize(
    ("link", "hosts"),
    (
        ('<http://filter.example/>; rel="blocked-by"', ("filter.example",)),
        ("<https://filter.example/why>; rel=blocked-by", ("filter.example",)),
        ('<http://a.example/>; rel="next", <http://b.example/>; rel="help blocked-by"', ("b.example",)),
        ('<http://a.example/>; REL = "Blocked-By"', ("a.example",)),
        ('<http://a.example/>; rel="unblocked-by"', ()),
        ('</why>; rel="blocked-by"', ()),
        ("nothing", ()),
    ),
)
def test_who_carries_out_a_block_is_read(link: str, hosts: tuple[str, ...]) -> None:
    facts = HttpFacts(method="GET", status=451, headers=(("server", "x"), ("link", link)))
    assert blockers(facts) == hosts


@given(st.text(alphabet="<>;,=\"' relblocked-by:/x", max_size=3000))
def test_no_link_breaks_reading_or_takes_long(link: str) -> None:
    assert isinstance(blockers(HttpFacts(method="GET", headers=(("link", link * 3),))), tuple)
