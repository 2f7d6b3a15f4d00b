"""The service that runs for years: at each tick it looks what is due, does it, and says that it is alive.

What is due, what was done and what was told is in the records, so that a process may die at any moment, and
two may run on one file. What goes wrong in one part of a tick is said, and keeps no other from being done.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import httpx

from friendlywifi.checking.onsite import Measured
from friendlywifi.complaint import Complaint
from friendlywifi.records import due, hotspots, watching
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.due import DueRow, State
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.runs import Ours
from friendlywifi.records.taking import Came, Taken, record_bundle
from friendlywifi.serving import supervisor
from friendlywifi.serving.loglines import Level, Log
from friendlywifi.serving.sheets import leave_sheets
from friendlywifi.serving.watch import Looked, Plan, clock_settled, look
from friendlywifi.surveillance.agenda import Agenda, agenda
from friendlywifi.surveillance.condition import newest
from friendlywifi.surveillance.notices import Notice
from friendlywifi.surveillance.ticking import up_since
from probes.network import Clock, SystemClock

ACTOR = "serve"

RENEWED_EVERY = 60.0
"""Seconds between two renewals of a lease: far below its length."""

BEAT_WITHIN = 10.0
"""Seconds that the heartbeat's server may take."""

Measure = Callable[[Hotspot, Callable[[int], None]], Awaitable[Measured]]
"""Makes one run at a hotspot; tells the number of the run before the first packet. May complain."""

Keep = Callable[..., Taken]
"""`record_bundle`: how the evidence of a run gets into the records."""

