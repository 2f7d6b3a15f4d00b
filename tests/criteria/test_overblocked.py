from __future__ import annotations

import pytest

from criteria.records import Outcome
from probes.records import Category
from tests.criteria.conftest import NODATA, NXDOMAIN, TIMEOUT, V4, V6, Part, Scene, dns

HELP = "help.example"
SIGNED = (dns(rcode=3, ede=(15,)), dns("0.0.0.0", ede=(17,)), dns("146.112.61.106"))
DENIED = (NXDOMAIN, NODATA, dns(rcode=5))


def _with_helpline(scene: Scene, answer: Part, *, others: int = 2) -> Scene:
    """A sound network with `others` names that open, one that the filter blocks, and one that it must."""
    for number in range(3, others + 1):
        addresses = (f"198.51.100.{number}", f"2001:db8:c::{number}")
        scene.target(f"control.{number}", Category.CONTROL_GENERAL, expect=addresses)
        scene.on(f"control.{number}", dns(addresses[0]), family=V4)
        scene.on(f"control.{number}", dns(addresses[1]), family=V6)
    scene.target(HELP, Category.CONTROL_HELP, expect=("198.51.100.90", "2001:db8:c::9"))
    scene.on(HELP, answer, family=V4).on(HELP, answer, family=V6)
    scene.target("adult.example", expect=("203.0.113.7", "2001:db8:a::7"))
    scene.on("adult.example", answer, family=V4).on("adult.example", answer, family=V6)
    return scene


@pytest.mark.parametrize("answer", SIGNED)
def test_a_helpline_that_the_filter_signs_for_does_not_void_the_run(scene: Scene, answer: Part) -> None:
    _with_helpline(scene, answer)
    assert scene.fitness.void_reason is None, scene.fitness
    assert scene.verdict(HELP).outcome is Outcome.BLOCKED
    assert scene.verdict("adult.example").outcome is Outcome.BLOCKED
    assert [item.id for item in scene.fitness.findings] == ["control_blocked"]


@pytest.mark.parametrize("answer", DENIED)
def test_one_name_that_is_denied_each_time_does_not_void_a_run_whose_others_open(
    scene: Scene, answer: Part
) -> None:
    _with_helpline(scene, answer, others=3)
    assert scene.fitness.void_reason is None, scene.fitness
    assert scene.verdict(HELP).outcome is Outcome.BLOCKED


def test_a_sinkhole_that_no_other_name_gets_is_no_signature(scene: Scene) -> None:
    nowhere = dns("10.0.0.1")
    _with_helpline(scene, nowhere, others=5)
    for family in (V4, V6):
        scene.on("control.two", nowhere, family=family)
    # Without a signature one name may fail, not two.
    assert scene.fitness.void_reason is None
    for family in (V4, V6):
        scene.on("adult.example", NXDOMAIN, family=family)
    assert scene.fitness.void_reason == "controls_wrong"


def test_a_filter_that_signs_for_most_controls_is_a_wall_and_voids_the_run(scene: Scene) -> None:
    _with_helpline(scene, dns("0.0.0.0", ede=(17,)))
    for name in ("control.two",):
        for family in (V4, V6):
            scene.on(name, dns("0.0.0.0", ede=(17,)), family=family)
    assert scene.fitness.void_reason == "controls_wrong"


def test_a_control_that_opens_sometimes_is_a_sign_of_a_broken_network(scene: Scene) -> None:
    _with_helpline(scene, dns(rcode=3, ede=(15,)))
    opening = [q.id for q in scene.plan().questions if q.subject == HELP][:2]
    for question_id, address in zip(opening, ("198.51.100.90", "2001:db8:c::9"), strict=True):
        scene.on(question_id, dns(address))
    assert scene.fitness.void_reason is None
    scene.on("control.two", TIMEOUT, family=V6)
    assert scene.fitness.void_reason == "controls_wrong"


def test_silence_at_one_name_is_a_block_only_where_nothing_else_fails(scene: Scene) -> None:
    _with_helpline(scene, TIMEOUT, others=4)
    assert scene.fitness.void_reason is None, scene.fitness
    closing = [q.id for q in scene.plan().questions if q.subject == "control.two"][-2:]
    for question_id in closing:
        scene.on(question_id, TIMEOUT)
    assert scene.fitness.void_reason == "controls_wrong"


def test_a_blocked_control_answers_for_no_window(scene: Scene) -> None:
    scene.targets.insert(
        0, scene.target(HELP, Category.CONTROL_HELP, expect=("198.51.100.90",)).targets.pop()
    )
    blocked = dns(rcode=3, ede=(15,))
    scene.on(HELP, blocked, family=V4).on(HELP, NODATA, family=V6)
    scene.riding = True
    for number in range(1, 5):
        scene.target(f"adult{number}.example").on(f"adult{number}.example", dns("0.0.0.0"))
    assert scene.fitness.void_reason is None
    assert scene.fitness.bad_windows == ()
    assert {cell.rule for cell in scene.cells if cell.target.startswith("adult")} == {"dns_sinkhole"}
    # The next control that opens answers for what was asked before it.
    closing = [q.id for q in scene.plan().questions if q.kind == "control" and q.via and q.via.family is V4]
    for question_id in closing[-2:]:
        scene.on(question_id, TIMEOUT)
    assert scene.fitness.bad_windows == tuple(closing[-2:])
