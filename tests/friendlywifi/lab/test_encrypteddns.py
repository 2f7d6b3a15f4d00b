"""Encrypted resolvers elsewhere answer real clients, or refuse them."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable
from typing import Any

import dns.asyncquery
import dns.message
import httpx
import pytest

from friendlywifi.lab import Lab, Scenario

ADULT = "popular-01.lab.example"
ADDRESSES = pytest.mark.parametrize("address", ("1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"))
Make = Callable[..., Scenario]


def trusting(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=lab.network.list_roots[0])


def url(lab: Lab, address: str, path: str) -> str:
    way = lab.network.way(address, 443)
    assert way is not None
    host = f"[{way[0]}]" if ":" in way[0] else way[0]
    return f"https://{host}:{way[1]}{path}"


def true_address(data: bytes) -> Any:
    return dns.message.from_wire(data).answer[0][0].to_text()


@ADDRESSES
async def test_dns_over_tls_answers_truthfully(scenario: Make, address: str) -> None:
    async with Lab(scenario('encrypted = "open"')) as lab:
        way = lab.network.way(address, 853)
        assert way is not None
        message = await dns.asyncquery.tls(
            dns.message.make_query(ADULT, "A"),
            way[0],
            port=way[1],
            timeout=2,
            ssl_context=trusting(lab),
            server_hostname="dns.google",
        )
        assert message.answer[0][0].to_text() == "198.51.100.20"


@ADDRESSES
async def test_dns_over_https_answers_truthfully(scenario: Make, address: str) -> None:
    query = dns.message.make_query(ADULT, "A", id=0).to_wire()
    text = base64.urlsafe_b64encode(query).rstrip(b"=").decode()
    name = {"sni_hostname": "cloudflare-dns.com"}
    async with (
        Lab(scenario('encrypted = "open"')) as lab,
        httpx.AsyncClient(verify=trusting(lab), trust_env=False) as client,
    ):
        target = url(lab, address, "/dns-query")
        kind = {"content-type": "application/dns-message"}
        posted = await client.post(target, content=query, headers=kind, extensions=name)
        got = await client.get(f"{target}?dns={text}", extensions=name)
        for response in (posted, got):
            assert response.status_code == 200
            assert response.headers["content-type"] == "application/dns-message"
            assert true_address(response.content) == "198.51.100.20"
        assert (await client.get(f"{target}?dns=%%%", extensions=name)).status_code == 400
        assert (await client.get(url(lab, address, "/"), extensions=name)).status_code == 404


async def test_dns_over_https_is_spoken_in_http2_where_a_client_offers_it(scenario: Make) -> None:
    query = dns.message.make_query(ADULT, "A", id=0).to_wire()
    kind = {"content-type": "application/dns-message"}
    async with (
        Lab(scenario('encrypted = "open"')) as lab,
        httpx.AsyncClient(verify=trusting(lab), trust_env=False, http1=False, http2=True) as client,
    ):
        for path, status in (("/dns-query", 200), ("/", 404)):
            response = await client.post(
                url(lab, "1.1.1.1", path),
                content=query,
                headers=kind,
                extensions={"sni_hostname": "cloudflare-dns.com"},
            )
            assert (response.http_version, response.status_code) == ("HTTP/2", status)
            if status == 200:
                assert true_address(response.content) == "198.51.100.20"


@pytest.mark.parametrize("port", (443, 853))
async def test_encrypted_resolvers_may_be_refused(scenario: Make, port: int) -> None:
    async with Lab(scenario('encrypted = "refused"')) as lab:
        way = lab.network.way("1.1.1.1", port)
        assert way is not None
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*way)


async def test_over_a_dead_uplink_they_are_silent(scenario: Make) -> None:
    async with Lab(scenario('encrypted = "open"\nuplink = "dead"')) as lab:
        way = lab.network.way("1.1.1.1", 443)
        assert way is not None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.open_connection(*way), 0.2)


async def test_a_scenario_that_says_nothing_about_them_has_none(scenario: Make) -> None:
    async with Lab(scenario()) as lab:
        assert lab.network.way("1.1.1.1", 443) is None
