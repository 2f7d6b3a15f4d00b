"""How fast may questions begin? As fast as asked, until a resolver shows that it cannot keep up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from probes import failure
from probes.network import Budgets
from probes.records import Kind, Observation, Question, Stage

GENTLE = 0.05
"""Seconds between questions where a resolver cannot keep up: 20 a second."""
QUIET = 0.5
"""Seconds after which somebody is taken to wait for the network and not for us."""
_FIRST_STEP = GENTLE / 8
_TOO_MUCH = frozenset({failure.TIMEOUT, failure.REFUSED, failure.SERVFAIL})


class Pace:
    """Lets questions begin: so many under way, so many a second."""

    def __init__(self, budgets: Budgets, *, in_flight: int | None = None) -> None:
        """`in_flight` replaces the budget's."""
        self._slots = asyncio.Semaphore(budgets.in_flight if in_flight is None else in_flight)
        self.gap = 1.0 / budgets.rate if budgets.rate else 0.0
        self._next = 0.0

    def slow_down(self) -> None:
        """Halves the rate, down to a gentle one; whoever is slower already stays as it is."""
        self.gap = max(self.gap, min(max(2 * self.gap, _FIRST_STEP), GENTLE))

    async def __aenter__(self) -> None:
        await self._slots.acquire()
        now = time.monotonic()
        # Behind by more than a few steps, the lost time is not made up with a burst.
        self._next = max(self._next, now - 5 * self.gap) + self.gap
        if self._next > now:
            await asyncio.sleep(self._next - now)

    async def __aexit__(self, *_: object) -> None:
        self._slots.release()


class Turns:
    """So many at once do what costs this machine time; whoever only waits keeps nobody else waiting."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Ends with the block, or after a while: what takes so long is waiting for the other side."""
        await self._free.acquire()
        given_back = False

        def give_back() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                self._free.release()

        timer = asyncio.get_running_loop().call_later(QUIET, give_back)
        try:
            yield
        finally:
            timer.cancel()
            give_back()


class Doors:
    """So many wait for others to open, and so many stand inside. Nobody inside keeps a door."""

    def __init__(self, budgets: Budgets) -> None:
        self._dialled = asyncio.Semaphore(budgets.visits)
        self._standing = asyncio.Semaphore(budgets.standing)

    @asynccontextmanager
    async def dialled(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Gives how to come inside, once the other side has opened. Whatever is held goes with the block."""
        inside = False
        await self._dialled.acquire()

        async def come_inside() -> None:
            nonlocal inside
            await self._standing.acquire()
            inside = True
            self._dialled.release()

        try:
            yield come_inside
        finally:
            (self._standing if inside else self._dialled).release()


class Burden:
    """Notices resolvers that answered controls and then no longer do: it may be our own rate."""

    def __init__(self) -> None:
        self._answering: set[str] = set()

    def felt(self, question: Question, seen: Sequence[Observation]) -> bool:
        """Whether this question shows it. A resolver that never answered is broken or shut: no gentleness
        would open it.
        """
        if question.kind is not Kind.CONTROL or question.via is None:
            return False
        told = [item.failure for item in seen if item.stage is Stage.DNS]
        if not told:
            return False
        if told[0] not in _TOO_MUCH:
            self._answering.add(question.via.resolver)
            return False
        return question.via.resolver in self._answering
