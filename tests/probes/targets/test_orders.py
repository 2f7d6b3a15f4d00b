from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probes.records import Category
from probes.targets.load import lint, parse_list
from probes.targets.names import NameFault
from probes.targets.orders import parse_row, parse_rows
from probes.tomlfile import TomlFault

HEAD = """\
id = "order"
version = "2026-11-20"
licence = "none"
source = "Order 12"
origin = "authority"
"""


def entry(extra: str = "", name: str = "bet.example", category: str = "national-order") -> str:
    return f'{HEAD}[[target]]\nname = "{name}"\ncategory = "{category}"\nask = "dns"\n{extra}'


def test_a_day_is_ordered_at_its_beginning_and_due_at_its_end() -> None:
    row = parse_row(["bet.example", "2026-11-01", "2026-11-08"])
    assert row.ordered_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert row.due_at == datetime(2026, 11, 8, 23, 59, 59, tzinfo=UTC)


def test_a_time_is_kept_in_utc() -> None:
    row = parse_row(["bet.example", "2026-11-01T10:00:00+01:00"])
    assert row.ordered_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert row.due_at is None


@pytest.mark.parametrize(
    ("words", "part"),
    (
        (["bet.example", "2026-13-01"], "is no day"),
        (["bet.example", "2026-11-01T10:00:00"], "no time zone"),
        (["bet.example", "2026-11-08", "2026-11-01"], "due before it was ordered"),
        (["bet.example", "2026-11-01", "2026-11-02", "x"], "there is more"),
        (["*.bet.example/path"], "a path cannot stand there"),
        (["bet", "site"], "blank"),
        (["*."], "empty"),
    ),
)
def test_what_is_no_row_says_why(words: list[str], part: str) -> None:
    with pytest.raises(NameFault, match=part):
        parse_row(words)


def test_rows_are_told_with_their_lines() -> None:
    rows, faults = parse_rows("# order\nbet.example\n*.BET.example\n\nx.example 1\n", source="order.txt")
    assert [row.host for row in rows] == ["bet.example"]
    assert [fault.line for fault in faults] == [3, 5]


def test_a_wildcard_is_asked_by_its_name_and_one_name_below() -> None:
    found = parse_list(entry(name="*.bet.example"), source="o.toml", read_ca=None)
    assert [(item.name, item.wildcard) for item in found.targets] == [
        ("bet.example", True),
        ("www.bet.example", True),
    ]
    plain = parse_list(entry(), source="o.toml", read_ca=None)
    assert [(item.name, item.wildcard) for item in plain.targets] == [("bet.example", False)]


def test_a_name_below_that_is_listed_itself_is_asked_once() -> None:
    text = entry(name="*.bet.example") + (
        '[[target]]\nname = "www.bet.example"\ncategory = "national-order"\nask = "dns"\n'
    )
    found = parse_list(text, source="o.toml", read_ca=None)
    assert [item.name for item in found.targets] == ["bet.example", "www.bet.example"]


def test_a_name_in_any_script_becomes_a_labels() -> None:
    found = parse_list(entry(name="*.kazinó.example"), source="o.toml", read_ca=None)
    assert found.targets[0].name == "xn--kazin-4ta.example"


def test_the_times_of_the_file_hold_for_rows_without_their_own() -> None:
    head = HEAD + (
        'names = "order.txt"\ncategory = "national-order"\nask = "tls"\nordered_at = 2026-11-01T00:00:00Z\n'
        "due_at = 2026-11-10T00:00:00Z\n"
    )
    found = parse_list(
        head,
        source="o.toml",
        read_ca=None,
        read_names=lambda _: "a.example\nb.example 2026-11-02 2026-11-03\n",
    )
    assert [item.due_at.day for item in found.targets if item.due_at] == [10, 3]
    assert {item.category for item in found.targets} == {Category.NATIONAL_ORDER}


@pytest.mark.parametrize(
    ("text", "part"),
    (
        (entry("due_at = 2026-11-01T00:00:00Z\n", category="adult"), '"due_at" is only for'),
        (
            entry("ordered_at = 2026-11-02T00:00:00Z\ndue_at = 2026-11-01T00:00:00Z\n"),
            "due before it was ordered",
        ),
        (entry("due_at = 2026-11-01\n"), "a date and time with an offset"),
        (entry(name="*.bet.example", category="adult"), "is no host name"),
    ),
)
def test_what_is_wrong_with_an_order_is_told_with_its_line(text: str, part: str) -> None:
    (fault,) = lint(text, source="o.toml")
    assert part in str(fault)
    assert fault.line is not None
    with pytest.raises(TomlFault):
        parse_list(text, source="o.toml", read_ca=None)
