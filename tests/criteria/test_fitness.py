from __future__ import annotations

from typing import Any

import msgspec
import pytest

from criteria.fitness import judge_fitness
from criteria.offline import FEW, beyond
from criteria.records import FamilyState, Outcome
from probes import failure
from probes.records import Ask, Category, Transport, Vantage, Via
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    RESOLVER,
    TIMEOUT,
    V4,
    V6,
    Scene,
    dns,
    http,
    page,
    tcp,
    tls,
)

SECOND = "192.168.1.2:53"
CONTROLS = ("control.one", "control.two")


def test_a_sound_network_is_fit(scene: Scene) -> None:
    fitness = scene.target("adult.example").on("adult.example", NXDOMAIN).fitness
    assert fitness.void_reason is None
    assert (fitness.ipv4, fitness.ipv6) == (FamilyState.USABLE, FamilyState.USABLE)
    assert fitness.path_shown
    assert fitness.controls_ok == fitness.controls_asked == 8
    assert fitness.findings == ()


def test_the_order_of_observations_changes_nothing(scene: Scene) -> None:
    scene.on("random.com", dns("203.0.113.9"))
    plan, run, found = scene.plan(), scene.run(), scene.observations()
    assert judge_fitness(plan=plan, run=run, observations=found[::-1]) == scene.fitness


def test_a_dead_uplink_is_offline_even_if_its_resolver_answers_servfail(scene: Scene) -> None:
    for name in (*CONTROLS, *scene.portals, "random.com", "random.net", "random.org"):
        scene.on(name, dns(rcode=2), family=V4).on(name, dns(rcode=2), family=V6)
        scene.on(name, dns(rcode=2))
    assert scene.fitness.void_reason == "offline"
    assert "no way to the Internet" in scene.fitness.explanation


def silence(scene: Scene) -> Scene:
    """No resolver of the network says anything, in its own words or another's."""
    names = (*CONTROLS, *scene.portals, "random.com", "random.net", "random.org", "ipv4only.arpa")
    for name in names:
        scene.on(name, TIMEOUT, family=V4).on(name, TIMEOUT, family=V6).on(name, TIMEOUT)
    return scene


def test_a_silent_resolver_is_not_called_a_dead_line(scene: Scene) -> None:
    fitness = silence(scene).fitness
    assert fitness.void_reason == "offline"
    assert fitness.explanation.startswith("No resolver of this network answers")
    assert "nothing shows whether the line behind it works" in fitness.explanation


def test_who_is_heard_from_beyond_a_silent_resolver_shows_that_the_line_works(scene: Scene) -> None:
    via = Via(resolver="9.9.9.9:53", transport=Transport.UDP, family=V4)
    scene.ways.append({"subject": "adult.example", "via": via})
    silence(scene).on("adult.example", dns("203.0.113.7"), resolver="9.9.9.9:53")
    assert "the line works, the resolver does not" in scene.fitness.explanation


def test_a_refusal_from_beyond_shows_nothing_of_the_line(scene: Scene) -> None:
    via = Via(resolver="9.9.9.9:53", transport=Transport.UDP, family=V4)
    scene.ways.append({"subject": "adult.example", "via": via})
    silence(scene).on("adult.example", dns(rcode=5), resolver="9.9.9.9:53")
    assert "nothing shows whether the line" in scene.fitness.explanation


def test_no_observation_at_all_measures_nothing(scene: Scene) -> None:
    fitness = judge_fitness(plan=scene.plan(), run=scene.run(), observations=())
    assert fitness.void_reason == "nothing_measured"


def test_a_run_that_was_broken_off_is_void(scene: Scene) -> None:
    scene.interrupted = True
    assert scene.fitness.void_reason == "interrupted"


@pytest.mark.parametrize(
    "answer",
    (
        http("198.51.100.80", 302, location="http://login.hotel/"),
        http("198.51.100.80", 200, token=False),
        http("198.51.100.80", 511),
    ),
)
def test_most_vendors_answered_wrongly_is_captive(scene: Scene, answer: dict[str, Any]) -> None:
    for name in scene.portals[:2]:
        scene.on(name, dns("198.51.100.80"), answer)
    assert scene.fitness.void_reason == "captive"


