"""Whose certificate it is: the origin's, or somebody's between."""

from __future__ import annotations

from typing import Any

import pytest

from criteria.records import Strength
from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import (
    BLOCKED,
    HERE,
    HTTPS,
    INCONCLUSIVE,
    NAME,
    REACHABLE,
    untrusted,
    visited,
)
from tests.criteria.conftest import Part, Scene, dns, http, page, tcp, tls


def test_what_verifies_against_the_pinned_store_came_from_the_origin(scene: Scene) -> None:
    cell = visited(scene, *page(HERE)[:3]).cell(NAME)
    assert (cell.outcome, cell.strength, cell.rule) == (REACHABLE, Strength.DETERMINATE, "tls_origin")


def test_a_page_of_ours_is_proved_by_its_lists_own_authority(scene: Scene) -> None:
    parts = (dns(HERE), tcp(HERE), tls(HERE, pinned=False, listed=True))
    assert visited(scene, *parts).cell(NAME).rule == "tls_listed"


def test_a_certificate_that_only_this_machine_trusts_is_an_interception(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), untrusted(system=True), alive=False)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.mechanism) == (BLOCKED, "tls/untrusted:CN=Filter")


def test_a_certificate_that_nobody_trusts_blocks_a_living_name_only(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), untrusted(system=False), alive=False)
    assert scene.cell(NAME).rule == "tls_untrusted_unproven"
    scene.refer(adult_example=(HERE,))
    assert scene.cell(NAME).rule == "tls_untrusted"


def test_a_certificate_that_ran_out_may_be_the_origins_own(scene: Scene) -> None:
    visited(scene, dns(HERE), tcp(HERE), untrusted(problem="certificate has expired"))
    assert scene.cell(NAME).outcome is INCONCLUSIVE


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
    parts = (tcp(HERE), untrusted(system=system, logged=True))
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


@pytest.mark.parametrize("by", ({"pinned": True}, {"listed": True, "pinned": False}))
def test_what_opens_with_a_hello_in_two_segments_is_open_whatever_stops_a_short_one(
    scene: Scene, by: dict[str, Any]
) -> None:
    opened = tls(HERE, in_parts=True, **by)
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), opened)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (REACHABLE, "tls_in_parts", ())
    page = visited(Scene(), dns(HERE), tcp(HERE), untrusted(), http(HERE, 403, service=HTTPS), opened)
    assert page.cell(NAME).rule == "http_in_parts"


@pytest.mark.parametrize("failed", (failure.TIMEOUT, failure.CONNECTION_REFUSED, failure.SSL_AUTHORITY))
def test_a_block_stays_what_it_is_where_no_hello_opens_it(scene: Scene, failed: str) -> None:
    again = tls(HERE, failed, in_parts=True)
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), again)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (BLOCKED, "tls_reset", ("tls/reset",))
