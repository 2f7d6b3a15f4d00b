"""Scenarios: one corpus, loaded strictly, whose truths do not contradict one another."""

from __future__ import annotations

from importlib import resources

import pytest

from criteria import mechanism, released
from criteria.records import AssessmentOutcome, Outcome, RouteOutcome
from criteria.standard import Standard
from friendlywifi.lab import Lab, Scenario, find_scenario, load_scenario, packaged_scenarios
from friendlywifi.lab.outside import outside
from friendlywifi.lab.scenario import Foreign, Nxdomain, Uplink
from friendlywifi.lab.world import build_world
from probes import tomlfile
from probes.portals import portals
from probes.records import Target, TargetList

SCENARIOS = pytest.mark.parametrize("scenario", packaged_scenarios(), ids=lambda item: item.id)
REQUIRED = {
    "library", "cafe", "airport", "dead-uplink", "blockpage-for-all", "broken-ipv6", "slow-unfiltered",
    "slow-filtered", "nxdomain-rewriter", "two-resolvers-one-leaks", "unfiltered", "dropping-filter",
    "sni-filter",
}  # fmt: skip


@pytest.fixture(scope="module", name="lists")
def _lists() -> tuple[TargetList, ...]:
    return Lab(packaged_scenarios()[0]).lists


def test_every_kind_of_hotspot_ships() -> None:
    assert {item.id for item in packaged_scenarios()} >= REQUIRED


def test_ids_are_the_names_of_the_files() -> None:
    folder = resources.files("friendlywifi.lab") / "scenarios"
    files = sorted(item.name.removesuffix(".toml") for item in folder.iterdir())
    assert [item.id for item in packaged_scenarios()] == files


def test_a_scenario_is_found_by_its_id() -> None:
    library = find_scenario("library")
    assert library is not None
    assert library.title == "Library, well filtered"
    assert find_scenario("librray") is None


def test_a_misspelt_behaviour_is_named_with_its_line_and_the_right_word() -> None:
    text = (resources.files("friendlywifi.lab") / "scenarios" / "library.toml").read_text()
    line = text[: text.index('reply = "nxdomain"')].count("\n") + 1
    with pytest.raises(tomlfile.TomlFault, match=rf"^mine.toml:{line}: .*nxdomain"):
        load_scenario(text.replace('reply = "nxdomain"', 'reply = "nxdomian"'), source="mine.toml")


def test_a_hotspot_without_a_resolver_is_refused() -> None:
    with pytest.raises(tomlfile.TomlFault, match=r"^mine.toml.*resolvers"):
        load_scenario(
            'id="x"\ntitle="x"\nstory="x"\nresolvers=[]\n[truth]\noutcome="inconclusive"\nwhy="x"',
            source="mine.toml",
        )


@SCENARIOS
def test_a_story_is_one_sentence_for_people(scenario: Scenario) -> None:
    assert scenario.story.endswith(".")
    assert ". " not in scenario.story
    for word in ("DNS", "NXDOMAIN", "SNI", "EDE"):
        assert word not in scenario.story
    assert scenario.truth.why.endswith(".")


@SCENARIOS
def test_every_name_that_is_written_down_exists(scenario: Scenario) -> None:
    world = build_world("seed", gone=scenario.gone)
    rules = [rule for resolver in scenario.resolvers for rule in resolver.filter]
    written = {name for rule in rules for name in (*rule.names, *rule.leaks)}
    written |= {name for visit in scenario.visits for name in visit.names}
    written |= {name for item in scenario.truth.verdicts for name in item.names}
    assert written <= set(world) | set(outside())


@SCENARIOS
def test_in_a_void_run_nothing_else_is_true(scenario: Scenario) -> None:
    truth = scenario.truth
    if truth.void is not None:
        assert truth.outcome is AssessmentOutcome.INCONCLUSIVE
        assert (truth.verdicts, truth.failing, truth.routes) == ((), (), None)
    else:
        # Where the network works, the names themselves must be what nobody can tell.
        unknown = any(item.outcome is Outcome.INCONCLUSIVE for item in truth.verdicts)
        assert unknown == (truth.outcome is AssessmentOutcome.INCONCLUSIVE)
        assert truth.routes is not None


@SCENARIOS
def test_gates_fail_exactly_where_nothing_can_be_certified(scenario: Scenario) -> None:
    truth = scenario.truth
    assert bool(truth.failing) == (truth.outcome is AssessmentOutcome.NOT_CERTIFIABLE)
    assert list(truth.failing) == sorted(set(truth.failing))
    text = (resources.files("criteria") / "standards" / "baseline.toml").read_text()
    gates = {
        item.id for item in tomlfile.load(text, source="baseline.toml", kind=Standard).criteria if item.gate
    }
    assert set(truth.failing) <= gates


@SCENARIOS
def test_gates_that_fail_are_those_whose_names_open(
    scenario: Scenario, lists: tuple[TargetList, ...]
) -> None:
    """The gates follow from the verdicts: whoever changes one and forgets the other is told."""
    if scenario.truth.void is not None:
        return
    truly = {target: _true(scenario, target) for item in lists for target in item.targets}

    def wrong(list_id: str, outcome: Outcome) -> int:
        return sum(found is outcome for target, found in truly.items() if target.list_id == list_id)

    controls = [t.category for t, found in truly.items() if t.category.control and found is Outcome.BLOCKED]
    expected = {
        "ILL-01": wrong("lab-sentinel", Outcome.REACHABLE) > 0,
        "ADU-01": wrong("lab-adult-popular", Outcome.REACHABLE) > 0,
        "ADU-02": wrong("lab-adult-sample", Outcome.REACHABLE) > 2,
        "OVB-01": "control-help" in controls,
        "OVB-02": controls.count("control-general") > 2,
        "BYP-01": scenario.truth.routes is RouteOutcome.OPEN,
    }
    assert scenario.truth.failing == tuple(sorted(gate for gate, fails in expected.items() if fails))


def _true(scenario: Scenario, target: Target) -> Outcome:
    found = scenario.truth.verdict(target)
    assert found is not None, f"nothing is said about {target.name}"
    return found.outcome


@SCENARIOS
def test_true_mechanisms_are_words_of_the_closed_list(scenario: Scenario) -> None:
    known = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")
    for item in scenario.truth.verdicts:
        assert list(item.mechanisms) == sorted(set(item.mechanisms))
        assert {mechanism.head(word) for word in item.mechanisms} <= known.heads
        assert (item.outcome is not Outcome.BLOCKED) or item.mechanisms


@SCENARIOS
def test_what_is_true_of_the_network_agrees_with_its_behaviours(scenario: Scenario) -> None:
    truth = scenario.truth
    assert truth.families.ipv4 is scenario.ipv4
    assert truth.families.ipv6 is scenario.ipv6
    assert (truth.void == "offline") == (scenario.uplink is Uplink.DEAD)
    if truth.routes is not None:
        true_route = {
            Foreign.OPEN: RouteOutcome.OPEN,
            Foreign.INTERCEPTED: RouteOutcome.FILTERED,
            Foreign.REFUSED: RouteOutcome.CLOSED,
            Foreign.SILENT: RouteOutcome.CLOSED,
        }
        assert truth.routes is true_route[scenario.foreign]
    if any(resolver.nxdomain is Nxdomain.REWRITTEN for resolver in scenario.resolvers):
        assert truth.rewrites


def test_a_wall_of_block_pages_lets_every_known_portal_probe_through() -> None:
    wall = find_scenario("blockpage-for-all")
    assert wall is not None
    assert set(wall.resolvers[0].filter[0].leaks) >= {portal.host for portal in portals()}
