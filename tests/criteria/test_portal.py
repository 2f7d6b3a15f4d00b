from __future__ import annotations

import msgspec
import pytest

from criteria.index import Looks
from criteria.portal import is_wall, name_portal
from probes.records import Observation, Stage
from tests.criteria.conftest import Part, Scene, dns, http

HERE = "198.51.100.80"
LOGIN = "https://login.hotel.example/?from=1"


def page(status: int = 200, *, title: str | None = None, location: str | None = None) -> tuple[Part, ...]:
    part = http(HERE, status, token=False, location=location)
    facts = part["http"]
    excerpt = None if title is None else f"<html><head><TITLE class=x>{title}</TITLE></head>"
    return (dns(HERE), {**part, "http": msgspec.structs.replace(facts, excerpt=excerpt)})


def named(scene: Scene) -> str | None:
    return name_portal(Looks(scene.plan(), scene.observations()))


def walled(scene: Scene) -> bool:
    return is_wall(Looks(scene.plan(), scene.observations()))


@pytest.fixture(name="captive")
def _captive(scene: Scene) -> Scene:
    for name in scene.portals:
        scene.on(name, *page(302, location=LOGIN))
    return scene


def test_a_portal_is_named_by_the_host_that_it_sends_visitors_to(captive: Scene) -> None:
    assert named(captive) == "login.hotel.example"
    assert captive.fitness.explanation.endswith("asked for: login.hotel.example.")


def test_a_portal_that_answers_itself_is_named_by_its_title(scene: Scene) -> None:
    for name in scene.portals:
        scene.on(name, *page(title="Hotel &amp; Spa\n  Wi-Fi"))
    assert named(scene) == "“Hotel & Spa Wi-Fi”"
    assert scene.fitness.void_reason == "captive"


def test_a_511_is_a_portal_whatever_its_page(scene: Scene) -> None:
    for name in scene.portals:
        scene.on(name, *page(511, title="Log in"))
    assert named(scene) == "“Log in”"


def test_a_sound_network_has_no_portal_to_name(scene: Scene) -> None:
    assert named(scene) is None
    assert not walled(scene)


def test_a_title_cannot_steer_a_terminal_or_fill_a_screen(scene: Scene) -> None:
    for name in scene.portals:
        scene.on(name, *page(title="\x1b[31mRed\x07" + "x" * 500))
    told = named(scene)
    assert told is not None
    assert told.isprintable()
    assert len(told) < 100


@pytest.mark.parametrize("location", ("https://bad host/", "http://\x1b[2J/", "http:///", "//", ""))
def test_a_redirect_to_nothing_that_is_a_host_names_nothing(scene: Scene, location: str) -> None:
    for name in scene.portals:
        scene.on(name, *page(302, location=location))
    assert named(scene) is None


@pytest.mark.parametrize(
    ("places", "wall"),
    (
        (("http://login.example/", "http://login.example/"), True),
        (("http://login.example/", "http://other.example/"), False),
        (("http://www.control.one/", "http://www.control.two/"), False),
        (("https://control.one/", "https://control.two/"), False),
    ),
)
def test_controls_that_are_all_sent_to_one_foreign_place_meet_a_wall(
    scene: Scene, places: tuple[str, str], *, wall: bool
) -> None:
    for name, location in zip(("control.one", "control.two"), places, strict=True):
        for family in scene.families:
            scene.on(name, *page(302, location=location), family=family)
    assert walled(scene) is wall
    assert scene.fitness.void_reason == ("captive" if wall else "controls_wrong")


def test_a_control_that_is_told_to_log_in_meets_a_wall(scene: Scene) -> None:
    for family in scene.families:
        scene.on("control.one", *page(511), family=family)
    assert walled(scene)


def test_what_came_over_tls_is_no_portal(captive: Scene) -> None:
    def over_tls(item: Observation) -> Observation:
        return msgspec.structs.replace(item, address=f"{HERE}:443") if item.stage is Stage.HTTP else item

    looks = Looks(captive.plan(), [over_tls(item) for item in captive.observations()])
    assert name_portal(looks) is None
