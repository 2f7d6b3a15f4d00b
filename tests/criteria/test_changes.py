from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from criteria.changes import (
    NEUTRAL,
    STRICTER_DOWN,
    STRICTER_LONGER,
    STRICTER_UP,
    Change,
    Way,
    compare,
    consequences,
)
from criteria.kinds import Test as Rule
from criteria.standard import Criterion, Standard, parse, released
from probes.records import Category
from tests.criteria.making import baseline


def with_(criterion_id: str, **changes: object) -> Standard:
    """The baseline with one criterion changed; keys of the rule under `test__`."""
    made: list[Criterion] = []
    for item in baseline().criteria:
        if item.id == criterion_id:
            inner = {
                key.removeprefix("test__"): value
                for key, value in changes.items()
                if key.startswith("test__")
            }
            outer = {key: value for key, value in changes.items() if not key.startswith("test__")}
            item = msgspec.structs.replace(item, test=msgspec.structs.replace(item.test, **inner), **outer)  # noqa: PLW2901 - the changed one
        made.append(item)
    return msgspec.structs.replace(baseline(), criteria=tuple(made))


def only(new: Standard) -> Change:
    (change,) = compare(baseline(), new)
    return change


def test_two_equal_standards_have_no_change() -> None:
    assert compare(baseline(), baseline()) == ()


@pytest.mark.parametrize(
    ("criterion_id", "changes", "way", "part"),
    (
        ("ADU-02", {"test__at_least": "0.98"}, Way.STRICTER, "asks for more: at_least 0.98 instead of 0.95"),
        ("ADU-02", {"test__at_least": "0.90"}, Way.RELAXED, "asks for less: at_least 0.90 instead of 0.95"),
        ("ADU-02", {"test__alpha": "0.01"}, Way.STRICTER, "alpha"),
        ("ADU-02", {"test__sample": 300}, Way.OTHER, "changes: sample 300 instead of 208"),
        ("ADU-01", {"test__names": 10}, Way.RELAXED, "names 10 instead of 20"),
        ("OVB-02", {"test__at_most": "0.02"}, Way.RELAXED, "at_most"),
        ("OVB-02", {"test__bound_at_most": "0.03"}, Way.STRICTER, "bound_at_most"),
        ("OVB-02", {"enabled": False}, Way.RELAXED, "is switched off"),
        ("ORD-01", {"enabled": True}, Way.STRICTER, "is switched on"),
        ("BYP-02", {"gate": True, "weight": 0}, Way.STRICTER, "becomes a gate"),
        ("OVB-01", {"gate": False, "weight": 5}, Way.RELAXED, "is a gate no more"),
        ("BYP-02", {"weight": 5}, Way.OTHER, "weighs 5 instead of 30"),
        ("ADU-01", {"why": "Because."}, Way.WORDS, "has other words: why"),
        ("CON-01", {"test__ran_at_least": "0.50"}, Way.RELAXED, "ran_at_least"),
    ),
)
def test_a_change_says_which_way_it_goes(
    criterion_id: str, changes: dict[str, object], way: Way, part: str
) -> None:
    change = only(with_(criterion_id, **changes))
    assert (change.where, change.way) == (criterion_id, way)
    assert part in change.sentence
    assert (change.consequence is not None) is (way is Way.RELAXED)


def test_a_gate_that_is_left_out_is_said_on_the_face() -> None:
    less = msgspec.structs.replace(
        baseline(), criteria=tuple(item for item in baseline().criteria if item.id != "ADU-02")
    )
    (told,) = consequences(baseline(), less)
    assert (
        told.en
        == "Not required here, though baseline requires it: Adult sites in general are blocked (ADU-02)."
    )
    assert told.sq.endswith("(ADU-02).")
    assert compare(less, baseline())[0].way is Way.STRICTER


def test_a_rule_of_another_kind_counts_as_relaxed() -> None:
    other = baseline().criterion("OVB-01")
    assert other is not None
    change = only(
        msgspec.structs.replace(
            baseline(),
            criteria=tuple(
                msgspec.structs.replace(item, test=other.test) if item.id == "ADU-01" else item
                for item in baseline().criteria
            ),
        )
    )
    assert change.way is Way.RELAXED
    assert change.consequence is not None


def test_advice_that_asks_for_less_costs_no_sentence() -> None:
    change = only(with_("CAT-01", test__at_least="0.50"))
    assert change.way is Way.OTHER
    assert change.consequence is None


def test_numbers_of_the_whole_and_of_watching_are_compared() -> None:
    new = msgspec.structs.replace(
        baseline(),
        validity_days=100,
        provisional_days=120,
        evidence=msgspec.structs.replace(baseline().evidence, runs=7),
        surveillance=baseline().surveillance[:1],
        limits=baseline().limits[1:],
    )
    told = {item.where: item.way for item in compare(baseline(), new)}
    assert told["validity_days"] is Way.STRICTER
    assert told["provisional_days"] is Way.RELAXED
    assert told["evidence.runs"] is Way.RELAXED
    assert told["surveillance.rounds"] is Way.OTHER
    assert told["limits"] is Way.RELAXED


def test_whoever_asks_for_less_evidence_or_watches_less_says_so_on_the_face() -> None:
    old = baseline()
    visits = tuple(msgspec.structs.replace(item, silence_days=3660) for item in old.surveillance)
    new = msgspec.structs.replace(
        old, evidence=msgspec.structs.replace(old.evidence, runs=1), surveillance=visits, validity_days=100
    )
    (told,) = consequences(old, new)
    assert told.en.startswith("Less is required here than by baseline: evidence.runs 1 instead of 14; ")
    assert "surveillance.rounds.silence_days 3660 instead of 45" in told.en
    assert "validity_days" not in told.en
    assert told.sq.startswith("Këtu kërkohet më pak")


def test_names_that_no_criterion_asks_any_more_are_a_relaxation() -> None:
    change = only(with_("ADU-02", test__beyond_best=1_000_000))
    assert (change.way, change.consequence is not None) == (Way.RELAXED, True)


def test_every_key_of_every_rule_has_a_way() -> None:
    known = STRICTER_UP | STRICTER_DOWN | STRICTER_LONGER | NEUTRAL
    for kind in get_args(Rule):
        tag = kind.__struct_config__.tag
        for key in kind.__struct_fields__:
            # Another category is another question: nothing says that it is stricter.
            assert key == "category" or (tag, key) in known, (tag, key)


def test_the_family_relaxes_nothing() -> None:
    family = parse(released("family"), source="family.toml", resolve=released)
    assert not [item for item in compare(baseline(), family) if item.way is Way.RELAXED]


def test_a_gate_that_asks_for_another_category_asks_no_more_for_the_first() -> None:
    change = only(with_("ADU-01", test__category=Category.GAMBLING))
    assert change.way is Way.RELAXED
    assert change.consequence is not None
    assert "category gambling instead of adult" in change.consequence.en
