"""Controls: without them nothing is proved, and they are targets too."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probes import failure
from probes.records import Ask, Category, Kind
from tests.criteria.cells.scenes import BLOCKED, HERE, HTTPS, NAME, REACHABLE, untrusted, visited
from tests.criteria.conftest import (
    NODATA,
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
    tcp,
    tls,
)


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


@pytest.mark.parametrize(
    ("parts", "rule"),
    (
        ((tcp(HERE, failure.CONNECTION_REFUSED),), "tcp_path_unproven"),
        ((tcp(HERE), tls(HERE, failure.CONNECTION_RESET)), "tls_path_unproven"),
        ((tcp(HERE), untrusted(system=False), http(HERE, 403, service=HTTPS)), "http_path_unproven"),
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


def test_a_control_that_is_a_target_too_is_judged_by_what_it_was_asked_as_a_target(scene: Scene) -> None:
    plan = scene.plan()
    last = [q for q in plan.questions if q.subject == "control.one" and q.via and q.via.family is V4][-1]
    questions = tuple(replace(q, kind=Kind.TARGET) if q.id == last.id else q for q in plan.questions)
    found = judge_verdicts(scene, replace(plan, questions=questions), scene.observations())
    cells = [cell for verdict in found if verdict.target == "control.one" for cell in verdict.cells]
    assert {witness.partition("/")[0] for cell in cells for witness in cell.witnesses} == {last.id}