def test_a_login_page_at_the_end_of_the_run_is_captive_too(scene: Scene) -> None:
    closing = [q.id for q in scene.plan().questions if q.kind == "portal"][3:]
    for question_id in closing:
        scene.on(question_id, dns("198.51.100.80"), http("198.51.100.80", 302, location="http://login/"))
    assert scene.fitness.void_reason == "captive"


def test_portal_names_that_do_not_resolve_are_no_login_page(scene: Scene) -> None:
    for name in scene.portals:
        scene.on(name, dns("0.0.0.0"))
    assert scene.fitness.void_reason is None


def test_one_vendor_answered_wrongly_is_no_majority(scene: Scene) -> None:
    scene.on(scene.portals[0], dns("198.51.100.80"), http("198.51.100.80", 302, location="http://x/"))
    assert scene.fitness.void_reason is None


def test_a_204_with_a_body_is_not_the_answer_of_an_open_line(scene: Scene) -> None:
    plan = scene.plan()
    questions = tuple(
        msgspec.structs.replace(q, token=None) if q.kind == "portal" else q for q in plan.questions
    )
    for name in scene.portals:
        scene.on(name, dns("198.51.100.80"), http("198.51.100.80", 204, body_bytes=5))
    fitness = judge_fitness(
        plan=msgspec.structs.replace(plan, questions=questions),
        run=scene.run(),
        observations=scene.observations(),
    )
    assert fitness.void_reason == "captive"


def test_controls_that_do_not_open_void_a_run_whose_portals_are_right(scene: Scene) -> None:
    for name in CONTROLS:
        scene.on(name, TIMEOUT, family=V4).on(name, TIMEOUT, family=V6)
    assert scene.fitness.void_reason == "controls_wrong"


def test_one_right_control_of_two_is_not_enough(scene: Scene) -> None:
    scene.on("control.two", NXDOMAIN, family=V4).on("control.two", NXDOMAIN, family=V6)
    assert scene.fitness.void_reason == "controls_wrong"


def test_a_run_without_controls_is_void(scene: Scene) -> None:
    scene.targets.clear()
    assert scene.target("adult.example").on("adult.example", NXDOMAIN).fitness.void_reason == "controls_wrong"


def test_an_intercepted_control_is_a_wrong_control(scene: Scene) -> None:
    for name, address in zip(CONTROLS, ("198.51.100.1", "198.51.100.2"), strict=True):
        parts = (
            dns(address),
            tcp(address),
            tls(address, failure.SSL_AUTHORITY, pinned=False, system=False, issuer="CN=Filter"),
        )
        scene.on(name, *parts, family=V4).on(name, NODATA, family=V6)
    assert scene.fitness.void_reason == "controls_wrong"


def test_a_wall_that_lets_portal_probes_through_answers_everything(scene: Scene) -> None:
    for name in (*CONTROLS, "random.com", "random.net", "random.org"):
        scene.on(name, dns("203.0.113.66"), family=V4).on(name, dns("2001:db8:a::6"), family=V6)
    assert scene.fitness.void_reason == "answers_everything"


def test_one_resolver_of_two_that_answers_everything_is_silent_and_not_passed(scene: Scene) -> None:
    scene.resolvers = (RESOLVER, SECOND)
    for name in (*CONTROLS, "random.com", "random.net", "random.org"):
        scene.on(name, dns("203.0.113.66"), family=V4, resolver=SECOND)
        scene.on(name, NODATA, family=V6, resolver=SECOND)
    scene.target("adult.example").on("adult.example", dns("0.0.0.0", ede=(17,)))
    assert scene.fitness.void_reason is None
    assert scene.fitness.dead_resolvers == (SECOND,)
    assert "resolver_silent" in {cell.rule for cell in scene.cells if cell.resolver == SECOND}
    assert scene.verdict("adult.example").outcome is Outcome.INCONCLUSIVE


