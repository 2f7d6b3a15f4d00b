from __future__ import annotations

import asyncio
import base64
import errno
import gc
import random
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from probes import failure
from probes.dns import exchange as module
from probes.dns.exchange import Exchange
from probes.dns.wire import CH, parse
from probes.network import Budgets, Network
from probes.records import Ede, Transport

Query = dns.message.Message
Serve = Callable[..., Awaitable[Any]]
Reply = Callable[..., bytes]
Framed = Callable[[bytes], bytes]

QUICK = Budgets(dns=0.6, dns_resend=(0.1, 0.25))
HONEST, FORGED = "192.0.2.1", "203.0.113.66"


# ------------------------------------------------------------------------------------------ plain answers


async def test_an_answer_is_facts_with_its_raw_octets(exchange: Exchange, serve: Serve, reply: Reply) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST, "192.0.2.2")])
    said = await exchange.ask("Www.Example.com.", resolver=resolver.endpoint)
    assert said.failure is None
    assert set(said.facts.addresses) == {HONEST, "192.0.2.2"}
    assert (said.facts.resolver, said.facts.transport, said.facts.type) == (
        resolver.endpoint,
        Transport.UDP,
        "A",
    )
    assert (said.facts.rcode, said.facts.flags, said.facts.sends) == (0, ("rd", "ra"), 1)
    assert (said.facts.edns_sent, said.facts.truncated, said.facts.strays) == (True, False, ())
    assert said.facts.raw is not None
    assert parse(base64.b64decode(said.facts.raw)).answers == said.facts.answers
    asked = resolver.udp[0]
    assert asked.question[0].name.to_text() == "www.example.com."
    assert (asked.edns, asked.payload, asked.flags) == (0, 1232, dns.flags.RD)


async def test_a_resolver_on_ipv6_is_asked(exchange: Exchange, serve: Serve, reply: Reply) -> None:
    try:
        resolver = await serve(lambda query, _: [reply(query, "2001:db8::1")], host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    said = await exchange.ask("example.com", "AAAA", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses) == (None, ("2001:db8::1",))


@pytest.mark.parametrize(
    ("rcode", "expected"),
    (
        (0, failure.NO_ANSWER),
        (2, failure.SERVFAIL),
        (3, failure.NXDOMAIN),
        (5, failure.REFUSED),
        (9, failure.MISBEHAVING),
        (23, failure.MISBEHAVING),
    ),
)
async def test_a_response_code_has_its_failure(
    exchange: Exchange, serve: Serve, reply: Reply, rcode: int, expected: str
) -> None:
    resolver = await serve(lambda query, _: [reply(query, rcode=rcode)])
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.rcode) == (expected, rcode)


async def test_an_alias_without_an_address_is_no_answer(exchange: Exchange, serve: Serve) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes]:
        message = dns.message.make_response(query)
        message.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "CNAME", "Sink.example."))
        return [message.to_wire()]

    resolver = await serve(answer)
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.aliases) == (failure.NO_ANSWER, ("sink.example",))


async def test_a_non_utf8_ede_text_does_not_lose_the_answer(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(
        lambda query, _: [reply(query, rcode=3, ede=(17, "blocked")).replace(b"blocked", b"bl\xffcked")]
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.ede) == (failure.NXDOMAIN, (Ede(code=17, text="bl\ufffdcked"),))
    assert said.facts.edns == 1232


async def test_a_resolver_that_mangles_case_is_believed(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST).replace(b"example", b"EXAMPLE")])
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.strays) == (None, ())


async def test_a_question_of_the_chaos_class_is_answered_in_it(exchange: Exchange, serve: Serve) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes]:
        message = dns.message.make_response(query)
        message.answer.append(dns.rrset.from_text(query.question[0].name, 0, "CH", "TXT", '"here"'))
        return [message.to_wire()]

    resolver = await serve(answer)
    said = await exchange.ask("id.server", "TXT", resolver=resolver.endpoint, rrclass=CH)
    assert (said.failure, said.facts.answers[0].data) == (None, '"here"')


