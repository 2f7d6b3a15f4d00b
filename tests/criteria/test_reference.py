from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from criteria.records import ReferenceEntry
from criteria.reference import Sighting, sight, unsettled
from probes import failure
from probes.records import Ask, Category, Kind
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    RESOLVER,
    TIMEOUT,
    V4,
    V6,
    Part,
    Scene,
    dns,
    quic,
    tcp,
    tls,
)

SECOND = "192.168.1.2:53"
NAME = "adult.example"
ADDRESS = "198.51.100.20"


def seen(scene: Scene) -> Sighting:
    return sight(plan=scene.plan(), run=scene.run(), observations=scene.observations())


def entry(scene: Scene, name: str = NAME) -> ReferenceEntry:
    found = seen(scene)
    assert found.unfit is None, found.unfit
    assert found.filters is None, found.filters
    return next(item for item in found.entries if item.name == name)


def two(*parts: Part, second: tuple[Part, ...] | None = None, again: bool = True) -> Scene:
    """One adult name, asked of two resolvers, twice; `second` is what the other one says."""
    scene = Scene(resolvers=(RESOLVER, SECOND), again=(NAME, "control.one", "control.two") if again else ())
    scene.target(NAME).on(NAME, *parts)
    if second is not None:
        scene.on(NAME, *second, resolver=SECOND)
    return scene


def alive_ones(scene: Scene, count: int) -> Scene:
    """Other names, each at its own address, so that one odd name is not all there is."""
    for number in range(count):
        name = f"other{number}.example"
        scene.target(name).on(name, dns(f"198.51.100.{number % 90 + 21}"))
    return scene


def test_a_name_with_a_public_address_everywhere_is_alive() -> None:
    found = entry(two(dns(ADDRESS)).on(NAME, dns("2001:db8:c::9"), family=V6))
    assert (found.alive, found.why) == (True, None)
    assert found.addresses == ("198.51.100.20", "2001:db8:c::9")


def test_a_name_that_both_resolvers_deny_twice_is_dead() -> None:
    found = entry(two(NXDOMAIN))
    assert (found.alive, found.why, found.addresses) == (False, None, ())


def test_a_name_that_was_denied_only_once_is_unknown() -> None:
    assert entry(two(NXDOMAIN, again=False)).alive is None


def test_a_denial_that_a_second_look_does_not_repeat_is_unknown() -> None:
    assert entry(two(NXDOMAIN).on(NAME, TIMEOUT, resolver=SECOND, attempt=2)).alive is None


def test_a_name_that_is_denied_first_and_given_later_is_unknown() -> None:
    scene = two(NXDOMAIN, second=(NXDOMAIN,))
    for resolver in (RESOLVER, SECOND):
        for family in (V4, V6):
            scene.on(NAME, dns(ADDRESS), resolver=resolver, family=family, attempt=2)
    scene.does = {
        key: value
        for key, value in scene.does.items()
        if key[0] != NAME or key[3] == 2 or key == (NAME, None, None, None)
    }
    found = entry(scene)
    assert found.alive is None
    assert found.why == "no clear answer"


def test_a_denial_in_one_family_only_does_not_kill_a_name() -> None:
    found = entry(two(dns(ADDRESS)).on(NAME, NXDOMAIN, family=V6))
    assert found.alive is True


def test_a_name_without_any_address_is_unknown() -> None:
    found = entry(two(NODATA))
    assert (found.alive, found.why) == (None, "no address")


def test_silence_and_failing_resolvers_prove_nothing() -> None:
    for part in (TIMEOUT, dns(rcode=2), dns(rcode=5)):
        found = entry(two(part))
        assert (found.alive, found.why) == (None, "no clear answer")


def test_one_resolver_that_denies_what_another_gives_leaves_a_single_name_unknown() -> None:
    found = entry(alive_ones(two(dns(ADDRESS), second=(NXDOMAIN,)), 9))
    assert found.alive is None
    assert found.why == "the resolvers disagree: denied, open"


def test_a_name_that_opens_only_where_a_plain_visit_is_tried_otherwise_filters() -> None:
    stopped = (dns(ADDRESS), tcp(ADDRESS), tls(ADDRESS, failure.CONNECTION_RESET))
    for otherwise in (quic(ADDRESS), tls(ADDRESS, in_parts=True)):
        scene = Scene(again=(NAME,)).target(NAME, ask=Ask.TLS)
        scene.on(NAME, *stopped, otherwise, family=V4).on(NAME, NODATA, family=V6)
        assert "alone: plain visits are stopped" in (seen(scene).filters or "")
        # A line that lost one visit, and let the next one by, stops nothing.
        scene.on(NAME, dns(ADDRESS), tcp(ADDRESS), tls(ADDRESS), family=V4, attempt=2)
        assert seen(scene).filters is None


