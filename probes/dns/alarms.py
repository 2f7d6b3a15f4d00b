"""Wakes questions when it is time: one timer for all of them, instead of one set and cleared for each.

Nearly every question is answered long before its alarm, and must then be held by nobody any more: whoever is
fast leaves thousands of them behind, and the garbage collector walks through all that is held.
"""

from __future__ import annotations

import asyncio
import heapq
from typing import Protocol

STEP = 0.005
"""Seconds; alarms ring at most so late."""
_HAIR = 1e-4


class Sleeper(Protocol):
    """Who is woken."""

    def ring(self) -> None: ...


Bed = dict["Sleeper", None]
"""Those who are woken together, in the order in which they lay down. Whoever gets up is not woken."""


class Alarms:
    """The alarms of one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._at: dict[int, Bed] = {}
        self._steps: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._set_for = 0

    def wake(self, when: float, sleeper: Sleeper) -> Bed:
        """Rings at `when`, in the time of the event loop, or a step later, for whoever is still there."""
        step = int(when / STEP) + 1
        bed = self._at.get(step)
        if bed is not None:
            bed[sleeper] = None
            return bed
        bed = self._at[step] = {sleeper: None}
        heapq.heappush(self._steps, step)
        if self._timer is None or step < self._set_for:
            self._set()
        return bed

    def close(self) -> None:
        """Nothing rings any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._at.clear()
        self._steps.clear()

    def _set(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._set_for = self._steps[0]
        self._timer = self.loop.call_at(self._set_for * STEP, self._ring)

    def _ring(self) -> None:
        self._timer = None
        # The loop may be a nanosecond before the time that was asked for.
        now = int(self.loop.time() / STEP + _HAIR)
        while self._steps and self._steps[0] <= now:
            for sleeper in tuple(self._at.pop(heapq.heappop(self._steps))):
                sleeper.ring()
        if self._steps and self._timer is None:
            self._set()
