"""A fortnight of an emulated library, measured once: what a request for a certificate rests on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import key_from_seed, key_id
from criteria.judge import judge
from friendlywifi.certifying.period import Result, weigh_period
from friendlywifi.certifying.weighing import weigh
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.checking.command import foreign_endpoints
from friendlywifi.evidence.keeping import promise
from friendlywifi.evidence.standards import texts_of
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.lab.daily import gates_only
from friendlywifi.lab.world import VENDOR
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Identity, seen_of
from friendlywifi.shipped import load_standard
from probes.encrypted import ways
from probes.network import SimulatedClock
from probes.records import HttpFacts, Vantage, digest, observations_digest
from probes.safesearch import engines

VANTAGE_KEY = key_from_seed(b"vantage" + bytes(25))
FIRST = datetime(2026, 11, 1, 9, tzinfo=UTC)
DAYS = 14
ANNOUNCED = FIRST + timedelta(days=13)
"""After the last daily run, before the whole one."""
NOW = FIRST + timedelta(days=15)

THERE = Vantage(
    interface="wlan0",
    wired=False,
    ssid="Biblioteka",
    bssid="b" * 16,
    gateway="192.168.1.1",
    gateway_mac="a" * 16,
    resolvers=("192.168.1.1",),
    ipv4=True,
    ipv6=True,
)
"""What a laptop sees at Library 7."""
SECOND = msgspec.structs.replace(THERE, ssid="Biblioteka 5G", bssid="c" * 16)
"""The other network of the library, behind the same gateway."""

OPEN_NOW = msgspec.structs.replace(THERE, resolvers=("192.168.1.254",))
"""The same place after somebody made its router give out another resolver."""


LIBRARY = Hotspot(
    id="library-7",
    name="Library 7",
    place="Tiranë",
    address="Rruga e Kavajës 7",
    ssids=("Biblioteka", "Biblioteka 5G"),
    operator="Bashkia Tiranë",
)
ENROLLED = Identity(
    networks=(seen_of(THERE, key_id=key_id(VANTAGE_KEY.public_key())),), since=FIRST, by="the tests"
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One run as its vantage left it."""

    serial: int
    started: datetime
    data: bytes

    @property
    def digest(self) -> str:
        return digest(self.data)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One real check of an emulated hotspot, which can be moved to any day."""

    given: Input
    checked: Checked

    def at(
        self,
        serial: int,
        started: datetime,
        *,
        previous: bytes | None = None,
        vantage: Vantage = THERE,
        key: Ed25519PrivateKey = VANTAGE_KEY,
        aborted: tuple[int, ...] = (),
        **changed: object,
    ) -> tuple[Made, bytes]:
        """The same check as it would have come out then, judged again, and its promise."""
        clock = SimulatedClock(started - timedelta(seconds=5))
        mine = replace(self.given, serial=serial, network=replace(self.given.network, clock=clock))
        made = promise(mine, standard=texts_of("baseline"), key=key, previous=previous, aborted=aborted)
        checked = self.moved(mine, started, vantage=vantage, key=key_id(key.public_key()), **changed)
        data = made.bundle(mine, checked)
        return Made(serial=serial, started=started, data=data), made.commitment

    def moved(
        self, mine: Input, started: datetime, *, vantage: Vantage = THERE, key: str = "", **changed: object
    ) -> Checked:
        """The same check as it would have come out then with this hotspot and number, judged again."""
        before = self.checked.run
        moved = started - before.started
        seen = tuple(
            msgspec.structs.replace(
                item,
                started=item.started + moved,
                vantage=None if item.vantage is None else vantage,
                http=_dated(item.http, moved),
            )
            for item in self.checked.observations
        )
        run = msgspec.structs.replace(
            before,
            id=digest({"serial": mine.serial, "key": key})[7:23],
            hotspot=mine.hotspot,
            serial=mine.serial,
            authorised_by=mine.authorised_by,
            started=started,
            ended=before.ended + moved,
            vantage=vantage,
            observations=observations_digest(seen),
            **changed,
        )
        judgement = judge(
            plan=self.checked.plan,
            run=run,
            observations=seen,
            standard=mine.standard,
            standard_digest=mine.standard_digest,
            reference=mine.reference,
            rules=mine.rules,
            vendor=mine.vendor,
        )
        return replace(self.checked, run=run, observations=seen, judgement=judgement)


def _dated(facts: HttpFacts | None, moved: timedelta) -> HttpFacts | None:
    """A server's clock goes with the day."""
    if facts is None:
        return None
    headers = tuple(
        (name, format_datetime(parsedate_to_datetime(value) + moved, usegmt=True))
        if name == "date"
        else (name, value)
        for name, value in facts.headers
    )
    return msgspec.structs.replace(facts, headers=headers)


