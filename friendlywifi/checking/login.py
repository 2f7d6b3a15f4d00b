"""A login page holds this device: a person may log in meanwhile, and then the check goes on by itself."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from probes.network import Clock

EVERY = 5.0
"""Seconds between two looks: soon enough for a person, and gentle to the network."""
PATIENCE = 600.0
"""Seconds that a person at a terminal gets."""

EXEMPTED = "exempted device: not the public's path"
"""Of a run from a device that the portal lets through without a login."""

Ask = Callable[[], Awaitable[bool]]
"""Whether the portal still holds this device."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How long to wait for a login, and whom to tell."""

    seconds: float
    clock: Clock
    tell: Callable[[str], None] = lambda _: None
    every: float = EVERY

    async def __call__(self, explanation: str, held: Ask) -> bool:
        """Whether somebody logged in before patience ended."""
        self.tell(
            f"{explanation} Log in with a browser on this device; the check goes on by itself. "
            f"Waiting for up to {self.seconds:.0f} seconds, Ctrl-C stops."
        )
        until = self.clock.now().timestamp() + self.seconds
        while self.clock.now().timestamp() < until:
            await self.clock.sleep(self.every)
            if not await held():
                self.tell("Logged in: the check begins now.")
                return True
        self.tell("Nobody logged in.")
        return False


def patience(wished: float | None, *, talks: bool) -> float:
    """Seconds to wait. Without a wish a person gets some, who can read the message and open a browser.

    `talks`: whether this run prints messages and a text; a machine that reads JSON logs in nowhere.
    """
    if wished is not None:
        return wished
    return PATIENCE if talks and sys.stdin.isatty() and sys.stderr.isatty() else 0.0