def test_one_resolver_that_denies_several_names_that_another_gives_filters() -> None:
    scene = two(dns(ADDRESS), second=(NXDOMAIN,))
    scene.again = (*scene.again, "b.example")
    scene.target("b.example").on("b.example", dns("198.51.100.21"))
    scene.on("b.example", NXDOMAIN, resolver=SECOND)
    filters = seen(scene).filters
    assert filters is not None
    assert "One resolver keeps away what another one gives: adult.example and 1 other name" in filters


def test_an_address_in_a_family_that_could_not_be_told_is_left_out() -> None:
    found = entry(two(dns(ADDRESS)).on(NAME, TIMEOUT, family=V6))
    assert (found.alive, found.addresses) == (True, ())


def test_a_name_that_may_be_opened_is_alive_only_where_its_certificate_verifies() -> None:
    for failed, expected in ((None, True), ("ssl_unknown_authority", None), ("connection_reset", None)):
        scene = Scene(again=(NAME,)).target(NAME, ask=Ask.TLS)
        scene.on(NAME, dns(ADDRESS), tcp(ADDRESS), tls(ADDRESS, failed, pinned=failed is None), family=V4)
        scene.on(NAME, NODATA, family=V6)
        found = entry(scene)
        assert found.alive is expected
        assert found.addresses == ((ADDRESS,) if expected else ())


def test_any_mark_of_a_filter_refuses_the_vantage(scene: Scene) -> None:
    for code in (4, 15, 16, 17):
        marked = Scene().target(NAME).on(NAME, dns(rcode=3, ede=(code,)))
        filters = seen(alive_ones(marked, 300)).filters
        assert filters == f"adult.example came back marked as filtered (dns/ede:{code})."


def test_a_malware_test_name_that_a_resolver_keeps_away_refuses_nothing() -> None:
    scene = Scene().target(NAME, Category.SECURITY).on(NAME, dns(rcode=3, ede=(15,)))
    assert entry(scene).alive is None


def test_names_that_lead_nowhere_refuse_the_vantage() -> None:
    for nowhere in ("0.0.0.0", "127.0.0.1", "10.1.1.1"):
        filters = seen(Scene().target(NAME).on(NAME, dns(nowhere))).filters
        assert filters == "adult.example came back with an address that leads nowhere."


def test_one_name_in_hundreds_that_its_owner_points_nowhere_does_not() -> None:
    scene = alive_ones(two(dns("127.0.0.1")), 150)
    assert entry(scene).alive is None


def test_the_same_name_pointing_nowhere_at_one_resolver_only_does() -> None:
    scene = alive_ones(two(dns(ADDRESS), second=(dns("127.0.0.1"),)), 150)
    assert "One resolver keeps away" in (seen(scene).filters or "")


def test_known_names_that_nobody_gives_refuse_the_vantage() -> None:
    names = ("a.example", "b.example")
    scene = Scene(again=names)
    for name in names:
        scene.target(name, expect=(ADDRESS,)).on(name, NXDOMAIN)
    assert "known to exist" in (seen(scene).filters or "")


def test_one_documented_name_that_nobody_gives_contradicts_its_list_and_is_unknown() -> None:
    scene = Scene(again=(NAME,)).target(NAME, expect=(ADDRESS,)).on(NAME, NXDOMAIN)
    found = entry(scene)
    assert (found.alive, found.why) == (None, "no resolver knows it, and its owner documents it")


def test_most_names_at_one_unknown_address_look_like_a_block_page() -> None:
    scene = Scene()
    for number in range(6):
        address = "203.0.113.66" if number < 4 else f"198.51.100.{30 + number}"
        scene.target(f"a{number}.example").on(f"a{number}.example", dns(address))
    assert seen(scene).filters == "4 of 6 names that are to be blocked lead to 203.0.113.66."
    for number in range(6, 9):
        scene.target(f"a{number}.example").on(f"a{number}.example", dns(f"198.51.100.{30 + number}"))
    assert seen(scene).filters is None


