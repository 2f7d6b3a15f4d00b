"""Is this the place? What is known decides, and what is not known never matches."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.records.identity import Finding, Former, Identity, Place, Seen, compare, joined, tells
from tests.friendlywifi.records.rows import NOW

SSIDS = ("Biblioteka", "Biblioteka 5G")
ENROLLED = Seen(
    vantage="laptop",
    ssid="Biblioteka",
    wired=False,
    gateway_mac="gate",
    bssids=("point",),
    resolvers=("192.168.1.1",),
)


def found(enrolled: Seen = ENROLLED, **seen: object) -> Finding:
    return compare((enrolled,), msgspec.structs.replace(ENROLLED, **seen), ssids=SSIDS)


def test_the_same_network_is_the_place() -> None:
    assert found() == Finding(place=Place.SAME)


@pytest.mark.parametrize(
    ("seen", "differs"),
    (
        ({"gateway_mac": "another"}, "the gateway (router) is another one"),
        ({"gateway_mac": None, "bssids": ("another",)}, "the access point is another one"),
        ({"ssid": "Kafe"}, "the Wi-Fi here is called “Kafe”, not “Biblioteka” or “Biblioteka 5G”"),
    ),
)
def test_what_is_known_to_be_another_is_another_place(seen: dict[str, object], differs: str) -> None:
    result = found(**seen)
    assert result.place is Place.ELSEWHERE
    assert differs in result.differs


def test_the_sentence_says_everything_that_differs() -> None:
    result = found(gateway_mac="another", ssid="Kafe", bssids=("another",))
    assert len(result.differs) == 3


def test_another_access_point_behind_the_same_gateway_is_the_same_place() -> None:
    assert found(bssids=("upstairs",)).place is Place.SAME


def test_the_other_network_of_the_place_is_known_by_the_gateway() -> None:
    assert found(ssid="Biblioteka 5G", bssids=("five",)).place is Place.SAME


@pytest.mark.parametrize(
    "seen",
    (
        {"gateway_mac": None, "bssids": ()},
        {"gateway_mac": None, "bssids": (), "ssid": None},
        {"gateway_mac": None, "bssids": (), "ssid": None, "resolvers": None},
    ),
)
def test_a_name_and_a_resolver_alone_do_not_show_the_place(seen: dict[str, object]) -> None:
    """Anybody can call an access point “Biblioteka” and hand out 192.168.1.1."""
    result = found(**seen)
    assert result.place is Place.UNKNOWN
    assert "its gateway" in result.unknown


def test_what_was_not_known_when_it_was_enrolled_does_not_match_either() -> None:
    bare = msgspec.structs.replace(ENROLLED, gateway_mac=None, bssids=())
    assert found(bare).place is Place.UNKNOWN


def test_other_resolvers_alone_are_a_change_for_a_person() -> None:
    result = found(resolvers=("9.9.9.9",))
    assert result.place is Place.CHANGED
    assert result.differs == ("it hands out the resolvers 9.9.9.9, enrolled are 192.168.1.1",)


def test_resolvers_that_are_not_known_limit_and_are_named() -> None:
    assert found(resolvers=None).unknown == ("the resolvers that it hands out",)


def test_a_changed_public_address_matters_only_where_nothing_better_is_known() -> None:
    enrolled = msgspec.structs.replace(ENROLLED, egress="192.0.2.1")
    assert found(enrolled, egress="192.0.2.9").place is Place.SAME
    blind = {"gateway_mac": None, "bssids": ()}
    assert found(enrolled, egress="192.0.2.9", **blind).place is Place.ELSEWHERE
    assert found(enrolled, egress="192.0.2.1", **blind).place is Place.UNKNOWN


def test_hashes_of_another_machine_are_never_compared() -> None:
    assert found(vantage="another laptop").place is Place.UNKNOWN


hashes = st.sampled_from((None, "a", "b"))
networks = st.builds(
    Seen,
    vantage=st.sampled_from(("v", "w")),
    ssid=st.sampled_from((None, *SSIDS)),
    wired=st.sampled_from((None, True, False)),
    gateway_mac=hashes,
    bssids=st.sampled_from(((), ("p",), ("q",))),
    egress=st.sampled_from((None, "192.0.2.1", "192.0.2.2")),
    resolvers=st.sampled_from((None, (), ("192.168.1.1",), ("9.9.9.9",))),
)


@given(st.lists(networks, max_size=3), networks)
def test_the_place_is_shown_by_an_equal_gateway_or_access_point_and_by_nothing_else(
    enrolled: list[Seen], seen: Seen
) -> None:
    result = compare(tuple(enrolled), seen, ssids=SSIDS)
    mine = [item for item in enrolled if item.vantage == seen.vantage]
    same_gateway = any(item.gateway_mac == seen.gateway_mac is not None for item in mine)
    same_point = any(set(item.bssids) & set(seen.bssids) for item in mine)
    if result.place in (Place.SAME, Place.CHANGED):
        assert same_gateway or same_point
    if result.place is Place.ELSEWHERE:
        assert result.differs


@given(st.lists(networks, max_size=3), networks)
def test_to_know_less_never_makes_it_the_place(enrolled: list[Seen], seen: Seen) -> None:
    less = msgspec.structs.replace(seen, gateway_mac=None, bssids=())
    assert compare(tuple(enrolled), less, ssids=SSIDS).place in (Place.UNKNOWN, Place.ELSEWHERE)


@given(st.lists(networks, max_size=3), networks)
def test_what_was_enrolled_is_the_place(enrolled: list[Seen], seen: Seen) -> None:
    after = joined(tuple(enrolled), seen)
    assert (compare(after, seen, ssids=SSIDS).place is Place.SAME) == tells(seen)
    assert len({(item.vantage, item.ssid) for item in after}) == len(after) or len(enrolled) > 1


def test_access_points_are_gathered_behind_one_gateway_and_dropped_with_it() -> None:
    upstairs = msgspec.structs.replace(ENROLLED, bssids=("upstairs",))
    (both,) = joined((ENROLLED,), upstairs)
    assert both.bssids == ("point", "upstairs")
    (new,) = joined((ENROLLED,), msgspec.structs.replace(upstairs, gateway_mac="new"))
    assert new.bssids == ("upstairs",)


def test_a_run_that_comes_in_late_is_compared_with_what_was_enrolled_then() -> None:
    new = msgspec.structs.replace(ENROLLED, gateway_mac="new", bssids=("new",))
    identity = Identity(
        networks=(new,),
        former=(Former(until=NOW, networks=(ENROLLED,)),),
        since=NOW,
        by="Arta",
        why="new router",
    )
    before, after = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert compare(identity.at(before), ENROLLED, ssids=SSIDS).place is Place.SAME
    assert compare(identity.at(after), ENROLLED, ssids=SSIDS).place is Place.ELSEWHERE
    assert compare(identity.at(after), new, ssids=SSIDS).place is Place.SAME
