from __future__ import annotations

import msgspec
import pytest

from criteria.identity import changes, unknown
from criteria.index import Looks
from probes.records import Vantage
from tests.criteria.conftest import Scene

RADIO = Vantage(
    interface="wlan0",
    wired=False,
    ssid="Biblioteka",
    bssid="b",
    gateway="192.168.1.1",
    gateway_mac="g",
    resolvers=("192.168.1.1",),
)


def differing(scene: Scene, **after: object) -> tuple[str, ...]:
    scene.vantage = RADIO
    scene.after = msgspec.structs.replace(RADIO, **after)
    return changes(scene.plan(), Looks(scene.plan(), scene.observations()))


@pytest.mark.parametrize(
    ("after", "fields"),
    (
        ({}, ()),
        ({"ssid": "Kafe"}, ("ssid",)),
        ({"ssid": None}, ()),  # what is not known has not changed
        ({"bssid": "c"}, ()),  # another access point of the same network
        ({"bssid": "c", "gateway_mac": "h"}, ("bssid", "gateway_mac")),
        ({"resolvers": ("9.9.9.9",)}, ("resolvers",)),
    ),
)
def test_what_was_known_before_and_after_and_differs_is_another_network(
    scene: Scene, after: dict[str, object], fields: tuple[str, ...]
) -> None:
    assert differing(scene, **after) == fields


def test_a_network_of_which_all_is_on_record_has_no_limit() -> None:
    assert unknown(RADIO) == ()


def test_a_cable_has_neither_a_name_nor_an_access_point() -> None:
    assert unknown(Vantage(wired=True, gateway_mac="g", resolvers=("192.168.1.1",))) == ()


def test_whatever_is_unknown_is_told() -> None:
    assert unknown(Vantage()) == (
        "its name",
        "its access point",
        "its gateway",
        "the resolvers that it gave",
    )
    assert unknown(Vantage(wired=True)) == ("its gateway", "the resolvers that it gave")


def test_a_lab_is_no_network_that_could_be_mistaken() -> None:
    assert unknown(Vantage(label="lab: library")) == ()
