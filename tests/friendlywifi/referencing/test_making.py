"""References built through real sockets against emulated networks of which everything is known."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from criteria.records import Outcome, Reference, ReferenceEntry
from friendlywifi.checking.check import Progress
from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.referencing.making import Commission, Looked, confirm, look, reference_of
from probes.network import SimulatedClock
from probes.records import Ask, Category, Target, TargetList

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
GONE = tuple(f"gone-{number}.lab.example" for number in range(3))
"""Names that the emulated world does not have."""
UNDOCUMENTED = ("popular-01.lab.example", "popular-07.lab.example", "adult-005.lab.example")
"""Names that it has; the first may be opened."""


def scene(name: str, *, resolvers: int = 2) -> Scenario:
    scenario = scenario_named(name)
    return msgspec.structs.replace(scenario, resolvers=scenario.resolvers[:1] * resolvers)


def ours(*, filtered: bool = True) -> TargetList:
    """Names as an importer makes them: nothing is documented about them."""
    there = UNDOCUMENTED if filtered else ("general-100.lab.example",)
    return TargetList(
        id="ours",
        version="1",
        licence="CC0-1.0",
        source="test",
        origin="test",
        digest="sha256:" + "0" * 64,
        targets=tuple(
            Target(
                name=name,
                category=Category.ADULT,
                ask=Ask.TLS if name == UNDOCUMENTED[0] else Ask.DNS,
                list_id="ours",
            )
            for name in (*there, *GONE)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look, and all that belongs to it."""

    given: Commission
    looked: Looked
    lab: Lab
    told: list[Progress]


async def looked_at(
    scenario: Scenario, *extra: TargetList, only: frozenset[str] | None = None, full: bool = False
) -> Look:
    told: list[Progress] = []
    async with Lab(scenario, clock=SimulatedClock(START), budgets=FAST) as lab:
        lists = lab.lists if full else (few(lab.lists[-1]),)
        given = Commission(
            vantage="the lab",
            authorised_by="the tests",
            lists=(*lists, *extra),
            network=lab.network,
            resolvers=lab.resolvers,
            seed="reference",
            overrides=("emulated",),
            only=only,
            identify=lambda: lab.vantage,
            slow=FAST_SLOW,
        )
        looked = await look(given, on_progress=told.append)
    return Look(given=given, looked=looked, lab=lab, told=told)


def few(controls: TargetList) -> TargetList:
    """Of the emulated controls those that may be opened, and some others."""
    opened = tuple(item for item in controls.targets if item.token is not None)
    others = tuple(item for item in controls.targets if item.token is None)
    return msgspec.structs.replace(controls, targets=(*opened, *others[:10]))


@pytest.fixture(scope="module")
def plain() -> Look:
    """Everything that is there, and some that is not, from an unfiltered line."""
    return asyncio.run(looked_at(scene("unfiltered"), ours()))


def by_name(reference: Reference) -> dict[str, ReferenceEntry]:
    return {entry.name: entry for entry in reference.entries}


async def test_an_unfiltered_vantage_sees_the_true_world() -> None:
    found = await looked_at(scene("unfiltered"), full=True)
    given, looked, lab = found.given, found.looked, found.lab
    assert looked.usable, (looked.sighting.unfit, looked.sighting.filters)
    entries = by_name(reference_of(given, looked))
    true = {host.name: host for host in lab.world.values() if host.category and not host.category.illegal}
    assert entries.keys() == true.keys()
    assert all(entry.alive is True for entry in entries.values())
    assert all(entry.addresses == true[name].addresses for name, entry in entries.items())


def test_what_is_there_is_alive_and_what_is_not_is_dead(plain: Look) -> None:
    assert plain.looked.usable, plain.looked.sighting
    found = by_name(reference_of(plain.given, plain.looked))
    assert [found[name].alive for name in UNDOCUMENTED] == [True, True, True]
    assert [found[name].alive for name in GONE] == [False, False, False]
    assert all(not found[name].addresses for name in GONE)


def test_a_reference_says_when_where_by_whom_and_through_whom(plain: Look) -> None:
    reference = reference_of(plain.given, plain.looked)
    assert START <= reference.taken < START + timedelta(minutes=1)
    assert reference.vantage == "the lab"
    assert reference.authorised_by == "the tests"
    assert len(reference.resolvers) == 2
    assert reference.overrides == ("emulated",)
    assert reference.id.startswith("2026-11-22-")


@pytest.mark.parametrize("name", ("library", "cafe"))
async def test_a_vantage_that_filters_is_noticed_and_makes_nothing(name: str) -> None:
    done = await looked_at(scene(name), full=True)
    assert done.looked.sighting.unfit is None
    assert done.looked.sighting.filters is not None
    with pytest.raises(AssertionError):
        reference_of(done.given, done.looked)


