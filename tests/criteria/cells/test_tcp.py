"""Visits that do not get through: silence and rejection."""

from __future__ import annotations

import pytest

from criteria.records import Strength
from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, REACHABLE, visited
from tests.criteria.conftest import NODATA, V4, V6, Part, Scene, dns, tcp, tls


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
