from __future__ import annotations

import asyncio
import weakref

from probes.dns.alarms import STEP, Alarms


class Sleeper:
    def __init__(self) -> None:
        self.rung: list[float] = []

    def ring(self) -> None:
        self.rung.append(asyncio.get_running_loop().time())


async def test_everybody_is_woken_in_time_and_not_before() -> None:
    alarms, now = Alarms(), asyncio.get_running_loop().time()
    sleepers = [(now + delay, Sleeper()) for delay in (0.2, 0.05, 0.05001, 0.12, 0.0, -1.0)]
    for when, sleeper in sleepers:
        alarms.wake(when, sleeper)
    await asyncio.sleep(0.4)
    for when, sleeper in sleepers:
        assert len(sleeper.rung) == 1
        assert sleeper.rung[0] >= when - STEP / 100


async def test_an_alarm_that_is_set_while_another_rings_rings_too() -> None:
    alarms, loop = Alarms(), asyncio.get_running_loop()

    class Again(Sleeper):
        def ring(self) -> None:
            super().ring()
            if len(self.rung) < 3:
                alarms.wake(loop.time() + 0.02, self)

    sleeper = Again()
    alarms.wake(loop.time() + 0.02, sleeper)
    await asyncio.sleep(0.4)
    assert len(sleeper.rung) == 3


async def test_nobody_is_woken_once_they_are_closed() -> None:
    alarms, sleeper = Alarms(), Sleeper()
    alarms.wake(asyncio.get_running_loop().time() + 0.02, sleeper)
    alarms.close()
    await asyncio.sleep(0.1)
    assert sleeper.rung == []


async def test_whoever_got_up_is_not_woken_and_held_by_nobody() -> None:
    alarms, now = Alarms(), asyncio.get_running_loop().time()
    early, late = Sleeper(), Sleeper()
    bed = alarms.wake(now + 0.02, early)
    assert alarms.wake(now + 0.02, late) is bed
    held = weakref.ref(early)
    del bed[early], early
    assert held() is None
    await asyncio.sleep(0.1)
    assert len(late.rung) == 1
