"""A world that surveillance can be wrong about: what is true at each hotspot, and a log of the world's own.

Runs are made up from the truth; everything else is the program itself: the ticks, the records, the rules, the
life cycle, the letters. A mail server is played at the seam where letters are handed over.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from friendlywifi.loglines import Log
from friendlywifi.mail.delivering import Sending, deliver
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.post import Outcome, Reply, Security, Server
from friendlywifi.mail.round import queue_all
from friendlywifi.onsite import Measured
from friendlywifi.records import certificates, runs, watching
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.runs import Ours, RunRow
from friendlywifi.records.taking import Came, Taken
from friendlywifi.serving import Hook, Service, Ticked, tick
from friendlywifi.surveillance.states import State
from friendlywifi.surveillance.visits import Errand
from friendlywifi.watch import Plan, visits
from probes.records import decode, encode
from tests.friendlywifi.surveillance import cast

ZONE = ZoneInfo("Europe/Tirane")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Trouble(StrEnum):
    OPEN = "open"
    """The filter is off: a gate fails."""
    ILLEGAL = "illegal"
    FLAPS = "flaps"
    """On and off every few hours."""
    PORTAL = "portal"
    OFFLINE = "offline"
    POWER = "power"
    """The probe itself is off."""


@dataclass(frozen=True, kw_only=True)
class Spell:
    """Something that is so at some hotspots for some time."""

    trouble: Trouble
    hotspots: frozenset[str]
    first: datetime
    last: datetime
    cause: str = cast.PRIVATE

    def holds(self, hotspot: str, at: datetime) -> bool:
        return self.first <= at < self.last and hotspot in self.hotspots


@dataclass
class Clock:
    """The serving machine's own clock, which may be wrong; `true` is what time it is."""

    true: datetime
    off: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.true + self.off

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing waits for {seconds} seconds here")