async def test_a_caller_can_do_without_opt_or_ask_for_dnssec(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)])
    said = await exchange.ask("example.com", resolver=resolver.endpoint, payload=None)
    assert (said.failure, said.facts.edns_sent, said.facts.edns) == (None, False, None)
    await exchange.ask("example.com", resolver=resolver.endpoint, payload=512, dnssec_ok=True)
    assert resolver.udp[0].edns == -1
    assert (resolver.udp[1].payload, resolver.udp[1].ednsflags) == (512, dns.flags.DO)


# ------------------------------------------------------------------------------------------------- losses


@pytest.mark.parametrize(("known", "sends"), ((True, 1), (False, 3)))
async def test_a_crowded_resolver_that_takes_opt_is_sent_nothing_again(
    serve: Serve, reply: Reply, *, known: bool, sends: int
) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)] if "open" in str(query) else [])
    crowd = Budgets(dns=0.9, dns_resend=(0.1, 0.2), unanswered=4)
    async with Exchange(Network(budgets=crowd)) as exchange:
        if known:
            await exchange.ask("open.example", resolver=resolver.endpoint)
        said = await asyncio.gather(
            *(exchange.ask(f"n{number}.silent.example", resolver=resolver.endpoint) for number in range(8))
        )
    assert {item.failure for item in said} == {failure.TIMEOUT}
    assert {item.facts.sends for item in said} == {sends}


async def test_whoever_is_not_crowded_is_sent_to_again(serve: Serve, reply: Reply) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)] if "open" in str(query) else [])
    async with Exchange(Network(budgets=Budgets(dns=0.6, dns_resend=(0.1, 0.2), unanswered=4))) as exchange:
        await exchange.ask("open.example", resolver=resolver.endpoint)
        said = await exchange.ask("n.silent.example", resolver=resolver.endpoint)
    assert (said.failure, said.facts.sends) == (failure.TIMEOUT, 3)


def test_ids_are_the_systems_own_and_all_of_them_occur() -> None:
    drawn = module.Unforeseen()
    ids = [drawn.getrandbits(16) for _ in range(200_000)]
    assert 0 <= min(ids) < 50
    assert 65485 < max(ids) < 65536
    assert len(set(ids)) > 60_000


async def test_a_lost_datagram_is_sent_again_with_a_fresh_id(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, number: [reply(query, HONEST)] if number == 2 else [])
    said = await exchange.ask(
        "example.com", resolver=resolver.endpoint, budgets=Budgets(dns=8.0, dns_resend=(0.1, 5.0))
    )
    assert (said.failure, said.facts.sends, said.facts.edns_sent) == (None, 2, True)
    assert resolver.udp[0].id != resolver.udp[1].id
    assert resolver.ports[0] != resolver.ports[1]


async def test_a_late_answer_to_the_first_datagram_is_as_good(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    first: list[Query] = []

    def answer(query: Query, number: int) -> Iterable[bytes]:
        first.append(query)
        return [reply(first[0], HONEST)] if number == 2 else []

    resolver = await serve(answer)

    # The answer to the first id comes from the second datagram's socket, so make both the same.
    async with Exchange(Network(budgets=Budgets(dns=8.0, dns_resend=(0.1,))), sockets=1) as single:
        said = await single.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses, said.facts.strays) == (None, (HONEST,), ())


async def test_the_last_datagram_goes_without_opt_for_networks_that_drop_it(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)] if query.edns < 0 else [])
    said = await exchange.ask("example.com", resolver=resolver.endpoint, budgets=QUICK)
    assert (said.failure, said.facts.edns_sent, said.facts.sends) == (None, False, 3)


async def test_silence_is_a_timeout_at_the_deadline(exchange: Exchange, serve: Serve) -> None:
    resolver = await serve()
    began = time.monotonic()
    said = await exchange.ask("example.com", resolver=resolver.endpoint, budgets=QUICK)
    assert 0.55 < time.monotonic() - began < 4
    assert (said.failure, said.facts.sends, said.facts.rcode, said.facts.raw) == (
        failure.TIMEOUT,
        3,
        None,
        None,
    )


