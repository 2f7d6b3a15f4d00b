"""Asking a resolver: one question in, one reply out, and no exception of the network in between."""

from __future__ import annotations

import binascii
import os
import random
from array import array
from types import TracebackType
from typing import Self

import msgspec

from probes import failure
from probes.dns.alarms import Alarms
from probes.dns.asked import Asked, Heard
from probes.dns.sockets import Lines
from probes.dns.tcp import ask_over_tcp
from probes.dns.udp import Asking
from probes.dns.wire import IN, TC, WireError
from probes.network import Budgets, Network, split_endpoint
from probes.records import DnsFacts, DnsVariant, Stray, Transport

UNSUPPORTED = "unknown_failure: unsupported_transport"
INVALID_NAME = "unknown_failure: invalid_name"


_DRAWN = 4096
"""Octets that are drawn from the system at once."""


class Unforeseen(random.SystemRandom):
    """The system's randomness, drawn for two thousand ids at once: nobody foresees one from another."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = iter(array("H"))

    def getrandbits(self, k: int, /) -> int:
        if k != 16:
            return super().getrandbits(k)
        number = next(self._drawn, None)
        if number is None:
            self._drawn = iter(array("H", os.urandom(_DRAWN)))
            number = next(self._drawn)
        return number


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question: OONI's failure string or `None`, and the facts behind it."""

    failure: str | None
    facts: DnsFacts


class Exchange:
    """Asks resolvers over a few connected UDP sockets each, and over TCP where that is asked or needed.

    Use it as an async context manager. It limits neither rate nor how much is under way: that is for whoever
    asks, and 64 at once is what a socket's buffer surely holds. Leaving the context interrupts what still
    waits over UDP; what is asked over TCP ends by its own deadline.
    """

    def __init__(
        self, network: Network, *, randomness: random.Random | None = None, sockets: int = 4
    ) -> None:
        """`sockets` is the number of UDP sockets to each resolver."""
        self._network = network
        self._randomness = randomness or Unforeseen()
        self._sockets = sockets
        self._ways: dict[str, tuple[str, int] | None] = {}
        self._lines: dict[tuple[str, int], Lines] = {}
        self._alarms: Alarms | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        self._alarms = Alarms()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closed = True
        for lines in self._lines.values():
            lines.close()
        if self._alarms is not None:
            self._alarms.close()

    async def ask(
        self,
        name: str,
        rrtype: str = "A",
        *,
        resolver: str,
        transport: Transport = Transport.UDP,
        budgets: Budgets | None = None,
        payload: int | None = 1232,
        dnssec_ok: bool = False,
        rrclass: int = IN,
        variant: DnsVariant | None = None,
    ) -> Reply:
        """What the resolver at `ADDRESS:PORT` says about a name, within `budgets.dns` seconds.

        `variant` puts the question differently; a name in mixed case is sent as it is written, every other
        one in lower case. `payload` is the size that OPT promises, `None` sends no OPT at all. `failure` is
        `None` where the answer has records of the type, whatever they say. `facts.transport` is the one that
        was asked for; `facts.truncated` says that TCP was asked after UDP. If that fails, the failure is
        TCP's, and `facts.raw` is the truncated answer.

        Raises `ValueError` for a resolver that is no endpoint and for a type that is unknown.
        """
        way = self._ways.get(resolver) or self._way(resolver)
        unasked = None
        if transport is not Transport.UDP and transport is not Transport.TCP:
            unasked = UNSUPPORTED
        elif way is None:
            unasked = failure.NOT_DIALLED
        elif self._closed:
            unasked = failure.INTERRUPTED
        if unasked is not None or way is None:
            return _unasked(unasked or failure.NOT_DIALLED, rrtype, resolver, transport, variant)
        try:
            asked = Asked.of(
                name, rrtype, rrclass=rrclass, payload=payload, dnssec_ok=dnssec_ok, variant=variant
            )
        except WireError:
            return _unasked(INVALID_NAME, rrtype, resolver, transport, variant)
        budgets = budgets or self._network.budgets
        alarms = self._alarms or self._rung()
        if transport is Transport.TCP:
            deadline = alarms.loop.time() + budgets.dns
            heard = await ask_over_tcp(
                self._network, *way, asked, deadline=deadline, randomness=self._randomness
            )
            return _reply(asked, resolver, transport, heard, heard.strays)
        asking = Asking(asked, self._lines.get(way) or self._lines_to(way), budgets=budgets, alarms=alarms)
        try:
            asking.send()
            await asking.told
            heard = asking.heard()
            message = heard.message
            if message is None or not message.flags & TC:
                return _reply(asked, resolver, transport, heard, asking.strays)
            whole = await ask_over_tcp(
                self._network, *way, asked, deadline=asking.deadline, randomness=self._randomness
            )
            return _reply(asked, resolver, transport, whole, asking.strays + whole.strays, first=heard)
        finally:
            asking.close()

    def _way(self, resolver: str) -> tuple[str, int] | None:
        """Where the network's door leads for this resolver. It is asked once: a network does not change."""
        if resolver not in self._ways:
            self._ways[resolver] = self._network.way(*split_endpoint(resolver, 53))
        return self._ways[resolver]

    def _rung(self) -> Alarms:
        if self._alarms is None:
            self._alarms = Alarms()
        return self._alarms

    def _lines_to(self, way: tuple[str, int]) -> Lines:
        lines = self._lines.get(way)
        if lines is None:
            lines = self._lines[way] = Lines(
                self._network, *way, sockets=self._sockets, randomness=self._randomness
            )
        return lines


def _unasked(
    failed: str, rrtype: str, resolver: str, transport: Transport, variant: DnsVariant | None
) -> Reply:
    """Nothing was sent."""
    facts = DnsFacts(resolver=resolver, transport=transport, type=rrtype, sends=0, variant=variant)
    return Reply(failure=failed, facts=facts)


def _reply(
    asked: Asked,
    resolver: str,
    transport: Transport,
    heard: Heard,
    strays: tuple[Stray, ...],
    *,
    first: Heard | None = None,
) -> Reply:
    """`first` is what UDP said where TCP had to be asked after it."""
    message = heard.message
    raw = heard.raw or (first.raw if first else b"")
    kept = binascii.b2a_base64(raw, newline=False).decode("ascii") if raw else None
    sends = first.sends if first else heard.sends
    if message is None:
        facts = DnsFacts(
            resolver=resolver,
            transport=transport,
            type=asked.type,
            edns_sent=heard.opt,
            sends=sends,
            variant=asked.variant,
            truncated=first is not None,
            strays=strays,
            raw=kept,
        )
        return Reply(failure=heard.failure, facts=facts)
    facts = DnsFacts(
        resolver=resolver,
        transport=transport,
        type=asked.type,
        rcode=message.rcode,
        flags=message.flag_names,
        answers=message.answers,
        authority=message.authority,
        edns=message.edns,
        edns_sent=heard.opt,
        ede=message.ede,
        sends=sends,
        variant=asked.variant,
        case_kept=asked.case_kept(message) if asked.variant is not None else None,
        truncated=first is not None,
        strays=strays,
        raw=kept,
    )
    return Reply(failure=asked.failure(message), facts=facts)
