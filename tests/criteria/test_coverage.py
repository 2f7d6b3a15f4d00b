from __future__ import annotations

import msgspec

from criteria.coverage import coverage, overlaps
from probes.records import Category, ListRef, Overlap
from tests.criteria.making import plan, run, target

TARGETS = (
    target("www.a.example", list_id="one"),
    target("b.example", list_id="two"),
    target("c.example", list_id="two"),
    target("help.example", Category.CONTROL_HELP, list_id="help"),
)


def ref(identifier: str, origin: str | None = None) -> ListRef:
    return ListRef(id=identifier, version="1", origin=origin or identifier, digest="d", names=1)


def made(*filter_lists: Overlap, origins: tuple[str, str] = ("one", "two")) -> str:
    lists = tuple(ref(name, origin) for name, origin in zip(("one", "two"), origins, strict=True))
    checked = msgspec.structs.replace(run(lists=lists), filter_lists=filter_lists)
    return coverage(checked, TARGETS[:3])


def filters(origin: str = "maker", shared: int = 1) -> Overlap:
    return Overlap(
        id="theirs",
        version="1",
        origin=origin,
        digest="d",
        category=Category.ADULT,
        drawn=3,
        shared=shared,
    )


def test_a_rate_is_one_of_lists_where_nobody_says_what_the_filter_uses() -> None:
    assert made() == " This is coverage of the lists that were used (one, two)."


def test_two_origins_that_are_not_the_filters_own_are_independent() -> None:
    assert made(filters()).startswith(" The names are from lists of 2 origins that are not the filter's own")


def test_one_origin_or_the_filters_own_is_not_enough() -> None:
    assert "coverage of the lists" in made(filters(origin="one"))
    assert "coverage of the lists" in made(filters(), origins=("one", "one"))


def test_the_overlap_is_told() -> None:
    assert '2 of 3 drawn names are in the filter\'s own list "theirs".' in made(filters(shared=2))


def test_a_name_below_one_that_the_filter_lists_is_in_its_list_and_controls_do_not_count() -> None:
    (found,) = overlaps(plan(TARGETS), ref=ref("theirs"), names=iter(("a.example", "help.example", "x.org")))
    assert (found.category, found.drawn, found.shared) == (Category.ADULT, 3, 1)


def test_a_forecast_words_nothing() -> None:
    assert coverage(None, TARGETS) == ""
