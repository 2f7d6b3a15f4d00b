"""One resolver's way through a sweep: what it is asked next, how fast, and whether it is still there.

Canaries tell congestion and failure from filtering: a filter that drops half of all names leaves them alone.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from enum import StrEnum

from probes.sweep.block import Share
from probes.sweep.line import BURST, Line

SLOWEST = 20.0
"""Questions a second below which nobody is slowed down."""
_WINDOW = 64
"""Questions out at once on one socket, to begin with: what a server's default buffer surely holds."""
_WIDEST = 512
_NARROWEST = 8
_STEP = 0.25
"""Seconds after which more is dared, if every canary since came in time."""
_TROUBLE = 0.25
"""Share of late canaries at which the pace is halved."""


class State(StrEnum):
    """Of a resolver."""

    WELL = "well"
    AILING = "ailing"
    """Nothing comes back any more, not even canaries: it is waited for."""
    SILENT = "silent"
    """It was waited for in vain. What is asked of it cannot be known."""


class Stream:
    """A resolver, its sockets and its shares of the open blocks."""

    def __init__(
        self, resolver: str, lines: Sequence[Line], *, rate: float, now: float, randomness: random.Random
    ) -> None:
        """`rate` in questions a second; 0: as fast as it answers."""
        self.resolver = resolver
        self.lines = tuple(lines)
        self.state = State.WELL
        self.since = now
        """When the state began."""
        self.shares: deque[Share] = deque()
        """Not wholly asked so far, the oldest first."""
        self.rate = self.wanted = rate
        self.asked = 0
        self.cuts = 0
        """How often the pace was halved."""
        self._slot = 0
        self._turn = randomness.randrange(len(lines)) if lines else 0
        self._tokens = 0.0
        self._filled = now
        self._heard = now
        self._answered = 0
        self._lost_canaries = 0
        self._trouble = 0.0
        self._window = _WINDOW * len(self.lines)
        self._dared = now
        self._stock = 0
        """Answers when more was dared last."""

    @property
    def out(self) -> int:
        return sum(line.out for line in self.lines)

    def add(self, share: Share) -> None:
        self.shares.append(share)

    def fill(self, now: float) -> float | None:
        """Sends what may be sent; in how many seconds more may, `None`: an answer must come first."""
        if self.state is not State.WELL or not self.shares:
            return None
        room = self._window - self.out
        if self.rate:
            # A pause is not made up with a burst.
            self._tokens = min(self._tokens + (now - self._filled) * self.rate, max(1.0, self.rate / 20))
            self._filled = now
            room = min(room, int(self._tokens))
        sent = 0
        while room > sent and self.shares:
            share = self.shares[0]
            share.begun = True
            self._turn = (self._turn + 1) % len(self.lines)
            to = self.lines[self._turn].send(share, self._slot, min(BURST, room - sent), now)
            done = to - self._slot
            sent += done
            self._slot = to
            if to == len(share.block.questions):
                self.shares.popleft()
                self._slot = 0
            elif not done:
                break
        self.asked += sent
        self._tokens -= sent if self.rate else 0
        if not self.shares:
            return None
        return (1 - self._tokens) / self.rate if self.rate and self._tokens < 1 else None

    def tick(self, now: float) -> None:
        """Lets go of what is too late, and takes stock."""
        for line in self.lines:
            self._lost_canaries += line.expire(now)
        answered = sum(line.answered for line in self.lines)
        if answered > self._answered:
            self._answered = answered
            self._heard = now
            self._lost_canaries = 0
        self._notice_trouble(now)
        if self.state is State.WELL and self._lost_canaries >= 2:
            self.ail(now)

    def ail(self, now: float) -> None:
        """Not even a canary came back."""
        self._become(State.AILING, now)

    def recovered(self, now: float) -> None:
        """A canary came right again."""
        self._lost_canaries = 0
        self._become(State.WELL, now)
        self.slow_down(now)

    def give_up(self, now: float) -> None:
        """It was waited for long enough."""
        self._become(State.SILENT, now)
        self._slot = 0

    def slow_down(self, now: float) -> None:
        """Half as many at once, and half the pace: without a wanted one, once few at once do not help."""
        if self.rate or self._window <= 4 * _NARROWEST:
            pace = self.rate or max((self._answered - self._stock) / max(now - self._dared, 0.1), 2 * SLOWEST)
            self.rate = max(pace / 2, SLOWEST)
        self._window = max(self._window // 2, _NARROWEST)
        self._filled, self._tokens = now, 0.0
        self._dared, self._stock = now, self._answered
        self._trouble = 0.0
        self.cuts += 1

    def _notice_trouble(self, now: float) -> None:
        for line in self.lines:
            for late in line.late:
                self._trouble = 0.9 * self._trouble + (0.1 if late else 0.0)
            line.late.clear()
        if self._trouble > _TROUBLE:
            self.slow_down(now)
        elif now - self._dared > _STEP:
            if self._trouble < _TROUBLE / 4:
                self._speed_up()
            self._dared, self._stock = now, self._answered

    def _speed_up(self) -> None:
        """An eighth more, up to what was wanted."""
        if 10 * self.out > 9 * self._window:
            self._window = min(self._window * 9 // 8 + 1, _WIDEST * len(self.lines))
        if self.rate:
            faster = self.rate * 1.125
            self.rate = min(faster, self.wanted) if self.wanted else faster

    def _become(self, state: State, now: float) -> None:
        self.state, self.since = state, now

    def close(self) -> None:
        for line in self.lines:
            line.close()
