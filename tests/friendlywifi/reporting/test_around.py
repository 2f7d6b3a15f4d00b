from __future__ import annotations

import pytest

from criteria.records import RouteOutcome
from friendlywifi.reporting.around import sentence, ways_around
from probes.records import Family, RouteKind
from tests.criteria.making import route

OPEN = RouteOutcome.OPEN


@pytest.mark.parametrize("kind", RouteKind)
def test_every_kind_of_way_is_told_in_one_sentence_that_names_it(kind: RouteKind) -> None:
    told = sentence(route("https://dns.example/dns-query", OPEN, kind))
    assert "dns.example" in told
    assert told.endswith(".")
    assert ". " not in told


@pytest.mark.parametrize(
    ("kind", "endpoint", "named"),
    (
        (RouteKind.DNS53, "udp 192.0.2.1:53", "192.0.2.1"),
        (RouteKind.DNS53, "tcp [2001:db8::1]:53", "2001:db8::1"),
        (RouteKind.DOT, "tls://[2001:db8::1]", "2001:db8::1"),
        (RouteKind.DOT, "tls://dns.example", "dns.example"),
    ),
)
def test_what_a_child_would_enter_is_named_as_it_is_entered(
    kind: RouteKind, endpoint: str, named: str
) -> None:
    assert f" {named} " in sentence(route(endpoint, OPEN, kind))


def test_ways_of_one_kind_are_told_once_and_counted() -> None:
    found = ways_around(
        (
            route("tls://a.example", OPEN, RouteKind.DOT),
            route("tls://a.example", OPEN, RouteKind.DOT, Family.IPV6),
            route("tls://b.example", OPEN, RouteKind.DOT),
            route("tls://c.example", RouteOutcome.CLOSED, RouteKind.DOT),
            route("https://d.example/", RouteOutcome.FILTERED, RouteKind.DOH),
        )
    )
    assert [kind for kind, _ in found] == [RouteKind.DOT]
    assert "a.example" in found[0][1]
    assert found[0][1].endswith("So it is with 1 more.")
