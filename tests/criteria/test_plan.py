from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import cycle
from typing import Any

import msgspec
import pytest

from criteria.kinds.sample_blocked import SampleBlocked, population
from criteria.plan import PlanFault, choose_targets, draw_plan, sample_lot
from criteria.questions import RIDE_EVERY
from criteria.suffixes import latest
from probes.portals import portals
from probes.records import (
    Ask,
    Category,
    Family,
    Kind,
    Plan,
    Question,
    Target,
    TargetList,
    Transport,
    decode,
    digest,
    encode,
)
from tests.criteria.making import baseline, listed, named, ranked, target

V4, V6 = "192.0.2.53:53", "[2001:db8::53]:53"


def controls(count: int = 30) -> tuple[Target, ...]:
    return tuple(
        target(f"open{number}.lab.example", Category.CONTROL_GENERAL, ask=Ask.TLS) for number in range(count)
    )


def drawn(
    *lists: TargetList,
    seed: str = "a seed",
    resolvers: tuple[str, ...] = (V4, V6),
    foreign: tuple[str, ...] = (),
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6),
    vendor: str | None = None,
) -> Plan:
    return draw_plan(
        standard=baseline(),
        standard_digest="sha256:" + "0" * 64,
        lists=lists or (listed(*ranked(25), *named("adult", 60), *controls()),),
        seed=seed,
        resolvers=resolvers,
        portals=portals(),
        foreign=foreign,
        families=families,
        vendor=vendor,
    )


def lane(question: Question) -> tuple[str, Family]:
    assert question.via is not None
    return question.via.resolver, question.via.family


def names(plan: Plan, kind: Kind) -> list[str]:
    return [item.subject for item in plan.questions if item.kind is kind]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert encode(drawn()) == encode(drawn())


def test_a_plan_survives_its_own_json() -> None:
    plan = drawn(foreign=("198.51.100.1:53",))
    assert decode(encode(plan), Plan) == plan


def test_the_order_of_names_in_a_list_changes_nothing() -> None:
    items = (*named("adult", 300), *controls())
    forth, back = drawn(listed(*items)), drawn(listed(*reversed(items)))
    assert forth.questions == back.questions


def test_another_seed_asks_in_another_order_with_other_controls_and_other_inventions() -> None:
    one, other = drawn(seed="one"), drawn(seed="other")
    assert names(one, Kind.TARGET) != names(other, Kind.TARGET)
    assert set(names(one, Kind.RANDOM)).isdisjoint(names(other, Kind.RANDOM))
    assert len(set(names(one, Kind.CONTROL)) ^ set(names(other, Kind.CONTROL))) >= 2


def test_the_phases_come_in_their_order() -> None:
    plan = drawn(foreign=("198.51.100.1:53",))
    phases: list[Kind] = []
    for question in plan.questions:
        if not phases or phases[-1] is not question.kind:
            phases.append(question.kind)
    middle = [kind for kind in phases if kind not in (Kind.TARGET, Kind.CONTROL)]
    assert middle == [
        Kind.IDENTITY,
        Kind.PORTAL,
        Kind.RANDOM,
        Kind.NAT64,
        Kind.ROUTE,
        Kind.PORTAL,
        Kind.IDENTITY,
    ]
    assert phases[4:6] == [Kind.CONTROL, Kind.TARGET]
    assert phases[-3:] == [Kind.CONTROL, Kind.PORTAL, Kind.IDENTITY]


def test_ids_are_unique_opaque_and_ordered() -> None:
    ids = [item.id for item in drawn().questions]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert ids[0] == "q00001"


def test_every_target_is_asked_once_in_every_lane() -> None:
    plan = drawn()
    asked: dict[str, list[tuple[str, Family]]] = defaultdict(list)
    for question in plan.questions:
        if question.kind is Kind.TARGET:
            asked[question.subject].append(lane(question))
    lanes = sorted((resolver, family) for resolver in (V4, V6) for family in Family)
    assert set(asked) == {item.name for item in plan.targets}
    assert all(sorted(found) == lanes for found in asked.values())


def test_no_lane_asks_more_than_twenty_targets_without_a_control() -> None:
    waiting: dict[tuple[str, Family], int] = defaultdict(int)
    for question in drawn().questions:
        if question.kind is Kind.TARGET:
            waiting[lane(question)] += 1
            assert waiting[lane(question)] <= RIDE_EVERY
        elif question.kind is Kind.CONTROL:
            waiting[lane(question)] = 0
    assert waiting
    assert not any(waiting.values()), "the closing controls answer for the last targets of every lane"


def test_invented_names_are_asked_under_three_top_level_domains_in_every_lane() -> None:
    asked = [item for item in drawn().questions if item.kind is Kind.RANDOM]
    assert {item.subject.rpartition(".")[2] for item in asked} == {"com", "net", "org"}
    assert len(asked) == 3 * 4
    assert {item.ask for item in asked} == {Ask.DNS}