async def test_a_budget_without_resends_sends_once_and_with_opt(exchange: Exchange, serve: Serve) -> None:
    resolver = await serve()
    said = await exchange.ask(
        "example.com", resolver=resolver.endpoint, budgets=Budgets(dns=0.2, dns_resend=())
    )
    assert (said.failure, said.facts.sends) == (failure.TIMEOUT, 1)
    assert resolver.udp[0].edns == 0


async def test_a_closed_port_is_refused_long_before_the_deadline(exchange: Exchange) -> None:
    began = time.monotonic()
    said = await exchange.ask(
        "example.com", resolver=_closed_port(), budgets=Budgets(dns=30.0, dns_resend=(10.0, 20.0))
    )
    assert time.monotonic() - began < 5
    assert (said.failure, said.facts.sends) == (failure.CONNECTION_REFUSED, 3)
    said = await exchange.ask("example.com", resolver=_closed_port(), transport=Transport.TCP)
    assert said.failure == failure.CONNECTION_REFUSED


async def test_a_resolver_that_opens_after_a_refusal_is_heard(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    endpoint = _closed_port()
    await exchange.ask("example.com", resolver=endpoint)
    address, port = endpoint.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.setblocking(False)
        late.bind((address, int(port)))
        loop = asyncio.get_running_loop()
        asking = asyncio.ensure_future(exchange.ask("example.com", resolver=endpoint))
        data, source = await loop.sock_recvfrom(late, 4096)
        await loop.sock_sendto(late, reply(dns.message.from_wire(data), HONEST), source)
        said = await asking
    assert (said.failure, said.facts.addresses) == (None, (HONEST,))


# ---------------------------------------------------------------------------------- forgeries as evidence


def _with_id(message: bytes, change: int) -> bytes:
    return (int.from_bytes(message[:2], "big") ^ change).to_bytes(2, "big") + message[2:]


async def test_a_refusal_that_the_kernel_still_holds_is_told_to_those_whose_it_is(serve: Serve) -> None:
    resolver = await serve()
    async with Exchange(Network(budgets=Budgets(dns=1.0, dns_resend=())), sockets=1) as exchange:
        silent = asyncio.ensure_future(exchange.ask("silent.example", resolver=resolver.endpoint))
        await asyncio.sleep(0.05)
        (lines,) = exchange._lines.values()
        (line,) = lines._lines
        sent: list[bytes] = []

        class Pending:
            """Raises what was held against another datagram, once."""

            def send(self, data: bytes) -> int:
                sent.append(data)
                if len(sent) == 1:
                    raise ConnectionRefusedError(errno.ECONNREFUSED, "held")
                return len(data)

            def __getattr__(self, name: str) -> Any:
                return getattr(real, name)

        real, line._socket = line._socket, Pending()  # type: ignore[assignment] # all that a line uses
        late = asyncio.ensure_future(exchange.ask("late.example", resolver=resolver.endpoint))
        said = await asyncio.gather(silent, late)
        line._socket = real
    assert [one.failure for one in said] == [failure.CONNECTION_REFUSED, failure.TIMEOUT]
    assert sent[0] == sent[1]


async def test_an_answer_with_a_wrong_id_is_kept_and_waiting_goes_on(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [_with_id(reply(query, FORGED), 0x5555), reply(query, HONEST)])
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses) == (None, (HONEST,))
    assert [(stray.reason, stray.addresses) for stray in said.facts.strays] == [("wrong_id", (FORGED,))]


async def test_an_answer_from_another_address_never_arrives(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes | tuple[float, bytes]]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(reply(query, FORGED), ("127.0.0.1", resolver.ports[-1]))
        return [(0.1, reply(query, HONEST))]

    resolver = await serve(answer)
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses, said.facts.strays) == (None, (HONEST,), ())


