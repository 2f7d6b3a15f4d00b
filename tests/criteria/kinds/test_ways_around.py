"""Rules about routes, search engines, explanations, documents, and periods."""

from __future__ import annotations

from datetime import date

import pytest

from criteria.kinds import Attested, decide
from criteria.kinds.attested import AttestedBy
from criteria.kinds.encrypted_dns import EncryptedDns
from criteria.kinds.explained import Explained
from criteria.kinds.never_open import NeverOpen
from criteria.kinds.no_foreign_resolver import NoForeignResolver
from criteria.kinds.safesearch_forced import SafesearchForced
from criteria.records import (
    CriterionOutcome,
    FamilyState,
    RouteKind,
    RouteOutcome,
    SafeSearch,
    SafeSearchOutcome,
)
from probes.records import Category, Family
from tests.criteria.making import evidence, fitness, mixed, named, route

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

UDP, TCP = "udp 198.51.100.1:53", "tcp 198.51.100.1:53"
UDP6, TCP6 = "udp [2001:db8::1]:53", "tcp [2001:db8::1]:53"
FOREIGN = NoForeignResolver()


@pytest.mark.parametrize("outcome", (RouteOutcome.CLOSED, RouteOutcome.FILTERED))
def test_refused_dropped_redirected_and_filtered_are_all_fine(outcome: RouteOutcome) -> None:
    assert decide(FOREIGN, evidence(routes=(route(UDP, outcome), route(TCP, outcome)))).result is PASS


def test_one_foreign_resolver_that_answers_fails_and_is_named() -> None:
    routes = (route(UDP), route(TCP, RouteOutcome.OPEN), route(UDP6, RouteOutcome.INCONCLUSIVE))
    ruling = decide(FOREIGN, evidence(routes=routes))
    assert (ruling.result, ruling.against) == (FAIL, (TCP,))


def test_an_undecided_way_leaves_it_open() -> None:
    ruling = decide(FOREIGN, evidence(routes=(route(UDP), route(TCP, RouteOutcome.INCONCLUSIVE))))
    assert (ruling.result, ruling.against) == (OPEN_ENDED, (TCP,))


def test_a_transport_that_was_not_tried_leaves_it_open() -> None:
    ruling = decide(FOREIGN, evidence(routes=(route(UDP),)))
    assert ruling.result is OPEN_ENDED
    assert "TCP over IPv4" in ruling.reason


@pytest.mark.parametrize(
    ("ipv6", "result"),
    (
        (FamilyState.USABLE, OPEN_ENDED),
        (FamilyState.UNKNOWN, OPEN_ENDED),
        (FamilyState.ABSENT, PASS),
        (FamilyState.BROKEN, PASS),
    ),
)
def test_ipv6_must_be_tried_unless_it_is_known_not_to_work(
    ipv6: FamilyState, result: CriterionOutcome
) -> None:
    found = evidence(routes=(route(UDP), route(TCP)), fit=fitness(ipv6=ipv6))
    assert decide(FOREIGN, found).result is result


def test_both_families_tried_pass() -> None:
    routes = tuple(route(endpoint) for endpoint in (UDP, TCP, UDP6, TCP6))
    assert decide(FOREIGN, evidence(routes=routes, fit=fitness(ipv6=FamilyState.USABLE))).result is PASS


def test_ways_that_do_not_apply_count_as_not_tried() -> None:
    routes = (route(UDP, RouteOutcome.NOT_APPLICABLE), route(TCP, RouteOutcome.NOT_APPLICABLE))
    assert decide(FOREIGN, evidence(routes=routes)).result is NOT_TESTED
    assert decide(FOREIGN, evidence()).result is NOT_TESTED


# ------------------------------------------------------------------------------------- encrypted DNS

ENCRYPTED = EncryptedDns(routes=(RouteKind.DOH, RouteKind.DOT))


