"""Several looks at one name."""

from __future__ import annotations

import pytest

from criteria.records import Cell, Strength
from probes import failure
from probes.records import Category
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, REACHABLE, visited
from tests.criteria.conftest import NODATA, NXDOMAIN, TIMEOUT, V4, V6, Part, Scene, dns, tcp, tls


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


@pytest.mark.parametrize("answer", (dns(HERE, ede=(15,)), dns("146.112.61.106")))
def test_a_signed_answer_whose_address_was_silent_at_first_is_visited_again(
    scene: Scene, answer: Part
) -> None:
    place = answer["facts"]["answers"][0].data
    silent = (answer, tcp(place, failure.TIMEOUT))
    visited(scene, alive=False).on(NAME, *silent, family=V4, attempt=1)
    assert scene.cell(NAME).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    scene.on(NAME, *silent, family=V4, attempt=2)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).strength) == (BLOCKED, Strength.ARTEFACT)
    scene.on(NAME, answer, tcp(place), tls(place), family=V4, attempt=2)
    assert scene.cell(NAME).outcome is REACHABLE