def test_a_resolver_that_answers_nearly_everything_alike_is_not_saved_by_one_right_control(
    scene: Scene,
) -> None:
    scene.resolvers = (RESOLVER, SECOND)
    scene.target("control.three", Category.CONTROL_GENERAL, ask=Ask.TLS)
    scene.on("control.three", *page("198.51.100.3")[:3], family=V4).on("control.three", NODATA, family=V6)
    for name in (*CONTROLS, "random.com"):
        scene.on(name, dns("203.0.113.66"), family=V4, resolver=SECOND)
        scene.on(name, NODATA, family=V6, resolver=SECOND)
    assert scene.fitness.dead_resolvers == (SECOND,)


def test_rewritten_nxdomain_is_a_finding_and_learnt(scene: Scene) -> None:
    for tld in ("com", "net", "org"):
        scene.on(f"random.{tld}", dns("203.0.113.99"), family=V4)
        scene.on(f"random.{tld}", dns("2001:db8:a::9"), family=V6)
    fitness = scene.fitness
    assert fitness.void_reason is None
    assert fitness.rewrites == ("2001:db8:a::9", "203.0.113.99")
    assert [item.id for item in fitness.findings] == ["nxdomain_rewritten"]


def test_another_network_at_the_end_voids_the_run(scene: Scene) -> None:
    scene.after = Vantage(gateway="10.0.0.1", ipv4=True, ipv6=True)
    fitness = scene.fitness
    assert fitness.void_reason == "identity_changed"
    assert "gateway" in fitness.explanation


def test_what_was_not_known_before_has_not_changed(scene: Scene) -> None:
    scene.after = Vantage(gateway="192.168.1.1", ssid="Library", ipv4=True)
    assert scene.fitness.void_reason is None


def test_another_access_point_of_the_same_network_is_the_same_network(scene: Scene) -> None:
    scene.vantage = Vantage(gateway_mac="a", ssid="Library", bssid="1")
    scene.after = Vantage(gateway_mac="a", ssid="Library", bssid="2")
    assert scene.fitness.void_reason is None
    scene.after = Vantage(gateway_mac="b", ssid="Library", bssid="2")
    assert scene.fitness.void_reason == "identity_changed"
    # Anybody can call their network the same: without its gateway another access point is another network.
    scene.vantage, scene.after = Vantage(ssid="Library", bssid="1"), Vantage(ssid="Library", bssid="2")
    assert scene.fitness.void_reason == "identity_changed"


@pytest.mark.parametrize(("date", "void"), (("10:04:00", None), ("10:20:00", "clock"), ("09:40:00", "clock")))
def test_a_clock_that_is_off_by_more_than_five_minutes_voids_the_run(
    scene: Scene, date: str, void: str | None
) -> None:
    said = f"Sun, 22 Nov 2026 {date} GMT"
    for name in scene.portals:
        scene.on(name, dns("198.51.100.80"), http("198.51.100.80", token=True, date=said))
    assert scene.fitness.void_reason == void


def test_a_login_pages_clock_is_not_believed(scene: Scene) -> None:
    wrong = http("198.51.100.80", 302, location="http://x/", date="Sun, 22 Nov 2020 10:00:00 GMT")
    scene.on(scene.portals[0], dns("198.51.100.80"), wrong)
    assert scene.fitness.clock_offset_s is None


# -------------------------------------------------------------------------------------------- families


def _only_ipv4_visits(scene: Scene, failed: str) -> Scene:
    for number, name in enumerate(CONTROLS, 1):
        address = f"2001:db8:c::{number}"
        scene.on(name, dns(address), tcp(address, failed), family=V6)
    return scene


def test_a_network_without_ipv6_is_fit_and_ipv6_is_not_applicable(scene: Scene) -> None:
    _only_ipv4_visits(scene, failure.NETWORK_UNREACHABLE).target("adult.example")
    scene.on("adult.example", dns("0.0.0.0"), family=V4).on("adult.example", dns("2001:db8:a::1"), family=V6)
    assert (scene.fitness.void_reason, scene.fitness.ipv6) == (None, FamilyState.ABSENT)
    assert scene.cell("adult.example", V6).rule == "family_absent"
    assert scene.verdict("adult.example").outcome is Outcome.BLOCKED
    assert "aaaa_not_filtered" in [item.id for item in scene.fitness.findings]