@dataclass
class World:
    """All of it, from a seed."""

    file: Path
    seed: int
    start: datetime
    days: int
    hotspots: tuple[Hotspot, ...]
    spells: tuple[Spell, ...]
    outages: tuple[tuple[datetime, datetime], ...] = ()
    """When the serving machine has no power."""
    clock_errors: tuple[tuple[datetime, datetime, timedelta], ...] = ()
    mail_dead: tuple[tuple[datetime, datetime], ...] = ()
    noise: float = 0.01
    nights_off: frozenset[str] = frozenset()
    """Hotspots whose Wi-Fi is switched off from 22 to 6."""
    away: tuple[tuple[datetime, datetime], ...] = ()
    """When nobody does the rounds."""
    mail_every: timedelta = HOUR
    step: timedelta = HOUR
    """Between two ticks, where nothing presses."""
    hurry: timedelta = 10 * MINUTE
    """Between two ticks, where a failure waits for its confirmation."""

    clock: Clock = field(init=False)
    random: random.Random = field(init=False)
    log: dict[str, list[RunRow]] = field(default_factory=dict)
    last_good: dict[str, datetime] = field(default_factory=dict)
    last_valid: dict[str, RunRow] = field(default_factory=dict)
    serials: Counter[str] = field(default_factory=Counter)
    delivered: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    next_at: dict[str, datetime] = field(default_factory=dict)
    mailed: datetime | None = None
    decided: date | None = None
    hurried: bool = False
    """Something waits for its confirmation."""

    def __post_init__(self) -> None:
        self.clock = Clock(self.start)
        self.random = random.Random(self.seed)
        self.by_id = {item.id: item for item in self.hotspots}
        self.spells_of = {
            item.id: tuple(one for one in self.spells if item.id in one.hotspots) for item in self.hotspots
        }
        self.plan = Plan(salt=str(self.seed))
        with open_records(self.file) as records, records.writing():
            for item in self.hotspots:
                cast.add(records, item, now=self.start)
        self.service = Service(
            file=self.file,
            plan=self.plan,
            clock=self.clock,
            measure=self.measure,
            keep=self.keep,
            hooks=(Hook(name="mail", act=self.post),),
            log=Quiet(),
            holder="the world",
        )

    # ------------------------------------------------------------------------------------- the truth

    def troubles(self, hotspot: str, at: datetime) -> dict[Trouble, Spell]:
        found = {item.trouble: item for item in self.spells_of[hotspot] if item.holds(hotspot, at)}
        if hotspot in self.nights_off and not 6 <= at.astimezone(ZONE).hour < 22:
            found[Trouble.OFFLINE] = Spell(
                trouble=Trouble.OFFLINE, hotspots=frozenset({hotspot}), first=at, last=at
            )
        return found

    def run(self, hotspot: str, at: datetime, ours: Ours) -> RunRow:
        """What a run at this moment gives, and it is in the world's own log."""
        self.serials[hotspot] += 1
        now = self.troubles(hotspot, at)
        more: dict[str, Any] = {"ours": ours}
        if Trouble.OFFLINE in now:
            more["void"] = "offline"
        elif Trouble.PORTAL in now:
            more["void"] = "captive"
        elif self.random.random() < self.noise:
            more["void"] = self.random.choice(("controls_wrong", "identity_changed", "machine"))
        elif Trouble.ILLEGAL in now:
            more |= {"failed": ("ILL-01",), "causes": (now[Trouble.ILLEGAL].cause,)}
        elif Trouble.OPEN in now:
            more |= {"failed": ("ADU-01", "ADU-02"), "causes": (now[Trouble.OPEN].cause,)}
        elif Trouble.FLAPS in now and (at - now[Trouble.FLAPS].first) // (4 * HOUR) % 2 == 0:
            more |= {"failed": ("ADU-01",), "causes": (now[Trouble.FLAPS].cause,)}
        made = cast.row(hotspot, self.serials[hotspot], at.replace(microsecond=0), **more)
        self.log.setdefault(hotspot, []).append(made)
        if made.void_reason is None:
            self.last_valid[hotspot] = made
            if not made.failing():
                self.last_good[hotspot] = made.started
        self.figures[f"runs {'void' if made.void_reason else 'bad' if made.failing() else 'good'}"] += 1
        return made

    def good(self, hotspot: str) -> list[RunRow]:
        return [item for item in self.log.get(hotspot, ()) if item.void_reason is None and not item.failing()]

    # ------------------------------------------------------------------------- what the program asks for

    async def measure(self, hotspot: Hotspot, numbered: Callable[[int], None]) -> Measured:
        made = self.run(hotspot.id, self.clock.now(), Ours.RESIDENT)
        numbered(made.serial)
        return Measured(bundle=encode(made), serial=made.serial, void_reason=made.void_reason)

    def keep(self, records: Records, data: bytes, *, now: datetime, actor: str, **_: Any) -> Taken:
        made = decode(data, RunRow)
        new = runs.record(records, made, now=now, actor=actor)
        assert new, made
        return Taken(came=Came.NEW, bundle=made.bundle, hotspot=made.hotspot, row=made)

    async def post(self, records: Records, now: Callable[[], datetime]) -> str | None:
        if self.mailed is not None and timedelta(0) <= now() - self.mailed < self.mail_every:
            return None
        self.mailed = now()
        queue_all(records, Desk(office="office@certifier.example"), now=now())
        await deliver(records, SENDING, worker=f"w{now().timestamp()}", clock=now)
        return None

    def mail_server(self) -> Callable[..., Any]:
        """What takes letters instead of `friendlywifi.mail.post.post`."""

        async def send(envelope: Any, *, handing: Callable[[], bool]) -> Reply:
            if any(first <= self.clock.true < last for first, last in self.mail_dead):
                self.figures["letters that found no server"] += 1
                return Reply(outcome=Outcome.NO_SERVER, text="connection refused")
            if self.random.random() < 0.02:
                return Reply(outcome=Outcome.LATER, text="450 greylisted")
            if not handing():
                return Reply(outcome=Outcome.NOT_HANDED, text="another sender has it")
            found = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", bytes(envelope.message))
            assert found is not None
            self.delivered.append(found[1].decode())
            return Reply(outcome=Outcome.TAKEN, text="250 ok")

        @asynccontextmanager
        async def post(*_: Any, **__: Any) -> AsyncIterator[Any]:
            yield SimpleNamespace(send=send)

        return post

    # ------------------------------------------------------------------------------------ time goes by

    async def live(self, after_tick: Callable[[World, Records, Ticked], Awaitable[None] | None]) -> None:
        """From the start to the end, a tick an hour and one soon after each failure that was suspected."""
        end = self.start + self.days * DAY
        while self.clock.true < end:
            at = self.clock.true
            off = next((off for first, last, off in self.clock_errors if first <= at < last), timedelta(0))
            if off != self.clock.off:
                self.clock.off = off
                self.next_at.clear()
            if not any(first <= at < last for first, last in self.outages):
                await self._tick(after_tick)
            step = self.step
            if any(first - HOUR <= at < last + HOUR for first, last, _ in self.clock_errors):
                step = 5 * MINUTE
            elif self.hurried:
                step = self.hurry
            self.clock.true = at + step

    async def _tick(self, after_tick: Callable[[World, Records, Ticked], Any]) -> None:
        now = self.clock.now()
        own = tuple(
            item.id
            for item in self.hotspots
            if item.mode is Mode.RESIDENT
            and self.next_at.get(item.id, now) <= now + MINUTE
            and Trouble.POWER not in self.troubles(item.id, self.clock.true)
        )
        ticked = await tick(replace(self.service, own=own))
        self.figures["ticks"] += 1
        if ticked.faults:
            raise AssertionError(f"{self.clock.true}: {ticked.faults}")
        with open_records(self.file, make=False) as records:
            self.hurried = False
            if ticked.looked is not None and ticked.looked.clock_settled:
                for identifier in own:
                    self.next_at[identifier] = self._next(records, identifier, now)
            self._people(records)
            done = after_tick(self, records, ticked)
            if done is not None:
                await done

    def _next(self, records: Records, identifier: str, now: datetime) -> datetime:
        slots = self.plan.slots(self.by_id[identifier])
        conditions = watching.watch_of(records, identifier).conditions.values()
        if any(item.streaks and not item.confirmed for item in conditions):
            self.hurried = True
            return now
        following = slots.at(slots.number(now))
        return following if following > now else slots.next_after(slots.number(now))

    # ---------------------------------------------------------------------------------------- people

    def _people(self, records: Records) -> None:
        """A decider who issues, renews and reinstates on good evidence, and somebody who does the rounds."""
        local = self.clock.true.astimezone(ZONE)
        if self.clock.off or not 9 <= local.hour < 16:
            return
        if local.weekday() < 5:
            self._rounds(records)
        if self.decided != local.date():
            self.decided = local.date()
            self._decide(records)

    def _rounds(self, records: Records) -> None:
        if any(first <= self.clock.true < last for first, last in self.away):
            return
        now = self.clock.now()
        made = 0
        for item in visits(records, self.plan, now=now):
            if item.due > now or made == 2:
                continue
            made += 1
            again = 2 if item.errand in (Errand.CHECK, Errand.AGAIN) else 1
            for number in range(again):
                row = self.run(item.hotspot, now + number * 6 * MINUTE, Ours.ROUNDS)
                runs.record(records, row, now=now + number * 6 * MINUTE, actor="the visitor")
                if not row.failing():
                    break

    def _decide(self, records: Records) -> None:
        now = self.clock.now()
        known = watching.watches(records)
        for item in self.hotspots:
            condition = known[item.id].conditions.get(cast.SSID) if item.id in known else None
            if condition is None or condition.state is not State.WELL or condition.evidence is None:
                continue
            if now - condition.evidence > timedelta(days=30) or now - self.start < 8 * DAY:
                continue
            row = certificates.open_of(records, item.id)
            days = 365 if item.mode is Mode.RESIDENT else 183
            suspended = row is not None and row.status.value == "suspended"
            if row is None or (row.valid_until - now < 20 * DAY and not suspended):
                cast.issue(records, item.id, now, days=days, evidence=condition.evidence)
                self.figures["issued" if row is None else "renewed"] += 1
            elif suspended and condition.evidence > row.changed:
                last = self.good(item.id)[-1]
                done = cast.reinstate(records, row.number, now, made=last.started, bundle=last.bundle)
                assert isinstance(done, CertificateRow), done
                self.figures["reinstated"] += 1