async def test_an_answer_to_another_question_is_kept_and_waiting_goes_on(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes]:
        for name, kind, rrclass in (
            ("example.org", "A", "IN"),
            ("example.com", "AAAA", "IN"),
            ("example.com", "A", "CH"),
        ):
            other = dns.message.make_query(name, kind, rrclass, id=query.id)
            yield reply(other, rcode=3)
        yield reply(query, HONEST)

    resolver = await serve(answer)
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses) == (None, (HONEST,))
    assert [stray.reason for stray in said.facts.strays] == ["wrong_question"] * 3


async def test_malformed_datagrams_are_kept_and_waiting_goes_on(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(
        lambda query, _: [
            b"\1",
            b"nonsense",
            reply(query, FORGED)[:-20],
            query.to_wire(),
            reply(query, HONEST),
        ]
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses) == (None, (HONEST,))
    assert {stray.reason for stray in said.facts.strays} == {"malformed"}
    assert len(said.facts.strays) == 4


async def test_a_refusal_without_its_question_proves_nothing(exchange: Exchange, serve: Serve) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes]:
        return [struct.pack("!6H", query.id, 0x8180 | rcode, 0, 0, 0, 0) for rcode in (2, 3, 5)]

    resolver = await serve(answer)
    said = await exchange.ask("example.com", resolver=resolver.endpoint, budgets=QUICK)
    assert said.failure == failure.TIMEOUT
    assert {stray.reason for stray in said.facts.strays} == {"wrong_question"}


async def test_a_flood_of_forgeries_is_kept_in_part_and_changes_nothing(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(
        lambda query, _: [*(_with_id(reply(query, FORGED), 1 + n) for n in range(200)), reply(query, HONEST)]
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses, len(said.facts.strays)) == (None, (HONEST,), 8)


LINGER = Budgets(dns=8.0, dns_resend=(3.0, 5.0), linger=0.2)


async def test_a_second_different_answer_is_kept_while_we_linger(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, FORGED), (0.05, reply(query, HONEST))])
    said = await exchange.ask("example.com", resolver=resolver.endpoint, budgets=LINGER)
    assert said.facts.addresses == (FORGED,)
    assert [(stray.reason, stray.addresses) for stray in said.facts.strays] == [("second_answer", (HONEST,))]
    assert said.facts.sends == 1


async def test_the_same_answer_twice_is_no_second_answer(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(
        lambda query, _: [
            reply(query, HONEST, FORGED),
            reply(query, FORGED, HONEST),
            reply(query, HONEST, FORGED),
        ]
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint, budgets=LINGER)
    assert (set(said.facts.addresses), said.facts.strays) == ({HONEST, FORGED}, ())


async def test_round_robin_over_two_datagrams_is_no_second_answer(serve: Serve, reply: Reply) -> None:
    kept: list[Query] = []

    def answer(query: Query, number: int) -> Iterable[bytes]:
        kept.append(query)
        return [] if number < 2 else [reply(kept[0], HONEST), reply(kept[1], FORGED)]

    resolver = await serve(answer)
    async with Exchange(
        Network(budgets=Budgets(dns=8.0, dns_resend=(0.1,), linger=0.2)), sockets=1
    ) as single:
        said = await single.ask("example.com", resolver=resolver.endpoint)
    assert (said.facts.addresses, said.facts.strays) == ((HONEST,), ())


async def test_without_lingering_nobody_waits(exchange: Exchange, serve: Serve, reply: Reply) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)])
    began = time.monotonic()
    await exchange.ask("example.com", resolver=resolver.endpoint)
    assert time.monotonic() - began < 1.5


async def test_a_late_answer_to_an_ended_question_is_no_forgery_in_the_next(
    serve: Serve, reply: Reply
) -> None:
    kept: list[Query] = []

    def answer(query: Query, number: int) -> Iterable[bytes]:
        kept.append(query)
        return [] if number == 1 else [reply(kept[0], FORGED), reply(query, HONEST)]

    resolver = await serve(answer)
    async with Exchange(Network(budgets=Budgets(dns=0.1, dns_resend=())), sockets=1) as single:
        first = await single.ask("example.com", resolver=resolver.endpoint)
        second = await single.ask("example.com", resolver=resolver.endpoint)
    assert first.failure == failure.TIMEOUT
    assert (second.failure, second.facts.addresses, second.facts.strays) == (None, (HONEST,), ())


