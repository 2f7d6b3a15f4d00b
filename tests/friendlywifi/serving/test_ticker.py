"""The ticker with the clock of the machine turned by hand: it must neither stall nor run beside itself."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from friendlywifi.serving import ticker
from friendlywifi.serving.service import Service, Ticked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(file=tmp_path / "records.db")


async def test_a_clock_that_is_set_back_by_years_does_not_stop_it() -> None:
    ticks: list[datetime] = []

    async def once() -> None:
        ticks.append(datetime.now(UTC))

    with time_machine.travel(NOW + timedelta(days=1500), tick=True) as traveller:
        scheduler = AsyncIOScheduler(timezone=UTC)
        job = scheduler.add_job(
            once,
            IntervalTrigger(seconds=1, timezone=UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
        scheduler.start()
        guard = asyncio.create_task(ticker._against_clock(job, timedelta(seconds=0.2)))
        try:
            await asyncio.sleep(0.5)
            before = len(ticks)
            assert before >= 1
            traveller.move_to(NOW)
            await asyncio.sleep(2.5)
            assert len(ticks) > before
            assert ticks[-1] < NOW + timedelta(minutes=1)
        finally:
            guard.cancel()
            scheduler.shutdown(wait=False)
            await asyncio.gather(guard, return_exceptions=True)


async def test_a_long_check_is_not_begun_beside_itself_and_ends_when_it_is_told(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = 0
    most = 0
    ended = []

    async def tick(_: Service) -> Ticked:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        finally:
            running -= 1
        return Ticked()

    monkeypatch.setattr(ticker, "tick", tick)
    asyncio.get_running_loop().call_later(2.5, os.kill, os.getpid(), signal.SIGTERM)
    which = await ticker.serve(service, every=timedelta(seconds=1))
    assert which is signal.SIGTERM
    assert (most, running, ended) == (1, 0, ["cancelled"])


async def test_a_tick_without_records_is_said_and_the_next_one_comes(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.get_running_loop().call_later(2.5, os.kill, os.getpid(), signal.SIGTERM)
    await ticker.serve(service, every=timedelta(seconds=1))
    assert capsys.readouterr().err.count("there are no records") >= 2
