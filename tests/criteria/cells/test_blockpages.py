"""Pages that say that they block."""

from __future__ import annotations

import pytest

from criteria.records import Strength
from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import (
    BLOCKED,
    HERE,
    HTTP,
    HTTPS,
    INCONCLUSIVE,
    NAME,
    TOKEN,
    fetched,
    opening_everything,
    untrusted,
    visited,
)
from tests.criteria.conftest import Part, Scene, dns, http, page, tcp


def test_a_redirect_to_a_published_block_page_is_an_artefact(scene: Scene) -> None:
    cell = fetched(scene, http(HERE, 302, location="http://block.opendns.com/?url=x"), token=None)
    assert (cell.outcome, cell.strength, cell.mechanism) == (
        BLOCKED,
        Strength.ARTEFACT,
        "http/blockpage:opendns-page",
    )


@pytest.mark.parametrize("status", (200, 403, 503))
def test_a_published_block_page_is_known_by_its_text_without_any_truth(scene: Scene, status: int) -> None:
    plain = (tcp(HERE, service=HTTP), http(HERE, status, texts=("fortiguard-powered",)))
    visited(scene, dns(HERE), *plain, tcp(HERE, failure.CONNECTION_REFUSED), ask=Ask.GET, alive=False)
    cell = scene.cell(NAME, service=HTTP)
    assert (cell.outcome, cell.strength, cell.rule) == (BLOCKED, Strength.ARTEFACT, "http_blockpage")
    assert cell.mechanism == "http/blockpage:fortinet-page"


def test_a_block_page_under_an_intercepted_certificate_is_known_by_its_text(scene: Scene) -> None:
    shown = http(HERE, 200, texts=("meraki",), service=HTTPS)
    visited(opening_everything(scene), dns(HERE), tcp(HERE), untrusted(system=True), shown, ask=Ask.GET)
    assert scene.cell(NAME, service=HTTPS).mechanism == "http/blockpage:meraki-page"


def test_the_text_of_a_block_page_from_the_origin_is_the_origins(scene: Scene) -> None:
    shown = http(HERE, 200, texts=("meraki",), service=HTTPS)
    visited(scene, *page(HERE)[:3], shown, ask=Ask.GET)
    assert scene.cell(NAME, service=HTTPS).rule == "http_origin"


@pytest.mark.parametrize("texts", (("challenge-ray",), ("challenge-browser", "fortiguard-powered")))
def test_what_a_content_network_asks_of_browsers_is_no_block_page(
    scene: Scene, texts: tuple[str, ...]
) -> None:
    cell = fetched(scene, http(HERE, 403, token=False, texts=texts))
    assert (cell.outcome, cell.rule) == (INCONCLUSIVE, "http_challenge")
    shown = http(HERE, 403, token=False, texts=texts, service=HTTPS)
    visited(other := Scene(), dns(HERE), tcp(HERE), untrusted(), shown, ask=Ask.GET, token=TOKEN)
    assert other.cell(NAME, service=HTTPS).rule == "http_challenge"


def test_a_redirect_that_holds_a_part_of_a_published_one_is_an_artefact(scene: Scene) -> None:
    away = http(HERE, 302, location="http://10.0.0.1:15871/cgi-bin/blockpage.cgi?ws-session=1")
    assert fetched(scene, away, token=None).mechanism == "http/blockpage:forcepoint-redirect"


def _legal(link: str) -> Part:
    return http(HERE, 451, headers=(("link", link),))


def test_451_that_names_who_blocks_is_an_artefact_of_a_living_page(scene: Scene) -> None:
    cell = fetched(scene, _legal('<http://provider.example/>; rel="blocked-by"'), token=None)
    assert (cell.strength, cell.rule) == (Strength.ARTEFACT, "http_451_blocked_by")
    assert cell.mechanism == "http/451"
    scene.reference = None
    assert scene.cell(NAME, service=HTTP).outcome is INCONCLUSIVE


def test_451_that_names_the_name_itself_is_not_more_than_451(scene: Scene) -> None:
    cell = fetched(scene, _legal(f'<https://www.{NAME}/>; rel="blocked-by"'), token=None)
    assert (cell.strength, cell.rule) == (Strength.WEAK, "http_451")


def test_a_proxy_that_denies_a_living_page_says_so_in_a_header(scene: Scene) -> None:
    denied = http(HERE, 403, headers=(("X-Squid-Error".lower(), "ERR_ACCESS_DENIED 0"),))
    cell = fetched(scene, denied, token=None)
    assert (cell.outcome, cell.rule, cell.mechanism) == (BLOCKED, "http_denied", "http/blockpage:squid")
    scene.reference = None
    assert scene.cell(NAME, service=HTTP).outcome is INCONCLUSIVE
    failed = http(HERE, 503, headers=(("x-squid-error", "ERR_DNS_FAIL 0"),))
    assert fetched(Scene(), failed, token=None).outcome is INCONCLUSIVE