# ----------------------------------------------------------------------------------------- OPT is refused


@pytest.mark.parametrize("rcode", (1, 4, 16), ids=("formerr", "notimp", "badvers"))
async def test_a_server_that_refuses_opt_is_asked_without(
    exchange: Exchange, serve: Serve, reply: Reply, rcode: int
) -> None:
    resolver = await serve(
        lambda query, _: [reply(query, rcode=rcode)] if query.edns >= 0 else [reply(query, HONEST)]
    )
    said = await exchange.ask(
        "example.com", resolver=resolver.endpoint, budgets=Budgets(dns=2.0, dns_resend=())
    )
    assert (said.failure, said.facts.edns_sent, said.facts.sends) == (None, False, 2)
    assert said.facts.addresses == (HONEST,)


async def test_a_bare_header_that_refuses_opt_is_understood(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(
        lambda query, _: [
            struct.pack("!6H", query.id, 0x8181, 0, 0, 0, 0) if query.edns >= 0 else reply(query, HONEST)
        ]
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.edns_sent) == (None, False)


async def test_formerr_with_and_without_opt_is_a_server_that_misbehaves(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, rcode=1)])
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.rcode, said.facts.edns_sent) == (failure.MISBEHAVING, 1, False)
    assert said.facts.sends == 2


async def test_formerr_and_then_silence_is_a_server_that_misbehaves(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, rcode=1)] if query.edns >= 0 else [])
    said = await exchange.ask("example.com", resolver=resolver.endpoint, budgets=QUICK)
    assert (said.failure, said.facts.rcode, said.facts.edns_sent) == (failure.MISBEHAVING, 1, True)


# ---------------------------------------------------------------------------------------------------- TCP


async def test_a_truncated_answer_is_asked_for_over_tcp(
    exchange: Exchange, serve: Serve, reply: Reply, framed: Framed
) -> None:
    resolver = await _both(
        serve,
        lambda query, _: [reply(query, truncated=True)],
        lambda query, _: [framed(reply(query, HONEST, ede=(17, "x")))],
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.addresses, said.facts.truncated) == (None, (HONEST,), True)
    assert said.facts.ede
    assert (said.facts.transport, said.facts.sends) == (Transport.UDP, 1)
    assert resolver.tcp[0].edns == 0


async def test_where_tcp_fails_after_truncation_the_failure_is_its_own(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    resolver = await serve(lambda query, _: [reply(query, truncated=True)])
    said = await exchange.ask("example.com", resolver=resolver.endpoint)
    assert (said.failure, said.facts.truncated, said.facts.rcode) == (failure.CONNECTION_REFUSED, True, None)
    assert said.facts.raw is not None
    assert parse(base64.b64decode(said.facts.raw)).truncated


async def test_tcp_is_asked_alone(exchange: Exchange, serve: Serve, reply: Reply, framed: Framed) -> None:
    resolver = await _both(serve, None, lambda query, _: [framed(reply(query, HONEST))])
    said = await exchange.ask("example.com", resolver=resolver.endpoint, transport=Transport.TCP)
    assert (said.failure, said.facts.addresses, said.facts.truncated) == (None, (HONEST,), False)
    assert (said.facts.transport, resolver.udp) == (Transport.TCP, [])


async def test_the_greatest_message_comes_over_tcp_in_small_parts(
    exchange: Exchange, serve: Serve, framed: Framed
) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes]:
        message = dns.message.make_response(query)
        addresses = [f"10.{n >> 8}.{n & 255}.1" for n in range(4090)]
        message.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", *addresses))
        whole = framed(message.to_wire(max_size=65535))
        return [whole[n : n + 999] for n in range(0, len(whole), 999)]

    resolver = await _both(serve, None, answer)
    said = await exchange.ask("example.com", resolver=resolver.endpoint, transport=Transport.TCP)
    assert (said.failure, len(said.facts.addresses)) == (None, 4090)


