from __future__ import annotations

import pytest

from criteria import rules
from criteria.records import Route, RouteOutcome
from probes import failure
from probes.records import Category, Transport
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    PATIENCE_US,
    RESOLVER,
    TIMEOUT,
    V4,
    V6,
    Part,
    Scene,
    dns,
    tcp,
)

FOREIGN, FOREIGN6 = "198.51.100.53:53", "[2001:db8:c::53]:53"
HERE, THERE = "203.0.113.10", "203.0.113.66"
NAME = "adult.example"
OPEN, CLOSED, FILTERED, INCONCLUSIVE = (
    RouteOutcome.OPEN,
    RouteOutcome.CLOSED,
    RouteOutcome.FILTERED,
    RouteOutcome.INCONCLUSIVE,
)


def asked(scene: Scene, *parts: Part, expect: tuple[str, ...] = (HERE,), local: Part | None = None) -> Route:
    """The one route, on which one name is asked that is blocked here."""
    scene.target(NAME, expect=expect).on(NAME, local or dns("0.0.0.0"), resolver=RESOLVER)
    scene.foreign.append((FOREIGN, Transport.UDP, NAME, V4))
    scene.on(NAME, *parts, resolver=FOREIGN)
    (route,) = scene.routes
    return route


def test_the_real_address_from_a_foreign_resolver_is_an_open_way(scene: Scene) -> None:
    route = asked(scene, dns(HERE))
    assert (route.outcome, route.rule, route.endpoint) == (OPEN, "route_real_address", f"udp {FOREIGN}")
    assert len(route.witnesses) == 1


def test_any_public_address_is_an_open_way_where_none_is_documented(scene: Scene) -> None:
    assert asked(scene, dns(THERE), expect=()).outcome is OPEN


@pytest.mark.parametrize(
    "answer", (dns("0.0.0.0"), dns("146.112.61.106"), dns(rcode=3, ede=(15,)), NXDOMAIN, NODATA)
)
def test_a_block_from_a_foreign_resolver_is_a_filtered_way(scene: Scene, answer: Part) -> None:
    assert asked(scene, answer).outcome is FILTERED


def test_a_denial_of_a_name_that_nobody_knows_to_live_proves_nothing(scene: Scene) -> None:
    assert asked(scene, NXDOMAIN, expect=()).outcome is INCONCLUSIVE


@pytest.mark.parametrize("answer", (dns(rcode=5), dns(failure=failure.CONNECTION_REFUSED)))
def test_a_refusal_is_a_closed_way(scene: Scene, answer: Part) -> None:
    assert asked(scene, answer).outcome is CLOSED


def test_one_reset_closes_no_way_and_two_do(scene: Scene) -> None:
    assert asked(scene, dns(failure=failure.CONNECTION_RESET)).rule == "route_reset_once"
    scene.again = (NAME,)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (CLOSED, "route_reset")


def test_a_resolver_that_takes_the_connection_and_closes_it_is_never_a_closed_way(scene: Scene) -> None:
    assert asked(scene, dns(failure=failure.EOF)).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    assert [route.outcome for route in scene.routes] == [INCONCLUSIVE]


def test_one_lost_answer_closes_no_way_and_two_do(scene: Scene) -> None:
    assert asked(scene.losing(0), TIMEOUT).rule == "route_timeout_once"
    scene.again = (NAME,)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (CLOSED, "route_timeout")


@pytest.mark.parametrize("transport", (Transport.UDP, Transport.TCP))
@pytest.mark.parametrize("silence", (failure.TIMEOUT, failure.HOST_UNREACHABLE, failure.NETWORK_UNREACHABLE))
def test_silence_closes_no_way_where_lost_packets_may_explain_it(
    scene: Scene, transport: Transport, silence: str
) -> None:
    # At a loss of one packet in five each way a third of what is sent stays unanswered.
    scene.losing(3).again = (NAME,)
    scene.target(NAME, expect=(HERE,)).on(NAME, dns("0.0.0.0"), resolver=RESOLVER)
    scene.foreign.append((FOREIGN, transport, NAME, V4))
    scene.on(NAME, {**dns(failure=silence), "elapsed_us": PATIENCE_US}, resolver=FOREIGN)
    (route,) = scene.routes
    assert route.outcome is INCONCLUSIVE
    assert next(rule for rule in rules.latest().rules if rule.id == route.rule).again


def test_what_cannot_be_known_of_the_line_closes_no_way(scene: Scene) -> None:
    scene.losing(0).again = (NAME,)
    asked(scene, dns("0.0.0.0"))
    # By IPv6 nothing was opened but two controls.
    scene.foreign[:] = [(FOREIGN6, Transport.UDP, NAME, V4)]
    scene.on(NAME, TIMEOUT, resolver=FOREIGN6)
    assert [route.outcome for route in scene.routes] == [INCONCLUSIVE]


def test_a_lost_answer_and_then_the_real_address_is_an_open_way(scene: Scene) -> None:
    asked(scene, TIMEOUT)
    scene.on(NAME, dns(HERE), resolver=FOREIGN, attempt=2)
    scene.again = (NAME,)
    assert [route.outcome for route in scene.routes] == [OPEN]


def test_a_door_that_was_shut_says_nothing_about_the_way(scene: Scene) -> None:
    assert asked(scene, dns(failure=failure.NOT_DIALLED)).outcome is INCONCLUSIVE


def test_a_way_that_was_planned_and_never_asked_is_undecided(scene: Scene) -> None:
    assert asked(scene).rule == "route_not_asked"


