"""One test for each guard of judging: what may be called blocked, and what never."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from criteria import mechanism, released, rules
from criteria.records import Cell, Outcome, Strength
from probes import failure
from probes.records import Ask, Category, Kind, Service, Stray, encode
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
    http,
    judge_verdicts,
    page,
    quic,
    tcp,
    tls,
)

NAME = "adult.example"
TOKEN = "t"
HERE, THERE = "203.0.113.10", "203.0.113.66"
BLOCKED, REACHABLE, DEAD, INCONCLUSIVE = (
    Outcome.BLOCKED,
    Outcome.REACHABLE,
    Outcome.DEAD,
    Outcome.INCONCLUSIVE,
)
HTTPS, HTTP = Service.HTTPS, Service.HTTP


def asked(scene: Scene, *parts: Part, **target: object) -> Cell:
    """The IPv4 cell of a name that is asked by DNS alone."""
    return scene.target(NAME, **target).on(NAME, *parts, family=V4).on(NAME, NODATA, family=V6).cell(NAME)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ the filter says so


@pytest.mark.parametrize("address", ("0.0.0.0", "127.0.0.1", "10.10.34.34", "192.168.1.1", "100.64.0.1"))
def test_an_address_where_no_public_name_can_be_is_blocked_without_any_truth(
    scene: Scene, address: str
) -> None:
    cell = asked(scene, dns(address))
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.ARTEFACT, "dns_sinkhole")
    assert cell.mechanism == f"dns/sinkhole:{address}"


def test_a_sinkhole_with_an_extended_error_lists_both(scene: Scene) -> None:
    cell = asked(scene, dns("0.0.0.0", ede=(17,)))
    assert cell.mechanism == "dns/sinkhole:0.0.0.0"
    assert cell.mechanisms == ("dns/ede:17", "dns/sinkhole:0.0.0.0")
    assert scene.verdict(NAME).mechanisms == ("dns/ede:17", "dns/sinkhole:0.0.0.0")


@pytest.mark.parametrize("code", (15, 16, 17))
def test_a_resolver_that_says_that_it_blocks_is_believed_on_a_dead_name_too(scene: Scene, code: int) -> None:
    scene.refer(adult_example=False)
    cell = asked(scene, dns(rcode=3, ede=(code,)))
    assert (cell.outcome, cell.strength) == (BLOCKED, Strength.ARTEFACT)
    assert cell.mechanism == f"dns/ede:{code}"
    assert cell.mechanisms == (f"dns/ede:{code}", "dns/nxdomain")


def test_a_published_block_page_is_blocked_also_in_its_ipv6_form(scene: Scene) -> None:
    scene.target(NAME).on(NAME, dns("146.112.61.106"), family=V4)
    scene.on(NAME, dns("::ffff:146.112.61.106"), family=V6)
    assert scene.cell(NAME).mechanism == scene.cell(NAME, V6).mechanism == "dns/blockpage:umbrella"


def test_an_alias_of_a_published_block_page_is_blocked(scene: Scene) -> None:
    cell = asked(scene, dns(THERE, alias="family-block.dns.adguard.com"))
    assert (cell.outcome, cell.mechanism) == (BLOCKED, "dns/cname:family-block.dns.adguard.com")


def test_the_true_address_of_a_vendors_test_name_is_no_block_page(scene: Scene) -> None:
    assert asked(scene, dns("146.112.59.12"), expect=("146.112.59.12",)).outcome is REACHABLE


def test_a_sinkhole_in_a_nat64_prefix_that_was_learnt_is_a_sinkhole(scene: Scene) -> None:
    # The well-known prefix needs no learning (RFC 6052, 2.1).
    scene.target(NAME).on(NAME, dns("0.0.0.0"), family=V4).on(NAME, dns("64:ff9b::"), family=V6)
    assert scene.cell(NAME, V6).mechanism == "dns/sinkhole:0.0.0.0"


def test_an_artefact_needs_right_controls(scene: Scene) -> None:
    scene.target("control.three", Category.CONTROL_GENERAL, ask=Ask.TLS)
    scene.target("control.four", Category.CONTROL_GENERAL, ask=Ask.TLS)
    for number, name in enumerate(("control.three", "control.four"), 3):
        scene.on(name, TIMEOUT, family=V4)
        scene.on(name, *page(f"2001:db8:c::{number}")[:3], family=V6)
    scene.resolvers = (RESOLVER, "192.168.1.2:53", "192.168.1.3:53", "192.168.1.4:53")
    for resolver in scene.resolvers[1:]:
        for number, name in enumerate(("control.three", "control.four"), 3):
            scene.on(name, *page(f"198.51.100.{number}")[:3], family=V4, resolver=resolver)
    scene.target(NAME).on(NAME, dns("0.0.0.0"), family=V4).on(NAME, NODATA, family=V6)
    assert scene.fitness.void_reason is None
    found = {cell.resolver: cell.rule for cell in scene.cells if cell.target == NAME and cell.family is V4}
    assert found[RESOLVER] == "dns_lane_unproven"
    assert found["192.168.1.2:53"] == "dns_sinkhole"


def test_a_documentation_address_is_public_only_if_the_run_maps_it(scene: Scene) -> None:
    assert asked(scene, dns(HERE)).rule == "dns_genuine"
    scene.on(NAME, dns("192.0.2.66"), family=V4)
    assert scene.cell(NAME).mechanism == "dns/sinkhole:192.0.2.66"


def test_the_same_sinkhole_that_the_reference_saw_is_no_filter(scene: Scene) -> None:
    scene.refer(adult_example=("192.168.4.4",))
    assert asked(scene, dns("192.168.4.4")).rule == "dns_expected"


def test_the_true_address_is_reachable_whatever_else_the_answer_says(scene: Scene) -> None:
    cell = asked(scene, dns(HERE, ede=(17,)), expect=(HERE,))
    assert (cell.outcome, cell.strength, cell.rule) == (REACHABLE, Strength.WEAK, "dns_expected")
    assert cell.mechanisms == ()


# ------------------------------------------------------------------ errors that prove nothing by themselves


@pytest.mark.parametrize("answer", (NXDOMAIN, NODATA, TIMEOUT, dns(rcode=2)))
def test_without_a_truth_an_error_proves_nothing_and_its_mechanism_is_kept(
    scene: Scene, answer: Part
) -> None:
    scene.again = (NAME,)
    cell = asked(scene, answer)
    assert cell.outcome is INCONCLUSIVE
    assert cell.mechanism in ("dns/nxdomain", "dns/nodata", "dns/timeout", "dns/servfail")
    assert scene.verdict(NAME).outcome is INCONCLUSIVE


@pytest.mark.parametrize("answer", (NXDOMAIN, NODATA, TIMEOUT, dns(rcode=2)))
def test_what_fails_elsewhere_too_is_dead(scene: Scene, answer: Part) -> None:
    scene.refer(adult_example=False)
    assert asked(scene, answer).outcome is DEAD


@pytest.mark.parametrize("answer", (NXDOMAIN, dns()))
def test_a_living_name_that_is_denied_is_blocked_and_sure_after_a_second_look(
    scene: Scene, answer: Part
) -> None:
    scene.refer(adult_example=(HERE,))
    first = asked(scene, answer)
    assert (first.outcome, first.strength) == (BLOCKED, Strength.WEAK)
    scene.again = (NAME,)
    second = scene.cell(NAME)
    assert (second.outcome, second.strength) == (BLOCKED, Strength.DETERMINATE)
    assert len(second.witnesses) == 2


@pytest.mark.parametrize("answer", (TIMEOUT, dns(rcode=2)))
def test_silence_and_servfail_block_a_living_name_only_after_a_second_look(
    scene: Scene, answer: Part
) -> None:
    scene.refer(adult_example=(HERE,))
    assert asked(scene, answer).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    assert scene.cell(NAME).outcome is BLOCKED


@pytest.mark.parametrize("code", (6, 9, 12, 22, 23))
def test_a_servfail_that_names_dnssec_or_the_authority_is_no_filter(scene: Scene, code: int) -> None:
    scene.again = (NAME,)
    scene.refer(adult_example=True)
    assert asked(scene, dns(rcode=2, ede=(code,))).rule == "dns_servfail_explained"


def test_a_reference_that_is_too_old_is_no_truth(scene: Scene) -> None:
    scene.refer(days=31, adult_example=True)
    assert asked(scene, NXDOMAIN).rule == "dns_nxdomain_unproven"


def test_refused_beside_good_controls_decides_alone(scene: Scene) -> None:
    assert asked(scene, dns(rcode=5)).outcome is BLOCKED


def test_a_prohibited_client_is_not_filtered(scene: Scene) -> None:
    assert asked(scene, dns(rcode=5, ede=(18,))).rule == "dns_refused_prohibited"


def test_an_answer_that_was_cut_off_and_not_had_over_tcp_is_undecided(scene: Scene) -> None:
    cell = asked(scene, dns(failure=failure.TIMEOUT, truncated=True), expect=(HERE,))
    assert (cell.outcome, cell.mechanism) == (INCONCLUSIVE, "dns/truncated")


def test_a_door_that_was_shut_is_undecided(scene: Scene) -> None:
    cell = asked(scene, dns(failure=failure.NOT_DIALLED), expect=(HERE,))
    assert (cell.outcome, cell.rule) == (INCONCLUSIVE, "dns_not_dialled")


def test_what_was_never_asked_is_undecided(scene: Scene) -> None:
    assert asked(scene).rule == "not_asked"


def test_an_invented_address_counts_as_nxdomain(scene: Scene) -> None:
    for tld in ("com", "net", "org"):
        scene.on(f"random.{tld}", dns(THERE), family=V4)
    cell = asked(scene, dns(THERE), expect=(HERE,))
    assert (cell.outcome, cell.mechanism, cell.rule) == (BLOCKED, "dns/nxdomain", "dns_nxdomain")
    scene.targets[-1] = replace(scene.targets[-1], expect=())
    assert scene.cell(NAME).rule == "dns_nxdomain_unproven"


# ---------------------------------------------------------------------------------------- two families


def test_no_ipv6_address_is_nothing_to_block_if_none_is_published(scene: Scene) -> None:
    asked(scene, dns("0.0.0.0"), expect=(HERE,))
    assert scene.cell(NAME, V6).rule == "dns_family_not_published"
    assert scene.verdict(NAME).outcome is BLOCKED


def test_no_ipv6_address_is_a_block_if_one_is_published(scene: Scene) -> None:
    asked(scene, dns("0.0.0.0"), expect=(HERE, "2001:db8:a::1"))
    assert scene.cell(NAME, V6).rule == "dns_nodata"


def test_nodata_in_both_families_is_no_free_pass(scene: Scene) -> None:
    asked(scene, NODATA)
    assert scene.verdict(NAME).outcome is INCONCLUSIVE


def test_a_name_that_is_blocked_by_ipv4_and_given_by_ipv6_is_open(scene: Scene) -> None:
    scene.target(NAME, expect=(HERE, "2001:db8:a::1"))
    scene.on(NAME, dns("0.0.0.0"), family=V4).on(NAME, dns("2001:db8:a::1"), family=V6)
    verdict = scene.verdict(NAME)
    assert (verdict.outcome, verdict.mechanisms) == (REACHABLE, ("dns/sinkhole:0.0.0.0",))


def test_a_resolver_that_leaks_is_a_leak(scene: Scene) -> None:
    second = "192.168.1.2:53"
    scene.resolvers = (RESOLVER, second)
    scene.target(NAME).on(NAME, dns("0.0.0.0")).on(NAME, dns(HERE), family=V4, resolver=second)
    assert scene.verdict(NAME).outcome is REACHABLE


# --------------------------------------------------------------------------------- addresses that surprise


def test_a_public_address_of_an_unknown_name_is_reachable_and_weak(scene: Scene) -> None:
    cell = asked(scene, dns(HERE))
    assert (cell.outcome, cell.strength, cell.stage) == (REACHABLE, Strength.WEAK, "dns")


def test_another_address_than_the_documented_one_is_undecided_by_dns_alone(scene: Scene) -> None:
    cell = asked(scene, dns(THERE), expect=(HERE,))
    assert (cell.outcome, cell.rule, cell.mechanism) == (
        INCONCLUSIVE,
        "dns_unexpected",
        f"dns/blockpage:{THERE}",
    )


def test_another_address_than_the_references_is_a_content_network(scene: Scene) -> None:
    scene.refer(adult_example=(HERE,))
    assert asked(scene, dns(THERE)).rule == "dns_genuine"


def _sharing(scene: Scene, *expects: str, vendor: str | None = None) -> Scene:
    for number, expect in enumerate(expects, 1):
        name = f"shared{number}.example"
        scene.target(name, expect=(expect,), vendor=vendor)
        scene.on(name, dns(THERE), family=V4).on(name, NODATA, family=V6)
    return scene


def test_unrelated_names_that_all_lead_to_one_strange_address_are_blocked(scene: Scene) -> None:
    _sharing(scene, "203.0.113.1", "203.0.113.2", "203.0.113.3")
    assert scene.cell("shared1.example").rule == "dns_shared"
    assert scene.cell("shared1.example").mechanism == f"dns/blockpage:{THERE}"


def test_two_names_or_names_of_one_owner_may_have_moved_together(scene: Scene) -> None:
    _sharing(scene, "203.0.113.1", "203.0.113.2")
    assert scene.cell("shared1.example").rule == "dns_unexpected"
    one_owner = _sharing(Scene(), "203.0.113.1", "203.0.113.2", "203.0.113.3", vendor="Vendor")
    assert one_owner.cell("shared1.example").rule == "dns_unexpected"
    one_place = _sharing(Scene(), "203.0.113.1", "203.0.113.1", "203.0.113.1")
    assert one_place.cell("shared1.example").rule == "dns_unexpected"


def _meeting_somebody_else(scene: Scene, *names: str) -> Scene:
    somebody = tls(THERE, failure.SSL_AUTHORITY, pinned=False, system=False, issuer="CN=Filter")
    for name in names:
        scene.target(name, ask=Ask.TLS, expect=(HERE,)).on(name, NODATA, family=V6)
        scene.on(name, dns(THERE), tcp(THERE), somebody, family=V4)
    return scene


def test_an_address_at_which_other_names_met_somebody_else_is_a_block_page(scene: Scene) -> None:
    cell = asked(_meeting_somebody_else(scene, "one.example", "two.example"), dns(THERE), expect=(HERE,))
    assert (cell.outcome, cell.rule, cell.mechanism) == (BLOCKED, "dns_exposed", f"dns/blockpage:{THERE}")


def test_one_name_that_met_somebody_else_shows_nothing_about_others(scene: Scene) -> None:
    cell = asked(_meeting_somebody_else(scene, "one.example"), dns(THERE), expect=(HERE,))
    assert cell.rule == "dns_unexpected"


def test_an_address_with_a_genuine_page_is_no_block_page(scene: Scene) -> None:
    _meeting_somebody_else(scene, "one.example", "two.example")
    scene.target("moved.example", ask=Ask.TLS, expect=(HERE,)).on("moved.example", NODATA, family=V6)
    scene.on("moved.example", *page(THERE)[:3], family=V4)
    assert asked(scene, dns(THERE), expect=(HERE,)).rule == "dns_unexpected"


def test_names_without_a_documented_address_share_addresses_everywhere(scene: Scene) -> None:
    for number in range(5):
        scene.target(f"site{number}.example").on(f"site{number}.example", dns(THERE), family=V4)
    assert scene.cell("site1.example").outcome is REACHABLE


def test_the_true_answer_after_a_strange_one_shows_that_it_was_forged(scene: Scene) -> None:
    stray = Stray(reason="second_answer", raw="", addresses=(HERE,))
    forged = dns(THERE, strays=(stray,))
    cell = asked(scene, forged, expect=(HERE,))
    assert (cell.outcome, cell.rule) == (BLOCKED, "dns_injected")
    assert cell.mechanisms == (f"dns/blockpage:{THERE}", "dns/injected")
    # The quick look does not wait for a second answer; the slow one does.
    scene.on(NAME, dns(THERE), family=V4, attempt=1)
    scene.again = (NAME,)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.strength) == (BLOCKED, Strength.DETERMINATE)


def test_a_second_answer_that_proves_nothing_decides_nothing(scene: Scene) -> None:
    stray = Stray(reason="second_answer", raw="", addresses=("203.0.113.77",))
    cell = asked(scene, dns(THERE, strays=(stray,)), expect=(HERE,))
    assert (cell.outcome, cell.rule) == (INCONCLUSIVE, "dns_unexpected")


def test_a_forged_answer_that_says_so_is_blocked(scene: Scene) -> None:
    assert asked(scene, dns(THERE, ede=(4,)), expect=(HERE,)).rule == "dns_forged"
    scene.on(NAME, dns(HERE, ede=(4,)), family=V4)
    assert scene.cell(NAME).outcome is REACHABLE


# ------------------------------------------------------------------------------------------ visits: TLS


def visited(
    scene: Scene, *parts: Part, ask: Ask = Ask.TLS, token: str | None = None, alive: bool = True
) -> Scene:
    if alive:
        scene.refer(adult_example=(HERE,))
    scene.target(NAME, ask=ask, token=token).on(NAME, *parts, family=V4).on(NAME, NODATA, family=V6)
    return scene


def test_what_verifies_against_the_pinned_store_came_from_the_origin(scene: Scene) -> None:
    cell = visited(scene, *page(HERE)[:3]).cell(NAME)
    assert (cell.outcome, cell.strength, cell.rule) == (REACHABLE, Strength.DETERMINATE, "tls_origin")


@pytest.mark.parametrize("status", (451, 403, 503))
def test_an_origins_own_refusal_is_no_filter(scene: Scene, status: int) -> None:
    visited(scene, *page(HERE)[:3], http(HERE, status, service=HTTPS), ask=Ask.HEAD)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (REACHABLE, "http_origin", ())


def test_a_page_of_ours_is_proved_by_its_lists_own_authority(scene: Scene) -> None:
    parts = (dns(HERE), tcp(HERE), tls(HERE, pinned=False, listed=True))
    assert visited(scene, *parts).cell(NAME).rule == "tls_listed"


def _untrusted(**facts: object) -> Part:
    return tls(HERE, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter", **facts)


def test_a_certificate_that_only_this_machine_trusts_is_an_interception(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), _untrusted(system=True), alive=False)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.mechanism) == (BLOCKED, "tls/untrusted:CN=Filter")


def test_a_certificate_that_nobody_trusts_blocks_a_living_name_only(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), _untrusted(system=False), alive=False)
    assert scene.cell(NAME).rule == "tls_untrusted_unproven"
    scene.refer(adult_example=(HERE,))
    assert scene.cell(NAME).rule == "tls_untrusted"


def test_a_certificate_that_ran_out_may_be_the_origins_own(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), _untrusted(problem="certificate has expired"))
    assert scene.cell(NAME).outcome is INCONCLUSIVE


def test_the_token_under_an_interceptors_certificate_is_reachable(scene: Scene) -> None:
    parts = (dns(HERE), tcp(HERE), _untrusted(system=True), http(HERE, token=True, service=HTTPS))
    visited(scene, *parts, ask=Ask.GET, token="t")
    assert scene.cell(NAME, service=HTTPS).rule == "http_token"


@pytest.mark.parametrize(
    ("part", "word"),
    (
        (tls(HERE, failure.CONNECTION_RESET), "tls/reset"),
        (tls(HERE, failure.EOF), "tls/eof"),
        (tls(HERE, failure.SSL_HANDSHAKE, alert=112), "tls/alert:112"),
    ),
)
def test_a_handshake_that_is_cut_off_blocks_a_living_name_only(scene: Scene, part: Part, word: str) -> None:
    visited(scene, dns(HERE), tcp(HERE), part)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).mechanism) == (BLOCKED, word)
    scene.reference = None
    assert (scene.cell(NAME).outcome, scene.cell(NAME).mechanism) == (INCONCLUSIVE, word)


@pytest.mark.parametrize(
    ("parts", "rule"),
    (
        ((tcp(HERE, failure.CONNECTION_REFUSED),), "tcp_over_quic"),
        ((tcp(HERE), tls(HERE, failure.CONNECTION_RESET)), "tls_over_quic"),
        ((tcp(HERE), _untrusted(system=True), http(HERE, 403, service=HTTPS)), "http_over_quic"),
    ),
)
@pytest.mark.parametrize("by", ({"pinned": True}, {"listed": True, "pinned": False}))
def test_what_opens_over_quic_is_open_whatever_stops_tcp(
    scene: Scene, parts: tuple[Part, ...], rule: str, by: dict[str, bool]
) -> None:
    visited(scene, dns(HERE), *parts, quic(HERE, **by), ask=Ask.GET)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (REACHABLE, rule, ())
    assert len(cell.witnesses) == 2 + len(parts)


@pytest.mark.parametrize(
    "part",
    (
        quic(HERE, failure.TIMEOUT),
        quic(HERE, failure.CONNECTION_REFUSED),
        quic(HERE, failure.SSL_HANDSHAKE, alert=112),
        quic(HERE, failure.SSL_AUTHORITY, pinned=False, system=True),
        quic(HERE, failure.EOF, alert=None),
    ),
)
def test_a_block_over_tcp_stays_what_it_is_where_quic_does_not_open_it(scene: Scene, part: Part) -> None:
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), part)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (BLOCKED, "tls_reset", ("tls/reset",))


def test_where_this_machine_could_not_try_quic_a_block_over_tcp_is_undecided(scene: Scene) -> None:
    part = quic(HERE, "unknown_failure: OSError 24")
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), part)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "tls_not_dialled")


@pytest.mark.parametrize(
    "parts",
    (
        (dns(HERE), tcp(HERE, failure.TIMEOUT)),
        (dns(HERE), tcp(HERE, failure.NETWORK_UNREACHABLE)),
        (dns(HERE), tcp(HERE), tls(HERE, failure.TIMEOUT)),
    ),
)
def test_a_visit_that_falls_silent_is_blocked_only_after_a_second_look(
    scene: Scene, parts: tuple[Part, ...]
) -> None:
    visited(scene, *parts)
    assert scene.cell(NAME).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    # So little is seen of the line that it may lose much.
    assert scene.cell(NAME).rule.endswith("_by_chance")
    scene.busy()
    assert (scene.cell(NAME).outcome, scene.cell(NAME).strength) == (BLOCKED, Strength.DETERMINATE)


def test_silence_by_a_family_in_which_no_control_was_opened_proves_nothing(scene: Scene) -> None:
    for name in ("control.one", "control.two"):
        scene.on(name, NODATA, family=V6)
    scene.targets = [
        replace(item, expect=tuple(address for address in item.expect if "." in address))
        for item in scene.targets
    ]
    address = "2001:db8:a::1"
    scene.refer(adult_example=(address,)).target(NAME, ask=Ask.TLS)
    scene.on(NAME, dns("0.0.0.0"), family=V4)
    scene.on(NAME, dns(address), tcp(address), tls(address, failure.CONNECTION_RESET), family=V6)
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME, V6).rule == "tls_path_unproven"


def test_of_several_addresses_the_most_open_one_counts(scene: Scene) -> None:
    other = "203.0.113.11"
    scene.refer(adult_example=(HERE, other)).target(NAME, ask=Ask.TLS)
    refused = (tcp(HERE, failure.CONNECTION_REFUSED),)
    scene.on(NAME, dns(HERE, other), *refused, tcp(other), tls(other), family=V4).on(NAME, NODATA, family=V6)
    assert scene.cell(NAME).outcome is REACHABLE
    # One that nobody could judge keeps the other one from deciding.
    scene.on(NAME, dns(HERE, other), *refused, tcp(other, failure.NOT_DIALLED), family=V4)
    assert scene.cell(NAME).outcome is INCONCLUSIVE


def test_an_address_that_was_given_and_not_visited_is_undecided(scene: Scene) -> None:
    assert visited(scene, dns(HERE)).cell(NAME).rule == "dns_expected_not_visited"
    assert visited(Scene(), dns(HERE), alive=False).cell(NAME).rule == "dns_not_visited"


def test_below_a_poisoned_answer_nothing_is_a_symptom(scene: Scene) -> None:
    address = "146.112.61.106"
    visited(scene, dns(address), tcp(address, failure.CONNECTION_REFUSED))
    cell = scene.cell(NAME)
    assert (cell.stage, cell.mechanisms) == ("dns", ("dns/blockpage:umbrella",))


def test_a_genuine_page_at_an_address_called_poisoned_is_reachable(scene: Scene) -> None:
    address = "146.112.61.106"
    visited(scene, dns(address, ede=(17,)), tcp(address), tls(address))
    assert scene.cell(NAME).rule == "tls_origin"


def test_what_fails_at_a_strange_address_is_the_answers_doing(scene: Scene) -> None:
    scene.target(NAME, ask=Ask.TLS, expect=(HERE,))
    untrusted = tls(THERE, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter")
    scene.on(NAME, dns(THERE), tcp(THERE), untrusted, family=V4).on(NAME, NODATA, family=V6)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.stage) == (BLOCKED, "tls")
    assert cell.mechanism == f"dns/blockpage:{THERE}"
    assert cell.mechanisms == (f"dns/blockpage:{THERE}",)


# ----------------------------------------------------------------------------------------- visits: HTTP


def fetched(scene: Scene, *plain: Part, https: tuple[Part, ...] = (), token: str | None = TOKEN) -> Cell:
    """The plain-HTTP cell of a page that holds a token; HTTPS is refused unless it is said."""
    https = https or (tcp(HERE, failure.CONNECTION_REFUSED),)
    visited(scene, dns(HERE), tcp(HERE, service=HTTP), *plain, *https, ask=Ask.GET, token=token)
    return scene.cell(NAME, service=HTTP)


def test_the_token_over_plain_http_is_the_true_page(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, token=True))
    assert (cell.outcome, cell.strength, cell.rule) == (REACHABLE, Strength.DETERMINATE, "http_token")
    assert scene.verdict(NAME).outcome is REACHABLE


@pytest.mark.parametrize(("status", "word"), ((451, "http/451"), (403, "http/403")))
def test_a_refusal_in_plain_http_in_place_of_the_token_is_blocked(
    scene: Scene, status: int, word: str
) -> None:
    cell = fetched(scene, http(HERE, status, token=False))
    assert (cell.outcome, cell.mechanism) == (BLOCKED, word)


def test_403_where_no_token_is_known_may_be_the_origins_own(scene: Scene) -> None:
    assert fetched(scene, http(HERE, 403), token=None).outcome is INCONCLUSIVE


def test_another_page_from_the_right_address_is_undecided(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, 200, token=False))
    assert (cell.outcome, cell.mechanism) == (INCONCLUSIVE, "http/token_missing")


def test_another_page_from_a_strange_address_is_blocked(scene: Scene) -> None:
    scene.target(NAME, ask=Ask.GET, token="t", expect=(HERE,))
    parts = (tcp(THERE, service=HTTP), http(THERE, 200, token=False), tcp(THERE, failure.CONNECTION_REFUSED))
    scene.on(NAME, dns(THERE), *parts, family=V4).on(NAME, NODATA, family=V6)
    cell = scene.cell(NAME, service=HTTP)
    assert (cell.outcome, cell.mechanism) == (BLOCKED, f"dns/blockpage:{THERE}")
    assert scene.verdict(NAME).outcome is BLOCKED


def test_plain_http_without_a_token_does_not_show_whose_page_it_is(scene: Scene) -> None:
    assert fetched(scene, http(HERE, 200), token=None).rule == "http_unproven"


def test_a_redirect_to_a_published_block_page_is_an_artefact(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, 302, location="http://block.opendns.com/?url=x"), token=None)
    assert (cell.outcome, cell.strength, cell.mechanism) == (
        BLOCKED,
        Strength.ARTEFACT,
        "http/blockpage:opendns-page",
    )


def test_a_redirect_elsewhere_blocks_only_a_page_that_must_hold_its_token(scene: Scene) -> None:
    away = http(HERE, 302, location="http://filter.example.net/deny")
    assert fetched(scene, away).mechanism == "http/redirect:filter.example.net"
    assert fetched(Scene(), away, token=None).outcome is INCONCLUSIVE


@pytest.mark.parametrize("status", (407, 511))
def test_whoever_wants_to_be_logged_into_is_no_filter(scene: Scene, status: int) -> None:
    assert fetched(scene, http(HERE, status)).outcome is INCONCLUSIVE


def test_a_redirect_to_the_same_name_over_https_is_decided_by_https(scene: Scene) -> None:
    away = http(HERE, 301, location=f"https://{NAME}/")
    cell = fetched(scene, away, https=(tcp(HERE), tls(HERE), http(HERE, token=True, service=HTTPS)))
    assert (cell.outcome, cell.rule) == (REACHABLE, "http_redirect_same")
    cut = fetched(Scene(), away, https=(tcp(HERE), tls(HERE, failure.CONNECTION_RESET)))
    assert (cut.outcome, cut.mechanism) == (BLOCKED, "tls/reset")


def test_a_reset_after_the_request_blocks_a_living_page(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, None, failure=failure.CONNECTION_RESET))
    assert (cell.outcome, cell.mechanism) == (BLOCKED, "http/reset")


def test_a_verified_handshake_whose_page_does_not_come_is_reachable_and_weak(scene: Scene) -> None:
    parts = (tcp(HERE), tls(HERE), http(HERE, None, failure=failure.TIMEOUT, service=HTTPS))
    visited(scene, dns(HERE), *parts, ask=Ask.HEAD)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.strength) == (REACHABLE, Strength.WEAK)


# --------------------------------------------------------------------------------------- several looks


def _twice(scene: Scene, first: Part, second: Part) -> Cell:
    scene.refer(adult_example=(HERE,)).target(NAME).on(NAME, NODATA, family=V6)
    scene.on(NAME, first, family=V4, attempt=1).on(NAME, second, family=V4, attempt=2)
    scene.again = (NAME,)
    return scene.cell(NAME)


def test_what_opened_once_beats_looks_that_failed_to_see_it(scene: Scene) -> None:
    assert _twice(scene, TIMEOUT, dns(HERE)).outcome is REACHABLE


def test_open_once_and_blocked_once_is_undecided(scene: Scene) -> None:
    cell = _twice(scene, dns("0.0.0.0"), dns(HERE))
    assert (cell.outcome, cell.rule) == (INCONCLUSIVE, "looks_disagree")


def test_a_signature_at_the_last_look_is_enough(scene: Scene) -> None:
    cell = _twice(scene, TIMEOUT, dns("0.0.0.0"))
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.ARTEFACT, "dns_sinkhole")


def test_a_second_look_that_sees_something_else_confirms_nothing(scene: Scene) -> None:
    assert _twice(scene, NXDOMAIN, TIMEOUT).outcome is INCONCLUSIVE


def test_a_second_look_that_sees_what_the_first_one_missed_is_as_weak_as_one_look(scene: Scene) -> None:
    cell = _twice(scene, TIMEOUT, NXDOMAIN)
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.WEAK, "dns_nxdomain")


# -------------------------------------------------------------------------------------------- the whole


def test_a_void_run_leaves_every_target_undecided(scene: Scene) -> None:
    scene.interrupted = True
    asked(scene, dns("0.0.0.0", ede=(17,)))
    assert {cell.rule for cell in scene.cells} == {"run_void"}
    assert {cell.outcome for cell in scene.cells} == {INCONCLUSIVE}


PARTS = st.sampled_from(
    (
        (),
        (NXDOMAIN,),
        (NODATA,),
        (TIMEOUT,),
        (dns("0.0.0.0"),),
        (dns(HERE, ede=(17,)),),
        (dns(HERE), tcp(HERE), tls(HERE)),
        (dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET)),
        (dns(THERE), tcp(THERE, failure.TIMEOUT)),
        (dns("no address"),),
    )
)
WORDS = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")


@settings(max_examples=40, deadline=None)
@given(PARTS, PARTS, PARTS, st.integers(1, 2), st.integers())
def test_judging_depends_on_nothing_but_what_happened(
    first: tuple[Part, ...], second: tuple[Part, ...], other: tuple[Part, ...], looks: int, seed: int
) -> None:
    scene = Scene().target(NAME, ask=Ask.TLS, expect=(HERE,))
    scene.on(NAME, *first, family=V4, attempt=1).on(NAME, *second, family=V4, attempt=2)
    scene.on(NAME, *other, family=V6)
    scene.again = (NAME,) if looks == 2 else ()
    found = list(scene.observations())
    random.Random(seed).shuffle(found)
    again = judge_verdicts(scene, scene.plan(), found)
    assert encode(again) == encode(scene.verdicts)
    known = {rule.id for rule in rules.latest().rules}
    for cell in (cell for verdict in again for cell in verdict.cells):
        assert cell.rule in known
        assert all(WORDS.knows(word) for word in cell.mechanisms)
        assert (cell.mechanism is None) == (not cell.mechanisms)
        assert cell.outcome is not BLOCKED or cell.mechanism is not None


# ------------------------------------------------------------------------- what else a visit can come to


def _intercepted(**facts: object) -> tuple[Part, ...]:
    return tcp(HERE), _untrusted(**facts), http(HERE, 403, token=False, service=HTTPS)


@pytest.mark.parametrize(
    ("parts", "rule", "outcome"),
    (
        (_intercepted(system=True), "http_intercepted", BLOCKED),
        (_intercepted(system=False), "http_untrusted", BLOCKED),
        (_intercepted(problem="certificate is not yet valid"), "http_date", INCONCLUSIVE),
        (
            (tcp(HERE), tls(HERE, pinned=False, listed=True), http(HERE, 403, service=HTTPS)),
            "http_listed",
            REACHABLE,
        ),
        (
            (
                tcp(HERE),
                tls(HERE, pinned=False, listed=True),
                http(HERE, None, failure=failure.EOF, service=HTTPS),
            ),
            "http_listed_failed",
            REACHABLE,
        ),
        ((tcp(HERE),), "tcp_only", INCONCLUSIVE),
        ((tcp(HERE, failure.CONNECTION_RESET),), "tcp_reset", BLOCKED),
        ((tcp(HERE), tls(HERE, failure.SSL_HANDSHAKE)), "tls_unexplained", INCONCLUSIVE),
    ),
)
def test_what_a_visit_of_a_living_page_comes_to(
    scene: Scene, parts: tuple[Part, ...], rule: str, outcome: Outcome
) -> None:
    visited(scene, dns(HERE), *parts, ask=Ask.GET, token=TOKEN)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.rule, cell.outcome) == (rule, outcome)


def test_an_interceptors_page_names_the_interceptor_first(scene: Scene) -> None:
    visited(scene, dns(HERE), *_intercepted(system=True), ask=Ask.GET, token=TOKEN)
    cell = scene.cell(NAME, service=HTTPS)
    assert cell.mechanism == "tls/untrusted:CN=Filter"
    assert cell.mechanisms == ("http/403", "tls/untrusted:CN=Filter")
    # A token that is missing under somebody else's certificate is no mechanism of its own.
    other = http(HERE, 200, token=False, service=HTTPS)
    scene.on(NAME, dns(HERE), tcp(HERE), _untrusted(system=True), other, family=V4)
    assert scene.cell(NAME, service=HTTPS).mechanisms == ("tls/untrusted:CN=Filter",)


@pytest.mark.parametrize(
    ("parts", "rule"),
    (
        ((tcp(HERE, failure.TIMEOUT),), "tcp_dead"),
        ((tcp(HERE), tls(HERE, failure.CONNECTION_RESET)), "tls_dead"),
        (
            (tcp(HERE), _untrusted(system=False), http(HERE, None, failure=failure.EOF, service=HTTPS)),
            "http_dead",
        ),
    ),
)
def test_a_visit_that_fails_elsewhere_too_is_dead(scene: Scene, parts: tuple[Part, ...], rule: str) -> None:
    visited(scene, dns(HERE), *parts, ask=Ask.GET, token=None, alive=False)
    scene.refer(adult_example=False)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule) == (DEAD, rule)


def test_the_answer_of_a_dead_name_that_is_the_same_elsewhere_is_dead(scene: Scene) -> None:
    reference = scene.refer(adult_example=("0.0.0.0",)).reference
    assert reference is not None
    entry = replace(reference.entries[0], alive=False)
    scene.reference = replace(reference, entries=(entry,))
    assert asked(scene, dns("0.0.0.0")).rule == "dns_expected_dead"


def test_a_response_code_that_means_nothing_is_undecided(scene: Scene) -> None:
    cell = asked(scene, dns(rcode=4), expect=(HERE,))
    assert (cell.outcome, cell.rule, cell.mechanism) == (INCONCLUSIVE, "dns_unexplained", None)


def test_a_page_that_falls_silent_is_blocked_only_after_a_second_look(scene: Scene) -> None:
    assert fetched(scene, http(HERE, None, failure=failure.TIMEOUT)).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    assert scene.cell(NAME, service=HTTP).rule == "http_timeout_by_chance"
    assert scene.busy().cell(NAME, service=HTTP).rule == "http_timeout"


@pytest.mark.parametrize(
    ("parts", "rule"),
    (
        ((tcp(HERE, failure.CONNECTION_REFUSED),), "tcp_path_unproven"),
        ((tcp(HERE), tls(HERE, failure.CONNECTION_RESET)), "tls_path_unproven"),
        ((tcp(HERE), _untrusted(system=False), http(HERE, 403, service=HTTPS)), "http_path_unproven"),
    ),
)
def test_controls_that_are_asked_by_dns_alone_prove_no_path(
    scene: Scene, parts: tuple[Part, ...], rule: str
) -> None:
    scene.targets = [replace(item, ask=Ask.DNS, token=None) for item in scene.targets]
    for number, name in enumerate(("control.one", "control.two"), 1):
        scene.on(name, dns(f"198.51.100.{number}"), family=V4).on(
            name, dns(f"2001:db8:c::{number}"), family=V6
        )
    visited(scene, dns(HERE), *parts, ask=Ask.HEAD)
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME, service=HTTPS).rule == rule


def test_a_control_that_is_blocked_is_called_blocked(scene: Scene) -> None:
    for number in range(3, 12):
        scene.target(f"help{number}.example", Category.CONTROL_HELP, expect=(f"198.51.100.{number}",))
        scene.on(f"help{number}.example", dns(f"198.51.100.{number}"), family=V4)
        scene.on(f"help{number}.example", NODATA, family=V6)
    scene.on("help3.example", dns("0.0.0.0", ede=(17,)), family=V4)
    assert scene.fitness.void_reason is None
    assert scene.verdict("help3.example").outcome is BLOCKED
    assert scene.verdict("help4.example").outcome is REACHABLE


def test_asking_a_control_again_and_again_is_no_second_look(scene: Scene) -> None:
    for number in range(3, 12):
        scene.target(f"help{number}.example", Category.CONTROL_HELP, expect=(f"198.51.100.{number}",))
        scene.on(f"help{number}.example", dns(f"198.51.100.{number}"), family=V4)
        scene.on(f"help{number}.example", NODATA, family=V6)
    scene.on("help3.example", NXDOMAIN, family=V4)
    assert (scene.cell("help3.example").outcome, scene.cell("help3.example").strength) == (
        BLOCKED,
        Strength.WEAK,
    )


def test_a_control_that_is_a_target_too_is_judged_by_what_it_was_asked_as_a_target(scene: Scene) -> None:
    plan = scene.plan()
    last = [q for q in plan.questions if q.subject == "control.one" and q.via and q.via.family is V4][-1]
    questions = tuple(replace(q, kind=Kind.TARGET) if q.id == last.id else q for q in plan.questions)
    found = judge_verdicts(scene, replace(plan, questions=questions), scene.observations())
    cells = [cell for verdict in found if verdict.target == "control.one" for cell in verdict.cells]
    assert {witness.partition("/")[0] for cell in cells for witness in cell.witnesses} == {last.id}


# ------------------------------------------------------------------ our own machine is never the network

OURS = (
    failure.NOT_DIALLED,
    failure.INTERRUPTED,
    "unknown_failure: PermissionError 1",
    "unknown_failure: OSError 24",
)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("alive", (True, False))
def test_a_fault_of_our_own_machine_supports_no_verdict_at_any_stage(
    name: str,
    alive: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    for parts in (
        (dns(failure=name),),
        (dns(HERE), tcp(HERE, name)),
        (dns(HERE), tcp(HERE), tls(HERE, name)),
        (dns(HERE), tcp(HERE), _untrusted(system=False), http(HERE, None, failure=name, service=HTTPS)),
    ):
        scene = Scene().refer(adult_example=alive)
        visited(scene, *parts, ask=Ask.GET, token=TOKEN, alive=False)
        scene.again = (NAME,)
        cell = scene.cell(NAME, service=HTTPS)
        assert (cell.outcome, cell.strength) == (INCONCLUSIVE, Strength.WEAK), (parts, cell)


@pytest.mark.parametrize("name", OURS)
def test_a_family_is_not_judged_by_faults_of_our_own_machine(scene: Scene, name: str) -> None:
    for number, control in enumerate(("control.one", "control.two"), 1):
        address = f"2001:db8:c::{number}"
        scene.on(control, dns(address), tcp(address, name), family=V6)
    assert scene.fitness.ipv6 == "unknown"


def test_a_page_that_verified_stays_reachable_whatever_our_machine_does_then(scene: Scene) -> None:
    parts = (tcp(HERE), tls(HERE), http(HERE, None, failure=OURS[2], service=HTTPS))
    visited(scene, dns(HERE), *parts, ask=Ask.HEAD)
    assert scene.cell(NAME, service=HTTPS).rule == "http_origin_failed"


# ------------------------------------------------------------------------ certificates that are the origin's


def test_an_own_authority_that_ran_out_is_the_origins_own(scene: Scene) -> None:
    # The list's own store knows the authority and says why; the pinned one merely does not know it.
    problem = "unable to get local issuer certificate"
    expired = tls(HERE, failure.SSL_CERTIFICATE, pinned=False, listed=False, problem=problem, issuer="CN=Own")
    visited(scene, dns(HERE), tcp(HERE), expired)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "tls_date")


@pytest.mark.parametrize("system", (True, False))
@pytest.mark.parametrize("ask", (Ask.TLS, Ask.HEAD))
def test_an_origin_that_forgot_its_intermediate_is_not_intercepted(
    scene: Scene,
    system: bool,  # noqa: FBT001 - a parameter of the test
    ask: Ask,
) -> None:
    parts = (tcp(HERE), _untrusted(system=system, logged=True))
    if ask is Ask.HEAD:
        parts = (*parts, http(HERE, 200, service=HTTPS))
    visited(scene, dns(HERE), *parts, ask=ask)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule) == (INCONCLUSIVE, "http_logged" if ask is Ask.HEAD else "tls_logged")
    assert cell.mechanism == "tls/untrusted:CN=Filter"


def test_another_names_logged_certificate_is_somebody_elses(scene: Scene) -> None:
    other = tls(HERE, failure.SSL_HOSTNAME, pinned=False, issuer="CN=Public", logged=True)
    visited(scene, dns(HERE), tcp(HERE), other)
    assert scene.cell(NAME).rule == "tls_untrusted"


# ---------------------------------------------------------------------------- whoever opens every envelope


def _opening_everything(scene: Scene, **facts: object) -> Scene:
    for number, control in enumerate(("control.one", "control.two"), 1):
        for family, address in ((V4, f"198.51.100.{number}"), (V6, f"2001:db8:c::{number}")):
            stranger = tls(address, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter", **facts)
            shown = http(address, token=True, service=HTTPS)
            scene.on(control, dns(address), tcp(address), stranger, shown, family=family)
    return scene


@pytest.mark.parametrize("system", (True, False))
def test_where_controls_open_under_a_certificate_it_blocks_nobody_by_being_there(
    scene: Scene,
    system: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    visited(_opening_everything(scene), dns(HERE), tcp(HERE), _untrusted(system=system))
    assert scene.fitness.void_reason is None
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "tls_decrypted")


def test_where_controls_open_under_a_certificate_a_page_still_decides(scene: Scene) -> None:
    _opening_everything(scene)
    for answer, rule in (
        (http(HERE, token=True, service=HTTPS), "http_token"),
        (http(HERE, 403, token=False, service=HTTPS), "http_403"),
        (http(HERE, 200, token=False, service=HTTPS), "http_token_missing"),
        (http(HERE, 451, token=None, service=HTTPS), "http_unproven"),
        (http(HERE, None, failure=failure.CONNECTION_RESET, service=HTTPS), "http_reset"),
    ):
        scene.targets = scene.targets[:2]
        visited(scene, dns(HERE), tcp(HERE), _untrusted(system=False), answer, ask=Ask.GET, token=TOKEN)
        assert scene.cell(NAME, service=HTTPS).rule == rule


def test_one_key_is_enough_to_know_it_again(scene: Scene) -> None:
    _opening_everything(scene, spki="ab" * 32)
    other = tls(HERE, failure.SSL_AUTHORITY, pinned=False, issuer="CN=adult.example", spki="ab" * 32)
    visited(scene, dns(HERE), tcp(HERE), other)
    assert scene.cell(NAME).rule == "tls_decrypted"


# ------------------------------------------------------------------------------ extended errors and DNS64


def test_a_name_that_is_refused_twice_as_prohibited_is_refused_beside_good_controls(scene: Scene) -> None:
    assert asked(scene, dns(rcode=5, ede=(18,))).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.DETERMINATE, "dns_refused_name")


def test_a_forged_answer_without_a_documented_one_is_neither_open_nor_blocked(scene: Scene) -> None:
    assert asked(scene, dns(HERE, ede=(4,))).rule == "dns_forged_unproven"


PREFIX = "2606:4700:64::/96"


def _nat64(scene: Scene, address: str) -> str:
    return f"2606:4700:64::{address}"


def _ipv6_only(scene: Scene) -> Scene:
    """A network without IPv4 whose resolver makes IPv6 addresses of IPv4 ones."""
    scene.vantage = replace(scene.vantage, ipv4=False)
    scene.dns64 = PREFIX
    for number, control in enumerate(("control.one", "control.two"), 1):
        scene.on(control, *page(f"2001:db8:c::{number}"), family=V6)
        far = f"198.51.100.{number}"
        scene.on(control, dns(far), tcp(far, failure.NETWORK_UNREACHABLE), family=V4)
    return scene


def test_a_true_address_behind_nat64_is_reachable(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns(HERE), family=V4).on(NAME, dns(_nat64(scene, HERE)), family=V6)
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME, V6).rule == "dns_expected"
    assert scene.cell(NAME, V4).rule == "family_absent"
    assert scene.verdict(NAME).outcome is REACHABLE


def test_a_sinkhole_behind_nat64_is_a_sinkhole(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns("0.0.0.0"), family=V4).on(NAME, dns(_nat64(scene, "0.0.0.0")), family=V6)
    assert scene.cell(NAME, V6).mechanism == "dns/sinkhole:0.0.0.0"
    assert scene.verdict(NAME).outcome is BLOCKED


def test_another_address_behind_nat64_than_the_documented_one_is_a_surprise(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, dns(HERE), family=V4).on(NAME, dns(_nat64(scene, THERE)), family=V6)
    assert scene.cell(NAME, V6).rule == "dns_unexpected"


def test_no_address_at_a_resolver_that_makes_them_is_a_denial(scene: Scene) -> None:
    _ipv6_only(scene).target(NAME, expect=(HERE,))
    scene.on(NAME, NODATA)
    assert scene.cell(NAME, V6).rule == "dns_nodata"
    scene.dns64 = None
    assert scene.cell(NAME, V6).rule == "dns_family_not_published"


# ------------------------------------------------------------------------------------- pages that say it


@pytest.mark.parametrize("status", (200, 403, 503))
def test_a_published_block_page_is_known_by_its_text_without_any_truth(scene: Scene, status: int) -> None:
    plain = (tcp(HERE, service=HTTP), http(HERE, status, texts=("fortiguard-powered",)))
    visited(scene, dns(HERE), *plain, tcp(HERE, failure.CONNECTION_REFUSED), ask=Ask.GET, alive=False)
    cell = scene.cell(NAME, service=HTTP)
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.ARTEFACT, "http_blockpage")
    assert cell.mechanism == "http/blockpage:fortinet-page"


def test_a_block_page_under_an_intercepted_certificate_is_known_by_its_text(scene: Scene) -> None:
    shown = http(HERE, 200, texts=("meraki",), service=HTTPS)
    visited(_opening_everything(scene), dns(HERE), tcp(HERE), _untrusted(system=True), shown, ask=Ask.GET)
    assert scene.cell(NAME, service=HTTPS).mechanism == "http/blockpage:meraki-page"


def test_the_text_of_a_block_page_from_the_origin_is_the_origins(scene: Scene) -> None:
    shown = http(HERE, 200, texts=("meraki",), service=HTTPS)
    visited(scene, *page(HERE)[:3], shown, ask=Ask.GET)
    assert scene.cell(NAME, service=HTTPS).rule == "http_origin"


@pytest.mark.parametrize("texts", (("challenge-ray",), ("challenge-browser", "fortiguard-powered")))
def test_what_a_content_network_asks_of_browsers_is_no_block_page(
    scene: Scene, texts: tuple[str, ...]
) -> None:
    cell = fetched(scene, http(HERE, 403, token=False, texts=texts))
    assert (cell.outcome, cell.rule) == (INCONCLUSIVE, "http_challenge")
    shown = http(HERE, 403, token=False, texts=texts, service=HTTPS)
    visited(other := Scene(), dns(HERE), tcp(HERE), _untrusted(), shown, ask=Ask.GET, token=TOKEN)
    assert other.cell(NAME, service=HTTPS).rule == "http_challenge"


def test_a_redirect_that_holds_a_part_of_a_published_one_is_an_artefact(scene: Scene) -> None:
    away = http(HERE, 302, location="http://10.0.0.1:15871/cgi-bin/blockpage.cgi?ws-session=1")
    assert fetched(scene, away, token=None).mechanism == "http/blockpage:forcepoint-redirect"


def _legal(link: str) -> Part:
    return http(HERE, 451, headers=(("link", link),))


def test_451_that_names_who_blocks_is_an_artefact_of_a_living_page(scene: Scene) -> None:
    cell = fetched(scene, _legal('<http://provider.example/>; rel="blocked-by"'), token=None)
    assert (cell.strength, cell.rule) == (Strength.ARTEFACT, "http_451_blocked_by")
    assert cell.mechanism == "http/451"
    scene.reference = None
    assert scene.cell(NAME, service=HTTP).outcome is INCONCLUSIVE


def test_451_that_names_the_name_itself_is_not_more_than_451(scene: Scene) -> None:
    cell = fetched(scene, _legal(f'<https://www.{NAME}/>; rel="blocked-by"'), token=None)
    assert (cell.strength, cell.rule) == (Strength.WEAK, "http_451")


def test_a_proxy_that_denies_a_living_page_says_so_in_a_header(scene: Scene) -> None:
    denied = http(HERE, 403, headers=(("X-Squid-Error".lower(), "ERR_ACCESS_DENIED 0"),))
    cell = fetched(scene, denied, token=None)
    assert (cell.outcome, cell.rule, cell.mechanism) == (BLOCKED, "http_denied", "http/blockpage:squid")
    scene.reference = None
    assert scene.cell(NAME, service=HTTP).outcome is INCONCLUSIVE
    failed = http(HERE, 503, headers=(("x-squid-error", "ERR_DNS_FAIL 0"),))
    assert fetched(Scene(), failed, token=None).outcome is INCONCLUSIVE


def test_a_control_that_is_itself_blocked_does_not_make_a_filter_one_that_lets_through(scene: Scene) -> None:
    for number in range(3, 12):
        name, address = f"help{number}.example", f"198.51.100.{number}"
        scene.target(name, Category.CONTROL_HELP, ask=Ask.GET, token=TOKEN, expect=(address,))
        scene.on(name, *page(address), family=V4).on(name, NODATA, family=V6)
    address = "198.51.100.3"
    stranger = tls(address, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter")
    shown = http(address, 200, token=False, service=HTTPS)
    scene.on("help3.example", dns(address), tcp(address), stranger, shown, family=V4)
    visited(scene, dns(HERE), tcp(HERE), _untrusted(system=False))
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME).rule == "tls_untrusted"
    # Nobody saw what page came: it may have been the true one.
    scene.on("help3.example", dns(address), tcp(address), stranger, family=V4)
    assert scene.cell(NAME).rule == "tls_decrypted"


# --------------------------------------------------------------------------------- silence and rejection


@pytest.mark.parametrize(
    ("first", "second", "word"),
    (
        (failure.TIMEOUT, failure.HOST_UNREACHABLE, "tcp/unreachable"),
        (failure.HOST_UNREACHABLE, failure.TIMEOUT, "tcp/timeout"),
        (failure.CONNECTION_REFUSED, failure.TIMEOUT, "tcp/timeout"),
        (failure.CONNECTION_RESET, failure.HOST_UNREACHABLE, "tcp/unreachable"),
    ),
)
def test_a_look_that_is_silent_and_one_that_is_turned_away_confirm_each_other(
    scene: Scene, first: str, second: str, word: str
) -> None:
    visited(scene, dns(HERE), tcp(HERE, first)).busy()
    scene.on(NAME, dns(HERE), tcp(HERE, second), family=V4, attempt=2)
    scene.again = (NAME,)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.strength, cell.mechanism) == (BLOCKED, Strength.DETERMINATE, word)
    assert cell.rule == "tcp_not_through"


def test_silence_and_rejection_of_a_name_whose_truth_nobody_knows_prove_nothing(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE, failure.TIMEOUT), alive=False).busy()
    scene.on(NAME, dns(HERE), tcp(HERE, failure.HOST_UNREACHABLE), family=V4, attempt=2)
    scene.again = (NAME,)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "tcp_unexplained")
    scene.refer(adult_example=False)
    assert scene.cell(NAME).rule == "tcp_dead"


def test_silence_and_rejection_on_a_line_of_which_little_is_known_wait_for_more_looks(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE, failure.TIMEOUT))
    scene.on(NAME, dns(HERE), tcp(HERE, failure.HOST_UNREACHABLE), family=V4, attempt=2)
    scene.again = (NAME,)
    assert scene.cell(NAME).rule == "tcp_not_through_by_chance"


def test_a_look_that_connects_is_confirmed_by_no_silence(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.TIMEOUT)).busy()
    scene.on(NAME, dns(HERE), tcp(HERE, failure.TIMEOUT), family=V4, attempt=2)
    scene.again = (NAME,)
    assert scene.cell(NAME).outcome is INCONCLUSIVE


# ------------------------------------------------------------------- resolvers that answer so many questions


REFUSED = dns(rcode=5)


def test_a_resolver_that_refuses_what_it_answered_before_refuses_by_number_and_not_by_name(
    scene: Scene,
) -> None:
    scene.refer(adult_example=(HERE,)).target(NAME).on(NAME, REFUSED, family=V4).on(NAME, NODATA, family=V6)
    scene.target("other.example").on("other.example", REFUSED, family=V4, attempt=1)
    scene.on("other.example", NODATA, family=V6)
    scene.on("other.example", dns("203.0.113.40"), family=V4, attempt=2)
    scene.again = (NAME,)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (BLOCKED, "dns_refused")
    scene.again = (NAME, "other.example")
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "dns_refused_at_times")
    assert scene.cell("other.example").outcome is REACHABLE


@pytest.mark.parametrize(("rcode", "rule"), ((5, "dns_refused_at_times"), (2, "dns_servfail_at_times")))
def test_what_a_resolver_says_to_a_name_that_cannot_exist_is_no_block(
    scene: Scene, rcode: int, rule: str
) -> None:
    said = dns(rcode=rcode)
    scene.refer(adult_example=(HERE,)).target(NAME).on(NAME, said, family=V4).on(NAME, NODATA, family=V6)
    scene.again = (NAME,)
    assert scene.cell(NAME).outcome is BLOCKED
    scene.on("random.net", said)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, rule)