def test_portals_are_asked_over_plain_http_at_the_first_resolver_before_and_after() -> None:
    asked = [item for item in drawn().questions if item.kind is Kind.PORTAL]
    assert len(asked) == 2 * len(portals())
    assert {lane(item) for item in asked} == {(V4, Family.IPV4)}
    assert not any(item.secure for item in asked)
    assert {item.token for item in asked} == {item.token for item in portals()}


def test_controls_are_drawn_where_they_prove_most() -> None:
    weak = tuple(target(f"weak{n}.lab.example", Category.CONTROL_HELP) for n in range(30))
    token = target(
        "token.lab.example", Category.CONTROL_HELP, ask=Ask.GET, token="3f9c1d0a7b", expect=("192.0.2.1",)
    )
    plan = drawn(listed(token, *weak, *controls(4), *named("adult", 30)))
    asked = names(plan, Kind.CONTROL)
    assert asked[0] == "token.lab.example"
    assert not any(name.startswith("weak") for name in asked)


def test_controls_without_any_proof_are_better_than_none() -> None:
    weak = tuple(target(f"weak{n}.lab.example", Category.CONTROL_HELP) for n in range(3))
    assert set(names(drawn(listed(*weak)), Kind.CONTROL)) <= {item.name for item in weak}


def test_a_large_category_is_sampled_and_small_ones_are_asked_whole() -> None:
    help_names = named("help", 300, Category.CONTROL_HELP)
    plan = drawn(
        listed(
            *ranked(40),
            *named("adult", 500),
            *named("general", 400, Category.CONTROL_GENERAL),
            *help_names,
            *named("gamble", 7, Category.GAMBLING),
            *named("order", 400, Category.NATIONAL_ORDER),
        )
    )
    sizes = {kind: sum(item.category is kind for item in plan.targets) for kind in Category}
    assert sizes[Category.ADULT] == 30 + 208
    assert sizes[Category.CONTROL_GENERAL] == 240
    assert sizes[Category.CONTROL_HELP] == 300
    assert sizes[Category.GAMBLING] == 7
    assert sizes[Category.NATIONAL_ORDER] == 400


def test_the_best_known_are_asked_whatever_the_seed_and_never_drawn_a_second_time() -> None:
    for seed in "abc":
        plan = drawn(listed(*ranked(40), *named("adult", 500), *controls()), seed=seed)
        found = [item.name for item in plan.targets]
        assert {f"top{rank}.lab.example" for rank in range(1, 31)} <= set(found)
        assert len(set(found)) == len(found)


def test_a_name_in_two_lists_is_asked_once_with_the_better_truth_and_the_better_rank() -> None:
    plain = target("twice.lab.example", rank=9, list_id="one")
    known = target("twice.lab.example", expect=("192.0.2.7",), list_id="two")
    plan = drawn(listed(plain, *controls()), listed(known, list_id="two"))
    (found,) = [item for item in plan.targets if item.name == "twice.lab.example"]
    assert (found.expect, found.rank, found.list_id) == (("192.0.2.7",), 9, "two")


def test_a_name_that_must_both_open_and_be_blocked_is_refused_with_both_lists() -> None:
    both = target("both.lab.example", Category.CONTROL_HELP, list_id="helplines")
    with pytest.raises(PlanFault, match=r"both\.lab\.example must open .*helplines.* blocked .*filth"):
        drawn(listed(both), listed(target("both.lab.example", list_id="filth")))


def test_a_plan_without_a_resolver_is_refused() -> None:
    with pytest.raises(PlanFault, match="no resolver"):
        drawn(resolvers=())


def test_foreign_resolvers_are_asked_for_filtered_names_by_udp_and_tcp() -> None:
    known = target("known.lab.example", expect=("192.0.2.9",))
    vendors = target("vendor.lab.example", Category.WIRING, expect=("192.0.2.8",), vendor="acme")
    lists = (listed(known, vendors, *named("adult", 5), *controls()),)
    plan = drawn(*lists, foreign=("198.51.100.1:53", "[2001:db8::9]:53"))
    asked = [item for item in plan.questions if item.kind is Kind.ROUTE]
    ways = {(item.via.resolver, item.via.transport) for item in asked if item.via}
    assert ways == {
        (resolver, transport)
        for resolver in ("198.51.100.1:53", "[2001:db8::9]:53")
        for transport in (Transport.UDP, Transport.TCP)
    }
    assert asked[0].subject == "known.lab.example"
    assert "vendor.lab.example" not in {item.subject for item in asked}
    assert {item.ask for item in asked} == {Ask.DNS}
    declared = drawn(*lists, foreign=("198.51.100.1:53",), vendor="acme")
    assert "vendor.lab.example" in names(declared, Kind.ROUTE)


def test_a_sentinel_is_never_asked_of_strangers() -> None:
    sentinel = target("sentinel.lab.example", Category.ILLEGAL_CSAM, sentinel=True, expect=("192.0.2.1",))
    plan = drawn(listed(sentinel, *named("adult", 5), *controls()), foreign=("198.51.100.1:53",))
    assert names(plan, Kind.ROUTE)
    assert sentinel.name not in names(plan, Kind.ROUTE)


