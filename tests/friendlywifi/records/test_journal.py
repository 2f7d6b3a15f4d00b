"""Nothing is changed, removed or put in between without being seen."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.identity import Seen
from tests.friendlywifi.records.rows import NOW


@pytest.fixture
def written(records: Records) -> Records:
    for number in range(5):
        data = Seen(vantage=f"v{number}", ssid="ë")
        journal.append(records, now=NOW, actor="Arta", kind="test.made", subject=f"s{number % 2}", data=data)
    return records


def without_triggers(records: Records) -> None:
    for (name,) in records.connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%'"
    ).fetchall():
        records.connection.execute(f"DROP TRIGGER {name}")


def test_a_chain_holds_from_its_first_entry_to_its_last(written: Records) -> None:
    assert journal.verify(written) is None
    found = list(journal.entries(written))
    assert [item.number for item in found] == [1, 2, 3, 4, 5]
    assert [item.previous for item in found] == ["", *(item.hash for item in found[:-1])]
    assert [item.number for item in journal.entries(written, subject="s1")] == [2, 4]
    assert [item.number for item in journal.entries(written, since=3)] == [4, 5]


@pytest.mark.parametrize(
    "statement",
    (
        "UPDATE journal SET actor = 'nobody'",
        "UPDATE journal SET number = number + 100",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE number = 5",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE number = 2",
        "REPLACE INTO journal SELECT * FROM journal WHERE number = 5",
        "INSERT INTO journal SELECT 7, at, actor, kind, subject, data, hash, 'x' FROM journal LIMIT 4, 1",
        "INSERT INTO journal SELECT 6, at, actor, kind, subject, data, 'x', 'x' FROM journal LIMIT 1",
        "INSERT INTO journal SELECT -1, at, actor, kind, subject, data, '', 'x' FROM journal LIMIT 1",
    ),
)
@pytest.mark.parametrize("recursive", ("ON", "OFF"))
def test_the_database_refuses_to_change_or_shorten_the_journal(
    written: Records, statement: str, recursive: str
) -> None:
    written.connection.execute(f"PRAGMA recursive_triggers = {recursive}")
    with pytest.raises(sqlite3.IntegrityError, match="journal"):
        written.connection.execute(statement)
    assert journal.verify(written) is None
    assert len(list(journal.entries(written))) == 5


@pytest.mark.parametrize("column", ("at", "actor", "kind", "subject", "data", "previous", "hash"))
@pytest.mark.parametrize("number", (1, 3, 5))
def test_a_change_behind_the_triggers_is_found_where_it_was_made(
    written: Records, column: str, number: int
) -> None:
    without_triggers(written)
    change = f"UPDATE journal SET {column} = {column} || ' ' WHERE number = ?"  # noqa: S608 - constants
    written.connection.execute(change, (number,))
    broken = journal.verify(written)
    assert broken is not None
    assert broken.number == number


def test_an_entry_that_was_taken_out_is_missed(written: Records) -> None:
    without_triggers(written)
    written.connection.execute("DELETE FROM journal WHERE number = 3")
    broken = journal.verify(written)
    assert broken is not None
    assert (broken.number, broken.why) == (3, "an entry is missing")


def test_an_end_that_was_cut_off_is_shown_by_a_hash_that_was_written_down(written: Records) -> None:
    end = journal.last(written)
    assert end is not None
    without_triggers(written)
    written.connection.execute("DELETE FROM journal WHERE number > 3")
    assert journal.verify(written) is None, "the chain alone cannot show it"
    broken = journal.verify(written, head=end.hash)
    assert broken is not None
    assert "cut" in broken.why


def test_an_earlier_hash_is_still_in_a_chain_that_went_on(written: Records) -> None:
    end = journal.last(written)
    assert end is not None
    journal.append(written, now=NOW, actor="a", kind="k", subject="s")
    assert journal.verify(written, head=end.hash) is None


@given(st.lists(st.text(max_size=20), min_size=5, max_size=5), st.integers(0, 4), st.text(max_size=20))
def test_every_field_of_an_entry_is_in_its_hash(texts: list[str], which: int, other: str) -> None:
    import msgspec

    names = ("at", "actor", "kind", "subject", "data")
    entry = journal.Entry(number=1, previous="", hash="", **dict(zip(names, texts, strict=True)))
    changed = msgspec.structs.replace(entry, **{names[which]: other})
    assert (entry.expected() == changed.expected()) == (entry == changed)
