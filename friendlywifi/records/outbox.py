"""What is owed to whom, and what became of it: the truth about messages, whoever sends them.

A message is there once for each kind, subject, step and reader, however often it is put in. A sender leases
it, says when it is about to hand it over, and says what came of it. A sender that dies before the handing
over has lost nothing: the lease ends and the message is pending again. One that dies after it leaves the
question whether the server took the message, which SMTP cannot answer: a final message is sent again (at
least once), any other becomes `unknown` and is shown to a person (at most once).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.times import read, written
from probes.records import Record

LEASE = timedelta(minutes=5)
"""Longer than any conversation with a mail server may take (RFC 5321, 4.5.3.2: minutes a step)."""

FIRST_WAIT = timedelta(minutes=5)
"""After the first 4xx; greylisting lets a sender in after a few minutes. Three times as long each time."""

LONGEST_WAIT = timedelta(hours=6)

PATIENCE = timedelta(days=3)
"""How long a server may put off a message that is not final."""


BY_NIGHT = "it waits for the morning of the place"


class State(StrEnum):
    """Where a message is."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or put off for too long: a person must look."""
    SUPPRESSED = "suppressed"
    """Not needed any more."""
    UNKNOWN = "unknown"
    """Handed over, and nobody knows whether it was taken: a person may look."""


class Message(Record):
    """A row. `record` is the canonical JSON of what it says."""

    id: int
    kind: str
    subject: str
    step: str
    recipient: str
    state: State
    final: bool
    made: str
    due: str
    attempts: int
    worker: str | None
    until: str | None
    handed: bool
    changed: str
    reply: str | None
    """What the mail server said, or why it was not sent."""
    record: str


class Told(Record):
    """What the journal keeps of a message: it cannot forget, so no address is in it."""

    message: int
    step: str
    attempts: int
    reply: str | None


def put(
    records: Records,
    *,
    kind: str,
    subject: str,
    step: str,
    recipient: str,
    record: str,
    final: bool,
    due: datetime,
    now: datetime,
    needless: str | None = None,
) -> bool:
    """Owe somebody a message. `False`: it was there already, whatever became of it.

    `needless`: why it was never sent, for one that comes in too late to be.
    """
    state = State.PENDING if needless is None else State.SUPPRESSED
    values = (kind, subject, step, recipient, state.value, final, written(now), written(due), written(now))
    with records.writing():
        cursor = records.connection.execute(
            "INSERT INTO outbox "
            "(kind, subject, step, recipient, state, final, made, due, changed, reply, record) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (kind, subject, step, recipient) DO NOTHING",
            (*values, needless, record),
        )
    return cursor.rowcount == 1


def lease(records: Records, *, worker: str, now: datetime, length: timedelta = LEASE) -> Message | None:
    """The next message that is due, for this worker alone until the lease ends. Final ones go first."""
    with records.writing():
        _reclaim(records, now)
        cursor = records.connection.execute(
            "UPDATE outbox SET state = 'sending', worker = ?, until = ?, handed = 0, changed = ?, "
            "attempts = attempts + 1 WHERE id = (SELECT id FROM outbox WHERE state = 'pending' AND due <= ? "
            "ORDER BY final DESC, due, id LIMIT 1) RETURNING *",
            (worker, written(now + length), written(now), written(now)),
        )
        found = _messages(cursor)
    return found[0] if found else None


def is_due(records: Records, *, now: datetime) -> bool:
    """Whether a sender has anything to do, were it only to see what became of a dead one's message."""
    asked = (
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE (state = 'pending' AND due <= ?1) "
        "OR (state = 'sending' AND until < ?1))"
    )
    return bool(records.connection.execute(asked, (written(now),)).fetchone()[0])


def handing(records: Records, message: Message, *, now: datetime, length: timedelta = LEASE) -> bool:
    """Say, before the first byte, that the server may have it from here on. `False`: the lease was lost."""
    return _change(
        records,
        "UPDATE outbox SET handed = 1, until = ?, changed = ? "
        "WHERE id = ? AND worker = ? AND state = 'sending'",
        (written(now + length), written(now), message.id, message.worker),
    )


def sent(records: Records, message: Message, *, reply: str, now: datetime) -> bool:
    """The server took it. `False`: the lease was lost, and what others did since then stands."""
    return _end(records, message, State.SENT, reply=reply, now=now)


def failed(records: Records, message: Message, *, reply: str, now: datetime) -> bool:
    """Refused for good (5xx)."""
    return _end(records, message, State.FAILED, reply=reply, now=now)


def suppressed(records: Records, message: Message, *, reply: str, now: datetime) -> bool:
    """Not needed any more, as was seen when it was about to be sent."""
    return _end(records, message, State.SUPPRESSED, reply=reply, now=now)


def unknown(records: Records, message: Message, *, reply: str, now: datetime) -> bool:
    """The connection broke after the handing over. A final message is sent again instead."""
    if message.final:
        return put_off(records, message, reply=reply, now=now)
    return _end(records, message, State.UNKNOWN, reply=reply, now=now)


def put_off(records: Records, message: Message, *, reply: str, now: datetime) -> bool:
    """The server said "later" (4xx): again after a while that grows; after three days a person must look."""
    if not message.final and now - read(message.made) > PATIENCE:
        return failed(records, message, reply=f"put off for three days: {reply}", now=now)
    return _again(records, message, reply=reply, due=now + wait(message.attempts), now=now)


