"""A filter that nobody here wrote: unbound with a block list that mixes every way it can block a name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from criteria.records import Outcome, Verdict
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.shipped import load_standard
from probes.network import SimulatedClock
from probes.records import Category, Family
from tests.conftest import require_server
from tests.real import unbound

UMBRELLA_ADULT = "146.112.61.106"
"""Cisco's documented block-page address for content categories: only ever an answer here, never dialled."""


@dataclass(frozen=True)
class Way:
    """One way in which unbound blocks a name, and what it is called."""

    zone: str
    ipv4: str
    ipv6: str


WAYS = (
    Way('local-zone: "{name}." always_nxdomain', "dns/nxdomain", "dns/nxdomain"),
    Way('local-zone: "{name}." always_refuse', "dns/refused", "dns/refused"),
    Way('local-zone: "{name}." always_nodata', "dns/nodata", "dns/nodata"),
    Way(
        'local-zone: "{name}." redirect\n    local-data: "{name}. A 0.0.0.0"\n'
        '    local-data: "{name}. AAAA ::"',
        "dns/sinkhole:0.0.0.0",
        "dns/sinkhole:::",
    ),
    Way(
        'local-zone: "{name}." redirect\n    local-data: "{name}. A ' + UMBRELLA_ADULT + '"\n'
        '    local-data: "{name}. AAAA ::ffff:' + UMBRELLA_ADULT + '"',
        "dns/blockpage:",
        "dns/blockpage:",
    ),
    Way('local-zone: "{name}." deny', "dns/timeout", "dns/timeout"),
)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Way], Checked]:
    program = require_server("unbound")
    return asyncio.run(_check(program, tmp_path_factory.mktemp("unbound")))


async def _check(program: str, directory: Path) -> tuple[dict[str, Way], Checked]:
    standard, digest = load_standard("baseline")
    clock = SimulatedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    async with Lab(scenario_named("unfiltered"), clock=clock, budgets=FAST) as lab:
        adult = [
            target.name
            for item in lab.lists
            for target in item.targets
            if target.category is Category.ADULT and target.rank is not None
        ]
        # Every seventh name is left alone: the filter must not be believed to catch what it does not list.
        blocked = {name: WAYS[n % 7] for n, name in enumerate(adult) if n % 7 < len(WAYS)}
        zones = "\n".join("    " + way.zone.format(name=name) for name, way in blocked.items())
        with unbound.running(program, directory, upstream=lab.resolvers[0], zones=zones) as resolver:
            done = await check(
                Input(
                    hotspot="unbound",
                    serial=1,
                    authorised_by="the tests",
                    standard=standard,
                    standard_digest=digest,
                    lists=lab.lists,
                    network=lab.network,
                    resolvers=(resolver,),
                    resolver_source="given",
                    reference=lab.reference,
                    seed="unbound",
                    identify=lambda: lab.vantage,
                    slow=FAST_SLOW,
                )
            )
    return blocked, done


def _verdicts(checked: Checked) -> dict[str, Verdict]:
    return {item.target: item for item in checked.judgement.verdicts}


def test_the_run_is_valid(checked: tuple[dict[str, Way], Checked]) -> None:
    assert checked[1].judgement.fitness.void_reason is None


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.ipv4)
def test_each_way_of_blocking_is_named(checked: tuple[dict[str, Way], Checked], way: Way) -> None:
    blocked, done = checked
    verdicts = _verdicts(done)
    names = [name for name, its in blocked.items() if its is way]
    assert names
    for name in names:
        verdict = verdicts[name]
        assert verdict.outcome is Outcome.BLOCKED, (name, verdict)
        for cell in verdict.cells:
            expected = way.ipv4 if cell.family is Family.IPV4 else way.ipv6
            assert (cell.mechanism or "").startswith(expected), (name, cell)


def test_nothing_else_is_called_blocked(checked: tuple[dict[str, Way], Checked]) -> None:
    blocked, done = checked
    called = {name for name, item in _verdicts(done).items() if item.outcome is Outcome.BLOCKED}
    assert called == set(blocked)


def test_every_name_that_is_not_listed_is_found_open(checked: tuple[dict[str, Way], Checked]) -> None:
    blocked, done = checked
    others = {name: item.outcome for name, item in _verdicts(done).items() if name not in blocked}
    assert others
    assert set(others.values()) == {Outcome.REACHABLE}
