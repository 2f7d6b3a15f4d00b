from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from probes import failure
from probes.network import Budgets
from probes.pace import GENTLE, QUIET, Burden, Doors, Pace, Turns
from probes.records import Family, Kind, Observation, Question, Stage, Transport, Via


def question(kind: Kind = Kind.CONTROL, resolver: str = "192.168.1.1:53") -> Question:
    via = Via(resolver=resolver, transport=Transport.UDP, family=Family.IPV4)
    return Question(id="q", kind=kind, subject="x", via=via)


def seen(failed: str | None) -> tuple[Observation, ...]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        Observation(
            id="q/1/00", question_id="q", attempt=1, stage=Stage.DNS, started=at, elapsed_us=0, failure=failed
        ),
    )


@pytest.mark.parametrize("failed", (failure.TIMEOUT, failure.REFUSED, failure.SERVFAIL))
def test_a_resolver_that_answered_controls_and_no_longer_does_is_overburdened(failed: str) -> None:
    burden = Burden()
    assert not burden.felt(question(), seen(failed))
    assert not burden.felt(question(), seen(None))
    assert burden.felt(question(), seen(failed))
    assert not burden.felt(question(resolver="192.168.1.2:53"), seen(failed))
    assert not burden.felt(question(Kind.TARGET), seen(failed))
    assert not burden.felt(question(), ())


def test_it_slows_down_step_by_step_to_a_gentle_rate() -> None:
    pace = Pace(Budgets(rate=0.0))
    gaps = []
    for _ in range(6):
        pace.slow_down()
        gaps.append(pace.gap)
    assert gaps == sorted(gaps)
    assert 0 < gaps[0] < GENTLE == gaps[-1]


def test_whoever_is_gentle_already_is_not_made_faster() -> None:
    pace = Pace(Budgets(rate=2.0))
    pace.slow_down()
    assert pace.gap == 0.5


async def test_questions_begin_no_faster_than_the_rate() -> None:
    pace = Pace(Budgets(rate=100.0))
    began = time.monotonic()

    async def one() -> None:
        async with pace:
            pass

    await asyncio.gather(*(one() for _ in range(20)))
    assert time.monotonic() - began >= 0.13


async def test_whoever_waits_for_the_other_side_gives_up_the_turn() -> None:
    turns = Turns(1)
    began = time.monotonic()

    async def silent() -> None:
        async with turns.turn():
            await asyncio.sleep(3 * QUIET)

    async def next_one() -> float:
        async with turns.turn():
            return time.monotonic() - began

    async with asyncio.TaskGroup() as group:
        group.create_task(silent())
        await asyncio.sleep(0)
        waited = group.create_task(next_one())
    assert 0.9 * QUIET <= waited.result() < 2.5 * QUIET
    # No turn is given back twice.
    assert turns._free._value == 1


async def test_whoever_came_inside_keeps_no_door() -> None:
    doors = Doors(Budgets(visits=1, standing=2))
    leave = asyncio.Event()
    inside = 0

    async def guest() -> None:
        nonlocal inside
        async with doors.dialled() as opened:
            await opened()
            inside += 1
            await leave.wait()

    guests = [asyncio.create_task(guest()) for _ in range(4)]
    await asyncio.sleep(0.05)
    assert inside == 2
    # The third one holds the door and waits for a place inside.
    guests[3].cancel()
    leave.set()
    await asyncio.gather(*guests, return_exceptions=True)
    assert inside == 3


async def test_a_door_that_nobody_opened_is_given_back() -> None:
    doors = Doors(Budgets(visits=1, standing=1))
    for _ in range(3):
        async with asyncio.timeout(1), doors.dialled():
            pass
    crowded = asyncio.create_task(_stand(doors, 10.0))
    await asyncio.sleep(0.02)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), doors.dialled() as opened:
            await opened()
    async with asyncio.timeout(1), doors.dialled():
        crowded.cancel()
    await asyncio.gather(crowded, return_exceptions=True)
    await asyncio.wait_for(_stand(doors, 0.0), 1)


async def _stand(doors: Doors, seconds: float) -> None:
    async with doors.dialled() as opened:
        await opened()
        await asyncio.sleep(seconds)