def measure(scenario: str, *, whole: bool, without: str = "") -> Measured:
    """A check of the gates alone, as each day has one, or with the whole samples. `without`: a list's id."""
    standard, standard_digest = load_standard("baseline")

    async def run() -> Measured:
        clock = SimulatedClock(FIRST)
        async with Lab(scenario_named(scenario), clock=clock, seed="a fortnight", budgets=FAST) as lab:
            given = Input(
                hotspot=LIBRARY.name,
                serial=1,
                authorised_by="the tests",
                standard=standard,
                standard_digest=standard_digest,
                lists=tuple(
                    item for item in (lab.lists if whole else gates_only(lab.lists)) if item.id != without
                ),
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="network",
                foreign=foreign_endpoints(),
                ways=ways() if whole else None,
                engines=engines() if whole else (),
                reference=lab.reference,
                vendor=VENDOR,
                seed="a fortnight",
                identify=lambda: THERE,
                slow=FAST_SLOW,
            )
            return Measured(given=given, checked=await check(given))

    return asyncio.run(run())


@dataclass(frozen=True, kw_only=True)
class Fortnight:
    """The kinds of run that a period is made of."""

    gates: Measured
    whole: Measured
    leaking: Measured

    def period(self, *, days: int = DAYS, first: datetime = FIRST, serial: int = 1) -> tuple[Made, ...]:
        """A run of the gates each 23 hours, so that the hours differ, and a whole one at the end."""
        found: list[Made] = []
        previous: bytes | None = None
        for number in range(days + 1):
            kind = self.whole if number == days else self.gates
            started = first + number * timedelta(hours=23)
            made, previous = kind.at(serial + number, started, previous=previous)
            found.append(made)
        return tuple(found)


def library(**changed: object) -> Hotspot:
    return msgspec.structs.replace(LIBRARY, **changed)


def with_visits(fortnight: Fortnight, visits: dict[int, Measured]) -> tuple[Made, ...]:
    """The fortnight, and after the runs of these numbers one on the other network."""
    found: list[Made] = []
    previous: bytes | None = None
    for made in fortnight.period():
        kind = fortnight.whole if made.started > ANNOUNCED else fortnight.gates
        same, previous = kind.at(len(found) + 1, made.started, previous=previous)
        found.append(same)
        other = visits.get(len(found))
        if other is not None:
            started = made.started + timedelta(hours=1)
            visit, previous = other.at(len(found) + 1, started, previous=previous, vantage=SECOND)
            found.append(visit)
    return tuple(found)


def weighed(*more: Made, fortnight: Fortnight) -> Result:
    """What the fortnight comes to, with these runs beside its own."""
    hotspot = library(identity=ENROLLED)
    standard, standard_digest = load_standard("baseline")
    return weigh_period(
        tuple(weigh(made.data, hotspot) for made in (*fortnight.period(), *more)),
        hotspot=hotspot,
        standard=standard,
        standard_digest=standard_digest,
        registered=ANNOUNCED,
        since=NOW - timedelta(days=30),
        until=NOW,
        now=NOW,
    )