@pytest.mark.parametrize(
    ("parts", "expected"),
    (
        ([b""], failure.EOF),
        ([b"\1"], failure.EOF),
        ([b"\0\x40abc"], failure.EOF),
        ([b"\0\0"] * 9, failure.MISBEHAVING),
    ),
    ids=("nothing", "half a length", "half a message", "nothing but empty messages"),
)
async def test_a_broken_tcp_answer_is_a_failure(
    exchange: Exchange, serve: Serve, parts: list[bytes], expected: str
) -> None:
    resolver = await _both(serve, None, lambda *_: parts)
    said = await exchange.ask("example.com", resolver=resolver.endpoint, transport=Transport.TCP)
    assert said.failure == expected


async def test_a_wrong_message_over_tcp_is_kept_and_reading_goes_on(
    exchange: Exchange, serve: Serve, reply: Reply, framed: Framed
) -> None:
    resolver = await _both(
        serve,
        None,
        lambda query, _: [
            framed(_with_id(reply(query, FORGED), 1)),
            framed(b"nonsense"),
            framed(reply(query, HONEST)),
        ],
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint, transport=Transport.TCP)
    assert (said.failure, said.facts.addresses) == (None, (HONEST,))
    assert [stray.reason for stray in said.facts.strays] == ["wrong_id", "malformed"]


async def test_opt_refused_over_tcp_is_asked_again_without(
    exchange: Exchange, serve: Serve, reply: Reply, framed: Framed
) -> None:
    resolver = await _both(
        serve,
        None,
        lambda query, _: [framed(reply(query, rcode=1) if query.edns >= 0 else reply(query, HONEST))],
    )
    said = await exchange.ask("example.com", resolver=resolver.endpoint, transport=Transport.TCP)
    assert (said.failure, said.facts.edns_sent, said.facts.sends) == (None, False, 2)


async def test_an_empty_answer_cut_short_over_tcp_is_no_proof_of_absence(
    exchange: Exchange, serve: Serve, reply: Reply, framed: Framed
) -> None:
    resolver = await _both(serve, None, lambda query, _: [framed(reply(query, truncated=True))])
    said = await exchange.ask("example.com", resolver=resolver.endpoint, transport=Transport.TCP)
    assert said.failure == failure.MISBEHAVING


async def test_a_tcp_server_that_never_speaks_is_a_timeout(exchange: Exchange) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        endpoint = f"127.0.0.1:{mute.getsockname()[1]}"
        began = time.monotonic()
        said = await exchange.ask("example.com", resolver=endpoint, transport=Transport.TCP, budgets=QUICK)
    assert said.failure == failure.TIMEOUT
    assert 0.55 < time.monotonic() - began < 4


# --------------------------------------------------------------------------------------- doors and sockets


async def test_a_shut_door_is_not_dialled(exchange: Exchange) -> None:
    said = await exchange.ask("example.com", resolver="192.0.2.53:53")
    assert (said.failure, said.facts.sends) == (failure.NOT_DIALLED, 0)


async def test_a_mapped_resolver_is_reported_as_it_was_given(serve: Serve, reply: Reply) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)])
    network = Network(connect_to={"192.0.2.53:53": resolver.endpoint}, confined=True)
    async with Exchange(network) as mapped:
        said = await mapped.ask("example.com", resolver="192.0.2.53:53")
    assert (said.failure, said.facts.resolver) == (None, "192.0.2.53:53")


@pytest.mark.parametrize("transport", (Transport.DOT, Transport.DOH, Transport.DOQ))
async def test_an_encrypted_transport_is_named_as_unsupported(
    exchange: Exchange, transport: Transport
) -> None:
    said = await exchange.ask("example.com", resolver="127.0.0.1:853", transport=transport)
    assert (said.failure, said.facts.sends) == (module.UNSUPPORTED, 0)


async def test_a_name_that_dns_cannot_carry_is_a_failure(exchange: Exchange) -> None:
    said = await exchange.ask("a..b", resolver="127.0.0.1:53")
    assert (said.failure, said.facts.sends) == (module.INVALID_NAME, 0)


