"""A world that surveillance can be wrong about: what is true at each hotspot, and a log of the world's own.

Runs are made up from the truth; everything else is the program itself: the ticks, the records, the rules, the
life cycle, the letters. They go to a mail server on loopback, over STARTTLS and with a login.
"""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from criteria.records import CriterionOutcome
from friendlywifi.checking.onsite import Measured
from friendlywifi.mail.delivering import Sending, deliver
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.round import queue_all
from friendlywifi.records import certificates, runs, watching
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Contact, Hotspot, Language, Mode, Role
from friendlywifi.records.runs import GateResult, Ours, RunRow
from friendlywifi.records.taking import Came, Taken
from friendlywifi.serving.loglines import Log
from friendlywifi.serving.service import Hook, Service, Ticked, tick
from friendlywifi.serving.watch import Plan, visits
from friendlywifi.surveillance.states import State
from friendlywifi.surveillance.visits import Errand
from probes.records import decode, encode
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.postoffice import Read
from tests.friendlywifi.surveillance.powercut import Fuse, PowerCut

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
    SHALLOW = "shallow"
    """The gates alone are looked at, and no random sample is drawn: no evidence for the whole."""


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

    @property
    def wrong(self) -> bool:
        """By so much that a run says so of itself, and is void."""
        return abs(self.off) > 5 * MINUTE

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
    cuts: float = 0.0
    """How likely power fails in the middle of a tick."""
    clock_errors: tuple[tuple[datetime, datetime, timedelta], ...] = ()
    mail_dead: tuple[tuple[datetime, datetime], ...] = ()
    noise: float = 0.01
    nights_off: frozenset[str] = frozenset()
    """Hotspots whose Wi-Fi is switched off from 22 to 6."""
    away: tuple[tuple[datetime, datetime], ...] = ()
    """When nobody does the rounds."""
    lifetimes: tuple[int, ...] = (365,)
    """Days of the certificates of resident probes, by turns."""
    forgetful: frozenset[str] = frozenset()
    """Hotspots whose certificates nobody renews before they end."""
    mail_every: timedelta = HOUR
    step: timedelta = HOUR
    """Between two ticks, where nothing presses."""
    hurry: timedelta = 10 * MINUTE
    """Between two ticks, where a failure waits for its confirmation."""

    clock: Clock = field(init=False)
    random: random.Random = field(init=False)
    log: dict[str, list[RunRow]] = field(default_factory=dict)
    serials: Counter[str] = field(default_factory=Counter)
    rounds: list[datetime] = field(default_factory=list)
    """When the post did its whole round, by a clock that was right and with a server that took letters."""
    in_hand: Counter[str] = field(default_factory=Counter)
    """Letters with which the sender lost its power."""
    dark: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When the serving machine had no power, planned or not."""
    sending: Sending | None = None
    letters: list[Read] = field(default_factory=list)
    """Those that the mail server has."""
    hung_up: Counter[str] = field(default_factory=Counter)
    """Letters after which it hung up."""
    figures: Counter[str] = field(default_factory=Counter)
    next_at: dict[str, datetime] = field(default_factory=dict)
    mailed: datetime | None = None
    decided: date | None = None
    hurried: bool = False
    """Something waits for its confirmation."""

    def __post_init__(self) -> None:
        self.clock = Clock(self.start)
        self.random = random.Random(self.seed)
        self.fuse = Fuse()
        self.dark += self.outages
        self.fresh: list[RunRow] = []
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
        now = self.troubles(hotspot, self.clock.true)
        more: dict[str, Any] = {"ours": ours}
        if self.clock.wrong:
            more["void"] = "clock"
        elif Trouble.OFFLINE in now:
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
        if Trouble.SHALLOW in now:
            made = msgspec.structs.replace(made, gates=tuple(map(_without_sample, made.gates)))
        self.log.setdefault(hotspot, []).append(made)
        self.fresh.append(made)
        self.figures[f"runs {'void' if made.void_reason else 'bad' if made.failing() else 'good'}"] += 1
        return made

    def last_valid(self, hotspot: str) -> RunRow | None:
        return next((item for item in reversed(self.log.get(hotspot, ())) if item.void_reason is None), None)

    def last_full(self, hotspot: str, before: datetime | None = None) -> RunRow | None:
        """The last good run, up to a time, that drew the random sample, too."""
        return next(
            (
                item
                for item in reversed(self.log.get(hotspot, ()))
                if (before is None or item.started <= before) and good(item) and full(item)
            ),
            None,
        )

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
        assert self.sending is not None
        queued = queue_all(records, DESK, now=now())
        assert queued.faults == ()
        dead = any(first <= self.clock.true < last for first, last in self.mail_dead)
        with nobody() as port:
            server = replace(self.sending.server, port=port) if dead else self.sending.server
            delivered = await deliver(
                records, replace(self.sending, server=server), worker=f"w{now().timestamp()}", clock=now
            )
        if delivered.trouble is not None:
            self.figures["mail rounds that found no server"] += 1
        elif not self.clock.off and not dead:
            self.rounds.append(self.clock.true)
        return None

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
            if not any(first <= at < last for first, last in self.dark):
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
        self.fresh.clear()
        if self.random.random() < self.cuts:
            self.fuse.left = self.random.randint(1, 80)
        try:
            ticked = await tick(replace(self.service, own=own))
        except PowerCut:
            self._went_dark()
            return
        finally:
            self.fuse.left = None
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

    def _went_dark(self) -> None:
        """Power is back some time later. A run whose evidence was not acknowledged is lost with it."""
        self.figures["power cuts in the middle of a tick"] += 1
        self.next_at.clear()
        if self.letters and self.letters[-1].at == self.clock.true:
            self.in_hand[self.letters[-1].identifier] += 1
        with open_records(self.file, make=False) as records:
            for made in self.fresh:
                if not runs.knows(records, made.bundle):
                    self.log[made.hotspot].remove(made)
                    self.figures["runs lost in a power cut"] += 1
        self.dark.append((self.clock.true, self.clock.true + self.random.randint(1, 120) * MINUTE))

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
            last = self.last_full(item.id)
            if condition is None or condition.state is not State.WELL or last is None:
                continue
            if now - last.started > timedelta(days=30) or now - self.start < 8 * DAY:
                continue
            row = certificates.open_of(records, item.id)
            if row is None and not self._asked_again(records, item.id, now):
                continue
            days = 183
            if item.mode is Mode.RESIDENT:
                days = self.lifetimes[self.hotspots.index(item) % len(self.lifetimes)]
            suspended = row is not None and row.status.value == "suspended"
            early = min(20 * DAY, days * DAY / 6)
            ending = row is not None and row.valid_until - now < early and item.id not in self.forgetful
            if row is None or (ending and not suspended):
                cast.issue(records, item.id, now, days=days, evidence=last.started)
                self.figures["issued" if row is None else "renewed"] += 1
            elif suspended and last.started > row.changed:
                done = cast.reinstate(records, row.number, now, made=last.started, bundle=last.bundle)
                assert isinstance(done, CertificateRow), done
                self.figures["reinstated"] += 1

    def _asked_again(self, records: Records, hotspot: str, now: datetime) -> bool:
        """Whoever let a certificate end sees it when the sign must come down."""
        before = certificates.of_hotspot(records, hotspot)
        return not before or hotspot not in self.forgetful or now - before[-1].valid_until > 12 * DAY


def good(run: RunRow) -> bool:
    """It can be judged, and no gate failed."""
    return run.void_reason is None and not run.failing()


def full(run: RunRow) -> bool:
    """It drew the random sample, too."""
    return not any(
        item.id in cast.RESIDENT.samples and item.result is CriterionOutcome.NOT_TESTED for item in run.gates
    )


def _without_sample(gate: GateResult) -> GateResult:
    if gate.id not in cast.RESIDENT.samples:
        return gate
    return msgspec.structs.replace(gate, result=CriterionOutcome.NOT_TESTED)


@contextmanager
def nobody() -> Iterator[int]:
    """A port at which nobody listens, and at which nobody can begin to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


class Quiet(Log):
    """A log that nobody reads."""

    def say(self, *_: Any, **__: Any) -> None:
        return


DESK = Desk(office="office@certifier.example")


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
                contacts=(
                    contact(f"town-{number // 3}@bashkia.example", Role.OPERATOR),
                    contact(f"noc-{provider}@net.example", Role.PROVIDER),
                ),
                resolvers=(f"198.51.100.{provider + 1}" if public else "192.168.1.1",),
            )
        )
    ids = [item.id for item in hotspots]
    spells = tuple(_spells(chance, tuple(hotspots), providers, start, days))
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


def contact(email: str, role: Role) -> Contact:
    """Somebody whose letters the tests can read."""
    return Contact(name=email.partition("@")[0], email=email, role=role, language=Language.ENGLISH)


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
    for identifier in sorted(lucky):
        # Where nothing else is wrong, so that what follows is of this alone.
        if chance.random() < 0.15:
            first = start + timedelta(days=chance.uniform(9, max(10, days - 2)))
            last, only = first + 50 * DAY, frozenset({identifier})
            found.append(Spell(trouble=Trouble.SHALLOW, hotspots=only, first=first, last=last))
    return found
