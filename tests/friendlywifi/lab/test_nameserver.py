"""A resolver on a port: UDP and TCP, as late as its line is slow, and not to be brought down."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import dns.asyncquery
import dns.message
import dns.rcode
import pytest

from friendlywifi.lab import Lab, Scenario

ADULT = "popular-01.lab.example"
Ask = Callable[..., Awaitable[dns.message.Message]]
Make = Callable[..., Scenario]


@pytest.mark.parametrize("tcp", (False, True))
@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
async def test_a_resolver_answers_over_udp_and_tcp(scenario: Make, ask: Ask, family: str, tcp: Any) -> None:
    async with Lab(scenario(resolvers=f'[[resolvers]]\nfamily = "{family}"')) as lab:
        assert lab.resolvers[0].startswith("127.0.0.1:" if family == "ipv4" else "[::1]:")
        message = await ask(lab.resolvers[0], ADULT, tcp=tcp)
        assert message.answer[0][0].to_text() == "198.51.100.20"


async def test_several_questions_may_go_over_one_connection(scenario: Make) -> None:
    async with Lab(scenario()) as lab:
        host, _, port = lab.resolvers[0].rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        queries = [dns.message.make_query(ADULT, rdtype).to_wire() for rdtype in ("A", "AAAA")]
        stream = b"".join(len(query).to_bytes(2, "big") + query for query in queries)
        writer.write(stream[:7])
        await writer.drain()
        writer.write(stream[7:])
        for query in queries:
            length = int.from_bytes(await reader.readexactly(2), "big")
            answer = dns.message.from_wire(await reader.readexactly(length))
            assert answer.id == int.from_bytes(query[:2], "big")
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("tcp", (False, True))
async def test_a_slow_line_makes_every_answer_late(scenario: Make, ask: Ask, tcp: Any) -> None:
    async with Lab(scenario("delay_ms = 250")) as lab:
        began = time.monotonic()
        await asyncio.gather(*(ask(lab.resolvers[0], ADULT, tcp=tcp) for _ in range(10)))
        assert 0.24 < time.monotonic() - began < 1.5


async def test_a_dropping_filter_is_silent_and_the_next_question_is_answered(
    scenario: Make, ask: Ask
) -> None:
    rule = '[[resolvers]]\n[[resolvers.filter]]\ncategories = ["adult"]\nreply = "drop"'
    async with Lab(scenario(resolvers=rule)) as lab:
        with pytest.raises(Exception, match="timed out"):
            await ask(lab.resolvers[0], ADULT, within=0.2)
        with pytest.raises(EOFError):
            await ask(lab.resolvers[0], ADULT, tcp=True)
        assert (await ask(lab.resolvers[0], "help-001.lab.example")).answer


async def test_a_second_datagram_arrives_after_the_first(scenario: Make) -> None:
    rule = '[[resolvers]]\n[[resolvers.filter]]\ncategories = ["adult"]\nreply = "injected"'
    async with Lab(scenario(resolvers=rule)) as lab:
        host, _, port = lab.resolvers[0].rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.setblocking(False)
            asker.connect((host, int(port)))
            asker.send(dns.message.make_query(ADULT, "A").to_wire())
            loop = asyncio.get_running_loop()
            got = [
                dns.message.from_wire(await asyncio.wait_for(loop.sock_recv(asker, 512), 1)) for _ in range(2)
            ]
        assert [message.answer[0][0].to_text() for message in got] == ["203.0.113.77", "198.51.100.20"]


async def test_rubbish_does_not_bring_a_resolver_down(scenario: Make, ask: Ask) -> None:
    async with Lab(scenario()) as lab:
        host, _, port = lab.resolvers[0].rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            for rubbish in (b"", b"x", b"\x00" * 12, b"\xff" * 600):
                asker.sendto(rubbish, (host, int(port)))
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"\x00\x05abc")
        writer.close()
        await writer.wait_closed()
        assert (await ask(lab.resolvers[0], ADULT)).rcode() == dns.rcode.NOERROR
