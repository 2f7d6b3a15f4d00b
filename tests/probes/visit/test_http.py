from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import failure
from probes.network import Budgets
from probes.records import Ask, HttpFacts, Observation, Service, Stage
from probes.visit.http import wire_limit

Look = Callable[..., Awaitable[list[Observation]]]
TOKEN = "an-unguessable-token"


def last(found: list[Observation]) -> Observation:
    assert found[-1].stage is Stage.HTTP
    return found[-1]


def facts(found: list[Observation]) -> HttpFacts:
    http = last(found).http
    assert http is not None
    return http


def page(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


# ----------------------------------------------------------------------------------------- what is kept


async def test_the_head_is_kept_in_the_order_sent(servers: Any, behave: Any, look: Look) -> None:
    response = page(b"", b"X-B: 2", b"X-A: 1", b"Set-Cookie: a", b"Set-Cookie: b\xe9", status=b"451 No")
    found = await look(await servers.start(behave.answer(response)), service=Service.HTTP)
    assert last(found).failure is None
    assert facts(found).status == 451
    assert facts(found).headers == (
        ("content-length", "0"),
        ("x-b", "2"),
        ("x-a", "1"),
        ("set-cookie", "a"),
        ("set-cookie", "b\xe9"),
    )


async def test_a_redirect_is_a_fact_and_is_not_followed(servers: Any, behave: Any, look: Look) -> None:
    seen: list[bytes] = []
    response = page(b"", b"Location: http://block.lab.example/why", status=b"302 Found")
    found = await look(await servers.start(behave.answer(response, seen=seen)), service=Service.HTTP)
    assert facts(found).header("location") == "http://block.lab.example/why"
    assert len(seen) == 1


async def test_the_body_is_hashed_and_not_kept(servers: Any, behave: Any, look: Look) -> None:
    body = b"<html>\x00\xff something</html>"
    found = await look(await servers.start(behave.answer(page(body))), service=Service.HTTP)
    assert facts(found).body_sha256 == hashlib.sha256(body).hexdigest()
    assert (facts(found).body_bytes, facts(found).excerpt) == (len(body), None)
    assert facts(found).token_found is None


async def test_an_excerpt_is_kept_only_where_the_question_allows_it(
    servers: Any, behave: Any, look: Look
) -> None:
    body = "Kjo faqe është e bllokuar".encode() + b"\xff\x00" + b"x" * 100
    where = await servers.start(behave.answer(page(body)))
    found = await look(where, service=Service.HTTP, store_body=True, budgets=Budgets(excerpt=30))
    assert facts(found).excerpt == "Kjo faqe është e bllokuar\ufffd\x00xxx"


async def test_the_token_is_found_across_packets_and_chunks(servers: Any, behave: Any, look: Look) -> None:
    async def in_pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for letter in TOKEN.encode():
            writer.write(b"1\r\n%c\r\n" % letter)
            await writer.drain()
            await asyncio.sleep(0.001)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        writer.close()

    found = await look(await servers.start(in_pieces), service=Service.HTTP, token=TOKEN)
    assert last(found).failure is None
    assert facts(found).token_found is True


async def test_a_whole_page_without_the_token_misses_it(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.answer(page(b"blocked by policy")))
    assert facts(await look(where, service=Service.HTTP, token=TOKEN)).token_found is False


@pytest.mark.parametrize("coding", (b"gzip", b"br", b"gzip, gzip"))
async def test_a_token_under_a_coding_is_found_or_unknown_but_never_missing(
    servers: Any, behave: Any, look: Look, coding: bytes
) -> None:
    response = page(gzip.compress(TOKEN.encode()), b"Content-Encoding: " + coding)
    found = await look(await servers.start(behave.answer(response)), service=Service.HTTP, token=TOKEN)
    assert facts(found).token_found is (True if coding == b"gzip" else None)


async def test_a_compressed_page_without_the_token_misses_it(servers: Any, behave: Any, look: Look) -> None:
    response = page(gzip.compress(b"blocked"), b"Content-Encoding: gzip")
    found = await look(await servers.start(behave.answer(response)), service=Service.HTTP, token=TOKEN)
    assert facts(found).token_found is False


async def test_a_bomb_is_not_inflated_beyond_the_cap(servers: Any, behave: Any, look: Look) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000 + TOKEN.encode())
    response = page(bomb, b"Content-Encoding: gzip")
    found = await look(await servers.start(behave.answer(response)), service=Service.HTTP, token=TOKEN)
    assert last(found).failure is None
    assert facts(found).token_found is None


# ------------------------------------------------------------------------------------------- failures


async def test_a_reset_after_the_request(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b"", reset=True))
    found = await look(where, service=Service.HTTP)
    assert (last(found).failure, last(found).http) == (failure.CONNECTION_RESET, None)