def give_back(records: Records, message: Message, *, reply: str, now: datetime) -> bool:
    """The mail server could not be spoken to at all: no attempt of this message."""
    return _again(records, message, reply=reply, due=read(message.due), now=now, uncounted=1)


def rest(records: Records, message: Message, *, due: datetime, now: datetime) -> bool:
    """It is night where it is read: no attempt of this message."""
    return _again(records, message, reply=BY_NIGHT, due=due, now=now, uncounted=1)


def overtake(
    records: Records, *, kind: str, subject: str, recipient: str, by: str, now: datetime
) -> tuple[Message, ...]:
    """A newer step makes those that still wait needless."""
    with records.writing():
        cursor = records.connection.execute(
            "UPDATE outbox SET state = 'suppressed', reply = ?, changed = ? "
            "WHERE kind = ? AND subject = ? AND recipient = ? AND step != ? AND state = 'pending' "
            "RETURNING *",
            (f"overtaken by {by}", written(now), kind, subject, recipient, by),
        )
        found = _messages(cursor)
        for item in found:
            _journal(records, item, now=now)
    return found


def again(records: Records, identifier: int, *, actor: str, now: datetime) -> bool:
    """A person decides that one which failed, or of which nobody knows, is to be sent again."""
    with records.writing():
        cursor = records.connection.execute(
            "UPDATE outbox SET state = 'pending', due = ?, made = ?, changed = ?, attempts = 0 "
            "WHERE id = ? AND state IN ('failed', 'unknown') RETURNING *",
            (written(now), written(now), written(now), identifier),
        )
        found = _messages(cursor)
        for item in found:
            _journal(records, item, now=now, actor=actor, word="again")
    return bool(found)


def every(
    records: Records, *states: State, kind: str | None = None, subject: str | None = None
) -> tuple[Message, ...]:
    """The messages in these states (in any, where none is named), in the order in which they were put in."""
    wanted = states or tuple(State)
    marks = ", ".join("?" * len(wanted))
    asked = f"SELECT * FROM outbox WHERE state IN ({marks})"  # noqa: S608 - question marks
    values: tuple[Any, ...] = tuple(state.value for state in wanted)
    for column, value in (("kind", kind), ("subject", subject)):
        if value is not None:
            asked, values = f"{asked} AND {column} = ?", (*values, value)
    return _messages(records.connection.execute(f"{asked} ORDER BY id", values))


def wait(attempts: int) -> timedelta:
    """How long a message rests after so many attempts."""
    return min(LONGEST_WAIT, FIRST_WAIT * int(3 ** max(0, min(attempts - 1, 6))))


# ----------------------------------------------------------------------------------------------- rows


def _reclaim(records: Records, now: datetime) -> None:
    """Leases that ended without a word: their workers are gone."""
    cursor = records.connection.execute(
        "UPDATE outbox SET changed = ?, "
        "state = CASE WHEN handed = 1 AND final = 0 THEN 'unknown' ELSE 'pending' END, "
        "reply = CASE WHEN handed = 1 THEN 'the sender died while the server had it' "
        "ELSE 'the sender died before the server had it' END "
        "WHERE state = 'sending' AND until < ? RETURNING *",
        (written(now), written(now)),
    )
    for item in _messages(cursor):
        if item.state is State.UNKNOWN:
            _journal(records, item, now=now)


def _end(records: Records, message: Message, state: State, *, reply: str, now: datetime) -> bool:
    # `unknown` too: a sender that was only slow still knows best.
    with records.writing():
        cursor = records.connection.execute(
            "UPDATE outbox SET state = ?, reply = ?, changed = ?, until = NULL "
            "WHERE id = ? AND worker = ? AND state IN ('sending', 'unknown') RETURNING *",
            (state.value, reply, written(now), message.id, message.worker),
        )
        found = _messages(cursor)
        for item in found:
            _journal(records, item, now=now)
    return bool(found)


def _again(
    records: Records, message: Message, *, reply: str, due: datetime, now: datetime, uncounted: int = 0
) -> bool:
    return _change(
        records,
        "UPDATE outbox SET state = 'pending', reply = ?, due = ?, changed = ?, until = NULL, "
        "attempts = attempts - ? WHERE id = ? AND worker = ? AND state = 'sending'",
        (reply, written(due), written(now), uncounted, message.id, message.worker),
    )


def _change(records: Records, statement: str, values: tuple[Any, ...]) -> bool:
    with records.writing():
        return records.connection.execute(statement, values).rowcount == 1


def _journal(
    records: Records, message: Message, *, now: datetime, actor: str = "mail", word: str | None = None
) -> None:
    journal.append(
        records,
        now=now,
        actor=actor,
        kind=f"{message.kind}.{word or message.state.value}",
        subject=message.subject,
        data=Told(message=message.id, step=message.step, attempts=message.attempts, reply=_nameless(message)),
    )


def _nameless(message: Message) -> str | None:
    """A server's reply often repeats the address."""
    return None if message.reply is None else message.reply.replace(message.recipient, "the address")


def _messages(cursor: sqlite3.Cursor) -> tuple[Message, ...]:
    names = [column[0] for column in cursor.description]
    # Numbers are the truth values of SQLite, and a word stands for its member.
    found = [msgspec.convert(dict(zip(names, row, strict=True)), Message, strict=False) for row in cursor]
    return tuple(sorted(found, key=lambda item: item.id))
