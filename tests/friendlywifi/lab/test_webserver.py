"""Each behaviour of the lab's web does what its name says, as plain sockets and OpenSSL see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from friendlywifi.lab import Lab, Scenario
from probes.network import SimulatedClock
from probes.portals import Portal, portals

CONTROL, CONTROL_ADDRESS = "general-001.lab.example", "198.51.100.10"
ADULT, ADULT_ADDRESS = "popular-01.lab.example", "198.51.100.20"
PROBES = "198.51.100.40"
Visit = Callable[..., Awaitable[Any]]
Make = Callable[..., Scenario]


@pytest.mark.parametrize("secure", (False, True))
@pytest.mark.parametrize("address", (CONTROL_ADDRESS, "2001:db8:c::10"))
async def test_a_true_page_holds_its_token(scenario: Make, visit: Visit, address: str, secure: Any) -> None:
    async with Lab(scenario()) as lab:
        token = lab.world[CONTROL].token
        seen = await visit(lab, address, CONTROL, secure=secure)
        assert seen.status == 200
        assert token is not None
        assert token in seen.body


async def test_head_gets_no_body(scenario: Make, visit: Visit) -> None:
    async with Lab(scenario()) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL, method="HEAD")
        assert (seen.status, seen.body) == (200, "")
        assert int(seen.headers["content-length"]) > 100


async def test_a_page_is_dated_by_the_handed_in_clock(scenario: Make, visit: Visit) -> None:
    start = datetime(2031, 5, 1, 8, tzinfo=UTC)
    async with Lab(scenario(), clock=SimulatedClock(start)) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)
        assert abs((parsedate_to_datetime(seen.headers["date"]) - start).total_seconds()) < 5


async def test_a_name_that_lives_elsewhere_is_not_here(scenario: Make, visit: Visit) -> None:
    async with Lab(scenario()) as lab:
        assert (await visit(lab, CONTROL_ADDRESS, ADULT)).status == 404
        assert "CERTIFICATE_VERIFY_FAILED" in (await visit(lab, CONTROL_ADDRESS, ADULT, secure=True)).outcome


@pytest.mark.parametrize("portal", portals(), ids=lambda item: item.vendor)
async def test_every_vendor_s_portal_probe_gets_what_it_expects(
    scenario: Make, visit: Visit, portal: Portal
) -> None:
    async with Lab(scenario()) as lab:
        seen = await visit(lab, PROBES, portal.host, path=f"{portal.path}?x=1")
        assert seen.status == portal.status
        assert (portal.token in seen.body) if portal.token else (seen.body == "")


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    (
        ("tls_reset", "tls ConnectionResetError"),
        ("tls_eof", "EOF"),  # an SSLEOFError, or in the Python of Debian 12 an SSLZeroReturnError
        ("tls_silence", "tls TimeoutError"),
        ("tls_alert", "UNRECOGNIZED_NAME"),
        ("tls_untrusted", "CERTIFICATE_VERIFY_FAILED"),
    ),
)
async def test_a_handshake_may_fail_by_name(
    scenario: Make, visit: Visit, behaviour: str, outcome: str
) -> None:
    visits = f'[[visits]]\ncategories = ["adult"]\nhttps = "{behaviour}"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{visits}")) as lab:
        seen = await visit(lab, ADULT_ADDRESS, ADULT, secure=True, timeout=0.4)
        assert outcome in seen.outcome
        control = await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)
        assert control.status == 200


async def test_an_interceptor_shows_its_own_page(scenario: Make, visit: Visit) -> None:
    visits = '[[visits]]\nnames = ["general-001.lab.example"]\nhttps = "tls_untrusted"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{visits}")) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True, ca=lab._interceptor.pem)
        assert "friendlywifi-lab-blockpage" in seen.body
        assert str(lab.world[CONTROL].token) not in seen.body


@pytest.mark.parametrize(
    ("behaviour", "status", "header"),
    (
        ("http_451", 451, 'rel="blocked-by"'),
        ("http_403", 403, ""),
        ("http_redirect", 302, "http://blocked.lab.example/"),
        ("http_blockpage", 200, ""),
    ),
)
async def test_plain_http_may_answer_with_somebody_else_s_page(
    scenario: Make, visit: Visit, behaviour: str, status: int, header: str
) -> None:
    visits = f'[[visits]]\nnames = ["{CONTROL}"]\nhttp = "{behaviour}"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{visits}")) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL)
        assert seen.status == status
        assert header in " ".join(seen.headers.values())
        assert str(lab.world[CONTROL].token) not in seen.body
        assert (await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)).status == 200


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    (
        ("http_reset", "http ConnectionResetError"),
        ("http_eof", "http nothing"),
        ("http_silence", "http TimeoutError"),
    ),
)
async def test_a_request_may_stay_without_an_answer(
    scenario: Make, visit: Visit, behaviour: str, outcome: str
) -> None:
    visits = f'[[visits]]\ncategories = ["adult"]\nhttp = "{behaviour}"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{visits}")) as lab:
        assert (await visit(lab, ADULT_ADDRESS, ADULT, timeout=0.4)).outcome.startswith(outcome)


async def test_an_endless_body_ends_when_the_visitor_leaves(scenario: Make, visit: Visit) -> None:
    visits = '[[visits]]\ncategories = ["adult"]\nhttp = "http_endless"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{visits}")) as lab:
        seen = await visit(lab, ADULT_ADDRESS, ADULT, most=1 << 22)
        assert len(seen.body) > 1 << 21


@pytest.mark.parametrize(
    ("passage", "outcome"),
    (
        ("refused", "tcp ConnectionRefusedError"),
        ("timeout", "tcp TimeoutError"),
        ("reset", "ConnectionResetError"),
        ("unreachable", "tcp OSError: [Errno 101]"),
    ),
)
# Where the reset comes while `ssl` wraps the socket, the wrapper is lost inside of `ssl`.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize("secure", (False, True))
async def test_a_connection_may_fail_by_address(
    scenario: Make, visit: Visit, passage: str, outcome: str, secure: Any
) -> None:
    hop = f'[[hops]]\norigins = ["adult"]\nfamilies = ["ipv4"]\npassage = "{passage}"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{hop}")) as lab:
        patience = 0.3 if passage == "timeout" else 10.0
        assert outcome in (await visit(lab, ADULT_ADDRESS, ADULT, secure=secure, timeout=patience)).outcome
        assert (await visit(lab, "2001:db8:c::20", ADULT, secure=secure)).status == 200


async def test_a_block_page_says_why_and_has_no_certificate_for_the_name(
    scenario: Make, visit: Visit
) -> None:
    rule = '[[resolvers]]\n[[resolvers.filter]]\ncategories = ["adult"]\nreply = "blockpage"'
    async with Lab(scenario(resolvers=rule)) as lab:
        seen = await visit(lab, "203.0.113.66", ADULT)
        assert seen.status == 200
        assert "is blocked by Lab Filter" in seen.body
        assert "CERTIFICATE_VERIFY_FAILED" in (await visit(lab, "203.0.113.66", ADULT, secure=True)).outcome


async def test_a_portal_over_http_holds_everybody_until_the_login(scenario: Make, visit: Visit) -> None:
    async with Lab(scenario('portal = "http"')) as lab:
        for name, address in ((CONTROL, CONTROL_ADDRESS), ("captive.apple.com", PROBES)):
            seen = await visit(lab, address, name)
            assert (seen.status, seen.headers["location"]) == (302, "http://login.lab.example/")
        assert "ConnectionResetError" in (await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)).outcome
        assert "Accept the terms" in (await visit(lab, "203.0.113.1", "login.lab.example")).body
        login = await visit(lab, "203.0.113.1", "login.lab.example", secure=True)
        assert "Accept the terms" in login.body
        lab.login()
        assert (await visit(lab, CONTROL_ADDRESS, CONTROL)).status == 200
        assert (await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)).status == 200


async def test_a_request_that_makes_no_sense_gets_no_page(scenario: Make, visit: Visit) -> None:
    async with Lab(scenario()) as lab:
        assert (await visit(lab, CONTROL_ADDRESS, CONTROL, path="/ and more")).outcome == "http nothing"


DOES = '[[visits]]\nnames = ["general-001.lab.example"]\nhttps = "{https}"\nhttp = "{http}"\n'


@pytest.mark.parametrize(
    ("behaviour", "status", "text"),
    (("http_vendor_page", 200, "Powered By FortiGuard"), ("http_challenge", 403, "Checking your browser")),
)
async def test_plain_http_may_say_what_products_say(
    scenario: Make, visit: Visit, behaviour: str, status: int, text: str
) -> None:
    async with Lab(scenario(resolvers="[[resolvers]]\n" + DOES.format(https="page", http=behaviour))) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL)
        assert seen.status == status
        assert text in seen.body
        assert lab.world[CONTROL].token not in seen.body


async def test_a_proxy_adds_headers_to_the_page_as_it_is(scenario: Make, visit: Visit) -> None:
    does = DOES.format(https="page", http="http_proxied")
    async with Lab(scenario(resolvers="[[resolvers]]\n" + does)) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL)
        assert lab.world[CONTROL].token in seen.body
        assert "squid" in seen.headers["via"]
        assert "via" not in (await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)).headers


@pytest.mark.parametrize("behaviour", ("tls_decrypted", "tls_decrypted_page"))
async def test_whoever_opens_envelopes_has_no_certificate_for_the_name(
    scenario: Make, visit: Visit, behaviour: str
) -> None:
    async with Lab(scenario(resolvers="[[resolvers]]\n" + DOES.format(https=behaviour, http="page"))) as lab:
        assert (
            "CERTIFICATE_VERIFY_FAILED" in (await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)).outcome
        )


async def test_a_content_networks_challenge_is_the_origins_own(scenario: Make, visit: Visit) -> None:
    does = DOES.format(https="http_challenge", http="http_challenge")
    async with Lab(scenario(resolvers="[[resolvers]]\n" + does)) as lab:
        seen = await visit(lab, CONTROL_ADDRESS, CONTROL, secure=True)
        assert (seen.outcome, seen.status) == ("page", 403)