@pytest.mark.parametrize("start", (b"", b"HT", b"HTTP/1.1 200 OK\r\nServer: x\r\n"))
async def test_an_end_before_the_head_is_whole(servers: Any, behave: Any, look: Look, start: bytes) -> None:
    where = await servers.start(behave.after_first_bytes(start))
    found = await look(where, service=Service.HTTP)
    assert (last(found).failure, last(found).http) == (failure.EOF, None)


async def test_silence_after_the_request(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b"", close=False))
    found = await look(where, service=Service.HTTP, budgets=Budgets(http=0.3))
    assert (last(found).failure, last(found).http) == (failure.TIMEOUT, None)
    assert 290_000 <= last(found).elapsed_us < 2_000_000


@pytest.mark.parametrize(
    "garbage",
    (
        b"<html>blocked</html>",
        b"<html>blocked</html>\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 099 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
    ),
)
async def test_garbage_is_a_failed_request_that_leaves_evidence(
    servers: Any, behave: Any, look: Look, garbage: bytes
) -> None:
    where = await servers.start(behave.after_first_bytes(garbage))
    found = await look(where, service=Service.HTTP, store_body=True)
    assert last(found).failure == failure.HTTP_FAILED
    assert facts(found).status is None
    assert facts(found).body_sha256 == hashlib.sha256(garbage).hexdigest()
    assert facts(found).excerpt == garbage.decode()


async def test_a_page_without_a_head_still_shows_its_token_but_never_misses_it(
    servers: Any, behave: Any, look: Look
) -> None:
    there = await servers.start(behave.after_first_bytes(b"<html>" + TOKEN.encode() + b"\n"))
    assert facts(await look(there, service=Service.HTTP, token=TOKEN)).token_found is True
    absent = await servers.start(behave.after_first_bytes(b"<html>\n"))
    assert facts(await look(absent, service=Service.HTTP, token=TOKEN)).token_found is None


@pytest.mark.parametrize(
    ("rest", "reset", "name"),
    (
        (b"Content-Length: 100\r\n\r\nhalf", False, failure.EOF),
        (b"Content-Length: 100\r\n\r\nhalf", True, failure.CONNECTION_RESET),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nZZ\r\n", False, failure.HTTP_FAILED),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", False, failure.EOF),
    ),
)
async def test_a_broken_body_keeps_the_head_and_what_came(
    servers: Any, behave: Any, look: Look, *, rest: bytes, reset: bool, name: str
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + rest)
        await writer.drain()
        await asyncio.sleep(0.1)
        if reset:
            behave._reset(writer)
        else:
            writer.close()

    found = await look(await servers.start(handle), service=Service.HTTP, token=TOKEN)
    assert last(found).failure == name
    assert (facts(found).status, facts(found).body_bytes) == (200, 4)
    # What was not read may have held the token.
    assert facts(found).token_found is None


async def test_a_deadline_in_mid_body_keeps_what_came(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(
        behave.after_first_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", close=False)
    )
    found = await look(where, service=Service.HTTP, budgets=Budgets(http=0.3))
    assert last(found).failure == failure.TIMEOUT
    assert (facts(found).status, facts(found).body_bytes) == (200, 4)


async def test_a_block_page_that_came_before_a_reset_is_read(servers: Any, behave: Any, look: Look) -> None:
    async def eager(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(page(b"blocked"))
        await writer.drain()
        writer.close()

    found = await look(await servers.start(eager), service=Service.HTTP)
    assert last(found).failure is None
    assert facts(found).body_bytes == 7


# -------------------------------------------------------------------------------------------- budgets


async def test_an_endless_body_is_cut_at_the_cap(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536))
    found = await look(where, service=Service.HTTP, budgets=Budgets(body=10_000, http=10), token=TOKEN)
    assert last(found).failure is None
    assert facts(found).body_truncated
    assert facts(found).body_bytes == 10_000
    assert facts(found).body_sha256 == hashlib.sha256(b"x" * 10_000).hexdigest()
    assert facts(found).token_found is None


async def test_a_body_of_exactly_the_cap_is_whole(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.answer(page(b"x" * 10_000)))
    found = await look(where, service=Service.HTTP, budgets=Budgets(body=10_000, http=10), token=TOKEN)
    assert not facts(found).body_truncated
    assert facts(found).token_found is False


@pytest.mark.parametrize(
    ("start", "chunk"),
    (
        (b"HTTP/1.1 200 OK\r\n", b"X-Padding: yes\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nX: ", b"a" * 10_000),
        (b"", b"a" * 10_000),
        (b"", b"\r\n" * 5_000),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"e" * 10_000),
    ),
    ids=["headers", "one header", "no line", "empty lines", "hints", "chunk extension"],
)
async def test_an_endless_head_is_bounded_by_its_size(
    servers: Any, behave: Any, look: Look, start: bytes, chunk: bytes
) -> None:
    where = await servers.start(behave.endless(start, chunk))
    found = await look(where, service=Service.HTTP, budgets=Budgets(http=20))
    assert last(found).failure == failure.HTTP_FAILED
    assert last(found).elapsed_us < 10_000_000


