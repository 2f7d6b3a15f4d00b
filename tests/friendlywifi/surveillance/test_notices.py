from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from friendlywifi.surveillance.causes import CauseKind, Site, address_of, is_public, shared
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.facts import Watched, facts_of
from friendlywifi.surveillance.folding import fold, silent
from friendlywifi.surveillance.notices import Announcement, NoticeKind, Told, announce
from friendlywifi.surveillance.sight import Sight, Sighting
from tests.friendlywifi.surveillance.cast import PRIVATE, PUBLIC, RESIDENT, START, seen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def bad(at: datetime, cause: str = PUBLIC, gate: str = "ADU-01") -> Sighting:
    return Sighting(
        run="r", started=at, sight=Sight.BAD, failed=(gate,), causes=(cause,), evidence=f"sha256:{at:%d%H%M}"
    )


class Town:
    """Libraries, each with what was seen of it, and what was told of all."""

    def __init__(self, count: int = 6, *, resolver: str = "198.51.100.7", readers: int = 1) -> None:
        self.resolver = resolver
        self.conditions = {f"lib-{number}": Condition() for number in range(count)}
        self.readers = {name: f"r{number % readers}" for number, name in enumerate(self.conditions)}
        self.told: tuple[Told, ...] = ()
        self.lapses: dict[str, datetime] = {}

    def see(self, name: str, *sightings: Sighting) -> None:
        for item in sightings:
            self.conditions[name] = fold(self.conditions[name], item, rhythm=RESIDENT)

    def fail(self, name: str, at: datetime, *, cause: str = PUBLIC, gate: str = "ADU-01") -> None:
        self.see(name, *(bad(at + step * HOUR, cause, gate) for step in range(3)))

    def sites(self) -> tuple[Site, ...]:
        return tuple(
            Site(
                hotspot=name,
                provider="Provider One",
                resolvers=(self.resolver,),
                readers=(self.readers[name],),
                conditions=(("", condition),),
            )
            for name, condition in self.conditions.items()
        )

    def tell(self, now: datetime) -> Announcement:
        sites = self.sites()
        watched = tuple(Watched(site=item, lapses=self.lapses.get(item.hotspot)) for item in sites)
        facts = facts_of(watched, dict.fromkeys(self.conditions, RESIDENT), now=now)
        said = announce(facts, self.told, sites, now=now)
        self.told = said.told
        assert announce(facts, self.told, sites, now=now).notices == ()
        return said


def test_six_libraries_behind_one_resolver_are_one_message() -> None:
    town = Town()
    town.fail("lib-0", START)
    town.see("lib-1", bad(START + HOUR))
    (notice,) = town.tell(START + 3 * HOUR).notices
    assert notice.cause.key == "resolver:198.51.100.7"
    assert notice.hotspots == ("lib-0",)
    assert notice.suspected == ("lib-1",)
    assert notice.behind == ("lib-2", "lib-3", "lib-4", "lib-5")
    assert notice.evidence
    for number in range(1, 6):
        town.fail(f"lib-{number}", START + (2 + number) * HOUR)
    assert town.tell(START + 12 * HOUR).notices == ()


def test_whoever_did_not_get_the_message_gets_one_and_they_are_gathered() -> None:
    town = Town(readers=6)
    town.fail("lib-0", START)
    assert len(town.tell(START + 2 * HOUR).notices) == 1
    for number in range(1, 4):
        town.fail(f"lib-{number}", START + 2 * HOUR)
    assert town.tell(START + 5 * HOUR).notices == ()
    (more,) = town.tell(START + 9 * HOUR).notices
    assert more.hotspots == ("lib-1", "lib-2", "lib-3")
    assert more.more


def test_who_got_no_hand_over_sheet_was_not_told_of_what_it_names_beside() -> None:
    """Two readers, each with a part of the notice: the sheet names all places, so neither of them gets it."""
    town = Town(readers=2)
    town.fail("lib-0", START)
    town.fail("lib-1", START)
    (notice,) = town.tell(START + 3 * HOUR).notices
    assert notice.hotspots == ("lib-0", "lib-1")
    assert "lib-2" in notice.behind
    town.fail("lib-2", START + 4 * HOUR)
    assert [item.hotspots for item in town.tell(START + 12 * HOUR).notices] == [("lib-2",)]


def test_what_only_seemed_to_be_over_is_not_told_again() -> None:
    """As when runs that cured it are counted otherwise later. Nobody was told that it was over."""
    town = Town(readers=6)
    town.fail("lib-0", START)
    town.fail("lib-1", START)
    (notice,) = town.tell(START + 3 * HOUR).notices
    before = town.conditions["lib-0"]
    town.conditions["lib-0"] = Condition()
    assert town.tell(START + 12 * HOUR).notices == ()
    town.conditions["lib-0"] = before
    assert town.tell(START + 24 * HOUR).notices == ()
    town.conditions |= {"lib-0": Condition(), "lib-1": Condition()}
    (over,) = town.tell(START + 36 * HOUR).notices
    assert (over.kind, over.hotspots) == (NoticeKind.RECOVERED, notice.hotspots)


