"""What is asked beside port 53: how it is put, in which order, and never more than the lists allow."""

from __future__ import annotations

import msgspec
import pytest

from criteria.plan import draw_plan
from criteria.ways import way_of
from probes.encrypted import Endpoint, Request, Ways
from probes.records import Ask, Category, Engine, Family, Kind, Plan, Question, RouteKind, Target, Transport
from tests.criteria.making import baseline, listed, target

V4, V6 = "192.0.2.53:53", "[2001:db8::53]:53"
NAMED = Endpoint(kind=RouteKind.DOH, host="dns.example", address=None, port=443, path="/dns-query")
PLACED = Endpoint(kind=RouteKind.DOT, host=None, address="2001:db8::9", port=853, path=None)
WAYS = Ways(
    endpoints=(NAMED, PLACED), requests=(Request(kind=RouteKind.CANARY, name="canary.example", source="x"),)
)
SITE = target("site.example", ask=Ask.TLS, expect=("203.0.113.7", "2001:db8::7"), rank=1)
CONTROLS = tuple(target(f"open{n}.example", Category.CONTROL_GENERAL, ask=Ask.TLS) for n in range(6))


def drawn(
    *others: Target,
    resolvers: tuple[str, ...] = (V4, V6),
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6),
    site: Target = SITE,
    ways: Ways | None = WAYS,
) -> Plan:
    return draw_plan(
        standard=baseline(),
        lists=(listed(site, *others, *CONTROLS),),
        seed="a seed",
        resolvers=resolvers,
        families=families,
        ways=ways,
        engines=(Engine(name="e", names=("www.e.example",), forced=("safe.e.example",)),),
    )


def of(plan: Plan, kind: RouteKind) -> list[Question]:
    return [item for item in plan.questions if item.route is kind]


def test_an_encrypted_resolver_is_asked_by_name_through_every_resolver_in_both_families() -> None:
    found = [item.via for item in of(drawn(), RouteKind.DOH)]
    assert [(via.through, via.family) for via in found if via] == [
        (resolver, family) for resolver in (V4, V6) for family in Family
    ]
    via = found[0]
    assert via is not None
    assert (via.resolver, via.server_name, via.path) == ("dns.example:443", "dns.example", "/dns-query")
    assert via.transport is Transport.DOH


def test_by_address_it_is_asked_once_and_over_the_addresss_family() -> None:
    (question,) = of(drawn(), RouteKind.DOT)
    assert question.via is not None
    assert (question.via.resolver, question.via.family, question.via.through) == (
        "[2001:db8::9]:853",
        Family.IPV6,
        None,
    )
    assert not of(drawn(families=(Family.IPV4,)), RouteKind.DOT)


def test_it_is_asked_for_the_address_that_the_site_has() -> None:
    assert {item.type for item in of(drawn(), RouteKind.DOH)} == {"A"}
    newer = msgspec.structs.replace(SITE, expect=("2001:db8::7",))
    assert {item.type for item in of(drawn(site=newer), RouteKind.DOH)} == {"AAAA"}


def test_requests_are_asked_of_every_resolver_for_both_families() -> None:
    found = of(drawn(), RouteKind.CANARY)
    assert [item.subject for item in found] == ["canary.example"] * 4


def test_designations_are_asked_as_service_records_of_each_resolver() -> None:
    found = of(drawn(), RouteKind.DDR)
    assert [(item.subject, item.type, item.via and item.via.resolver) for item in found] == [
        ("_dns.resolver.arpa", "SVCB", V4),
        ("_dns.resolver.arpa", "SVCB", V6),
    ]


def test_a_site_is_visited_by_its_address_only_where_its_list_allows_a_handshake() -> None:
    found = of(drawn(), RouteKind.DIRECT_IP)
    assert [(item.subject, item.address, item.ask, item.via) for item in found] == [
        ("site.example", "203.0.113.7", Ask.TLS, None),
        ("site.example", "2001:db8::7", Ask.TLS, None),
    ]
    assert not of(drawn(site=msgspec.structs.replace(SITE, ask=Ask.DNS)), RouteKind.DIRECT_IP)
    assert not of(drawn(site=msgspec.structs.replace(SITE, expect=())), RouteKind.DIRECT_IP)


