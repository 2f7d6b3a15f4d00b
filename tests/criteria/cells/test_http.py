"""What a page comes to: ours by its token, the origin's by its certificate, or nobody knows whose."""

from __future__ import annotations

import pytest

from criteria.records import Outcome, Strength
from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import (
    BLOCKED,
    DEAD,
    HERE,
    HTTP,
    HTTPS,
    INCONCLUSIVE,
    NAME,
    REACHABLE,
    THERE,
    TOKEN,
    fetched,
    untrusted,
    visited,
)
from tests.criteria.conftest import NODATA, V4, V6, Part, Scene, dns, http, page, tcp, tls


@pytest.mark.parametrize("status", (451, 403, 503))
def test_an_origins_own_refusal_is_no_filter(scene: Scene, status: int) -> None:
    visited(scene, *page(HERE)[:3], http(HERE, status, service=HTTPS), ask=Ask.HEAD)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (REACHABLE, "http_origin", ())


def test_the_token_under_an_interceptors_certificate_is_reachable(scene: Scene) -> None:
    parts = (dns(HERE), tcp(HERE), untrusted(system=True), http(HERE, token=True, service=HTTPS))
    visited(scene, *parts, ask=Ask.GET, token="t")
    assert scene.cell(NAME, service=HTTPS).rule == "http_token"


def test_the_token_over_plain_http_is_the_true_page(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, token=True))
    assert (cell.outcome, cell.strength, cell.rule) == (REACHABLE, Strength.DETERMINATE, "http_token")
    assert scene.verdict(NAME).outcome is REACHABLE


@pytest.mark.parametrize(("status", "word"), ((451, "http/451"), (403, "http/403")))
def test_a_refusal_in_plain_http_in_place_of_the_token_is_blocked(
    scene: Scene, status: int, word: str
) -> None:
    cell = fetched(scene, http(HERE, status, token=False))
    assert (cell.outcome, cell.mechanism) == (BLOCKED, word)


def test_403_where_no_token_is_known_may_be_the_origins_own(scene: Scene) -> None:
    assert fetched(scene, http(HERE, 403), token=None).outcome is INCONCLUSIVE


def test_another_page_from_the_right_address_is_undecided(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, 200, token=False))
    assert (cell.outcome, cell.mechanism) == (INCONCLUSIVE, "http/token_missing")


def test_another_page_from_a_strange_address_is_blocked(scene: Scene) -> None:
    scene.target(NAME, ask=Ask.GET, token="t", expect=(HERE,))
    parts = (tcp(THERE, service=HTTP), http(THERE, 200, token=False), tcp(THERE, failure.CONNECTION_REFUSED))
    scene.on(NAME, dns(THERE), *parts, family=V4).on(NAME, NODATA, family=V6)
    cell = scene.cell(NAME, service=HTTP)
    assert (cell.outcome, cell.mechanism) == (BLOCKED, f"dns/blockpage:{THERE}")
    assert scene.verdict(NAME).outcome is BLOCKED


def test_plain_http_without_a_token_does_not_show_whose_page_it_is(scene: Scene) -> None:
    assert fetched(scene, http(HERE, 200), token=None).rule == "http_unproven"


def test_a_redirect_elsewhere_blocks_only_a_page_that_must_hold_its_token(scene: Scene) -> None:
    away = http(HERE, 302, location="http://filter.example.net/deny")
    assert fetched(scene, away).mechanism == "http/redirect:filter.example.net"
    assert fetched(Scene(), away, token=None).outcome is INCONCLUSIVE


@pytest.mark.parametrize("status", (407, 511))
def test_whoever_wants_to_be_logged_into_is_no_filter(scene: Scene, status: int) -> None:
    assert fetched(scene, http(HERE, status)).outcome is INCONCLUSIVE


def test_a_redirect_to_the_same_name_over_https_is_decided_by_https(scene: Scene) -> None:
    away = http(HERE, 301, location=f"https://{NAME}/")
    cell = fetched(scene, away, https=(tcp(HERE), tls(HERE), http(HERE, token=True, service=HTTPS)))
    assert (cell.outcome, cell.rule) == (REACHABLE, "http_redirect_same")
    cut = fetched(Scene(), away, https=(tcp(HERE), tls(HERE, failure.CONNECTION_RESET)))
    assert (cut.outcome, cut.mechanism) == (BLOCKED, "tls/reset")


