"""Addresses of its own for each name, where no public name can be."""

from __future__ import annotations

import pytest

from criteria.pools import MOST_SINKHOLES
from criteria.records import Outcome
from probes.records import Ask
from tests.criteria.conftest import V4, V6, Scene, dns


def _given(scene: Scene, *addresses: str) -> tuple[Outcome, str]:
    """What becomes of the first of names that were given these."""
    for number, address in enumerate(addresses):
        name = f"adult{number}.example"
        scene.target(name, ask=Ask.TLS).on(name, dns(address), family=V4)
        scene.on(name, dns("::"), family=V6)
    cell = scene.cell("adult0.example")
    return cell.outcome, cell.rule


@pytest.mark.parametrize("block", ("198.18.0.{}", "10.9.8.{}", "fd00::{}"))
def test_an_address_for_each_name_may_be_a_proxy_that_opens_it(scene: Scene, block: str) -> None:
    many = [block.format(number) for number in range(1, MOST_SINKHOLES + 2)]
    assert _given(scene, *many) == (Outcome.INCONCLUSIVE, "dns_pooled")
    few = [many[number % MOST_SINKHOLES] for number in range(50)]
    assert _given(Scene(), *few) == (Outcome.BLOCKED, "dns_sinkhole")


@pytest.mark.parametrize("block", ("127.0.0.{}", "0.0.0.{}"))
def test_this_host_is_nobody_under_whatever_address(scene: Scene, block: str) -> None:
    assert _given(scene, *[block.format(number) for number in range(1, 20)]) == (
        Outcome.BLOCKED,
        "dns_sinkhole",
    )


def test_an_extended_error_beside_a_pool_signs_nothing(scene: Scene) -> None:
    for number in range(20):
        name = f"adult{number}.example"
        scene.target(name).on(name, dns(f"198.18.0.{number}", ede=(15,)), family=V4)
    assert scene.cell("adult0.example").outcome is Outcome.INCONCLUSIVE
