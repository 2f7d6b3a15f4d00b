"""A sweep and a check say the same of the same answer: outcome, mechanism and rule, name by name.

Where a check knows more than DNS answers to one question say, it is named here, and nowhere else may they
differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from criteria.records import Outcome
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.checking.command import foreign_endpoints
from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.world import VENDOR
from friendlywifi.shipped import load_standard
from friendlywifi.sweeping.knowing import known_by
from friendlywifi.sweeping.run import Order, sweep
from friendlywifi.sweeping.source import Batch, Source
from friendlywifi.sweeping.verdicts import Row
from probes.network import Budgets, SimulatedClock
from probes.records import Category, Family, Stage
from probes.sweep.block import Canary
from probes.sweep.driver import Manner

WHEN = datetime(2026, 11, 22, 9, tzinfo=UTC)
SLOW = Budgets(dns=1.5, dns_resend=(0.4, 0.8), in_flight=256, rate=400.0)
FAMILIES = {"A": Family.IPV4, "AAAA": Family.IPV6}
SCENARIOS = (
    "patchwork",
    "broken-signatures",
    *(
        pytest.param(name, marks=pytest.mark.long)
        for name in (
            "library",
            "refusing-filter",
            "nxdomain-rewriter",
            "one-name-leaks",
            "two-resolvers-one-leaks",
            "gone-names",
            "dropping-filter",
            "injector",
            "unfiltered",
        )
    ),
)
KNOWS_MORE = {"patchwork": "dns_shared", "injector": "dns_injected"}
"""Where a check knows more than the first answer to one question: it looks at all names together (an address
that unrelated names share), and it listens on for a second answer. A sweep says of such a name that it opens,
which is no false pass."""


@dataclass(frozen=True)
class Said:
    outcome: Outcome
    rule: str
    mechanisms: tuple[str, ...]


Told = dict[tuple[str, str, Family], Said]


class Kept:
    """What a sweep said, by name, resolver and family."""

    def __init__(self, resolvers: tuple[str, ...]) -> None:
        self.done: dict[int, str] = {}
        self.told: Told = {}
        self._resolvers = resolvers

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None:
        for resolver, rows in zip(self._resolvers, columns, strict=True):
            types = len(rows) // len(batch.names)
            for at, (entry, _) in enumerate(rows):
                key = (batch.names[at // types], resolver, FAMILIES[entry.type])
                self.told[key] = Said(entry.outcome, entry.rule, entry.mechanisms)


async def both(scenario: Scenario) -> tuple[Checked, Told]:
    standard, digest = load_standard("baseline")
    async with Lab(scenario, clock=SimulatedClock(WHEN), budgets=FAST) as lab:
        checked = await check(
            Input(
                hotspot=scenario.title,
                serial=1,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=lab.lists,
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                foreign=foreign_endpoints(),
                reference=lab.reference,
                vendor=VENDOR,
                seed=f"as check {scenario.id}",
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )
        )
        targets = {item.name: item for item in checked.plan.targets}
        controls = [
            item.name
            for each in lab.lists
            for item in each.targets
            if item.category is Category.CONTROL_GENERAL
        ]
        order = Order(
            resolvers=lab.resolvers,
            types=("A", "AAAA"),
            network=lab.network,
            manner=Manner(rate=0, slow=SLOW),
            canaries=tuple(Canary(name, "A") for name in controls[:6]),
            known=known_by(lab.reference, at=WHEN),
        )
        kept = Kept(lab.resolvers)
        source = Source(lines=list(targets), format="domains")
        await asyncio.to_thread(sweep, order, source, kept, now=lambda: WHEN)
    return checked, kept.told


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_sweep_says_what_a_check_says(name: str) -> None:
    scenario = next(item for item in Lab.scenarios() if item.id == name)
    checked, told = asyncio.run(both(scenario))
    assert checked.judgement.fitness.void_reason is None
    compared, more, wrong = 0, 0, []
    for cell in (cell for verdict in checked.judgement.verdicts for cell in verdict.cells):
        if cell.stage is not Stage.DNS:
            # Decided by a visit, which a sweep does not make.
            continue
        said = told[cell.target, cell.resolver, cell.family]
        if cell.rule == KNOWS_MORE.get(name):
            more += 1
            assert said.outcome is Outcome.REACHABLE
            continue
        compared += 1
        if said != Said(cell.outcome, cell.rule, cell.mechanisms):
            wrong.append(
                (cell.target, cell.service.value, said, cell.outcome.value, cell.rule, cell.mechanisms)
            )
    assert compared > 100
    assert bool(more) is (name in KNOWS_MORE)
    assert not wrong, f"{len(wrong)} differ, first {wrong[:3]}"
