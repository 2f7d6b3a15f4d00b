"""Answers that lead where nobody expected."""

from __future__ import annotations

import pytest

from criteria.records import Strength
from probes import failure
from probes.records import Ask, Stray
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, REACHABLE, THERE, asked, visited
from tests.criteria.conftest import NODATA, V4, V6, Scene, dns, page, tcp, tls


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


def test_a_forged_answer_without_a_documented_one_is_neither_open_nor_blocked(scene: Scene) -> None:
    assert asked(scene, dns(HERE, ede=(4,))).rule == "dns_forged_unproven"


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


@pytest.mark.parametrize("ede", ((), (15,)))
def test_an_address_that_was_passed_over_may_be_the_open_one(scene: Scene, ede: tuple[int, ...]) -> None:
    refused = tcp(THERE, failure.CONNECTION_REFUSED)
    visited(scene, dns(THERE, HERE, ede=ede), refused)
    passed_over = scene.cell(NAME)
    assert (passed_over.outcome, passed_over.rule) == (INCONCLUSIVE, "dns_expected_not_visited")
    whole = visited(Scene(), dns(THERE, HERE), refused, tcp(HERE, failure.CONNECTION_REFUSED))
    assert (whole.cell(NAME).outcome, whole.cell(NAME).rule) == (BLOCKED, "tcp_refused")


def test_one_open_address_is_enough_though_another_one_was_passed_over(scene: Scene) -> None:
    visited(scene, dns(HERE, THERE), tcp(HERE), tls(HERE))
    assert scene.cell(NAME).outcome is REACHABLE
