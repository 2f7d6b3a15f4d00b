"""A network that opens every envelope, and blocks nobody by that alone."""

from __future__ import annotations

import pytest

from probes import failure
from probes.records import Ask, Category
from tests.criteria.cells.scenes import (
    HERE,
    HTTPS,
    INCONCLUSIVE,
    NAME,
    TOKEN,
    opening_everything,
    untrusted,
    visited,
)
from tests.criteria.conftest import NODATA, V4, V6, Scene, dns, http, page, tcp, tls


@pytest.mark.parametrize("system", (True, False))
def test_where_controls_open_under_a_certificate_it_blocks_nobody_by_being_there(
    scene: Scene,
    system: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    visited(opening_everything(scene), dns(HERE), tcp(HERE), untrusted(system=system))
    assert scene.fitness.void_reason is None
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "tls_decrypted")


def test_where_controls_open_under_a_certificate_a_page_still_decides(scene: Scene) -> None:
    opening_everything(scene)
    for answer, rule in (
        (http(HERE, token=True, service=HTTPS), "http_token"),
        (http(HERE, 403, token=False, service=HTTPS), "http_403"),
        (http(HERE, 200, token=False, service=HTTPS), "http_token_missing"),
        (http(HERE, 451, token=None, service=HTTPS), "http_unproven"),
        (http(HERE, None, failure=failure.CONNECTION_RESET, service=HTTPS), "http_reset"),
    ):
        scene.targets = scene.targets[:2]
        visited(scene, dns(HERE), tcp(HERE), untrusted(system=False), answer, ask=Ask.GET, token=TOKEN)
        assert scene.cell(NAME, service=HTTPS).rule == rule


def test_one_key_is_enough_to_know_it_again(scene: Scene) -> None:
    opening_everything(scene, spki="ab" * 32)
    other = tls(HERE, failure.SSL_AUTHORITY, pinned=False, issuer="CN=adult.example", spki="ab" * 32)
    visited(scene, dns(HERE), tcp(HERE), other)
    assert scene.cell(NAME).rule == "tls_decrypted"


def test_a_control_that_is_itself_blocked_does_not_make_a_filter_one_that_lets_through(scene: Scene) -> None:
    for number in range(3, 12):
        name, address = f"help{number}.example", f"198.51.100.{number}"
        scene.target(name, Category.CONTROL_HELP, ask=Ask.GET, token=TOKEN, expect=(address,))
        scene.on(name, *page(address), family=V4).on(name, NODATA, family=V6)
    address = "198.51.100.3"
    stranger = tls(address, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter")
    shown = http(address, 200, token=False, service=HTTPS)
    scene.on("help3.example", dns(address), tcp(address), stranger, shown, family=V4)
    visited(scene, dns(HERE), tcp(HERE), untrusted(system=False))
    assert scene.fitness.void_reason is None
    assert scene.cell(NAME).rule == "tls_untrusted"
    # Nobody saw what page came: it may have been the true one.
    scene.on("help3.example", dns(address), tcp(address), stranger, family=V4)
    assert scene.cell(NAME).rule == "tls_decrypted"
