"""What the page about writing a standard shows works, and it names everything that a standard may say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from criteria.changes import Way, compare
from criteria.kinds import Test as Rule
from criteria.standard import Standard, Surveillance, lint, parse, released
from criteria.standard_records import Criterion, DutyBearer, Evidence, ReportRoute, StandardWords, Words
from friendlywifi.checking.attesting import attestations
from probes.records import digest
from probes.targets.load import parse_list

PAGE = (Path(__file__).parent.parent.parent / "docs" / "writing-a-standard.md").read_text(encoding="utf-8")
EXTENDS, ATTESTATIONS, ORDER = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_standard_that_the_page_shows_is_one_and_means_what_it_says() -> None:
    assert lint(EXTENDS, "mine.toml", released) == ()
    mine = parse(EXTENDS, source="mine.toml", resolve=released)
    changes = compare(parse(released("baseline"), source="baseline.toml"), mine)
    assert not [item for item in changes if item.way is Way.RELAXED]
    assert {item.where for item in changes if item.way is Way.STRICTER} == {"ADU-02", "BYP-02"}
    assert "CAT-02 is new: advice of weight 10 (Gambling is blocked)." in {item.sentence for item in changes}


def test_the_attestations_that_the_page_shows_are_read_with_the_digest_of_the_document(
    tmp_path: Path,
) -> None:
    file = tmp_path / "attestations.toml"
    file.write_text(ATTESTATIONS, encoding="utf-8")
    (tmp_path / "policy.pdf").write_bytes(b"what we do")
    (one,) = attestations(file, standard=parse(released("baseline"), source="baseline.toml"))
    assert (one.statement, one.by) == ("public-policy", "A. Hoxha, director of the library")
    assert one.digest == digest(b"what we do")


def test_the_order_that_the_page_shows_is_a_list() -> None:
    found = parse_list(ORDER, source="order.toml", read_ca=None)
    assert [(item.name, item.wildcard) for item in found.targets] == [
        ("bet.example", True),
        ("www.bet.example", True),
    ]


def test_the_rows_that_the_page_shows_are_rows() -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if re.match(r"    \S+\.example\s+2026", line))
    head = ORDER.partition("[[target]]")[0]
    head += 'names = "order.txt"\ncategory = "national-order"\nask = "tls"\n'
    found = parse_list(head, source="order.toml", read_ca=None, read_names=lambda _: rows)
    assert [item.name for item in found.targets] == [
        "bet.example",
        "www.bet.example",
        "xn--kazin-4ta.example",
    ]
    assert all(item.due_at is not None for item in found.targets)


@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_kind_of_rule_stands_there_with_all_its_keys(rule: type[msgspec.Struct]) -> None:
    kind = rule.__struct_config__.tag
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |")]
    assert set(re.findall(r"`(\w+)`", row.rsplit("|", 2)[1])) == set(rule.__struct_fields__)


@pytest.mark.parametrize(
    "kind", (Standard, Evidence, Surveillance, Criterion, Words, StandardWords, DutyBearer, ReportRoute)
)
def test_every_key_stands_there(kind: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(kind):
        key = field.encode_name
        assert re.search(rf"`\[*{key}\]*`|\[\[{key}\]\]|\[{key}\]|^{key} = ", PAGE, re.MULTILINE), key
