"""The ticker: APScheduler and nothing else of it. One job, in memory, that never runs beside itself.

Ticks that could not be made (the machine slept, a check took long) become one; what was due then is in the
records.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import UTC, datetime, timedelta

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from friendlywifi.complaint import Complaint
from friendlywifi.serving import supervisor
from friendlywifi.serving.loglines import Level
from friendlywifi.serving.service import Service, Ticked, tick

TICK = timedelta(seconds=60)


async def serve(service: Service, *, every: timedelta = TICK) -> signal.Signals:
    """Tick until SIGTERM or SIGINT; which of them it was. A check that is going on ends as aborted."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[signal.Signals] = loop.create_future()
    running: set[asyncio.Task[Ticked]] = set()

    async def once() -> None:
        task = asyncio.create_task(_guarded(service))
        running.add(task)
        task.add_done_callback(running.discard)
        await asyncio.wait({task})

    def stop(which: signal.Signals) -> None:
        if not told.done():
            told.set_result(which)

    # It warns of each tick that comes while one is still measuring, which is as it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(timezone=UTC)
    job = scheduler.add_job(
        once,
        IntervalTrigger(seconds=int(every.total_seconds()), timezone=UTC),
        coalesce=True,
        max_instances=1,
        # The default of one second drops a tick that comes late.
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
    signals = (signal.SIGTERM, signal.SIGINT)
    for name in signals:
        loop.add_signal_handler(name, stop, name)
    scheduler.start()
    supervisor.notify("READY=1")
    guard = asyncio.create_task(_against_clock(job, every))
    try:
        return await told
    finally:
        supervisor.notify("STOPPING=1")
        guard.cancel()
        scheduler.shutdown(wait=False)
        ending = (*running, guard)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        for name in signals:
            loop.remove_signal_handler(name)


async def _guarded(service: Service) -> Ticked:
    """A tick that says what it could not do; opening the records may fail, too."""
    try:
        return await tick(service)
    except Complaint as complaint:
        service.log.say("fault", str(complaint), at=service.clock.now(), level=Level.ERROR)
        return Ticked(faults=[str(complaint)])
    finally:
        # That it ticks at all; whether the tick was good is for the heartbeat.
        supervisor.notify("WATCHDOG=1")


async def _against_clock(job: Job, every: timedelta) -> None:
    """Sets the next tick anew where the clock was set back.

    APScheduler waits for a time of day, which is then hours or years away. This loop waits by the monotonic
    clock, which nobody sets.
    """
    while True:
        await asyncio.sleep(every.total_seconds())
        following = job.next_run_time
        if following is not None and following - datetime.now(UTC) > 2 * every:
            job.modify(next_run_time=datetime.now(UTC))
