"""One check of the hotspot that this machine stands in, without anybody at a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from criteria.plan import PlanFault
from friendlywifi import files
from friendlywifi.checking import serials
from friendlywifi.checking.check import check, plan_of
from friendlywifi.checking.command import Wish, prepare, standard_of
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.keeping import kept_bundle, register
from friendlywifi.evidence.standards import texts_of
from friendlywifi.records.hotspots import Hotspot, fold


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A run that was made: its evidence, and whether it can tell anything."""

    bundle: bytes
    serial: int
    void_reason: str | None


async def measure(wish: Wish, hotspot: Hotspot, *, numbered: Callable[[int], None]) -> Measured:
    """Make a run and keep its bundle. `numbered` is told its number before the first packet.

    Complains where there is nothing to measure by, as without a resolver; then no number was taken.
    """
    wish = replace(wish, hotspot=_called(wish, hotspot), standard=hotspot.standard)
    # Reading settings, lists and a reference may wait for a disk or a server.
    given = await asyncio.to_thread(prepare, wish)
    try:
        plan_of(given)
    except PlanFault as fault:
        raise Complaint(str(fault)) from None
    state = serials.state_directory()
    given = replace(given, serial=serials.claim(state, given.hotspot, now=given.network.clock.now()))
    numbered(given.serial)
    promised = register(given, standard=texts_of(standard_of(wish)), state=state)
    checked = await check(given)
    bundle = promised.bundle(given, checked)
    files.write(kept_bundle(state, given.hotspot, given.serial), bundle)
    return Measured(bundle=bundle, serial=given.serial, void_reason=checked.judgement.fitness.void_reason)


def _called(wish: Wish, hotspot: Hotspot) -> str:
    """Its runs are numbered under the name that `check` uses for them: one series, without gaps."""
    if wish.hotspot is not None and fold(wish.hotspot) in (hotspot.id, fold(hotspot.name)):
        return wish.hotspot
    return hotspot.name
