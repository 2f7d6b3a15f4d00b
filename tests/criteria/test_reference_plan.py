from __future__ import annotations

import pytest

from criteria.plan import PlanFault
from criteria.reference_plan import draw_reference_plan, names_of
from probes.records import Ask, Category, Kind, Plan, TargetList
from tests.criteria.making import listed, named, target

CONTROLS = tuple(
    target(f"open{number}.example", Category.CONTROL_GENERAL, ask=Ask.TLS) for number in range(6)
)


def drawn(*lists: TargetList, only: tuple[str, ...] | None = None) -> Plan:
    return draw_reference_plan(lists=lists, seed="s", resolvers=("192.0.2.1:53", "192.0.2.2:53"), only=only)


def asked(plan: Plan) -> set[str]:
    return {item.subject for item in plan.questions if item.kind is Kind.TARGET}


def test_every_name_is_asked_of_every_resolver_in_both_families() -> None:
    names = named("adult", 300)
    plan = drawn(listed(*names, *CONTROLS))
    questions = [item for item in plan.questions if item.kind is Kind.TARGET]
    assert asked(plan) == {item.name for item in (*names, *CONTROLS)}
    assert len(questions) == 306 * 4


def test_sentinels_of_illegal_content_are_never_asked() -> None:
    sentinel = target("sentinel.example", Category.ILLEGAL_CSAM, sentinel=True)
    assert "sentinel.example" not in asked(drawn(listed(sentinel, *CONTROLS)))


def test_the_most_careful_list_decides_how_far_a_name_is_asked() -> None:
    bold = listed(target("a.example", ask=Ask.HEAD, expect=("192.0.2.7",)))
    careful = listed(target("a.example", Category.GAMBLING, ask=Ask.DNS))
    for lists in ((bold, careful), (careful, bold)):
        (found,) = names_of(lists)
        assert (found.ask, found.category, found.expect) == (Ask.DNS, Category.ADULT, ("192.0.2.7",))


def test_a_confirmation_asks_its_names_and_the_controls_and_no_others() -> None:
    plan = drawn(listed(*named("adult", 50), *CONTROLS), only=("adult7.lab.example", "gone.example"))
    assert asked(plan) == {"adult7.lab.example", "gone.example"}
    assert {item.subject for item in plan.questions if item.kind is Kind.CONTROL} <= {
        item.name for item in CONTROLS
    }
    gone = next(item for item in plan.questions if item.subject == "gone.example")
    assert gone.ask is Ask.DNS


def test_controls_ride_with_the_names() -> None:
    plan = drawn(listed(*named("adult", 100), *CONTROLS))
    kinds = [item.kind for item in plan.questions]
    first, last = kinds.index(Kind.TARGET), len(kinds) - 1 - kinds[::-1].index(Kind.TARGET)
    assert kinds[first:last].count(Kind.CONTROL) == 5 * 4


def test_nobody_to_ask_and_nothing_to_ask_are_sentences() -> None:
    with pytest.raises(PlanFault, match="no resolver"):
        draw_reference_plan(lists=(), seed="s", resolvers=())
    with pytest.raises(PlanFault, match="no name"):
        drawn(listed(*CONTROLS), only=())
