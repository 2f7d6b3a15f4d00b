"""Our own machine is never the network."""

from __future__ import annotations

import pytest

from criteria.records import Strength
from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import HERE, HTTPS, INCONCLUSIVE, NAME, TOKEN, untrusted, visited
from tests.criteria.conftest import V6, Scene, dns, http, tcp, tls

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
        (dns(HERE), tcp(HERE), untrusted(system=False), http(HERE, None, failure=name, service=HTTPS)),
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