@pytest.mark.parametrize("name", ("nxdomain-rewriter", "sni-filter"))
async def test_a_filter_that_signs_nothing_is_noticed_by_what_is_known_to_exist(name: str) -> None:
    looked = (await looked_at(scene(name), full=True)).looked
    assert looked.sighting.filters is not None


async def test_one_resolver_of_two_that_filters_is_noticed() -> None:
    scenario = scenario_named("two-resolvers-one-leaks")
    looked = (await looked_at(scenario, full=True)).looked
    assert looked.sighting.filters is not None


@pytest.mark.parametrize("name", ("airport", "dead-uplink", "blockpage-for-all"))
async def test_a_login_page_or_a_dead_line_makes_nothing(name: str) -> None:
    looked = (await looked_at(scene(name), ours())).looked
    assert looked.sighting.unfit is not None
    assert not looked.usable


async def test_where_there_is_no_network_nobody_is_asked_for_the_names() -> None:
    looked = (await looked_at(scene("airport"), ours())).looked
    subjects = {
        question.subject
        for question in looked.plan.questions
        if question.id in {item.question_id for item in looked.observations}
    }
    assert not subjects & {*GONE, *UNDOCUMENTED}


async def test_an_invented_answer_makes_no_dead_name_alive() -> None:
    done = await looked_at(scene("nxdomain-rewriter"), ours(filtered=False))
    assert done.looked.usable, done.looked.sighting.filters
    found = by_name(reference_of(done.given, done.looked))
    assert all(found[name].alive is not True for name in GONE)
    assert all(not found[name].addresses for name in GONE)


def test_progress_is_told_in_words(plain: Look) -> None:
    phases = list(dict.fromkeys(item.phase for item in plain.told))
    assert phases == ["is it unfiltered", "first look", "waiting for caches", "second look"]


@pytest.mark.long
@pytest.mark.parametrize("scenario", Lab.scenarios(), ids=lambda item: item.id)
async def test_of_all_emulated_networks_only_the_unfiltered_ones_make_a_reference(scenario: Scenario) -> None:
    done = await looked_at(scenario, full=True)
    # A filter that leaks is one too: what it says of the names it keeps away is no sight of them.
    unfiltered = (
        scenario.truth.void is None
        and not any(resolver.filter for resolver in scenario.resolvers)
        and all(item.outcome in (Outcome.REACHABLE, Outcome.DEAD) for item in scenario.truth.verdicts)
    )
    assert done.looked.usable is unfiltered, done.looked.sighting
    if unfiltered:
        entries = reference_of(done.given, done.looked).entries
        gone = [entry for entry in entries if entry.name.startswith("gone-")]
        assert len(gone) == scenario.gone
        assert all(entry.alive is False for entry in gone)
        assert all(entry.alive is True for entry in entries if entry not in gone)


# ---------------------------------------------------------------------------------------- confirmation


def old(**alive: bool | None) -> Reference:
    return Reference(
        id="old",
        taken=START - timedelta(days=5),
        vantage="the lab",
        entries=tuple(
            ReferenceEntry(name=name.replace("_", "-") + ".lab.example", alive=value)
            for name, value in alive.items()
        ),
    )


def test_a_confirmation_dates_what_is_as_it_was_and_forgets_what_changed(plain: Look) -> None:
    known = old(popular_07=True, gone_0=False, adult_005=False, gone_1=True, general_001=None)
    done = confirm(known, plain.looked)
    assert done.confirmed == ("popular-07.lab.example", "gone-0.lab.example", "general-001.lab.example")
    assert done.changed == ("adult-005.lab.example", "gone-1.lab.example")
    found = by_name(done.reference)
    assert found["popular-07.lab.example"].confirmed == plain.looked.started
    assert found["gone-0.lab.example"].alive is False
    for name in done.changed:
        assert found[name].alive is None
        assert found[name].confirmed is None
    assert "dead first and alive on 2026-11-22" in (found["adult-005.lab.example"].why or "")
    assert done.reference.taken == known.taken


async def test_a_name_that_could_not_be_told_stays_as_old_as_it_was() -> None:
    known = old(popular_01=True)
    dropping = msgspec.structs.replace(scene("unfiltered"), resolvers=scene("dropping-filter").resolvers[:1])
    only = frozenset({"popular-01.lab.example"})
    looked = (await looked_at(dropping, ours(), only=only)).looked
    done = confirm(known, looked)
    assert done.open == ("popular-01.lab.example",)
    assert done.reference == known


async def test_names_that_were_not_asked_stay_as_they_were() -> None:
    known = old(popular_07=True, popular_08=True)
    only = frozenset({"popular-07.lab.example"})
    looked = (await looked_at(scene("unfiltered"), only=only)).looked
    found = by_name(confirm(known, looked).reference)
    assert found["popular-08.lab.example"] == known.entries[1]


def test_a_void_look_confirms_nothing() -> None:
    known = old(popular_07=True)
    looked = asyncio.run(looked_at(scene("airport"), only=frozenset({"popular-07.lab.example"}))).looked
    assert confirm(known, looked).reference == known
