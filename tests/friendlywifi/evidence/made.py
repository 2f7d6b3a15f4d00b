"""Evidence for tests: one emulated hotspot measured once, and a year of numbers made from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import key_from_seed
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.checking.command import foreign_endpoints
from friendlywifi.evidence.bundle import Bundle, open_zip, read_bundle, seal_files
from friendlywifi.evidence.commitment import SCHEMA as COMMITMENT_SCHEMA
from friendlywifi.evidence.commitment import SignedCommitment, read_commitment
from friendlywifi.evidence.keeping import Promise, promise
from friendlywifi.evidence.longlists import sift
from friendlywifi.evidence.manifest import SEAL, SUMS
from friendlywifi.evidence.seal import signed, written
from friendlywifi.evidence.standards import texts_of
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.lab.daily import gates_only
from friendlywifi.lab.world import VENDOR
from friendlywifi.shipped import load_standard
from probes.encrypted import ways
from probes.network import SimulatedClock
from probes.records import digest
from probes.safesearch import engines
from probes.targets.stream import TargetStream

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

    def recommitted(self, hotspot: str, serial: int) -> bytes:
        """The promise of the same check under another number; the lists' roots are kept."""
        start = self.checked.run.started - timedelta(hours=1)
        mine = msgspec.structs.replace(
            read_commitment(self.promised.commitment),
            hotspot=hotspot,
            serial=serial,
            committed=start + timedelta(seconds=serial),
        )
        return written(SignedCommitment(commitment=mine, signature=signed(COMMITMENT_SCHEMA, mine, KEY)))


Measure = Callable[[str], Made]


def measure(
    scenario: str,
    *,
    hotspot: str = HOTSPOT,
    serial: int = 1,
    seed: str = "a seed that nobody can guess",
    samples: bool = False,
    streams: tuple[TargetStream, ...] = (),
) -> Made:
    """`samples`: the large ones too, which the standard wants weekly."""
    standard, digest = load_standard("baseline")

    async def run() -> Made:
        clock = SimulatedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
        async with Lab(scenario_named(scenario), clock=clock, seed="evidence", budgets=FAST) as lab:
            lists = lab.lists if samples else gates_only(lab.lists)
            given = Input(
                hotspot=hotspot,
                serial=serial,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=lists,
                long_lists=sift(streams, standard=standard, lists=lists, seed=seed),
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                foreign=foreign_endpoints(),
                ways=ways(),
                engines=engines(),
                reference=lab.reference,
                vendor=VENDOR,
                seed=seed,
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )
            promised = promise(given, standard=texts_of("baseline"), key=KEY, previous=None)
            checked = await check(given)
            return Made(given=given, checked=checked, promised=promised, data=promised.bundle(given, checked))

    return asyncio.run(run())


def renumbered(
    given: Input,
    checked: Checked,
    *,
    standard: tuple[str, ...],
    key: Ed25519PrivateKey,
    hotspot: str,
    serial: int,
    previous: bytes | None,
    run_id: str | None = None,
) -> tuple[bytes, bytes]:
    """A bundle and its commitment, promised `serial` seconds after the first of its hotspot."""
    start = checked.run.started - timedelta(hours=1)
    clock = SimulatedClock(start + timedelta(seconds=serial))
    mine = replace(
        given,
        hotspot=hotspot,
        serial=serial,
        network=replace(given.network, clock=clock),
    )
    run = msgspec.structs.replace(
        checked.run,
        hotspot=hotspot,
        serial=serial,
        id=run_id or digest({"hotspot": hotspot, "serial": serial, "seed": given.seed})[7:23],
    )
    made = promise(mine, standard=standard, key=key, previous=previous)
    return made.bundle(mine, replace(checked, run=run)), made.commitment


def resealed(made: Made, **changed: bytes) -> bytes:
    """What the vantage itself can do: change a file and sign again."""
    _, files = open_zip(made.data)
    content = {name: data for name, data in files.items() if name not in (SUMS, SEAL, "blocks.txt")}
    for key, value in changed.items():
        content[key.replace("__", ".")] = value
    run = made.checked.run
    return seal_files(content, hotspot=run.hotspot, serial=run.serial, run=run.id, key=KEY)
