"""The outbox: once for each step and reader, and honest about what nobody can know."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from friendlywifi.records import journal, outbox
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.outbox import LEASE, LONGEST_WAIT, PATIENCE, Message, State, wait

NOW = datetime(2027, 8, 24, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(name="records")
def _records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as records:
        yield records


def _put(
    records: Records, step: str = "before-30", *, final: bool = False, recipient: str = "drita@example.al"
) -> bool:
    return outbox.put(
        records,
        kind="reminder",
        subject="AL-2026-0001",
        step=step,
        recipient=recipient,
        record="{}",
        final=final,
        due=NOW,
        now=NOW,
    )


def _leased(records: Records, now: datetime = NOW, worker: str = "w1") -> Message:
    message = outbox.lease(records, worker=worker, now=now)
    assert message is not None
    return message


def _states(records: Records) -> list[str]:
    return [item.state.value for item in outbox.every(records)]


def test_a_message_is_there_once_however_often_it_is_put_in(records: Records) -> None:
    assert _put(records)
    assert not _put(records)
    assert _put(records, recipient="provider@example.al")
    assert _put(records, "before-14")
    assert len(outbox.every(records)) == 3


def test_one_that_was_sent_is_not_put_in_again(records: Records) -> None:
    _put(records)
    assert outbox.sent(records, _leased(records), reply="250 ok", now=NOW)
    assert not _put(records)
    assert outbox.lease(records, worker="w1", now=NOW + timedelta(days=9)) is None


def test_two_workers_never_hold_one_message(records: Records) -> None:
    _put(records)
    _put(records, "before-14")
    first, second = _leased(records), _leased(records, worker="w2")
    assert first.id != second.id
    assert outbox.lease(records, worker="w3", now=NOW) is None


def test_final_ones_go_first(records: Records) -> None:
    _put(records)
    _put(records, "end", final=True)
    assert _leased(records).step == "end"


def test_a_sender_that_dies_before_the_handing_over_loses_nothing(records: Records) -> None:
    _put(records)
    _leased(records)
    assert outbox.lease(records, worker="w2", now=NOW + LEASE) is None
    again = _leased(records, now=NOW + LEASE + MINUTE, worker="w2")
    assert again.attempts == 2
    assert not again.handed


def test_one_that_dies_after_it_leaves_an_early_message_unknown(records: Records) -> None:
    _put(records)
    message = _leased(records)
    assert outbox.handing(records, message, now=NOW)
    assert outbox.lease(records, worker="w2", now=NOW + LEASE + MINUTE) is None
    assert _states(records) == ["unknown"]
    assert [entry.kind for entry in journal.entries(records, subject="AL-2026-0001")] == ["reminder.unknown"]


def test_one_that_dies_after_it_sends_a_final_message_again(records: Records) -> None:
    _put(records, "end", final=True)
    assert outbox.handing(records, _leased(records), now=NOW)
    assert _leased(records, now=NOW + LEASE + MINUTE, worker="w2").step == "end"


def test_a_sender_that_lost_its_lease_may_not_hand_over(records: Records) -> None:
    _put(records)
    slow = _leased(records)
    _leased(records, now=NOW + LEASE + MINUTE, worker="w2")
    assert not outbox.handing(records, slow, now=NOW + LEASE + MINUTE)
    assert not outbox.sent(records, slow, reply="250", now=NOW + LEASE + MINUTE)


def test_a_sender_that_was_only_slow_still_knows_best(records: Records) -> None:
    _put(records)
    slow = _leased(records)
    outbox.handing(records, slow, now=NOW)
    outbox.lease(records, worker="w2", now=NOW + LEASE + MINUTE)
    assert _states(records) == ["unknown"]
    assert outbox.sent(records, slow, reply="250 at last", now=NOW + LEASE + MINUTE)
    assert _states(records) == ["sent"]


def test_later_is_asked_again_after_a_while_that_grows(records: Records) -> None:
    _put(records)
    message = _leased(records)
    assert outbox.put_off(records, message, reply="451 greylisted", now=NOW)
    assert outbox.lease(records, worker="w1", now=NOW + 4 * MINUTE) is None
    assert _leased(records, now=NOW + 5 * MINUTE).attempts == 2
    waits = [wait(attempt) for attempt in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_an_early_message_that_is_put_off_for_days_goes_to_a_person(records: Records) -> None:
    _put(records)
    now = NOW
    while (message := outbox.lease(records, worker="w1", now=now)) is not None:
        outbox.put_off(records, message, reply="451 busy", now=now)
        now += LONGEST_WAIT
    assert _states(records) == ["failed"]
    assert now - NOW < PATIENCE + timedelta(days=1)
    (entry,) = journal.entries(records, subject="AL-2026-0001")
    assert entry.kind == "reminder.failed"


def test_a_server_that_cannot_be_reached_costs_no_attempt(records: Records) -> None:
    _put(records)
    outbox.give_back(records, _leased(records), reply="connection refused", now=NOW)
    again = _leased(records)
    assert again.attempts == 1
    assert again.reply == "connection refused"


def test_a_newer_step_makes_waiting_ones_needless(records: Records) -> None:
    _put(records)
    _put(records, "before-14")
    _put(records, recipient="other@example.al")
    found = outbox.overtake(
        records,
        kind="reminder",
        subject="AL-2026-0001",
        recipient="drita@example.al",
        by="before-14",
        now=NOW,
    )
    assert [item.step for item in found] == ["before-30"]
    assert _states(records) == ["suppressed", "pending", "pending"]


def test_a_person_may_send_again_what_failed_or_is_unknown(records: Records) -> None:
    _put(records)
    message = _leased(records)
    assert not outbox.again(records, message.id, actor="Drita", now=NOW)
    outbox.failed(records, message, reply="550 no such user", now=NOW)
    assert outbox.again(records, message.id, actor="Drita", now=NOW)
    assert _leased(records).id == message.id
    entry = journal.last(records)
    assert entry is not None
    assert (entry.kind, entry.actor) == ("reminder.again", "Drita")


def test_the_journal_names_nobody(records: Records) -> None:
    _put(records)
    outbox.failed(records, _leased(records), reply="550 <drita@example.al>: unknown", now=NOW)
    assert all("drita" not in (entry.data or "") for entry in journal.entries(records))


def test_the_file_refuses_to_forget_a_message(records: Records) -> None:
    _put(records)
    with pytest.raises(sqlite3.IntegrityError, match="stays in the records"):
        records.connection.execute("DELETE FROM outbox")


class Senders(RuleBasedStateMachine):
    """Workers that lease, hand over, finish and die in any order, against what a server took."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.held: list[Message] = []
        self.handed: list[Message] = []
        self.taken: dict[int, int] = {}
        self.records = Records(_memory(), Path(":memory:"))

    @rule(step=st.sampled_from(("before-30", "before-14", "end")), reader=st.sampled_from("abc"))
    def owe(self, step: str, reader: str) -> None:
        _put(self.records, step, final=step == "end", recipient=f"{reader}@example.al")

    @rule()
    def take(self) -> None:
        message = outbox.lease(self.records, worker=f"w{len(self.taken)}-{self.now}", now=self.now)
        if message is not None:
            self.held.append(message)

    @precondition(lambda self: self.held)
    @rule()
    def hand_over(self) -> None:
        message = self.held.pop()
        if outbox.handing(self.records, message, now=self.now):
            self.taken[message.id] = self.taken.get(message.id, 0) + 1
            self.handed.append(message)

    @precondition(lambda self: self.handed)
    @rule()
    def finish(self) -> None:
        outbox.sent(self.records, self.handed.pop(), reply="250", now=self.now)

    @precondition(lambda self: self.held or self.handed)
    @rule()
    def die(self) -> None:
        if self.handed:
            self.handed.pop()
        else:
            self.held.pop()

    @rule(minutes=st.sampled_from((1, 3, 6)))
    def later(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @invariant()
    def an_early_message_is_taken_at_most_once(self) -> None:
        for item in outbox.every(self.records):
            if not item.final:
                assert self.taken.get(item.id, 0) <= 1

    @invariant()
    def what_is_called_sent_was_taken(self) -> None:
        for item in outbox.every(self.records, State.SENT):
            assert self.taken.get(item.id, 0) >= 1

    def teardown(self) -> None:
        for _ in range(40):
            self.now += LEASE + MINUTE
            message = outbox.lease(self.records, worker="last", now=self.now)
            if message is None:
                break
            if outbox.handing(self.records, message, now=self.now):
                self.taken[message.id] = self.taken.get(message.id, 0) + 1
            outbox.sent(self.records, message, reply="250", now=self.now)
        for item in outbox.every(self.records):
            assert item.state in (State.SENT, State.UNKNOWN)
            assert self.taken.get(item.id, 0) >= 1, "lost"
        assert journal.verify(self.records) is None
        self.records.connection.close()


def _memory() -> sqlite3.Connection:
    from friendlywifi.records.migrations import migrations

    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in migrations():
        for statement in step.statements():
            connection.execute(statement)
    return connection


TestSenders = Senders.TestCase
TestSenders.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
