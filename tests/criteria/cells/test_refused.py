"""What a refusal is worth: by name, by number, or of everybody."""

from __future__ import annotations

import pytest

from criteria.records import Strength
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, REACHABLE, asked
from tests.criteria.conftest import NODATA, V4, V6, Scene, dns


def test_refused_beside_good_controls_decides_alone(scene: Scene) -> None:
    assert asked(scene, dns(rcode=5)).outcome is BLOCKED


def test_a_prohibited_client_is_not_filtered(scene: Scene) -> None:
    assert asked(scene, dns(rcode=5, ede=(18,))).rule == "dns_refused_prohibited"


def test_a_name_that_is_refused_twice_as_prohibited_is_refused_beside_good_controls(scene: Scene) -> None:
    assert asked(scene, dns(rcode=5, ede=(18,))).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.DETERMINATE, "dns_refused_name")


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