def test_the_best_known_names_are_not_gone_whoever_says_so() -> None:
    names = tuple(f"top{number}.example" for number in range(6))
    scene = Scene(again=names)
    for number, name in enumerate(names):
        scene.target(name).on(name, NXDOMAIN if number < 4 else dns(f"198.51.100.{40 + number}"))
    assert seen(scene).filters is None, "names of no rank may be gone"
    scene.targets = [
        msgspec.structs.replace(item, rank=None if item.category.control else number)
        for number, item in enumerate(scene.targets, start=1)
    ]
    found = seen(scene).filters
    assert found == (
        "top0.example and 3 other names are the best known of their kind, and cannot be had from here."
    )


def test_an_invented_address_is_a_denial_and_makes_no_name_alive() -> None:
    scene = Scene(again=(NAME, "control.one", "control.two")).target(NAME).target("true.example")
    for tld in ("com", "net", "org"):
        scene.on(f"random.{tld}", dns("203.0.113.99"))
    scene.on(NAME, dns("203.0.113.99"))
    scene.on("true.example", dns(ADDRESS))
    assert entry(scene).alive is False
    # Who invents one address may invent another one: an unproven name is not taken on its word.
    assert entry(scene, "true.example").alive is None


def test_a_void_run_says_so() -> None:
    scene = Scene().target(NAME).on(NAME, dns(ADDRESS))
    for name in scene.portals:
        scene.on(name, dns("10.0.0.1"))
    assert seen(scene).fitness.void_reason == "captive"
    assert seen(scene).unfit is not None


def test_a_resolver_at_which_no_control_came_right_must_be_left_out() -> None:
    scene = two(dns(ADDRESS))
    for name in ("control.one", "control.two"):
        for family in (V4, V6):
            scene.on(name, dns(rcode=5), resolver=SECOND, family=family)
            scene.does[name, family, RESOLVER, None] = scene.does[name, family, None, None]
    unfit = seen(scene).unfit
    assert unfit == f"No name that must open came right at {SECOND}: leave it out, or name another one."


def test_a_bad_window_makes_its_names_unknown() -> None:
    scene = Scene(riding=True, resolvers=(RESOLVER,))
    for number in range(4):
        scene.target(f"a{number}.example").on(f"a{number}.example", dns(f"198.51.100.{30 + number}"))
    rides = [
        item.id
        for item in scene.plan().questions
        if item.kind is Kind.CONTROL and item.subject == "control.one"
    ]
    # The first ride (both families) fails; the opening and closing controls are right.
    for ride in rides[2:4]:
        scene.on(ride, TIMEOUT)
    found = {item.name: item.alive for item in seen(scene).entries}
    assert found["a0.example"] is None
    assert found["a3.example"] is True


def test_whatever_is_not_plain_is_asked_again_with_the_controls_that_answer_for_it() -> None:
    scene = Scene().target(NAME).on(NAME, NXDOMAIN).target("true.example").on("true.example", dns(ADDRESS))
    plan = scene.plan()
    again = unsettled(plan, seen(scene))
    subjects = {item.subject for item in plan.questions if item.id in again}
    assert subjects == {NAME, "control.one", "control.two"}


PARTS: dict[str, Part] = {
    "open": dns(ADDRESS),
    "denied": NXDOMAIN,
    "empty": NODATA,
    "silent": TIMEOUT,
    "failing": dns(rcode=2),
    "refused": dns(rcode=5),
    "nowhere": dns("127.0.0.1"),
    "marked": dns(rcode=3, ede=(17,)),
}
SAID = st.tuples(*[st.sampled_from(sorted(PARTS))] * 8)


@given(said=SAID, again=st.booleans())
def test_whatever_resolvers_say_alive_and_dead_are_never_guessed(
    said: tuple[str, ...], *, again: bool
) -> None:
    scene = Scene(resolvers=(RESOLVER, SECOND), again=(NAME, "control.one", "control.two") if again else ())
    scene.target(NAME)
    places = [(r, f, a) for r in (RESOLVER, SECOND) for f in (V4, V6) for a in (1, 2)]
    words = dict(zip(places, said, strict=True))
    for (resolver, family, attempt), word in words.items():
        scene.on(NAME, PARTS[word], resolver=resolver, family=family, attempt=attempt)
    heard = {place: word for place, word in words.items() if again or place[2] == 1}
    found = next(item for item in seen(scene).entries if item.name == NAME)
    if found.alive is True:
        for asked in (RESOLVER, SECOND):
            assert "open" in {word for place, word in heard.items() if place[0] == asked}
        assert not {"nowhere", "marked"} & set(heard.values())
    if found.alive is False:
        assert again
        assert set(heard.values()) == {"denied"}
    if "marked" in heard.values():
        assert seen(scene).filters is not None
    assert (found.why is None) is (found.alive is not None)
    assert found.alive is True or not found.addresses
