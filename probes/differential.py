"""What tells one cause from another: the same thing asked again, with one difference.

A handshake that is cut off is made again at the same address under another name: who reads the name lets it
pass. SERVFAIL is asked again without DNSSEC checking: who blocks does not care, a broken signature does. A
name that cannot exist is asked again in mixed case: who changes letters answers another question. What comes
back is recorded beside what it explains, marked, and is no look of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

from probes import failure
from probes.dns.exchange import Exchange
from probes.failure import name_failure
from probes.network import Budgets, Network, split_endpoint
from probes.recorder import Recorder
from probes.records import (
    Ask,
    DnsVariant,
    Kind,
    Observation,
    Plan,
    Question,
    Service,
    Stage,
    TlsFacts,
    Transport,
)
from probes.visit.http import wire_limit
from probes.visit.stores import Stores
from probes.visit.tcp import connect, open_socket
from probes.visit.tls import HandshakeError, TlsStream

_CUT_OFF = frozenset(
    {
        failure.CONNECTION_RESET,
        failure.CONNECTION_ABORTED,
        failure.EOF,
        failure.TIMEOUT,
        failure.SSL_HANDSHAKE,
    }
)


def decoy_of(plan: Plan) -> str | None:
    """The name of a control to say in place of a target's; one that is opened over TLS, if there is any."""
    controls = [question for question in plan.questions if question.kind is Kind.CONTROL]
    opened = [question.subject for question in controls if question.ask is not Ask.DNS]
    return next(iter(opened or [question.subject for question in controls]), None)


def mixed_case(name: str) -> str:
    """Every second letter in upper case: `aBcD.oRg`."""
    return "".join(char.upper() if place % 2 else char for place, char in enumerate(name))


def _asked_in_mixed_case(plan: Plan) -> frozenset[str]:
    """Of each resolver's names that cannot exist the last one: ids of questions."""
    last: dict[str, str] = {}
    for question in plan.questions:
        if question.kind is Kind.RANDOM and question.via is not None:
            last[question.via.resolver] = question.id
    return frozenset(last.values())


class Differential:
    """Asks again with one difference, where that could explain something."""

    def __init__(
        self, *, plan: Plan, exchange: Exchange, network: Network, stores: Stores, budgets: Budgets
    ) -> None:
        self._decoy = decoy_of(plan)
        self._mixed = _asked_in_mixed_case(plan)
        self._exchange = exchange
        self._network = network
        self._stores = stores
        self._budgets = budgets

    async def explain(self, question: Question, recorder: Recorder) -> None:
        """After all else that a question asks. In the first look only letters are tried: a second look is for
        few names, and is where time may be taken.
        """
        via = question.via
        if via is None or via.transport not in (Transport.UDP, Transport.TCP):
            return
        if question.id in self._mixed and recorder.attempt == 1:
            await self._ask(question, recorder, DnsVariant.MIXED_CASE)
        if recorder.attempt == 1 or question.kind not in (Kind.TARGET, Kind.CONTROL):
            return
        seen = tuple(recorder.observations)
        if any(item.stage is Stage.DNS and item.failure == failure.SERVFAIL for item in seen):
            await self._ask(question, recorder, DnsVariant.UNCHECKED)
        for address in _cut_off(seen):
            if self._decoy is not None and self._decoy != question.subject:
                await self._under_another_name(self._decoy, address, recorder)

    async def _ask(self, question: Question, recorder: Recorder, variant: DnsVariant) -> None:
        via = question.via
        if via is None:
            return
        mark = recorder.begin()
        reply = await self._exchange.ask(
            mixed_case(question.subject) if variant is DnsVariant.MIXED_CASE else question.subject,
            "A" if via.family.value == "ipv4" else "AAAA",
            resolver=via.resolver,
            transport=via.transport,
            budgets=self._budgets,
            variant=variant,
        )
        recorder.record(
            mark=mark, stage=Stage.DNS, failure=reply.failure, address=via.resolver, dns=reply.facts
        )

    async def _under_another_name(self, name: str, given: str, recorder: Recorder) -> None:
        """A handshake, and nothing in it: whose certificate comes is not looked at."""
        mark = recorder.begin()
        alert: int | None = None
        failed: str | None = failure.NOT_DIALLED
        way = self._network.way(*split_endpoint(given))
        if way is not None:
            with contextlib.ExitStack() as owned:
                try:
                    sock = owned.enter_context(open_socket(way[0], interface=self._network.interface))
                    async with asyncio.timeout(self._budgets.tcp):
                        await connect(sock, *way)
                    stream = TlsStream(sock, self._stores.context, name=name, limit=wire_limit(self._budgets))
                    async with asyncio.timeout(self._budgets.tls):
                        await stream.handshake()
                    failed = None
                except HandshakeError as error:
                    failed, alert = error.failure, error.alert
                except (OSError, ValueError, TypeError) as error:
                    # ValueError and TypeError: a name that cannot be said.
                    failed = name_failure(error)
        recorder.record(
            mark=mark,
            stage=Stage.TLS,
            failure=failed,
            service=Service.HTTPS,
            address=given,
            tls=TlsFacts(server_name=name, decoy=True, alert=alert),
        )


def _cut_off(seen: Iterable[Observation]) -> tuple[str, ...]:
    """The endpoints at which a handshake did not come to a certificate."""
    found = [
        item.address
        for item in seen
        if item.stage is Stage.TLS and item.failure in _CUT_OFF and item.address is not None
    ]
    return tuple(dict.fromkeys(found))