class Quiet(Log):
    """A log that nobody reads."""

    def say(self, *_: Any, **__: Any) -> None:
        return


SENDING = Sending(
    server=Server(host="mail.example", port=587, security=Security.STARTTLS),
    sender=Address(addr_spec="wifi@example.al"),
)


def populated(
    file: Path, *, seed: int, residents: int, rounds: int, start: datetime, days: int, **more: Any
) -> World:
    """Hotspots of several providers, and everything that may happen to them."""
    chance = random.Random(seed)
    providers = max(2, (residents + rounds) // 25)
    hotspots = []
    for number in range(residents + rounds):
        provider = number % providers
        public = provider % 2 == 0
        hotspots.append(
            cast.hotspot(
                f"site-{number:03d}",
                enrolled=start,
                mode=Mode.RESIDENT if number < residents else Mode.ROUNDS,
                provider=f"Provider {provider}",
                resolvers=(f"198.51.100.{provider + 1}" if public else "192.168.1.1",),
            )
        )
    spells = tuple(_spells(chance, tuple(hotspots), providers, start, days))
    ids = [item.id for item in hotspots]
    return World(
        file=file,
        seed=seed,
        start=start,
        days=days,
        hotspots=tuple(hotspots),
        spells=spells,
        nights_off=frozenset(chance.sample(ids[:residents], residents // 5)),
        **more,
    )


def _spells(
    chance: random.Random, hotspots: tuple[Hotspot, ...], providers: int, start: datetime, days: int
) -> list[Spell]:
    """Many small things, some of a provider, a few grave ones; a third of the hotspots never has any."""
    found: list[Spell] = []
    lucky = set(chance.sample([item.id for item in hotspots], len(hotspots) // 3))

    def spell(trouble: Trouble, concerned: set[str], hours: float, cause: str) -> None:
        first = start + timedelta(days=chance.uniform(9, max(10, days - 2)))
        found.append(
            Spell(
                trouble=trouble,
                hotspots=frozenset(concerned - lucky),
                first=first,
                last=first + timedelta(hours=hours),
                cause=cause,
            )
        )

    for provider in range(providers):
        concerned = {item.id for item in hotspots if item.provider == f"Provider {provider}"}
        cause = f"198.51.100.{provider + 1}:53" if provider % 2 == 0 else cast.PRIVATE
        for _ in range(max(1, days // 180)):
            spell(Trouble.OPEN, concerned, chance.choice((3, 30, 100, 200)), cause)
            spell(Trouble.OFFLINE, concerned, chance.choice((2, 30)), cause)
    for item in hotspots:
        cause = item.identity.networks[0].resolvers[0] + ":53"  # type: ignore[union-attr,index]
        for _ in range(max(2, days // 120)):
            kind = chance.choice(
                (Trouble.OPEN, Trouble.FLAPS, Trouble.PORTAL, Trouble.OFFLINE, Trouble.POWER, Trouble.POWER)
            )
            hours = chance.choice((1, 5, 12, 40, 90, 300, 900))
            spell(kind, {item.id}, hours, cause)
        if chance.random() < 0.05:
            spell(Trouble.ILLEGAL, {item.id}, 48, cause)
    return found