def test_on_a_void_run_no_way_is_closed(scene: Scene) -> None:
    scene.interrupted = True
    assert asked(scene, TIMEOUT).rule == "route_void"


def test_one_name_that_gets_through_is_enough(scene: Scene) -> None:
    asked(scene, dns("0.0.0.0"))
    scene.target("other.example", expect=("203.0.113.11",)).on("other.example", dns("0.0.0.0"))
    scene.on("other.example", dns("203.0.113.11"), resolver=FOREIGN)
    scene.foreign.append((FOREIGN, Transport.UDP, "other.example", V4))
    (route,) = scene.routes
    assert route.outcome is OPEN


def test_one_name_that_nobody_understands_keeps_the_way_undecided(scene: Scene) -> None:
    asked(scene, dns("0.0.0.0"))
    scene.target("other.example").on("other.example", dns("0.0.0.0"))
    scene.on("other.example", NXDOMAIN, resolver=FOREIGN)
    scene.foreign.append((FOREIGN, Transport.UDP, "other.example", V4))
    (route,) = scene.routes
    assert route.outcome is INCONCLUSIVE


def test_a_dead_name_is_no_probe(scene: Scene) -> None:
    scene.refer(adult_example=False)
    assert asked(scene, dns("0.0.0.0"), expect=()).rule == "route_no_probe"


def test_transports_and_families_are_ways_of_their_own(scene: Scene) -> None:
    asked(scene, dns(HERE))
    for resolver, transport in ((FOREIGN, Transport.TCP), (FOREIGN6, Transport.UDP)):
        scene.foreign.append((resolver, transport, NAME, V4))
    scene.on(NAME, dns(rcode=5), resolver=FOREIGN6)
    found = {route.endpoint: (route.family, route.outcome) for route in scene.routes}
    assert found == {
        f"udp {FOREIGN}": (V4, OPEN),
        f"tcp {FOREIGN}": (V4, OPEN),
        f"udp {FOREIGN6}": (V6, CLOSED),
    }


def test_a_way_by_a_family_that_the_network_does_not_have_is_not_applicable(scene: Scene) -> None:
    for number, name in enumerate(("control.one", "control.two"), 1):
        address = f"2001:db8:c::{number}"
        scene.on(name, dns(address), tcp(address, failure.NETWORK_UNREACHABLE), family=V6)
    scene.foreign.append((FOREIGN6, Transport.UDP, NAME, V4))
    scene.target(NAME, expect=(HERE,)).on(NAME, dns("0.0.0.0")).on(NAME, TIMEOUT, resolver=FOREIGN6)
    assert [route.outcome for route in scene.routes] == [RouteOutcome.NOT_APPLICABLE]


def test_an_aaaa_question_to_a_working_ipv4_resolver_is_a_probe_even_without_ipv6(scene: Scene) -> None:
    scene.vantage = scene.vantage.__class__(ipv4=True, ipv6=False)
    for name in ("control.one", "control.two"):
        scene.on(name, NODATA, family=V6)
    scene.target(NAME, expect=("2001:db8:a::1",)).on(NAME, dns("::"), resolver=RESOLVER)
    scene.foreign.append((FOREIGN, Transport.UDP, NAME, V6))
    scene.on(NAME, dns("2001:db8:a::1"), resolver=FOREIGN)
    assert [route.outcome for route in scene.routes] == [OPEN]


def test_an_answer_like_the_networks_own_is_its_own_filter(scene: Scene) -> None:
    # Three unrelated names with one strange address between them are blocked here by an unknown block page.
    for number in (1, 2, 3):
        name = f"adult{number}.example"
        scene.target(name, Category.ADULT, expect=(f"203.0.113.{number}",)).on(name, dns(THERE), family=V4)
        scene.on(name, NODATA, family=V6)
    scene.foreign.append((FOREIGN, Transport.UDP, "adult1.example", V4))
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (FILTERED, "route_as_here")
    scene.on("adult1.example", dns("203.0.113.67"), resolver=FOREIGN)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "route_unexpected")


def test_a_way_to_an_alias_of_a_block_page_is_filtered(scene: Scene) -> None:
    assert asked(scene, dns(THERE, alias="family-block.dns.adguard.com")).outcome is FILTERED


def test_an_answer_that_was_cut_off_says_nothing_about_the_way(scene: Scene) -> None:
    assert asked(scene, dns(failure=failure.TIMEOUT, truncated=True)).rule == "route_truncated"


def test_a_name_without_ipv6_is_no_probe_for_an_aaaa_question(scene: Scene) -> None:
    scene.target(NAME, expect=(HERE,)).on(NAME, dns("0.0.0.0"), resolver=RESOLVER)
    scene.foreign.append((FOREIGN, Transport.UDP, NAME, V6))
    (route,) = scene.on(NAME, NODATA, resolver=FOREIGN).routes
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "route_no_probe")


def test_a_way_by_a_family_where_nothing_comes_back_is_not_applicable(scene: Scene) -> None:
    for number, name in enumerate(("control.one", "control.two"), 1):
        address = f"2001:db8:c::{number}"
        scene.on(name, dns(address), tcp(address, failure.TIMEOUT), family=V6)
    scene.foreign.append((FOREIGN6, Transport.TCP, NAME, V4))
    scene.target(NAME, expect=(HERE,)).on(NAME, dns("0.0.0.0")).on(NAME, TIMEOUT, resolver=FOREIGN6)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (RouteOutcome.NOT_APPLICABLE, "route_family_broken")