@pytest.mark.parametrize("transport", (Transport.UDP, Transport.TCP))
async def test_an_interface_that_does_not_exist_is_a_failure(transport: Transport) -> None:
    async with Exchange(Network(interface="no-such-link")) as bound:
        said = await bound.ask("example.com", resolver="127.0.0.1:53", transport=transport)
        assert said.failure is not None
        assert said.failure.startswith("unknown_failure")
        said = await bound.ask("example.com", resolver="[fe80::1]:53", transport=transport)
        assert said.failure == failure.NETWORK_UNREACHABLE


async def test_an_interface_is_bound_to(serve: Serve, reply: Reply) -> None:
    resolver = await serve(lambda query, _: [reply(query, HONEST)])
    async with Exchange(Network(interface="lo")) as bound:
        said = await bound.ask("example.com", resolver=resolver.endpoint)
    if said.failure is not None and "PermissionError" in said.failure:
        pytest.skip("this system lets only root bind a socket to an interface")
    assert (said.failure, said.facts.addresses) == (None, (HONEST,))


async def test_many_questions_at_once_each_get_their_own_answer(
    exchange: Exchange, serve: Serve, reply: Reply
) -> None:
    def answer(query: Query, _number: int) -> Iterable[bytes]:
        number = int(query.question[0].name.labels[0])
        return [reply(query, f"192.0.2.{number}")]

    resolver = await serve(answer)
    budgets = Budgets(dns=10.0, dns_resend=(3.0,))
    said = await asyncio.gather(
        *[exchange.ask(f"{n}.example", resolver=resolver.endpoint, budgets=budgets) for n in range(64)]
    )
    assert [one.facts.addresses for one in said] == [(f"192.0.2.{n}",) for n in range(64)]
    assert all(not one.facts.strays for one in said)
    assert len(set(resolver.ports)) == 4


async def test_no_id_is_used_twice_while_it_is_under_way(serve: Serve) -> None:
    class Stubborn(random.Random):
        """Gives each number five times."""

        def __init__(self) -> None:
            super().__init__(7)
            self.count = 0

        def getrandbits(self, _bits: int, /) -> int:
            self.count += 1
            return self.count // 5

    resolver = await serve()
    budgets = Budgets(dns=0.2, dns_resend=(0.05,))
    async with Exchange(Network(budgets=budgets), randomness=Stubborn(), sockets=1) as single:
        await asyncio.gather(*[single.ask(f"{n}.example", resolver=resolver.endpoint) for n in range(10)])
    assert len({query.id for query in resolver.udp}) == len(resolver.udp) == 20


@pytest.fixture
async def loop_errors() -> AsyncIterator[list[dict[str, Any]]]:
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: errors.append(context))
    yield errors
    gc.collect()
    assert errors == []


async def test_a_cancelled_question_leaves_nothing_behind(
    serve: Serve, reply: Reply, loop_errors: list[dict[str, Any]]
) -> None:
    resolver = await serve(lambda query, number: [reply(query, HONEST)] if number > 2 else [])
    async with Exchange(Network()) as made:
        for transport in (Transport.UDP, Transport.TCP):
            asking = asyncio.ensure_future(
                made.ask("example.com", resolver=resolver.endpoint, transport=transport)
            )
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        (lines,) = made._lines.values()
        assert not any(line._waiting for line in lines._lines)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_leaving_interrupts_what_waits(serve: Serve, loop_errors: list[dict[str, Any]]) -> None:
    resolver = await serve()
    async with Exchange(Network()) as made:
        asking = asyncio.ensure_future(made.ask("example.com", resolver=resolver.endpoint))
        await asyncio.sleep(0.05)
    said = await asyncio.wait_for(asking, 1)
    assert said.failure == failure.INTERRUPTED
    said = await made.ask("example.com", resolver=resolver.endpoint)
    assert said.failure == failure.INTERRUPTED


# ------------------------------------------------------------------------------------------------ helpers


def _closed_port() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


async def _both(serve: Serve, udp: Any, tcp: Any) -> Any:
    return await serve(udp, tcp) if udp else await serve(tcp=tcp)
