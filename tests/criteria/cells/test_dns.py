"""What a resolver's answer shows by itself: what may be called blocked, and what never."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from criteria.records import Strength
from probes import failure
from probes.records import Stray
from tests.criteria.cells.scenes import BLOCKED, DEAD, HERE, INCONCLUSIVE, NAME, REACHABLE, THERE, asked
from tests.criteria.conftest import NODATA, NXDOMAIN, TIMEOUT, V4, V6, Part, Scene, dns


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


def test_the_answer_of_a_dead_name_that_is_the_same_elsewhere_is_dead(scene: Scene) -> None:
    reference = scene.refer(adult_example=("0.0.0.0",)).reference
    assert reference is not None
    entry = replace(reference.entries[0], alive=False)
    scene.reference = replace(reference, entries=(entry,))
    assert asked(scene, dns("0.0.0.0")).rule == "dns_expected_dead"


def test_a_response_code_that_means_nothing_is_undecided(scene: Scene) -> None:
    cell = asked(scene, dns(rcode=4), expect=(HERE,))
    assert (cell.outcome, cell.rule, cell.mechanism) == (INCONCLUSIVE, "dns_unexplained", None)


@pytest.mark.parametrize("reason", ("malformed", "wrong_question"))
def test_an_answer_that_only_we_could_not_read_is_no_silence(scene: Scene, reason: str) -> None:
    facts = {**TIMEOUT["facts"], "strays": (Stray(reason=reason, raw=""),)}
    unread = {**TIMEOUT, "facts": facts}
    scene.refer(adult_example=(HERE,)).target(NAME).on(NAME, NODATA, family=V6)
    for attempt in (1, 2):
        scene.on(NAME, unread, family=V4, attempt=attempt)
    scene.again = (NAME,)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "dns_unexplained")


def test_an_alias_without_an_address_may_be_followed_by_the_device_itself(scene: Scene) -> None:
    # As systemd-resolved and mDNSResponder do.
    scene.refer(adult_example=(HERE,)).target(NAME).on(NAME, NODATA, family=V6)
    scene.again = (NAME,)
    scene.on(NAME, dns(alias="edge.example"), family=V4)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "dns_nodata_unproven")
    scene.on(NAME, NODATA, family=V4)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (BLOCKED, "dns_nodata")