def test_a_site_is_met_over_quic_where_it_is_met_by_its_address() -> None:
    found = of(drawn(), RouteKind.H3)
    assert [(item.subject, item.address, item.ask, item.via) for item in found] == [
        ("site.example", "203.0.113.7", Ask.TLS, None),
        ("site.example", "2001:db8::7", Ask.TLS, None),
    ]
    assert not of(drawn(site=msgspec.structs.replace(SITE, ask=Ask.DNS)), RouteKind.H3)


@pytest.mark.parametrize("category", (Category.ILLEGAL_CSAM, Category.ILLEGAL_TERROR))
def test_a_sentinel_is_asked_of_nobody_else_in_any_way(category: Category) -> None:
    sentinel = target("sentinel.example", category, ask=Ask.GET, expect=("203.0.113.9",), sentinel=True)
    for plan in (drawn(sentinel), drawn(site=sentinel)):
        asked = {item.subject for item in plan.questions if item.kind is Kind.ROUTE}
        assert not [name for name in asked if "sentinel" in name.lower()]


def test_other_spellings_are_with_www_below_and_in_capitals() -> None:
    found = list(dict.fromkeys(item.subject for item in of(drawn(), RouteKind.VARIANT)))
    assert found[0] == "www.site.example"
    assert found[1].endswith(".site.example")
    assert found[2] == "SITE.EXAMPLE"
    other = drawn(site=msgspec.structs.replace(SITE, name="www.site.example"))
    assert of(other, RouteKind.VARIANT)[0].subject == "site.example"


def test_the_https_record_of_few_names_is_asked_of_every_resolver_once() -> None:
    others = [target(f"other{number}.example", ask=Ask.DNS, rank=number + 2) for number in range(6)]
    found = of(drawn(*others), RouteKind.HTTPS_RECORD)
    assert {item.type for item in found} == {"HTTPS"}
    assert {item.ask for item in found} == {Ask.DNS}
    assert [item.subject for item in found][::2] == ["site.example"] + [
        f"other{number}.example" for number in range(3)
    ]
    assert [(item.via.resolver, item.via.family) for item in found if item.via][:2] == [
        (V4, Family.IPV4),
        (V6, Family.IPV6),
    ]
    # One way for each name, by the packets' family.
    assert {way.endpoint for way in map(way_of, found) if way} == {item.subject for item in found}


def test_without_a_name_that_must_be_blocked_no_encrypted_resolver_is_asked() -> None:
    plan = drawn(site=CONTROLS[0])
    assert not of(plan, RouteKind.DOH)
    assert of(plan, RouteKind.CANARY)


def test_without_ways_port_53_is_all_that_is_tried() -> None:
    assert {way.kind for way in map(way_of, drawn(ways=None).questions) if way} <= {RouteKind.DNS53}


def test_engines_and_their_restricted_forms_are_asked_in_every_lane() -> None:
    plan = drawn()
    asked = [item.subject for item in plan.questions if item.kind is Kind.SAFESEARCH]
    assert (asked.count("www.e.example"), asked.count("safe.e.example")) == (4, 4)
    assert plan.engines[0].name == "e"


def test_ways_come_after_the_targets_and_before_the_closing_controls() -> None:
    kinds = [item.kind for item in drawn().questions]
    ways = [number for number, kind in enumerate(kinds) if kind in (Kind.ROUTE, Kind.SAFESEARCH)]
    targets = [number for number, kind in enumerate(kinds) if kind is Kind.TARGET]
    controls = [number for number, kind in enumerate(kinds) if kind is Kind.CONTROL]
    assert max(targets) < min(ways)
    assert max(ways) < max(controls)