def test_illegal_content_waits_for_nothing() -> None:
    town = Town(readers=6)
    town.fail("lib-0", START)
    town.tell(START + 2 * HOUR)
    town.see("lib-1", bad(START + 3 * HOUR, gate="ILL-01"))
    (notice,) = town.tell(START + 3 * HOUR).notices
    assert notice.urgent
    assert notice.gates == ("ILL-01",)


def test_when_the_last_is_well_again_it_is_told_once() -> None:
    town = Town(2)
    town.fail("lib-0", START)
    town.fail("lib-1", START)
    town.tell(START + 2 * HOUR)
    town.see("lib-0", *(seen(START + step * HOUR, Sight.GOOD) for step in range(3, 6)))
    assert town.tell(START + 6 * HOUR).notices == ()
    town.see("lib-1", *(seen(START + step * HOUR, Sight.GOOD) for step in range(6, 9)))
    (notice,) = town.tell(START + 9 * HOUR).notices
    assert notice.kind is NoticeKind.RECOVERED
    assert notice.hotspots == ("lib-0", "lib-1")
    assert town.told == ()


def test_a_private_resolver_is_another_machine_at_every_place_but_the_provider_is_one() -> None:
    town = Town(3, resolver="192.168.1.1")
    town.fail("lib-0", START, cause=PRIVATE)
    town.fail("lib-1", START, cause=PRIVATE)
    (group,) = shared(town.sites())
    assert (group.cause.kind, group.cause.name) == (CauseKind.PROVIDER, "Provider One")
    assert group.behind == ()


def test_a_way_around_that_is_open_at_one_place_is_that_places_own() -> None:
    town = Town(2)
    town.fail("lib-0", START, cause="udp/53 out")
    (alone,) = shared(town.sites())
    assert alone.cause.key == "hotspot:lib-0"
    town.fail("lib-1", START, cause="udp/53 out")
    (both,) = shared(town.sites())
    assert both.cause.key == "route:udp/53 out"


def test_a_filter_that_comes_and_goes_gives_one_message_and_no_storm() -> None:
    town = Town(1)
    kinds: list[NoticeKind] = []
    at = START
    for _ in range(40):
        town.see("lib-0", seen(at, Sight.GOOD), bad(at + 6 * HOUR))
        at += 12 * HOUR
        kinds += [item.kind for item in town.tell(at).notices]
    assert kinds == [NoticeKind.FLAPPING]


def test_one_that_is_confirmed_again_and_again_is_told_once_until_it_is_steady() -> None:
    town = Town(1)
    kinds: list[NoticeKind] = []
    at = START
    for _ in range(12):
        town.fail("lib-0", at)
        town.see("lib-0", *(seen(at + step * HOUR, Sight.GOOD) for step in range(3, 7)))
        kinds += [item.kind for item in town.tell(at + 6 * HOUR).notices]
        at += 8 * HOUR
    # The first two were told as failures that were cured; from the third on it flaps.
    assert len(kinds) <= 5
    assert kinds.count(NoticeKind.FAILING) <= 3


def test_a_portal_is_told_after_a_day_and_a_night_without_wifi_is_not() -> None:
    town = Town(1)
    town.see("lib-0", seen(START, Sight.GOOD), seen(START + HOUR, Sight.CAPTIVE))
    assert town.tell(START + 20 * HOUR).notices == ()
    (notice,) = town.tell(START + 25 * HOUR).notices
    assert notice.kind is NoticeKind.PORTAL_LOCKED
    # A login page and a dead line in turn are still the same darkness.
    other = Town(1)
    other.see("lib-0", seen(START, Sight.GOOD))
    for step in range(1, 8):
        other.see("lib-0", seen(START + step * 4 * HOUR, (Sight.CAPTIVE, Sight.OFFLINE)[step % 2]))
    assert len(other.tell(START + 29 * HOUR).notices) == 1


def test_a_silent_probe_is_told_once() -> None:
    town = Town(1)
    town.see("lib-0", seen(START, Sight.GOOD))
    now = START + 20 * HOUR
    town.conditions["lib-0"] = silent(town.conditions["lib-0"], rhythm=RESIDENT, now=now, last=START)
    (notice,) = town.tell(now).notices
    assert notice.kind is NoticeKind.PROBE_SILENT
    assert town.tell(now + 10 * DAY).notices == ()


def test_evidence_that_ends_within_a_week_is_told() -> None:
    town = Town(2)
    town.lapses = {"lib-0": START + 10 * DAY, "lib-1": START + 10 * DAY}
    assert town.tell(START).notices == ()
    (notice,) = town.tell(START + 4 * DAY).notices
    assert (notice.kind, notice.hotspots) == (NoticeKind.LAPSING, ("lib-0", "lib-1"))


@pytest.mark.parametrize(
    ("endpoint", "address"),
    (
        ("192.0.2.1:53", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]:53", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("udp/53 out", ""),
    ),
)
def test_an_endpoint_is_known_by_its_address(endpoint: str, address: str) -> None:
    assert address_of(endpoint) == address


def test_private_and_local_addresses_mean_another_machine_everywhere() -> None:
    assert is_public("198.51.100.7")
    assert is_public("9.9.9.9")
    for address in ("192.168.1.1", "10.0.0.1", "100.64.0.1", "fe80::1", "127.0.0.53", "fd00::1"):
        assert not is_public(address), address