def test_ipv6_where_nothing_comes_back_is_broken_and_not_applicable(scene: Scene) -> None:
    _only_ipv4_visits(scene, failure.TIMEOUT).target("adult.example").on("adult.example", dns("0.0.0.0"))
    assert (scene.fitness.void_reason, scene.fitness.ipv6) == (None, FamilyState.BROKEN)
    assert scene.cell("adult.example", V6).rule == "family_broken"


def test_controls_that_fail_by_ipv6_never_hide_a_target_that_opens_by_it(scene: Scene) -> None:
    _only_ipv4_visits(scene, failure.TIMEOUT)
    scene.target("adult.example", ask=Ask.TLS)
    scene.on("adult.example", dns("0.0.0.0"), family=V4)
    scene.on("adult.example", *page("2001:db8:a::1")[:3], family=V6)
    assert scene.fitness.ipv6 is FamilyState.USABLE
    # The controls are wrong now, and that voids the run: no pass either way.
    assert scene.fitness.void_reason == "controls_wrong"


def test_a_machine_without_ipv6_has_none(scene: Scene) -> None:
    scene.vantage = Vantage(ipv6=False)
    for name in CONTROLS:
        scene.on(name, NODATA, family=V6)
    assert scene.fitness.ipv6 is FamilyState.ABSENT


def test_a_door_that_was_shut_shows_nothing_about_a_family(scene: Scene) -> None:
    _only_ipv4_visits(scene, failure.NOT_DIALLED)
    assert scene.fitness.ipv6 is FamilyState.UNKNOWN


# ------------------------------------------------------------------------------- resolvers and windows


def test_a_resolver_at_which_no_control_comes_right_is_named(scene: Scene) -> None:
    scene.resolvers = (RESOLVER, SECOND)
    for name in CONTROLS:
        scene.on(name, TIMEOUT, resolver=SECOND, family=V4).on(name, TIMEOUT, resolver=SECOND, family=V6)
    fitness = scene.fitness
    assert fitness.void_reason is None
    assert fitness.dead_resolvers == (SECOND,)


def _riding(scene: Scene) -> tuple[Scene, list[str]]:
    scene.riding = True
    for number in range(1, 5):
        scene.target(f"adult{number}.example").on(f"adult{number}.example", dns("0.0.0.0"))
    plan = scene.plan()
    targets = [number for number, q in enumerate(plan.questions) if q.kind == "target"]
    riding = [
        q.id
        for number, q in enumerate(plan.questions)
        if q.kind == "control" and targets[0] < number < targets[-1] and q.via and q.via.family is V4
    ]
    return scene, riding


def test_a_riding_control_that_fails_voids_its_own_window_only(scene: Scene) -> None:
    scene, riding = _riding(scene)
    assert len(riding) == 2
    scene.on(riding[0], TIMEOUT)
    assert scene.fitness.bad_windows == (riding[0],)
    assert scene.cell("adult1.example").rule == "window_void"
    assert scene.cell("adult1.example", V6).rule == "dns_sinkhole"
    assert scene.cell("adult2.example").rule == "dns_sinkhole"
    assert scene.cell("adult4.example").rule == "dns_sinkhole"


def test_a_riding_control_that_was_never_observed_answers_for_nothing(scene: Scene) -> None:
    scene, riding = _riding(scene)
    scene.on(riding[0])
    assert scene.fitness.bad_windows == (riding[0],)


def test_a_second_look_with_its_control_repairs_a_void_window(scene: Scene) -> None:
    scene, riding = _riding(scene)
    scene.on(riding[0], TIMEOUT, attempt=1)
    scene.on(riding[0], *page("198.51.100.1"), attempt=2)
    scene.again = ("adult1.example",)
    assert scene.cell("adult1.example").rule == "window_void"
    scene.again = ("adult1.example", "control.one")
    assert scene.cell("adult1.example").rule == "dns_sinkhole"


