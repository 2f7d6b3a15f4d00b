"""The log in the records: once each, in order, and never otherwise."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from certificates.transitions import EventKind, Why
from friendlywifi.complaint import Complaint
from friendlywifi.records import register
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.register import Publication
from tests.friendlywifi.register.town import NOW, START, add, change, hotspot, issue


def logged(records: Records) -> list[int]:
    counter = iter(range(1, 1000))
    return list(
        register.append(
            records,
            pdf=lambda _signed, _proofs: b"%PDF",
            randomness=lambda size: bytes([next(counter)] * size),
        )
    )


def one(records: Records, name: str = "a") -> str:
    place = hotspot(name, name, "Rruga 1", "Tiranë")
    add(records, place)
    return issue(records, place, START).number


def test_each_event_gets_one_entry_in_the_order_in_which_it_happened(records: Records) -> None:
    first, second = one(records), one(records, "b")
    change(records, first, EventKind.SUSPEND, Why.COMPLAINT, START + timedelta(days=1))
    assert register.unlogged(records) == 3
    assert logged(records) == [0, 1, 2]
    assert logged(records) == []
    change(records, second, EventKind.WITHDRAW, Why.MARK_MISUSED, START + timedelta(days=2))
    assert logged(records) == [3]
    assert [item.number for item in register.log(records)] == [first, second, first, second]
    assert register.salt_of(records, first) == bytes([1] * 16)
    assert register.salt_of(records, "FW-2026-999999") is None


def test_a_certificate_that_was_decided_elsewhere_is_not_in_this_log(records: Records) -> None:
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    number = issue(records, place, START, proofs=False).number
    change(records, number, EventKind.SUSPEND, Why.COMPLAINT, START + timedelta(days=1))
    one(records, "b")
    assert logged(records) == [0]


@pytest.mark.parametrize(
    "statement",
    (
        "UPDATE log_entries SET entry = '{}'",
        "DELETE FROM log_entries",
        "INSERT INTO log_entries SELECT place + 2, event + 9, number, salt, entry FROM log_entries",
        "INSERT INTO log_entries SELECT place + 1, event, number, salt, entry FROM log_entries",
        "INSERT OR REPLACE INTO log_entries SELECT place, event, number, salt, '{}' FROM log_entries",
        "UPDATE publications SET size = 0",
        "DELETE FROM publications",
    ),
)
def test_the_file_itself_refuses_to_forget(records: Records, statement: str) -> None:
    one(records)
    logged(records)
    register.publish(records, state(records), now=NOW, actor="the tests")
    with pytest.raises(sqlite3.IntegrityError):
        records.connection.execute(statement)


def state(records: Records, **changed: int) -> Publication:
    log = register.log(records)
    return Publication(
        at=NOW,
        good_until=NOW + timedelta(days=7),
        content="sha256:" + "0" * 64,
        journal=register.seen_journal(records),
        size=changed.get("size", len(log)),
        root=register.tree_of(log).root().hex(),
    )


def test_what_was_published_is_remembered_and_never_less(records: Records) -> None:
    assert register.last_published(records) is None
    one(records)
    logged(records)
    register.publish(records, state(records), now=NOW, actor="the tests")
    assert register.last_published(records) == state(records)
    with pytest.raises(Complaint, match="a log of 1 entries was published already"):
        register.publish(records, state(records, size=0), now=NOW, actor="the tests")


def test_two_programs_give_no_event_two_entries(records: Records, tmp_path: Path) -> None:
    for number in range(6):
        one(records, f"p{number}")
    with open_records(tmp_path / "records.db") as other:
        mine, theirs = (
            register.append(opened, pdf=lambda _signed, _proofs: b"%PDF", randomness=bytes)
            for opened in (records, other)
        )
        places = [next(mine), next(theirs), next(theirs), next(mine), next(theirs), next(mine)]
        assert sorted(places) == list(range(6))
        assert [*mine, *theirs] == []
    assert len(register.log(records)) == 6
