from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from probes import failure
from probes.network import Budgets, Network
from probes.recorder import Recorder
from probes.records import Ask, Kind, Observation, Question, Service, Stage
from probes.visit import Stores, visit

Look = Callable[..., Awaitable[list[Observation]]]

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def stages(observations: list[Observation]) -> list[tuple[Stage, str | None]]:
    return [(item.stage, item.failure) for item in observations]


async def test_an_https_page_leaves_three_observations(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    seen: list[bytes] = []
    where = await servers.start(behave.answer(PAGE, seen=seen), context=server_context)
    found = await look(where, path="/there?a=1")
    assert stages(found) == [(Stage.TCP, None), (Stage.TLS, None), (Stage.HTTP, None)]
    assert [item.id for item in found] == ["q00001/1/00", "q00001/1/01", "q00001/1/02"]
    assert {item.address for item in found} == {"203.0.113.7:443"}
    assert {item.service for item in found} == {Service.HTTPS}
    assert found[0].tcp is not None
    assert (found[0].tcp.local or "").startswith("127.0.0.1:")
    assert found[2].http is not None
    assert (found[2].http.status, found[2].http.body_bytes) == (200, 5)
    request = seen[0].decode().split("\r\n")
    assert request[0] == "GET /there?a=1 HTTP/1.1"
    assert "Host: site.lab.example" in request
    assert "Connection: close" in request
    assert "Accept: */*" in request
    assert "Cache-Control: no-cache" in request
    assert "Accept-Encoding: identity" in request
    assert any(line.startswith("User-Agent: FriendlyWiFi/") for line in request)


async def test_a_question_for_the_handshake_sends_no_request(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    seen: list[bytes] = []
    where = await servers.start(behave.answer(PAGE, seen=seen), context=server_context)
    found = await look(where, ask=Ask.TLS)
    assert stages(found) == [(Stage.TCP, None), (Stage.TLS, None)]
    assert seen == []


async def test_plain_http_goes_without_tls(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.answer(PAGE))
    found = await look(where, service=Service.HTTP)
    assert stages(found) == [(Stage.TCP, None), (Stage.HTTP, None)]
    assert found[0].address == "203.0.113.7:80"


async def test_head_asks_for_no_body(servers: Any, behave: Any, look: Look) -> None:
    seen: list[bytes] = []
    where = await servers.start(behave.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", seen=seen))
    found = await look(where, service=Service.HTTP, ask=Ask.HEAD, token="secret", store_body=True)
    http = found[-1].http
    assert found[-1].failure is None
    assert http is not None
    assert (http.method, http.body_bytes, http.body_sha256) == ("HEAD", 0, None)
    assert (http.token_found, http.excerpt) == (None, None)
    assert seen[0].startswith(b"HEAD / ")


async def test_ipv6_is_visited_on_its_own(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    where = await servers.start(behave.answer(PAGE), context=server_context, host="::1")
    found = await look(where, address="2001:db8::7")
    assert stages(found) == [(Stage.TCP, None), (Stage.TLS, None), (Stage.HTTP, None)]
    assert found[0].address == "[2001:db8::7]:443"
    assert found[0].tcp is not None
    assert (found[0].tcp.local or "").startswith("[::1]:")


async def test_a_shut_door_is_recorded_and_nothing_is_dialled(look: Look) -> None:
    found = await look(None)
    assert stages(found) == [(Stage.TCP, failure.NOT_DIALLED)]


async def test_a_closed_port_ends_the_visit(servers: Any, look: Look) -> None:
    assert stages(await look(servers.closed())) == [(Stage.TCP, failure.CONNECTION_REFUSED)]


async def test_dropped_packets_are_a_timeout_of_tcp(servers: Any, look: Look) -> None:
    began = time.monotonic()
    found = await look(servers.silent(), budgets=Budgets(tcp=0.3))
    assert stages(found) == [(Stage.TCP, failure.TIMEOUT)]
    assert time.monotonic() - began < 2
    assert found[0].elapsed_us >= 290_000


async def test_the_budgets_of_the_network_hold_where_none_are_given(servers: Any, look: Look) -> None:
    found = await look(servers.silent(), budgets=None, network=Network(budgets=Budgets(tcp=0.2)))
    assert stages(found) == [(Stage.TCP, failure.TIMEOUT)]
    assert found[0].elapsed_us < 2_000_000


async def test_a_failed_handshake_ends_the_visit(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b""))
    assert stages(await look(where)) == [(Stage.TCP, None), (Stage.TLS, failure.EOF)]


async def test_a_certificate_that_nobody_trusts_does_not_end_the_visit(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    where = await servers.start(behave.answer(PAGE), context=server_context)
    found = await look(where, stores_used=Stores.load((), system=False))
    assert stages(found) == [(Stage.TCP, None), (Stage.TLS, failure.SSL_AUTHORITY), (Stage.HTTP, None)]


async def test_a_reset_right_at_accept_is_a_reset_wherever_it_surfaces(
    servers: Any, behave: Any, look: Look
) -> None:
    where = await servers.start(behave.reset_at_accept())
    assert (await look(where))[-1].failure == failure.CONNECTION_RESET
    assert (await look(where, service=Service.HTTP))[-1].failure == failure.CONNECTION_RESET


async def test_the_interface_is_honoured(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.answer(PAGE))
    through_loopback = await look(where, service=Service.HTTP, network=Network(interface="lo"))
    # Binding needs a right that some kernels keep from ordinary users: then that is what is recorded.
    assert through_loopback[0].failure in (None, "unknown_failure: PermissionError 1")
    through_nothing = await look(where, service=Service.HTTP, network=Network(interface="fw-none0"))
    assert len(through_nothing) == 1
    assert (through_nothing[0].failure or "").startswith("unknown_failure: ")


@pytest.mark.parametrize(
    ("ask", "service"), ((Ask.DNS, Service.HTTPS), (Ask.TLS, Service.HTTP), (Ask.GET, Service.DNS))
)
async def test_a_visit_that_the_question_does_not_ask_for_is_a_mistake_of_the_caller(
    ask: Ask, service: Service, stores: Stores
) -> None:
    network = Network(confined=True)
    question = Question(id="q1", kind=Kind.TARGET, subject="a.lab.example", ask=ask)
    recorder = Recorder(question=question, attempt=1, clock=network.clock)
    with pytest.raises(ValueError, match="has no visit of"):
        await visit(network=network, recorder=recorder, address="203.0.113.7", service=service, stores=stores)
    assert recorder.observations == []


async def test_an_interrupted_visit_closes_its_socket(servers: Any, behave: Any, look: Look) -> None:
    closed = asyncio.Event()

    async def wait_for_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        closed.set()
        writer.close()

    where = await servers.start(wait_for_the_end)
    visiting = asyncio.ensure_future(look(where, budgets=Budgets(tls=30)))
    await asyncio.sleep(0.1)
    visiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visiting
    await asyncio.wait_for(closed.wait(), 2)


async def test_many_visits_at_once_do_not_disturb_each_other(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    good = await servers.start(behave.answer(PAGE), context=server_context)
    flood = await servers.start(behave.endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536))
    jobs = [look(good) for _ in range(20)] + [look(flood, service=Service.HTTP) for _ in range(5)]
    results = await asyncio.gather(*jobs)
    assert all(stages(found)[-1] == (Stage.HTTP, None) for found in results)
