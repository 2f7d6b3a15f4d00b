"""One emulated hotspot, measured once: everything here works on the evidence that it left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certificates.keys import key_from_seed
from friendlywifi.check import Checked, Input, check
from friendlywifi.checking import foreign_endpoints
from friendlywifi.demonstration import FAST, FAST_SLOW, gates_only
from friendlywifi.evidence.bundle import Bundle, read_bundle
from friendlywifi.evidence.keeping import Promise, promise
from friendlywifi.evidence.standards import texts_of
from friendlywifi.lab import Lab
from friendlywifi.lab.world import VENDOR
from friendlywifi.laboratory import scenario_named
from friendlywifi.shipped import load_standard
from probes.encrypted import ways
from probes.network import SimulatedClock
from probes.safesearch import engines

KEY = key_from_seed(bytes(range(32)))
HOTSPOT = "Library 7"


@dataclass(frozen=True, kw_only=True, repr=False)
class Made:
    """One check with the promise before it and the bundle after it."""

    given: Input
    checked: Checked
    promised: Promise
    data: bytes

    @property
    def bundle(self) -> Bundle:
        return read_bundle(self.data)


Measure = Callable[[str], Made]


def measure(scenario: str, *, hotspot: str = HOTSPOT, serial: int = 1) -> Made:
    standard, digest = load_standard("baseline")

    async def run() -> Made:
        clock = SimulatedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
        async with Lab(scenario_named(scenario), clock=clock, seed="evidence", budgets=FAST) as lab:
            given = Input(
                hotspot=hotspot,
                serial=serial,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=gates_only(lab.lists),
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                foreign=foreign_endpoints(),
                ways=ways(),
                engines=engines(),
                reference=lab.reference,
                vendor=VENDOR,
                seed="a seed that nobody can guess",
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )
            promised = promise(given, standard=texts_of("baseline"), key=KEY, previous=None)
            checked = await check(given)
            return Made(given=given, checked=checked, promised=promised, data=promised.bundle(given, checked))

    return asyncio.run(run())


@pytest.fixture(scope="session")
def library() -> Made:
    return measure("library")


@pytest.fixture(scope="session")
def cafe() -> Made:
    return measure("cafe", hotspot="Kafe Çajupi")


@pytest.fixture(scope="session")
def airport() -> Made:
    return measure("airport", hotspot="Airport")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(place))
    return place
