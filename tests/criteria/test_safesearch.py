from __future__ import annotations

import pytest

from criteria.records import SafeSearch
from criteria.safesearch import judge_safesearch
from probes import failure
from probes.records import Engine, Kind, Transport, Vantage, Via
from tests.criteria.conftest import NODATA, NXDOMAIN, RESOLVER, TIMEOUT, V4, V6, Part, Scene, dns

NAME, FORCED = "www.engine.example", "safe.engine.example"
REAL, SAFE = "203.0.113.20", "203.0.113.21"
REAL6, SAFE6 = "2001:db8:c::12", "2001:db8:c::13"
ALIAS = dns(SAFE, alias=FORCED)


def asked(scene: Scene, *, addresses_tell: bool = True, names: tuple[str, ...] = (NAME,)) -> Scene:
    """Both hosts, at every resolver, in both families; the restricted form is where it should be."""
    scene.engines = (Engine(name="engine", names=names, forced=(FORCED,), addresses_tell=addresses_tell),)
    for name in (*names, FORCED):
        for resolver in scene.resolvers:
            for family in (V4, V6):
                via = Via(resolver=resolver, transport=Transport.UDP, family=family)
                scene.ways.append({"kind": Kind.SAFESEARCH, "subject": name, "via": via})
    scene.on(FORCED, dns(SAFE), family=V4).on(FORCED, dns(SAFE6), family=V6)
    return scene


def judged(scene: Scene) -> tuple[SafeSearch, ...]:
    return judge_safesearch(
        plan=scene.plan(), run=scene.run(), observations=scene.observations(), fitness=scene.fitness
    )


def told(scene: Scene) -> list[tuple[str, str]]:
    return [(item.family.value, item.outcome.value) for item in judged(scene)]


def test_an_alias_to_the_restricted_form_forces_it(scene: Scene) -> None:
    asked(scene).on(NAME, ALIAS, family=V4).on(NAME, dns(SAFE6, alias=FORCED), family=V6)
    assert told(scene) == [("ipv4", "forced"), ("ipv6", "forced")]


def test_an_address_of_the_restricted_form_forces_it(scene: Scene) -> None:
    asked(scene).on(NAME, dns(SAFE), family=V4).on(NAME, dns(SAFE6), family=V6)
    assert [item.rule for item in judged(scene)] == ["safesearch_addresses"] * 2


def test_another_address_is_the_unrestricted_form(scene: Scene) -> None:
    asked(scene).on(NAME, dns(REAL), family=V4).on(NAME, dns(REAL6), family=V6)
    assert told(scene) == [("ipv4", "off"), ("ipv6", "off")]


def test_ipv6_that_was_forgotten_is_partly(scene: Scene) -> None:
    asked(scene).on(NAME, ALIAS, family=V4).on(NAME, dns(REAL6), family=V6)
    assert told(scene) == [("ipv4", "forced"), ("ipv6", "partly")]


def test_no_address_in_ipv6_is_no_way_to_any_form(scene: Scene) -> None:
    asked(scene).on(NAME, ALIAS, family=V4).on(NAME, NODATA, family=V6)
    assert told(scene) == [("ipv4", "forced")]


def test_a_network_without_ipv6_is_judged_by_ipv4_alone(scene: Scene) -> None:
    scene.vantage = Vantage(gateway="192.168.1.1", ipv4=True, ipv6=False)
    for name in ("control.one", "control.two"):
        scene.on(name, dns("2001:db8:c::1"), family=V6)
    asked(scene).on(NAME, ALIAS, family=V4).on(NAME, dns(REAL6), family=V6)
    assert told(scene) == [("ipv4", "forced")]


@pytest.mark.parametrize("answer", (NXDOMAIN, NODATA, dns("0.0.0.0"), dns(rcode=5)))
def test_an_engine_that_is_blocked_shows_nothing_at_all(scene: Scene, answer: Part) -> None:
    asked(scene).on(NAME, answer, family=V4).on(NAME, NODATA, family=V6)
    assert told(scene) == [("ipv4", "forced")]


@pytest.mark.parametrize("answer", (TIMEOUT, dns(rcode=2), dns(failure=failure.NOT_DIALLED)))
def test_an_answer_that_did_not_come_shows_nothing(scene: Scene, answer: Part) -> None:
    asked(scene).on(NAME, answer, family=V4).on(NAME, NODATA, family=V6)
    assert told(scene) == [("ipv4", "inconclusive")]


def test_without_the_restricted_forms_own_answer_nothing_can_be_compared(scene: Scene) -> None:
    asked(scene).on(NAME, dns(REAL), family=V4).on(FORCED, TIMEOUT, family=V4).on(NAME, NODATA, family=V6)
    assert told(scene) == [("ipv4", "inconclusive")]


def test_one_content_network_for_both_forms_tells_nothing_without_an_alias(scene: Scene) -> None:
    asked(scene, addresses_tell=False).on(NAME, dns(SAFE), family=V4).on(NAME, NODATA, family=V6)
    assert [item.rule for item in judged(scene)] == ["safesearch_one_network"]
    scene.on(NAME, ALIAS, family=V4)
    assert told(scene) == [("ipv4", "forced")]


def test_one_host_that_was_forgotten_is_partly(scene: Scene) -> None:
    asked(scene, names=(NAME, "m.engine.example")).on(NAME, ALIAS, family=V4).on(NAME, NODATA, family=V6)
    scene.on("m.engine.example", dns(REAL), family=V4).on("m.engine.example", NODATA, family=V6)
    assert told(scene) == [("ipv4", "partly")]


def test_one_resolver_that_does_not_force_is_partly(scene: Scene) -> None:
    second = "192.168.1.2:53"
    scene.resolvers = (RESOLVER, second)
    asked(scene).on(NAME, ALIAS, family=V4, resolver=RESOLVER).on(NAME, NODATA, family=V6)
    scene.on(NAME, dns(REAL), family=V4, resolver=second)
    assert told(scene) == [("ipv4", "partly")]


def test_a_sinkhole_for_both_forms_is_no_restricted_form(scene: Scene) -> None:
    asked(scene).on(NAME, dns("0.0.0.0"), family=V4).on(FORCED, dns("0.0.0.0"), family=V4)
    scene.on(NAME, NODATA, family=V6)
    assert [item.rule for item in judged(scene)] == ["safesearch_blocked"]


def test_on_a_void_run_nothing_is_forced(scene: Scene) -> None:
    scene.interrupted = True
    asked(scene).on(NAME, ALIAS, family=V4).on(NAME, NODATA, family=V6)
    assert [item.rule for item in judged(scene)] == ["safesearch_void"]


def test_an_engine_that_was_planned_and_never_asked_is_undecided(scene: Scene) -> None:
    assert [item.rule for item in judged(asked(scene))] == ["safesearch_not_asked"] * 2


def test_a_second_look_that_understood_stands_before_a_first_that_did_not(scene: Scene) -> None:
    asked(scene).on(NAME, TIMEOUT, family=V4).on(NAME, NODATA, family=V6)
    scene.again = (NAME,)
    scene.on(NAME, ALIAS, family=V4, attempt=2)
    assert told(scene) == [("ipv4", "forced")]