async def test_a_head_over_its_budget_is_refused_though_it_ends(
    servers: Any, behave: Any, look: Look
) -> None:
    for size, name in ((20_000, None), (60_000, failure.HTTP_FAILED)):
        where = await servers.start(behave.answer(page(b"", b"X: " + b"a" * size)))
        found = await look(where, service=Service.HTTP, budgets=Budgets(headers=32 * 1024))
        assert last(found).failure == name


async def test_chunks_of_one_byte_cannot_cost_more_than_the_wire_limit(
    servers: Any, behave: Any, look: Look
) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    where = await servers.start(behave.endless(head, b"1\r\na\r\n" * 1000))
    found = await look(where, service=Service.HTTP, budgets=Budgets(http=20))
    assert last(found).failure == failure.HTTP_FAILED
    assert 0 < facts(found).body_bytes <= wire_limit(Budgets()) // 6


async def test_a_server_that_drips_is_cut_off(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.endless(b"HTTP/1.1 200 OK\r\nX: ", b"a", pause=0.01))
    began = time.monotonic()
    found = await look(where, service=Service.HTTP, budgets=Budgets(http=0.4))
    assert last(found).failure == failure.TIMEOUT
    assert time.monotonic() - began < 2


async def test_lines_that_end_sloppily_are_read(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b"HTTP/1.0 403\nServer: box\n\nblocked"))
    found = await look(where, service=Service.HTTP, store_body=True)
    assert last(found).failure is None
    assert (facts(found).status, facts(found).excerpt) == (403, "blocked")


@pytest.mark.parametrize(
    ("path", "sent"),
    (
        ("/a b?q=ë#part", b"GET /a%20b?q=%C3%AB HTTP/1.1"),
        ("", b"GET / HTTP/1.1"),
        ("/%C3%AB\r\nX-Evil: 1", b"GET /%C3%AB%0D%0AX-Evil:%201 HTTP/1.1"),
    ),
)
async def test_a_path_is_sent_as_a_request_can_carry_it(
    servers: Any, behave: Any, look: Look, path: str, sent: bytes
) -> None:
    seen: list[bytes] = []
    where = await servers.start(behave.answer(page(b""), seen=seen))
    await look(where, service=Service.HTTP, path=path)
    assert seen[0].split(b"\r\n")[0] == sent


async def test_a_name_that_no_request_can_carry_is_an_observation(
    servers: Any, behave: Any, look: Look
) -> None:
    where = await servers.start(behave.answer(page(b"")))
    found = await look(where, service=Service.HTTP, subject="evil\r\nX: 1")
    assert (last(found).failure or "").startswith("unknown_failure: ")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=200).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest),
        st.binary(max_size=200).map(
            lambda rest: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest
        ),
        st.binary(max_size=200).map(
            lambda rest: b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08" + rest
        ),
    ),
    ask=st.sampled_from([Ask.HEAD, Ask.GET]),
    reset=st.booleans(),
)
async def test_whatever_a_server_sends_is_an_observation(
    servers: Any, behave: Any, look: Look, *, data: bytes, ask: Ask, reset: bool
) -> None:
    where = await servers.start(behave.after_first_bytes(data, reset=reset))
    found = await look(where, service=Service.HTTP, ask=ask, token=TOKEN, store_body=True)
    assert [item.stage for item in found] == [Stage.TCP, Stage.HTTP]
    assert last(found).failure in {
        None,
        failure.EOF,
        failure.CONNECTION_RESET,
        failure.HTTP_FAILED,
    }
    if last(found).failure is None:
        assert facts(found).status is not None


async def test_of_a_body_only_the_known_texts_in_it_are_kept(servers: Any, behave: Any, look: Look) -> None:
    body = b"<title>Web Page Blocked</title> Powered\nBy  FortiGuard"
    found = await look(await servers.start(behave.answer(page(body))), service=Service.HTTP)
    assert facts(found).texts == ("fortiguard-powered",)
    assert facts(found).excerpt is None


async def test_a_known_text_is_found_in_a_compressed_body(servers: Any, behave: Any, look: Look) -> None:
    body = gzip.compress(b"Checking your browser before accessing")
    response = page(body, b"Content-Encoding: gzip")
    found = await look(await servers.start(behave.answer(response)), service=Service.HTTP)
    assert facts(found).texts == ("challenge-browser",)