HookAct = Callable[[Records, Callable[[], datetime]], Awaitable[str | None]]
"""Does its part with the open records, by the clock. A sentence about it, or `None`. May complain."""


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Something else that each tick does: send what is owed, publish what changed."""

    name: str
    act: HookAct


@dataclass(frozen=True, kw_only=True)
class Service:
    """All that a tick needs, handed in."""

    file: Path
    plan: Plan = field(default_factory=Plan)
    clock: Clock = field(default_factory=SystemClock)
    own: tuple[str, ...] = ()
    """Ids of the hotspots that this machine stands in."""
    measure: Measure | None = None
    keep: Keep = record_bundle
    hooks: tuple[Hook, ...] = ()
    heartbeat: str | None = None
    """An address that is asked after each good tick. It may hold a secret: it is never said."""
    sheets: Path | None = None
    """Where hand-over sheets are left."""
    issuer: str | None = None
    log: Log = field(default_factory=Log)
    holder: str = field(default_factory=lambda: f"{socket.gethostname()} {os.getpid()} {token_hex(4)}")
    believe_clock: bool = False


@dataclass(kw_only=True)
class Ticked:
    """What one tick did."""

    made: list[str] = field(default_factory=list)
    """Hotspots where a run was made."""
    looked: Looked | None = None
    faults: list[str] = field(default_factory=list)
    """Sentences: what went wrong. Where there is one, no heart beats."""
    next_at: datetime | None = None
    """When this machine is due again."""


async def tick(service: Service) -> Ticked:
    """Everything that is due by now, once."""
    ticked = Ticked()
    with open_records(service.file, make=False) as records:
        if not _clock_believed(service, records):
            # Nothing is made, ended or sent by a clock that may be a year off.
            async with _apart(service, ticked, "surveillance"):
                _watch(service, records, ticked)
            return ticked
        for identifier in service.own:
            async with _apart(service, ticked, f"the check of {identifier}"):
                await _check(service, records, identifier, ticked)
        async with _apart(service, ticked, "surveillance"):
            _watch(service, records, ticked)
        for hook in service.hooks:
            async with _apart(service, ticked, hook.name):
                said = await hook.act(records, service.clock.now)
                if said is not None:
                    service.log.say(hook.name, said, at=service.clock.now())
    if not ticked.faults:
        await _beat(service)
    return ticked


def _clock_believed(service: Service, records: Records) -> bool:
    now = service.clock.now()
    if service.believe_clock or clock_settled(records, now=now):
        return True
    service.log.say(
        "clock",
        "The clock jumped, or this machine was off for long: nothing is made, suspended or sent until it has "
        "run evenly for a quarter of an hour.",
        at=now,
        level=Level.WARNING,
    )
    return False


@contextlib.asynccontextmanager
async def _apart(service: Service, ticked: Ticked, what: str) -> AsyncIterator[None]:
    """One part of a tick: what goes wrong in it ends it alone."""
    try:
        yield
    except Complaint as complaint:
        ticked.faults.append(str(complaint))
    except Exception as error:  # noqa: BLE001 - a service that dies of one part leaves all others undone
        ticked.faults.append(f"{what} failed: {type(error).__name__}: {error}")
    else:
        return
    service.log.say("fault", ticked.faults[-1], at=service.clock.now(), level=Level.ERROR, part=what)


# ---------------------------------------------------------------------------------------- own vantage


async def _check(service: Service, records: Records, identifier: str, ticked: Ticked) -> None:
    hotspot = hotspots.get(records, identifier)
    row, planned = _take(service, records, hotspot)
    for item in planned.passed:
        service.log.say(
            f"check.{item.how.value}",
            f"{hotspot.name}: the check that was due {item.at:%Y-%m-%d %H:%M} UTC was {item.how.value}.",
            at=service.clock.now(),
            hotspot=identifier,
        )
    if row is None:
        ticked.next_at = min(ticked.next_at or planned.next_at, planned.next_at)
        return
    measured = await _measured(service, records, hotspot, row)
    if measured is None:
        return
    taken = service.keep(
        records,
        measured.bundle,
        now=service.clock.now(),
        actor=ACTOR,
        ours=Ours.RESIDENT,
        hotspot=identifier,
    )
    if taken.came is Came.REFUSED:
        due.done(records, row, state=State.VOID, bundle=taken.bundle, why=taken.why)
        raise Complaint(f"the run {measured.serial} of {hotspot.name} does not count: {taken.why}")
    void = measured.void_reason if taken.row is None else taken.row.void_reason
    state = State.MADE if void is None else State.VOID
    if not due.done(records, row, state=state, bundle=taken.bundle, why=void):
        service.log.say(
            "lease.lost",
            f"{hotspot.name}: the check took longer than its lease; its run is kept all the same.",
            at=service.clock.now(),
            level=Level.WARNING,
        )
    ticked.made.append(identifier)
    outcome = "inconclusive" if taken.row is None else taken.row.outcome.value
    service.log.say(
        "check.made",
        f"{hotspot.name}: run {measured.serial}, {outcome}{'' if void is None else f', void: {void}'}."
        + "".join(f" {item}" for item in taken.remarks),
        at=service.clock.now(),
        hotspot=identifier,
        serial=measured.serial,
        outcome=outcome,
        void=void,
    )


def _take(service: Service, records: Records, hotspot: Hotspot) -> tuple[DueRow | None, Agenda]:
    if hotspot.identity is None:
        raise Complaint(
            f"{hotspot.name} is not enrolled; make a check there, and then "
            f"friendlywifi hotspot enrol {hotspot.id} BUNDLE"
        )
    if hotspot.mode is not Mode.RESIDENT:
        raise Complaint(f"{hotspot.name} is visited on rounds; serve makes checks only where its probe stays")
    if service.measure is None:
        raise Complaint("there is nothing to measure with")
    slots, now = service.plan.slots(hotspot), service.clock.now()
    conditions = tuple(watching.watch_of(records, hotspot.id).conditions.values())
    before = watching.tick(records)
    up = now if before is None else up_since(before.at, before.up, now)

    def decide(handled: int) -> Agenda:
        return agenda(
            slots=slots,
            handled=handled,
            last_run=newest(conditions),
            conditions=conditions,
            up=up,
            now=now,
        )

    return due.take(
        records,
        slots=slots,
        enrolled=hotspot.identity.since,
        decide=decide,
        holder=service.holder,
        now=now,
    )


async def _measured(service: Service, records: Records, hotspot: Hotspot, row: DueRow) -> Measured | None:
    """The run, under a lease that is renewed meanwhile."""
    if service.measure is None:
        return None

    def numbered(serial: int) -> None:
        due.numbered(records, row, serial)

    renewing = asyncio.create_task(_renewing(service, records, row))
    try:
        return await service.measure(hotspot, numbered)
    except asyncio.CancelledError:
        due.done(records, row, state=State.ABORTED, bundle=None, why="stopped")
        raise
    except Complaint as complaint:
        due.done(records, row, state=State.VOID, bundle=None, why=str(complaint))
        raise
    except Exception as error:
        due.done(records, row, state=State.ABORTED, bundle=None, why=f"{type(error).__name__}: {error}")
        raise
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


async def _renewing(service: Service, records: Records, row: DueRow) -> None:
    while True:
        await asyncio.sleep(RENEWED_EVERY)
        due.renew(records, row, now=service.clock.now())
        supervisor.notify("WATCHDOG=1")


# ------------------------------------------------------------------------------------------- all of them


def _watch(service: Service, records: Records, ticked: Ticked) -> None:
    now = service.clock.now()
    for row in due.expire(records, now=now):
        service.log.say(
            "check.aborted",
            f"{row.hotspot}: the check that was begun {row.began:%Y-%m-%d %H:%M} UTC was never ended.",
            at=now,
            level=Level.WARNING,
            hotspot=row.hotspot,
            serial=row.serial,
        )
    looked = look(records, service.plan, now=now, believe_clock=service.believe_clock)
    ticked.looked = looked
    for certificate in (*looked.suspended, *looked.ended):
        service.log.say(
            f"certificate.{certificate.status.value}",
            f"The certificate {certificate.number} of {certificate.hotspot} is {certificate.status.value}.",
            at=now,
            level=Level.WARNING,
            certificate=certificate.number,
            hotspot=certificate.hotspot,
        )
    for sentence in looked.refused:
        service.log.say("certificate.refused", sentence, at=now, level=Level.WARNING)
    for notice in looked.notices:
        service.log.say(
            f"notice.{notice.kind.value}",
            sentence_of(notice),
            at=now,
            level=Level.INFO if notice.kind.value == "recovered" else Level.WARNING,
            notice=notice.key,
            cause=notice.cause.key,
            hotspots=" ".join(notice.hotspots),
        )
    if service.sheets is not None:
        leave_sheets(records, into=service.sheets, issuer=service.issuer, now=now)


def sentence_of(notice: Notice) -> str:
    """One line of a log: kind, where, and what it has in common."""
    kind = notice.kind.value.replace("_", " ")
    where = ", ".join(notice.hotspots)
    gates = f" ({', '.join(notice.gates)})" if notice.gates else ""
    return f"{kind}{gates}: {where}; in common: {notice.cause.kind.value} {notice.cause.name}."


async def _beat(service: Service) -> None:
    """Say that this tick was good. That nobody heard it is a line in the log, and no fault of the tick."""
    if service.heartbeat is None:
        return
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=BEAT_WITHIN, follow_redirects=False) as client:
            answer = await client.get(service.heartbeat)
        problem = None if answer.status_code < 400 else f"it answered {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        problem = type(error).__name__
    if problem is not None:
        service.log.say(
            "heartbeat",
            f"The heartbeat was not heard: {problem}.",
            at=service.clock.now(),
            level=Level.WARNING,
        )