def test_a_route_is_asked_for_aaaa_where_its_owner_documents_one() -> None:
    six = target("six.lab.example", expect=("2001:db8::7",))
    plan = drawn(listed(six, *controls()), foreign=("198.51.100.1:53",))
    assert {lane(item)[1] for item in plan.questions if item.kind is Kind.ROUTE} == {Family.IPV6}


def test_no_body_is_kept_of_anything_that_is_to_be_blocked() -> None:
    page = msgspec.structs.replace(target("page.lab.example", Category.SECURITY, ask=Ask.GET), token="x" * 20)
    plan = drawn(listed(page, *named("adult", 5), *controls()))
    filtered = {item.name for item in plan.targets if not item.category.control}
    assert not any(item.store_body for item in plan.questions if item.subject in filtered)


def test_one_family_alone_can_be_asked() -> None:
    plan = drawn(families=(Family.IPV4,), foreign=("[2001:db8::9]:53",))
    assert {lane(item)[1] for item in plan.questions if item.kind is Kind.TARGET} == {Family.IPV4}
    assert not names(plan, Kind.ROUTE)


# ---------------------------------------------------------------- siblings, streams and second samples


def chosen(
    *lists: TargetList, streams: tuple[Iterable[Target], ...] = (), **options: Any
) -> tuple[Target, ...]:
    return choose_targets(standard=baseline(), lists=lists, seed="s", streams=streams, **options)


def family_of(domain: str, count: int) -> tuple[Target, ...]:
    return tuple(target(f"h{number}.{domain}.example") for number in range(count))


def test_of_siblings_one_is_drawn() -> None:
    targets = chosen(listed(*family_of("big", 50), *family_of("small", 2), target("one.example")))
    assert sorted(latest().registrable(item.name) for item in targets) == [
        "big.example",
        "one.example",
        "small.example",
    ]


def test_a_sibling_of_a_best_known_name_is_not_drawn_too() -> None:
    best = target("www.top.example", rank=1)
    targets = chosen(listed(best, target("m.top.example"), target("top.example"), target("x.example")))
    assert {item.name for item in targets} == {"www.top.example", "x.example"}


def test_every_name_of_an_order_and_every_help_line_is_asked_siblings_too() -> None:
    order = tuple(target(f"h{number}.bet.example", Category.NATIONAL_ORDER) for number in range(5))
    help_lines = tuple(target(f"h{number}.help.example", Category.CONTROL_HELP) for number in range(5))
    assert len(chosen(listed(*order, *help_lines))) == 10


def test_a_stream_is_drawn_from_as_the_same_list_is() -> None:
    names = named("n", 900)
    whole = chosen(listed(*controls(), *names))
    streamed = chosen(listed(*controls()), streams=(iter(names[:400]), iter(names[400:])))
    assert {item.name for item in whole} == {item.name for item in streamed}
    assert sum(item.category is Category.ADULT for item in streamed) == 208


def test_the_best_known_names_of_a_stream_are_those_of_the_same_list() -> None:
    # Of every popular site three names stand in the list, the one below the other.
    listing = tuple(
        target(f"{label}.site{number // 3}.example", rank=number + 1)
        for number, label in zip(range(1500), cycle(("www", "m", "shop")), strict=False)
    )
    whole = chosen(listed(*controls(), *listing))
    streamed = chosen(listed(*controls()), streams=(iter(listing),))
    assert set(whole) == set(streamed)
    assert min(item.rank for item in streamed if item.rank is not None) == 1


def test_a_streamed_name_that_must_open_elsewhere_is_a_contradiction() -> None:
    with pytest.raises(PlanFault, match="must open"):
        chosen(listed(*controls()), streams=(iter((target("open1.lab.example"),)),))


def test_what_is_asked_in_full_is_kept_from_a_stream_too() -> None:
    order = (target(f"h{number}.bet.example", Category.NATIONAL_ORDER) for number in range(5))
    assert len(chosen(listed(*controls()), streams=(order,))) == 35


def test_a_second_sample_has_no_domain_of_the_first_and_the_size_that_was_declared() -> None:
    lists = (listed(*controls(), *ranked(40), *named("n", 2000)),)
    first = drawn(*lists, seed="one")
    second = draw_plan(standard=baseline(), lists=lists, seed="two", resolvers=(V4,), second_of=first)
    test = baseline().criterion("ADU-02")
    assert test is not None
    assert isinstance(test.test, SampleBlocked)
    before = {item.name for item in population(first.targets, test.test)}
    after = {item.name for item in population(second.targets, test.test)}
    assert (len(before), len(after), before & after) == (208, 600, set())
    assert second.second_of == digest(first)
    assert first.second_of is None


def test_a_drawn_name_can_be_checked_by_its_own_lot() -> None:
    names = family_of("a", 3) + named("n", 500)
    targets = chosen(listed(*names))
    lots = {sample_lot(item, standard=baseline(), seed="s") for item in names}
    drawn_lots = {sample_lot(item, standard=baseline(), seed="s") for item in targets}
    assert drawn_lots == set(sorted(lots)[:208])
