"""Ways beside port 53: encrypted resolvers, requests to devices, addresses, other spellings."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from criteria.records import Route, RouteOutcome
from criteria.routes import route_findings
from probes import failure
from probes.records import Ask, DnsFacts, Family, RouteKind, Rr, Stage, TlsFacts, Transport, Via
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    RESOLVER,
    TIMEOUT,
    V4,
    V6,
    Part,
    Scene,
    dns,
    quic,
    tcp,
    tls,
)

NAME = "adult.example"
HERE, THERE = "203.0.113.10", "203.0.113.66"
HERE6 = "2001:db8:a::10"
DOH = "198.51.100.53"
HOST = "dns.example"
OPEN, CLOSED, FILTERED, INCONCLUSIVE, NOTHING = (
    RouteOutcome.OPEN,
    RouteOutcome.CLOSED,
    RouteOutcome.FILTERED,
    RouteOutcome.INCONCLUSIVE,
    RouteOutcome.NOT_APPLICABLE,
)
GENUINE = {"pinned": True}
OTHER = {"pinned": False, "listed": False, "problem": "unable to get local issuer certificate"}
EXPIRED = {"pinned": False, "listed": False, "problem": "certificate has expired"}


def lookup(*addresses: str, part: Part | None = None) -> Part:
    """What the network's own resolver says about the encrypted one's name."""
    made = dict(part or dns(*addresses))
    facts = made.pop("facts")
    made["dns"] = DnsFacts(resolver=RESOLVER, transport=Transport.UDP, type="A", **facts)
    return made


def shaken(failed: str | None = None, **facts: Any) -> Part:
    return {
        "stage": Stage.TLS,
        "failure": failed,
        "address": f"{DOH}:443",
        "tls": TlsFacts(server_name=HOST, **facts),
    }


def said(part: Part, *, transport: Transport = Transport.DOH, type_: str = "A") -> Part:
    """What the encrypted resolver said, or why it said nothing."""
    made = dict(part)
    facts = made.pop("facts")
    made["dns"] = DnsFacts(resolver=f"{DOH}:443", transport=transport, type=type_, **facts)
    return {**made, "address": f"{DOH}:443"}


def broken(name: str) -> Part:
    return said(dns(failure=name))


def encrypted(scene: Scene, *parts: Part, again: tuple[Part, ...] | None = None) -> Route:
    """The one route over HTTPS, by name, on which a name is asked that is blocked here."""
    scene.target(NAME, expect=(HERE,)).on(NAME, dns("0.0.0.0"), resolver=RESOLVER)
    via = Via(
        resolver=f"{HOST}:443",
        transport=Transport.DOH,
        family=V4,
        server_name=HOST,
        path="/dns-query",
        through=RESOLVER,
    )
    scene.ways.append({"subject": NAME, "via": via, "route": RouteKind.DOH, "type": "A"})
    scene.on(NAME, *parts, resolver=via.resolver)
    if again is not None:
        scene.again = (NAME,)
        scene.on(NAME, *again, resolver=via.resolver, attempt=2)
    (route,) = scene.routes
    return route


def test_the_true_resolver_that_gives_the_real_address_is_an_open_way(scene: Scene) -> None:
    route = encrypted(scene, lookup(DOH), shaken(**GENUINE), said(dns(HERE)))
    assert (route.outcome, route.rule) == (OPEN, "route_real_address")
    assert (route.kind, route.endpoint, route.family) == (RouteKind.DOH, "https://dns.example/dns-query", V4)
    # The handshake and the answer; that the name resolves is no witness of what came.
    assert len(route.witnesses) == 2


@pytest.mark.parametrize("answer", (dns("0.0.0.0"), NXDOMAIN, NODATA, dns(rcode=3, ede=(17,))))
def test_a_family_resolver_is_a_filtered_way_and_no_open_one(scene: Scene, answer: Part) -> None:
    assert encrypted(scene, lookup(DOH), shaken(**GENUINE), said(answer)).outcome is FILTERED


def test_somebody_else_who_answers_as_the_network_does_is_a_filtered_way(scene: Scene) -> None:
    assert encrypted(scene, lookup(DOH), shaken(**OTHER), said(dns("0.0.0.0"))).outcome is FILTERED


def test_somebody_else_who_gives_the_real_address_is_an_open_way(scene: Scene) -> None:
    """Phones in their automatic mode take any certificate (RFC 7858, 4.1)."""
    assert encrypted(scene, lookup(DOH), shaken(**OTHER), said(dns(HERE))).outcome is OPEN


def test_somebody_else_who_answers_no_question_closes_the_way(scene: Scene) -> None:
    route = encrypted(scene, lookup(DOH), shaken(**OTHER), broken(failure.HTTP_FAILED))
    assert (route.outcome, route.rule) == (CLOSED, "route_unanswered_other")


@pytest.mark.parametrize("failed", (failure.HTTP_FAILED, failure.EOF, failure.TIMEOUT))
def test_the_true_resolver_that_did_not_answer_this_probe_closes_no_way(scene: Scene, failed: str) -> None:
    parts = (lookup(DOH), shaken(**GENUINE), broken(failed))
    route = encrypted(scene, *parts, again=parts)
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "route_unanswered_genuine")


def test_a_certificate_that_ran_out_may_be_the_true_resolvers(scene: Scene) -> None:
    route = encrypted(scene, lookup(DOH), shaken(**EXPIRED), broken(failure.HTTP_FAILED))
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "route_unproven")


def test_a_server_that_wants_another_protocol_closes_no_way(scene: Scene) -> None:
    alert = shaken(failure.SSL_HANDSHAKE, alert=120)
    assert encrypted(scene, lookup(DOH), alert, broken(failure.SSL_HANDSHAKE)).rule == "route_protocol"


def test_a_handshake_that_is_turned_away_closes_the_way(scene: Scene) -> None:
    alert = shaken(failure.SSL_HANDSHAKE, alert=112)
    route = encrypted(scene, lookup(DOH), alert, broken(failure.SSL_HANDSHAKE))
    assert (route.outcome, route.rule) == (CLOSED, "route_alert")


def test_a_refused_connection_closes_the_way(scene: Scene) -> None:
    refused = failure.CONNECTION_REFUSED
    route = encrypted(scene, lookup(DOH), tcp(DOH, refused), broken(refused))
    assert (route.outcome, route.rule) == (CLOSED, "route_port_closed")


def test_a_host_that_is_not_there_closes_the_way_at_the_second_time_only(scene: Scene) -> None:
    gone = failure.HOST_UNREACHABLE
    parts = (lookup(DOH), tcp(DOH, gone), broken(gone))
    assert encrypted(scene.losing(0), *parts).rule == "route_unreachable_once"
    scene.again = (NAME,)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (CLOSED, "route_unreachable")


@pytest.mark.parametrize("name_lost", (False, True))
def test_where_lost_packets_explain_the_silence_an_encrypted_way_is_not_closed(
    scene: Scene, *, name_lost: bool
) -> None:
    lost = failure.TIMEOUT
    parts = (lookup(part=TIMEOUT),) if name_lost else (lookup(DOH), tcp(DOH, lost), broken(lost))
    route = encrypted(scene.losing(3), *parts, again=parts)
    assert route.outcome is INCONCLUSIVE
    assert route.rule == ("route_name_lost_by_chance" if name_lost else "route_timeout_by_chance")


def test_what_connects_on_other_ways_shows_what_the_line_loses(scene: Scene) -> None:
    lost = failure.TIMEOUT
    parts = (lookup(DOH), tcp(DOH, lost), broken(lost))
    assert encrypted(scene, *parts, again=parts).rule == "route_timeout_by_chance"
    for number in range(60):
        host = f"dns{number}.example"
        via = Via(resolver=f"{host}:443", transport=Transport.DOH, family=V4, server_name=host)
        scene.ways.append({"subject": NAME, "via": via, "route": RouteKind.DOH, "type": "A"})
        scene.on(NAME, tcp(DOH), shaken(None, **GENUINE), said(dns(HERE)), resolver=via.resolver)
    route = next(item for item in scene.routes if HOST in item.endpoint.split("/"))
    assert (route.outcome, route.rule) == (CLOSED, "route_timeout")


def test_a_reset_closes_the_way_at_the_second_time_only(scene: Scene) -> None:
    parts = (lookup(DOH), tcp(DOH, failure.CONNECTION_RESET), broken(failure.CONNECTION_RESET))
    assert encrypted(scene, *parts).rule == "route_reset_once"
    route = encrypted(scene, *parts, again=parts)
    assert (route.outcome, route.rule) == (CLOSED, "route_reset")


def test_a_resolver_that_takes_the_connection_and_closes_it_proves_nothing(scene: Scene) -> None:
    parts = (lookup(DOH), tcp(DOH), broken(failure.EOF))
    assert encrypted(scene, *parts, again=parts).outcome is INCONCLUSIVE


def test_silence_closes_the_way_at_the_second_time_only(scene: Scene) -> None:
    parts = (lookup(DOH), tcp(DOH, failure.TIMEOUT), broken(failure.TIMEOUT))
    assert encrypted(scene.losing(0), *parts).rule == "route_timeout_once"
    scene.again = (NAME,)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (CLOSED, "route_timeout")


def test_a_door_that_was_shut_closes_no_way(scene: Scene) -> None:
    route = encrypted(scene, lookup(DOH), tcp(DOH, failure.NOT_DIALLED), broken(failure.NOT_DIALLED))
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "route_not_dialled")


@pytest.mark.parametrize("answer", (NXDOMAIN, NODATA, dns(rcode=5), dns("0.0.0.0"), dns("146.112.61.106")))
def test_a_name_that_the_networks_resolver_withholds_closes_the_way(scene: Scene, answer: Part) -> None:
    route = encrypted(scene, lookup(part=answer))
    assert (route.outcome, route.rule) == (CLOSED, "route_name_withheld")


def test_a_lost_answer_about_the_name_counts_at_the_second_time(scene: Scene) -> None:
    assert encrypted(scene, lookup(part=TIMEOUT)).rule == "route_name_lost_once"
    scene.again = (NAME,)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (CLOSED, "route_name_lost")


def test_a_resolver_that_fails_over_the_name_closes_no_way(scene: Scene) -> None:
    parts = (lookup(part=dns(rcode=2)),)
    assert encrypted(scene, *parts, again=parts).rule == "route_name_unclear"


def test_of_several_addresses_the_most_open_one_counts(scene: Scene) -> None:
    other = "198.51.100.54"
    refused = {**broken(failure.CONNECTION_REFUSED), "address": f"{other}:443"}
    shut = tcp(other, failure.CONNECTION_REFUSED)
    parts = (lookup(other, DOH), shut, refused, shaken(**GENUINE), said(dns(HERE)))
    assert encrypted(scene, *parts).outcome is OPEN


def test_one_address_that_nobody_understands_keeps_the_way_undecided(scene: Scene) -> None:
    other = "198.51.100.54"
    refused = {**broken(failure.CONNECTION_REFUSED), "address": f"{other}:443"}
    parts = (lookup(other, DOH), refused, shaken(**GENUINE), broken(failure.HTTP_FAILED))
    assert encrypted(scene, *parts).outcome is INCONCLUSIVE


# ------------------------------------------------------------------------------- requests to devices


def request(scene: Scene, kind: RouteKind, *answers: Part, family: Family = V4) -> Route:
    via = Via(resolver=RESOLVER, transport=Transport.UDP, family=family)
    scene.ways.append({"subject": "request.example", "via": via, "route": kind})
    scene.on("request.example", answers[0])
    if len(answers) > 1:
        scene.again = ("request.example",)
        scene.on("request.example", answers[1], attempt=2)
    (route,) = scene.routes
    return route


@pytest.mark.parametrize("answer", (NXDOMAIN, NODATA, dns(rcode=5)))
def test_a_canary_without_an_address_leaves_encryption_off(scene: Scene, answer: Part) -> None:
    assert request(scene, RouteKind.CANARY, answer).outcome is CLOSED


@pytest.mark.parametrize("address", ("0.0.0.0", "127.0.0.1", THERE, "146.112.61.106"))
def test_any_address_of_the_canary_leaves_encryption_on(scene: Scene, address: str) -> None:
    route = request(scene, RouteKind.CANARY, dns(address))
    assert (route.outcome, route.rule) == (OPEN, "canary_address")


def test_an_invented_address_of_the_canary_is_an_address(scene: Scene) -> None:
    for tld in ("com", "net", "org"):
        scene.on(f"random.{tld}", dns(THERE))
    assert request(scene, RouteKind.CANARY, dns(THERE)).outcome is OPEN


def test_a_canary_that_fails_once_proves_nothing_and_twice_is_a_request(scene: Scene) -> None:
    assert request(scene, RouteKind.CANARY, dns(rcode=2)).outcome is INCONCLUSIVE
    scene.again = ("request.example",)
    (route,) = scene.routes
    assert (route.outcome, route.rule) == (CLOSED, "canary_servfail")


def test_a_silent_canary_is_undecided_however_often(scene: Scene) -> None:
    assert request(scene, RouteKind.CANARY, TIMEOUT, TIMEOUT).rule == "canary_unclear"


@pytest.mark.parametrize(
    ("answer", "outcome", "rule"),
    (
        (NXDOMAIN, CLOSED, "relay_nxdomain"),
        (NODATA, CLOSED, "relay_nodata"),
        (dns(THERE), OPEN, "relay_address"),
        (dns("0.0.0.0"), INCONCLUSIVE, "relay_false_address"),
        (TIMEOUT, INCONCLUSIVE, "relay_dropped"),
        (dns(rcode=5), INCONCLUSIVE, "relay_unclear"),
    ),
)
def test_relay_names_are_closed_by_the_documented_answers_alone(
    scene: Scene, answer: Part, outcome: RouteOutcome, rule: str
) -> None:
    route = request(scene, RouteKind.RELAY, answer)
    assert (route.outcome, route.rule) == (outcome, rule)


def test_a_relay_name_that_is_dropped_is_a_finding_once_for_both_families(scene: Scene) -> None:
    for family in (V4, V6):
        via = Via(resolver=RESOLVER, transport=Transport.UDP, family=family)
        scene.ways.append({"subject": "request.example", "via": via, "route": RouteKind.RELAY})
    scene.on("request.example", TIMEOUT)
    (finding,) = route_findings(scene.routes)
    assert (finding.id, len(finding.witnesses)) == ("relay_dropped", 2)
    assert finding.text.startswith("request.example gets no answer")


def test_an_address_in_one_family_alone_leaves_that_family_open(scene: Scene) -> None:
    for family in (V4, V6):
        via = Via(resolver=RESOLVER, transport=Transport.UDP, family=family)
        scene.ways.append({"subject": "request.example", "via": via, "route": RouteKind.CANARY})
    scene.on("request.example", NXDOMAIN, family=V4).on("request.example", dns("::"), family=V6)
    assert [(item.family, item.outcome) for item in scene.routes] == [(V4, CLOSED), (V6, OPEN)]


def test_a_request_that_one_resolver_forgets_is_not_made(scene: Scene) -> None:
    second = "192.168.1.2:53"
    scene.resolvers = (RESOLVER, second)
    for resolver in scene.resolvers:
        via = Via(resolver=resolver, transport=Transport.UDP, family=V4)
        scene.ways.append({"subject": "request.example", "via": via, "route": RouteKind.RELAY})
    scene.on("request.example", NXDOMAIN, resolver=RESOLVER)
    scene.on("request.example", dns(THERE), resolver=second)
    (route,) = scene.routes
    assert route.outcome is OPEN


# -------------------------------------------------------------------------------------- by address


def direct(scene: Scene, *parts: Part, again: tuple[Part, ...] | None = None) -> Route:
    scene.target(NAME, ask=Ask.TLS, expect=(HERE,))
    scene.ways.append(
        {"subject": NAME, "route": RouteKind.DIRECT_IP, "address": HERE, "ask": Ask.TLS, "via": None}
    )
    question = next(item for item in scene.plan().questions if item.address == HERE)
    scene.on(question.id, *parts)
    if again is not None:
        scene.again = (NAME,)
        scene.on(question.id, *again, attempt=2)
    (route,) = scene.routes
    return route


def test_a_site_that_answers_at_its_address_under_its_name_is_an_open_way(scene: Scene) -> None:
    route = direct(scene, tcp(HERE), tls(HERE))
    assert (route.outcome, route.rule) == (OPEN, "direct_origin")
    assert route.endpoint == f"https://{NAME} at {HERE}"


def test_somebody_else_at_the_address_is_a_filter(scene: Scene) -> None:
    assert direct(scene, tcp(HERE), tls(HERE, failure.SSL_AUTHORITY, pinned=False)).outcome is FILTERED


@pytest.mark.parametrize(
    "parts",
    (
        (tcp(HERE, failure.CONNECTION_REFUSED),),
        (tcp(HERE, failure.CONNECTION_RESET),),
        (tcp(HERE), tls(HERE, failure.CONNECTION_RESET)),
        (tcp(HERE), tls(HERE, failure.EOF)),
        (tcp(HERE), tls(HERE, failure.SSL_HANDSHAKE, alert=112)),
    ),
)
def test_a_connection_that_is_cut_closes_the_address(scene: Scene, parts: tuple[Part, ...]) -> None:
    assert direct(scene, *parts).outcome is CLOSED


@pytest.mark.parametrize(
    "parts",
    (
        (tcp(HERE, failure.TIMEOUT),),
        (tcp(HERE, failure.NETWORK_UNREACHABLE),),
        (tcp(HERE), tls(HERE, failure.TIMEOUT)),
    ),
)
@pytest.mark.parametrize(("lost", "outcome"), ((0, CLOSED), (3, INCONCLUSIVE)))
def test_silence_closes_an_address_at_the_second_time_where_nothing_is_lost(
    scene: Scene, parts: tuple[Part, ...], lost: int, outcome: RouteOutcome
) -> None:
    assert direct(scene.losing(lost), *parts).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    (route,) = scene.routes
    assert route.outcome is outcome


def test_an_address_that_was_never_dialled_is_undecided(scene: Scene) -> None:
    assert direct(scene, tcp(HERE, failure.NOT_DIALLED)).rule == "direct_not_dialled"


# --------------------------------------------------------------------------------- other spellings


def variant(scene: Scene, name: str, answer: Part, *, here: Part | None = None) -> Route:
    scene.target(NAME, expect=(HERE,)).on(NAME, here or dns("0.0.0.0"))
    via = Via(resolver=RESOLVER, transport=Transport.UDP, family=V4)
    scene.ways.append({"subject": name, "via": via, "route": RouteKind.VARIANT})
    scene.on(name, answer)
    (route,) = scene.routes
    return route


@pytest.mark.parametrize("name", (f"www.{NAME}", f"x7f3.{NAME}", NAME.upper()))
def test_another_spelling_that_gives_the_real_address_is_an_open_way(scene: Scene, name: str) -> None:
    route = variant(scene, name, dns(HERE))
    assert (route.outcome, route.endpoint) == (OPEN, name)


def test_another_name_of_the_site_may_be_elsewhere_and_is_open_all_the_same(scene: Scene) -> None:
    assert variant(scene, f"www.{NAME}", dns(THERE)).rule == "route_public_address"


@pytest.mark.parametrize("answer", (NXDOMAIN, NODATA))
def test_another_spelling_that_leads_nowhere_is_shut(scene: Scene, answer: Part) -> None:
    assert variant(scene, f"www.{NAME}", answer).outcome is CLOSED


def test_a_spelling_that_is_blocked_alike_is_filtered(scene: Scene) -> None:
    assert variant(scene, f"www.{NAME}", dns("0.0.0.0")).outcome is FILTERED


def test_where_the_name_itself_opens_its_spellings_say_nothing(scene: Scene) -> None:
    assert variant(scene, f"www.{NAME}", dns(HERE), here=dns(HERE)).outcome is NOTHING


# ----------------------------------------------------------------------------------- HTTPS records


def records(*texts: str, ede: tuple[int, ...] = (), owner: str = NAME) -> Part:
    """An answer of this many HTTPS records."""
    made = dns(ede=ede)
    rrs = tuple(Rr(name=owner, type="HTTPS", ttl=60, data=text) for text in texts)
    return {**made, "failure": None if rrs else made["failure"], "facts": {**made["facts"], "answers": rrs}}


def hinting(*addresses: str) -> str:
    return " ".join(["1 .", 'alpn="h2,h3"', *(f'{_key(each)}="{each}"' for each in addresses)])


def _key(address: str) -> str:
    return "ipv6hint" if ":" in address else "ipv4hint"


def https_record(
    scene: Scene,
    *answers: Part,
    here: Part | None = None,
    here6: Part | None = None,
    by: Family = V4,
    **known: Any,
) -> Route:
    """What the resolver says about the record of a name that is blocked here; at a second look the second."""
    scene.target(NAME, **{"expect": (HERE, HERE6), **known})
    scene.on(NAME, here or dns("0.0.0.0"), family=V4).on(NAME, here6 or dns("::"), family=V6)
    via = Via(resolver=RESOLVER, transport=Transport.UDP, family=by)
    scene.ways.append({"subject": NAME, "via": via, "route": RouteKind.HTTPS_RECORD, "type": "HTTPS"})
    asked = next(item.id for item in scene.plan().questions if item.route is RouteKind.HTTPS_RECORD)
    for attempt, answer in enumerate(answers, 1):
        scene.on(asked, answer, attempt=attempt)
    if len(answers) > 1:
        scene.again = (NAME,)
    (route,) = scene.routes
    return route


@pytest.mark.parametrize("hints", ((HERE,), (HERE6,), ("0.0.0.0", HERE6), (THERE, HERE)))
def test_a_record_that_tells_where_a_blocked_site_is_is_an_open_way(
    scene: Scene, hints: tuple[str, ...]
) -> None:
    route = https_record(scene, records(hinting(*hints)))
    assert (route.outcome, route.rule, route.endpoint) == (OPEN, "https_record_open", NAME)
    assert len(route.witnesses) == 1


def test_one_of_several_records_is_enough(scene: Scene) -> None:
    assert https_record(scene, records(hinting("0.0.0.0"), hinting(HERE))).outcome is OPEN


def test_an_address_of_a_reference_is_as_good_as_a_documented_one(scene: Scene) -> None:
    scene.refer(adult_example=(HERE,))
    assert https_record(scene, records(hinting(HERE)), expect=()).outcome is OPEN


@pytest.mark.parametrize(
    ("answer", "rule"),
    (
        (NXDOMAIN, "https_record_nxdomain"),
        (records(ede=(17,)), "https_record_ede"),
        (records('1 . alpn="h2"', ede=(15,)), "https_record_ede"),
        (records(hinting("0.0.0.0", "::")), "https_record_sinkhole"),
        (dns(rcode=5, ede=(15,)), "https_record_ede"),
    ),
)
def test_a_record_that_is_withheld_as_the_name_is_a_filtered_way(
    scene: Scene, answer: Part, rule: str
) -> None:
    route = https_record(scene, answer)
    assert (route.outcome, route.rule) == (FILTERED, rule)


def test_a_hint_at_the_networks_own_page_is_filtered(scene: Scene) -> None:
    route = https_record(scene, records(hinting(THERE)), here=dns(THERE, ede=(17,)))
    assert (route.outcome, route.rule) == (FILTERED, "https_record_as_here")


@pytest.mark.parametrize("known", ({}, {"expect": ()}))
def test_a_public_address_that_nobody_knows_is_undecided_and_no_block(
    scene: Scene, known: dict[str, Any]
) -> None:
    scene.refer(adult_example=(HERE,))
    route = https_record(scene, records(hinting(THERE)), **known)
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "https_record_unknown_address")


def test_without_a_record_nobody_knows_whether_the_site_has_one(scene: Scene) -> None:
    route = https_record(scene, NODATA)
    assert (route.outcome, route.rule) == (NOTHING, "https_record_nodata")


def test_a_record_without_addresses_leads_nowhere(scene: Scene) -> None:
    route = https_record(scene, records('1 . alpn="h2,h3"'))
    assert (route.outcome, route.rule) == (NOTHING, "https_record_no_hint")


@pytest.mark.parametrize("text", ("1 other.example", "0 other.example"))
def test_a_record_that_leads_to_another_name_is_undecided(scene: Scene, text: str) -> None:
    route = https_record(scene, records(text))
    assert (route.outcome, route.rule) == (INCONCLUSIVE, "https_record_elsewhere")


def test_where_the_name_itself_opens_its_record_shows_nothing_new(scene: Scene) -> None:
    route = https_record(scene, records(hinting(HERE)), here=dns(HERE), here6=dns(HERE6))
    assert (route.outcome, route.rule) == (NOTHING, "https_record_not_blocked")


def test_a_hint_of_the_family_that_opens_anyway_is_no_way_around(scene: Scene) -> None:
    """That it leaks over IPv6 is told of the name itself."""
    assert https_record(scene, records(hinting(HERE6)), here6=dns(HERE6)).outcome is NOTHING


def test_a_hint_of_the_family_that_is_blocked_is_one_though_the_other_leaks(scene: Scene) -> None:
    assert https_record(scene, records(hinting(HERE, HERE6)), here6=dns(HERE6)).outcome is OPEN


@pytest.mark.parametrize(
    ("answer", "once", "twice"),
    (
        (TIMEOUT, INCONCLUSIVE, CLOSED),
        (dns(rcode=2), INCONCLUSIVE, CLOSED),
        (dns(rcode=5), INCONCLUSIVE, FILTERED),
    ),
)
def test_what_a_troubled_resolver_says_too_counts_at_the_second_time(
    scene: Scene, answer: Part, once: RouteOutcome, twice: RouteOutcome
) -> None:
    assert https_record(scene.busy(), answer).outcome is once
    asked = next(item.id for item in scene.plan().questions if item.route is RouteKind.HTTPS_RECORD)
    scene.again = (NAME,)
    scene.on(asked, answer, attempt=2)
    (route,) = scene.routes
    assert route.outcome is twice


def test_a_record_that_comes_at_the_second_time_is_an_open_way(scene: Scene) -> None:
    assert https_record(scene.busy(), TIMEOUT, records(hinting(HERE))).outcome is OPEN


def test_silence_on_a_line_that_loses_packets_shuts_no_record_out(scene: Scene) -> None:
    assert https_record(scene.losing(3), TIMEOUT, TIMEOUT).rule == "https_record_timeout_by_chance"


def test_a_dead_name_is_nowhere_whatever_its_record_says(scene: Scene) -> None:
    scene.refer(adult_example=False)
    assert https_record(scene, NODATA, expect=()).outcome is NOTHING


@pytest.mark.parametrize(("hint", "outcome"), ((HERE, OPEN), (HERE6, NOTHING)))
@pytest.mark.parametrize("by", Family)
def test_what_counts_is_the_family_of_the_hint_and_not_that_of_the_question(
    scene: Scene, hint: str, outcome: RouteOutcome, by: Family
) -> None:
    """A resolver may be asked over a family by which nothing else is reached."""
    scene.vantage = msgspec.structs.replace(scene.vantage, ipv6=False)
    for name in ("control.one", "control.two"):
        scene.on(name, TIMEOUT, family=V6)
    assert https_record(scene, records(hinting(hint)), by=by).outcome is outcome


def test_what_is_lost_on_the_way_to_the_resolver_counts_and_not_what_is_lost_beyond(scene: Scene) -> None:
    for number in range(40):
        scene.target(f"named{number}.example").on(f"named{number}.example", dns(HERE))
    assert https_record(scene, TIMEOUT, TIMEOUT).rule == "https_record_timeout"


# ------------------------------------------------------------------------------------ designations


def designated(scene: Scene, *records: str) -> Route:
    via = Via(resolver=RESOLVER, transport=Transport.UDP, family=V4)
    scene.ways.append({"subject": "_dns.resolver.arpa", "via": via, "route": RouteKind.DDR, "type": "SVCB"})
    rrs = tuple(Rr(name="_dns.resolver.arpa", type="SVCB", ttl=60, data=text) for text in records)
    facts = DnsFacts(resolver=RESOLVER, transport=Transport.UDP, type="SVCB", rcode=0, answers=rrs)
    failed = None if rrs else failure.NO_ANSWER
    scene.on("_dns.resolver.arpa", {"stage": Stage.DNS, "failure": failed, "dns": facts})
    return next(item for item in scene.routes if item.kind is RouteKind.DDR)


def test_nobody_designated_is_a_closed_way(scene: Scene) -> None:
    route = designated(scene)
    assert (route.outcome, route.endpoint) == (CLOSED, RESOLVER)


@pytest.mark.parametrize(
    ("answer", "outcome"), ((dns(HERE), OPEN), (dns("0.0.0.0"), FILTERED), (NXDOMAIN, FILTERED))
)
def test_a_designation_is_as_open_as_the_designated_resolver(
    scene: Scene, answer: Part, outcome: RouteOutcome
) -> None:
    encrypted(scene, lookup(DOH), shaken(**GENUINE), said(answer))
    assert designated(scene, f'1 {HOST} alpn="h2" dohpath="/dns-query"').outcome is outcome


def test_a_designated_resolver_that_nobody_asked_is_undecided(scene: Scene) -> None:
    assert designated(scene, '1 other.example alpn="dot"').rule == "ddr_unknown"


def test_a_resolver_that_designates_itself_is_the_same_filter(scene: Scene) -> None:
    assert designated(scene, '1 dns.lan alpn="dot" ipv4hint="192.168.1.1"').rule == "ddr_self"


def test_of_several_designations_an_unknown_one_keeps_it_undecided(scene: Scene) -> None:
    found = designated(scene, '1 a.lan ipv4hint="192.168.1.1"', '2 b.example ipv4hint="203.0.113.9"')
    assert found.outcome is INCONCLUSIVE


# ------------------------------------------------------------------------------------- over QUIC


def over_quic(
    scene: Scene,
    *parts: Part,
    by_tcp: tuple[Part, ...] = (tcp(HERE), tls(HERE, failure.CONNECTION_RESET)),
) -> Route:
    scene.target(NAME, ask=Ask.TLS, expect=(HERE,))
    for kind in (RouteKind.DIRECT_IP, RouteKind.H3):
        scene.ways.append({"subject": NAME, "route": kind, "address": HERE, "ask": Ask.TLS, "via": None})
    asked = {item.route: item.id for item in scene.plan().questions if item.address == HERE}
    scene.on(asked[RouteKind.DIRECT_IP], *by_tcp)
    scene.on(asked[RouteKind.H3], *parts)
    return of_quic(scene)


def of_quic(scene: Scene) -> Route:
    return next(item for item in scene.routes if item.kind is RouteKind.H3)


def test_a_site_that_opens_over_quic_alone_is_an_open_way(scene: Scene) -> None:
    route = over_quic(scene, quic(HERE))
    assert (route.outcome, route.rule) == (OPEN, "h3_open")
    assert route.endpoint == f"https://{NAME} at {HERE}"
    assert len(route.witnesses) == 1


def test_where_tcp_opens_it_too_quic_is_no_way_of_its_own(scene: Scene) -> None:
    route = over_quic(scene, quic(HERE), by_tcp=(tcp(HERE), tls(HERE)))
    assert (route.outcome, route.rule) == (NOTHING, "h3_over_tcp_too")


def test_another_ones_certificate_over_quic_is_a_filter(scene: Scene) -> None:
    assert over_quic(scene, quic(HERE, failure.SSL_AUTHORITY, pinned=False)).outcome is FILTERED


@pytest.mark.parametrize(
    "parts",
    (
        (quic(HERE, failure.CONNECTION_REFUSED),),
        (quic(HERE, failure.SSL_HANDSHAKE, alert=112),),
    ),
)
def test_a_refusal_closes_quic_at_once(scene: Scene, parts: tuple[Part, ...]) -> None:
    assert over_quic(scene, *parts).outcome is CLOSED


@pytest.mark.parametrize(
    "parts",
    (
        (quic(HERE, failure.TIMEOUT),),
        (quic(HERE, failure.HOST_UNREACHABLE),),
        (quic(HERE, failure.TIMEOUT, alert=None),),
    ),
)
@pytest.mark.parametrize(("lost", "outcome"), ((0, CLOSED), (3, INCONCLUSIVE)))
def test_silence_closes_quic_at_the_second_time_where_nothing_is_lost(
    scene: Scene, parts: tuple[Part, ...], lost: int, outcome: RouteOutcome
) -> None:
    assert over_quic(scene.losing(lost), *parts).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    assert of_quic(scene).outcome is outcome


@pytest.mark.parametrize("first", (failure.TIMEOUT, failure.HOST_UNREACHABLE))
def test_a_firewall_that_sends_few_errors_and_drops_the_rest_closes_quic(scene: Scene, first: str) -> None:
    second = failure.HOST_UNREACHABLE if first == failure.TIMEOUT else failure.TIMEOUT
    over_quic(scene.losing(0), quic(HERE, first))
    asked = next(item.id for item in scene.plan().questions if item.route is RouteKind.H3)
    scene.on(asked, quic(HERE, second), attempt=2)
    scene.again = (NAME,)
    assert of_quic(scene).outcome is CLOSED


@pytest.mark.parametrize(
    "parts",
    (
        (quic(HERE, failure.NOT_DIALLED),),
        (quic(HERE, failure.EOF, alert=None),),
        (quic(HERE, failure.SSL_CERTIFICATE, pinned=False, problem="certificate has expired"),),
    ),
)
def test_what_may_be_the_sites_own_doing_closes_nothing(scene: Scene, parts: tuple[Part, ...]) -> None:
    assert over_quic(scene, *parts).outcome is INCONCLUSIVE
