"""A probe's own check, made in an emulated hotspot, from its number to its row in the records."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from friendlywifi.checking import onsite, serials
from friendlywifi.checking.check import Input
from friendlywifi.checking.command import Wish
from friendlywifi.evidence.bundle import read_bundle
from friendlywifi.evidence.keeping import kept_bundle
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.lab.daily import gates_only
from friendlywifi.records.database import open_records
from friendlywifi.records.runs import Ours
from friendlywifi.records.taking import Came, record_bundle
from probes.network import SimulatedClock
from tests.friendlywifi.surveillance import cast


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


async def test_a_run_is_numbered_promised_made_and_kept(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    wishes: list[Wish] = []
    numbers: list[int] = []
    async with Lab(
        scenario_named("library"), clock=SimulatedClock(now), seed="evidence", budgets=FAST
    ) as lab:

        def prepare(wish: Wish) -> Input:
            wishes.append(wish)
            return Input(
                hotspot=wish.hotspot or "",
                serial=0,
                authorised_by="the tests",
                standard=cast.STANDARD,
                standard_digest=cast.DIGEST,
                lists=gates_only(lab.lists),
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                reference=lab.reference,
                seed="a seed",
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )

        monkeypatch.setattr(onsite, "prepare", prepare)
        hotspot = cast.hotspot("library-7", enrolled=now)
        measured = await onsite.measure(Wish(hotspot="library-7"), hotspot, numbered=numbers.append)
    assert numbers == [1] == [measured.serial]
    # Under the name that `check` numbers it by, and held to its own standard.
    assert (wishes[0].hotspot, wishes[0].standard) == ("library-7", "baseline")
    assert kept_bundle(state, "library-7", 1).read_bytes() == measured.bundle
    assert serials.claim(state, "library-7", now=now) == 2
    contents = read_bundle(measured.bundle).contents
    assert contents.run.serial == 1
    assert measured.void_reason == contents.judgement.fitness.void_reason
    with open_records(tmp_path / "records.db") as records:
        cast.add(records, hotspot, now=now)
        taken = record_bundle(
            records, measured.bundle, now=contents.run.ended, actor="serve", ours=Ours.RESIDENT
        )
        # Nobody enrolled this vantage: it does not become a run of the hotspot.
        assert taken.came is Came.REFUSED


def test_another_name_in_the_settings_is_not_taken_for_this_hotspot() -> None:
    hotspot = cast.hotspot("library-7")
    assert onsite._called(Wish(hotspot="LIBRARY 7"), hotspot) == "LIBRARY 7"
    assert onsite._called(Wish(hotspot="Town hall"), hotspot) == hotspot.name
    assert onsite._called(Wish(), msgspec.structs.replace(hotspot, name="Biblioteka")) == "Biblioteka"