@pytest.mark.parametrize(
    ("doh", "dot", "result"),
    (
        (RouteOutcome.CLOSED, RouteOutcome.FILTERED, PASS),
        (RouteOutcome.OPEN, RouteOutcome.CLOSED, FAIL),
        (RouteOutcome.OPEN, RouteOutcome.INCONCLUSIVE, FAIL),
        (RouteOutcome.CLOSED, RouteOutcome.INCONCLUSIVE, OPEN_ENDED),
        (RouteOutcome.CLOSED, None, OPEN_ENDED),
        (None, None, NOT_TESTED),
    ),
)
def test_every_kind_of_encrypted_dns_must_be_shut(
    doh: RouteOutcome | None, dot: RouteOutcome | None, result: CriterionOutcome
) -> None:
    routes = tuple(
        route(kind.value, outcome, kind)
        for kind, outcome in ((RouteKind.DOH, doh), (RouteKind.DOT, dot))
        if outcome is not None
    )
    assert decide(ENCRYPTED, evidence(routes=(*routes, route(UDP)))).result is result


# --------------------------------------------------------------------------------------- safesearch

ENGINES = SafesearchForced(engines=("google", "bing"))


@pytest.mark.parametrize(
    ("google", "bing", "result"),
    (
        (SafeSearchOutcome.FORCED, SafeSearchOutcome.FORCED, PASS),
        (SafeSearchOutcome.PARTLY, SafeSearchOutcome.FORCED, FAIL),
        (SafeSearchOutcome.OFF, SafeSearchOutcome.INCONCLUSIVE, FAIL),
        (SafeSearchOutcome.FORCED, SafeSearchOutcome.INCONCLUSIVE, OPEN_ENDED),
        (SafeSearchOutcome.FORCED, None, OPEN_ENDED),
        (None, None, NOT_TESTED),
    ),
)
def test_every_engine_must_be_restricted(
    google: SafeSearchOutcome | None, bing: SafeSearchOutcome | None, result: CriterionOutcome
) -> None:
    seen = tuple(
        SafeSearch(engine=engine, family=Family.IPV4, outcome=outcome, rule="test")
        for engine, outcome in (("google", google), ("bing", bing))
        if outcome is not None
    )
    assert decide(ENGINES, evidence(safesearch=seen)).result is result


# ------------------------------------------------------------------- explanations, documents, periods


@pytest.mark.parametrize(
    ("mechanism", "result"),
    (
        ("dns/ede:17", PASS),
        ("dns/blockpage:acme", PASS),
        ("http/blockpage:acme", PASS),
        ("http/451", PASS),
        ("dns/nxdomain", FAIL),
        ("dns/sinkhole:0.0.0.0", FAIL),
        ("http/403", FAIL),
    ),
)
def test_a_block_needs_a_page_or_an_extended_error(mechanism: str, result: CriterionOutcome) -> None:
    found = evidence(mixed(named("adult", 3), blocked=3), mechanisms=(mechanism,))
    assert decide(Explained(), found).result is result


def test_wrong_blocks_are_no_matter_of_explaining_and_nothing_blocked_is_nothing_tested() -> None:
    outcomes = mixed(named("site", 3, Category.CONTROL_GENERAL), blocked=3)
    assert decide(Explained(), evidence(outcomes)).result is NOT_TESTED


def test_documents_are_attested_only_when_every_statement_is_declared() -> None:
    test = AttestedBy(statements=("policy", "log"))
    said = tuple(Attested(statement=item, by="A. Hoxha", on=date(2026, 3, 1)) for item in ("policy", "log"))
    ruling = decide(test, evidence(attested=said))
    assert ruling.result is CriterionOutcome.ATTESTED
    assert "A. Hoxha" in ruling.reason
    some = decide(test, evidence(attested=said[:1]))
    assert (some.result, some.against) == (NOT_TESTED, ("log",))


def test_what_is_judged_over_a_period_does_not_apply_to_one_check() -> None:
    ruling = decide(NeverOpen(ran_at_least="0.95"), evidence())
    assert ruling.result is CriterionOutcome.NOT_APPLICABLE
    assert ruling.reason == "This is judged over a period, not in one check."
