from __future__ import annotations

import pytest

from criteria.ways import way_of
from probes.records import Ask, Family, Kind, Question, RouteKind, Transport, Via

V4, V6 = Family.IPV4, Family.IPV6
DOT, DOH, UDP, TCP = Transport.DOT, Transport.DOH, Transport.UDP, Transport.TCP


@pytest.mark.parametrize(
    ("via", "route", "endpoint", "family"),
    (
        (Via(resolver="8.8.8.8:53", transport=UDP, family=V6), None, "udp 8.8.8.8:53", V4),
        (
            Via(resolver="[2001:db8::1]:53", transport=Transport.TCP, family=V4),
            None,
            "tcp [2001:db8::1]:53",
            V6,
        ),
        (Via(resolver="8.8.8.8:853", transport=DOT, family=V4), RouteKind.DOT, "tls://8.8.8.8", V4),
        (
            Via(resolver="[2001:db8::1]:443", transport=DOH, family=V6, path="/dns-query"),
            RouteKind.DOH,
            "https://[2001:db8::1]/dns-query",
            V6,
        ),
        (
            Via(
                resolver="dns.example:853",
                transport=DOT,
                family=V6,
                server_name="dns.example",
                through="192.0.2.1:53",
            ),
            RouteKind.DOT,
            "tls://dns.example",
            V6,
        ),
        (Via(resolver="192.0.2.1:53", transport=UDP, family=V6), RouteKind.CANARY, "a.example", V6),
        (Via(resolver="[2001:db8::1]:53", transport=UDP, family=V6), RouteKind.DDR, "[2001:db8::1]:53", V6),
    ),
)
def test_a_way_is_named_as_people_write_it(
    via: Via, route: RouteKind | None, endpoint: str, family: Family
) -> None:
    way = way_of(Question(id="q", kind=Kind.ROUTE, subject="a.example", via=via, route=route))
    assert way is not None
    assert (way.kind, way.endpoint, way.family) == (route or RouteKind.DNS53, endpoint, family)


def test_a_visit_by_address_is_a_way_of_the_addresss_family() -> None:
    question = Question(
        id="q",
        kind=Kind.ROUTE,
        subject="a.example",
        route=RouteKind.DIRECT_IP,
        address="2001:db8::7",
        ask=Ask.TLS,
    )
    way = way_of(question)
    assert way is not None
    assert (way.endpoint, way.family) == ("https://a.example at 2001:db8::7", V6)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ROUTE])
def test_other_questions_try_no_way(kind: Kind) -> None:
    via = Via(resolver="192.0.2.1:53", transport=UDP, family=V4)
    assert way_of(Question(id="q", kind=kind, subject="a.example", via=via)) is None