def test_closing_controls_answer_for_the_last_window_together(scene: Scene) -> None:
    scene.target("adult.example").on("adult.example", dns("0.0.0.0"))
    plan = scene.plan()
    closing = [q.id for q in plan.questions if q.kind == "control" and q.via and q.via.family is V4][2:]
    scene.on(closing[0], TIMEOUT)
    assert scene.fitness.bad_windows == ()
    scene.on(closing[1], TIMEOUT)
    assert scene.fitness.bad_windows == tuple(closing)


def test_a_control_asked_by_dns_alone_must_have_its_documented_address(scene: Scene) -> None:
    scene.target("control.three", Category.CONTROL_HELP, expect=("198.51.100.7",))
    scene.on("control.three", dns("198.51.100.7"), family=V4).on("control.three", NODATA, family=V6)
    assert scene.fitness.controls_ok == scene.fitness.controls_asked == 10
    scene.on("control.three", dns("198.51.100.8"), family=V4)
    assert scene.fitness.controls_ok == 8


def test_a_control_without_a_documented_address_needs_a_resolver_that_can_say_no(scene: Scene) -> None:
    scene.target("control.three", Category.CONTROL_HELP)
    scene.on("control.three", dns("198.51.100.7"), family=V4).on("control.three", NODATA, family=V6)
    assert scene.fitness.controls_ok == 10
    for tld in ("com", "net", "org"):
        scene.on(f"random.{tld}", TIMEOUT)
    assert scene.fitness.controls_ok == 8


def test_a_control_without_ipv6_is_no_wrong_control(scene: Scene) -> None:
    scene.target("control.three", Category.CONTROL_GENERAL, ask=Ask.TLS)
    scene.on("control.three", *page("198.51.100.7")[:3], family=V4).on("control.three", NODATA, family=V6)
    assert scene.fitness.controls_ok == scene.fitness.controls_asked == 10


def test_a_resolver_without_edns_cannot_say_why_and_that_is_a_finding(scene: Scene) -> None:
    for name in (*CONTROLS, *scene.portals, "random.com", "random.net", "random.org"):
        scene.on(name, dns("203.0.113.1", edns=None))
        scene.on(name, dns("203.0.113.1", edns=None), family=V4)
        scene.on(name, dns("2001:db8:a::1", edns=None), family=V6)
    assert "no_edns" in [item.id for item in scene.fitness.findings]


def test_a_portal_that_lets_the_vendors_probes_through_shows_no_way_beyond_dns(scene: Scene) -> None:
    scene.targets.clear()
    for number, name in enumerate(CONTROLS, 1):
        address = f"198.51.100.{number}"
        scene.target(name, Category.CONTROL_GENERAL, expect=(address,)).on(name, dns(address))
        scene.on(name, dns(address), family=V4).on(name, NODATA, family=V6)
    fitness = scene.fitness
    assert fitness.void_reason is None
    assert not fitness.path_shown


def test_whom_to_ask_where_the_resolver_is_silent_is_one_of_each_place_beyond_it(scene: Scene) -> None:
    for name in ("one.example", "two.example"):
        for resolver in ("9.9.9.9:53", "1.1.1.1:53", RESOLVER):
            via = Via(resolver=resolver, transport=Transport.UDP, family=V4)
            scene.ways.append({"subject": name, "via": via})
    named = Via(resolver="dns.example:443", transport=Transport.DOH, family=V4, through=RESOLVER)
    scene.ways.append({"subject": "one.example", "via": named})
    found = beyond(scene.plan())
    assert [(item.subject, item.via and item.via.resolver) for item in found] == [
        ("one.example", "9.9.9.9:53"),
        ("one.example", "1.1.1.1:53"),
    ]


def test_not_more_than_a_few_are_asked(scene: Scene) -> None:
    for number in range(2 * FEW):
        via = Via(resolver=f"192.0.2.{number}:53", transport=Transport.UDP, family=V4)
        scene.ways.append({"subject": "one.example", "via": via})
    assert len(beyond(scene.plan())) == FEW