def test_a_reset_after_the_request_blocks_a_living_page(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, None, failure=failure.CONNECTION_RESET))
    assert (cell.outcome, cell.mechanism) == (BLOCKED, "http/reset")


def test_a_page_that_falls_silent_is_blocked_only_after_a_second_look(scene: Scene) -> None:
    assert fetched(scene, http(HERE, None, failure=failure.TIMEOUT)).outcome is INCONCLUSIVE
    scene.again = (NAME,)
    assert scene.cell(NAME, service=HTTP).rule == "http_timeout_by_chance"
    assert scene.busy().cell(NAME, service=HTTP).rule == "http_timeout"


def test_a_verified_handshake_whose_page_does_not_come_is_reachable_and_weak(scene: Scene) -> None:
    parts = (tcp(HERE), tls(HERE), http(HERE, None, failure=failure.TIMEOUT, service=HTTPS))
    visited(scene, dns(HERE), *parts, ask=Ask.HEAD)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.strength) == (REACHABLE, Strength.WEAK)


def _intercepted(**facts: object) -> tuple[Part, ...]:
    return tcp(HERE), untrusted(**facts), http(HERE, 403, token=False, service=HTTPS)


@pytest.mark.parametrize(
    ("parts", "rule", "outcome"),
    (
        (_intercepted(system=True), "http_intercepted", BLOCKED),
        (_intercepted(system=False), "http_untrusted", BLOCKED),
        (_intercepted(problem="certificate is not yet valid"), "http_date", INCONCLUSIVE),
        (
            (tcp(HERE), tls(HERE, pinned=False, listed=True), http(HERE, 403, service=HTTPS)),
            "http_listed",
            REACHABLE,
        ),
        (
            (
                tcp(HERE),
                tls(HERE, pinned=False, listed=True),
                http(HERE, None, failure=failure.EOF, service=HTTPS),
            ),
            "http_listed_failed",
            REACHABLE,
        ),
        ((tcp(HERE),), "tcp_only", INCONCLUSIVE),
        ((tcp(HERE, failure.CONNECTION_RESET),), "tcp_reset", BLOCKED),
        ((tcp(HERE), tls(HERE, failure.SSL_HANDSHAKE)), "tls_unexplained", INCONCLUSIVE),
    ),
)
def test_what_a_visit_of_a_living_page_comes_to(
    scene: Scene, parts: tuple[Part, ...], rule: str, outcome: Outcome
) -> None:
    visited(scene, dns(HERE), *parts, ask=Ask.GET, token=TOKEN)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.rule, cell.outcome) == (rule, outcome)


def test_an_interceptors_page_names_the_interceptor_first(scene: Scene) -> None:
    visited(scene, dns(HERE), *_intercepted(system=True), ask=Ask.GET, token=TOKEN)
    cell = scene.cell(NAME, service=HTTPS)
    assert cell.mechanism == "tls/untrusted:CN=Filter"
    assert cell.mechanisms == ("http/403", "tls/untrusted:CN=Filter")
    # A token that is missing under somebody else's certificate is no mechanism of its own.
    other = http(HERE, 200, token=False, service=HTTPS)
    scene.on(NAME, dns(HERE), tcp(HERE), untrusted(system=True), other, family=V4)
    assert scene.cell(NAME, service=HTTPS).mechanisms == ("tls/untrusted:CN=Filter",)


@pytest.mark.parametrize(
    ("parts", "rule"),
    (
        ((tcp(HERE, failure.TIMEOUT),), "tcp_dead"),
        ((tcp(HERE), tls(HERE, failure.CONNECTION_RESET)), "tls_dead"),
        (
            (tcp(HERE), untrusted(system=False), http(HERE, None, failure=failure.EOF, service=HTTPS)),
            "http_dead",
        ),
    ),
)
def test_a_visit_that_fails_elsewhere_too_is_dead(scene: Scene, parts: tuple[Part, ...], rule: str) -> None:
    visited(scene, dns(HERE), *parts, ask=Ask.GET, token=None, alive=False)
    scene.refer(adult_example=False)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule) == (DEAD, rule)
