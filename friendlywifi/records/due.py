"""Which check was due, who took it and what became of it: two processes on one file never make the same one.

A check is taken by a row that must not be there yet, under a lease. Whoever dies in the middle leaves a lease
that ends: the check is then recorded as aborted and never made again; the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.times import read, written
from friendlywifi.surveillance.agenda import Agenda, Due, Passed
from friendlywifi.surveillance.slots import BEGINNING, Slots
from friendlywifi.surveillance.ticking import JUMPED_BACK
from probes.records import Record, Time

LEASE = timedelta(minutes=15)
"""Renewed each minute while a check is made; a check takes minutes."""


TRIED_AGAIN_AFTER = timedelta(hours=1)
"""What kept a confirming run from being made at all is seldom gone within minutes."""

TRIES = 24


ANOTHER_CLOCK = "another clock"
"""In the place of the holder: it was ahead when it wrote this row, and was set back."""


class State(StrEnum):
    """What became of a check that was due."""

    CLAIMED = "claimed"
    MADE = "made"
    VOID = "void"
    """Made, and it could not tell."""
    ABORTED = "aborted"
    """Begun, and whoever made it is gone."""
    MISSED = "missed"
    SKIPPED = "skipped"


class DueRow(Record):
    """One check that was due."""

    hotspot: str
    key: str
    at: Time
    state: State
    holder: str | None = None
    until: Time | None = None
    began: Time | None = None
    serial: int | None = None
    bundle: str | None = None
    why: str | None = None


class Passing(Record):
    """What the journal keeps of checks that were not made, and of one that was aborted."""

    first: Time
    last: Time
    checks: int
    serial: int | None = None


class Share(Record):
    """How many of the due checks were made."""

    ran: int
    due: int


def take(
    records: Records,
    *,
    slots: Slots,
    enrolled: datetime,
    decide: Callable[[int], Agenda],
    holder: str,
    now: datetime,
    lease: timedelta = LEASE,
) -> tuple[DueRow | None, Agenda]:
    """The check that this process makes now, and the agenda that it comes from; `None`: there is none for it.

    `decide` is asked inside the transaction, with the last interval that is done with: what two processes
    decide at once, the second one decides again from what the first one wrote.
    """
    with records.writing():
        expire(records, now=now, hotspot=slots.hotspot)
        agenda = decide(handled(records, slots, enrolled=enrolled, now=now))
        _pass(records, slots, agenda.passed, now=now)
        row: DueRow | None = None
        for item in (agenda.due, agenda.otherwise):
            if item is not None and row is None:
                row = _claim(
                    records,
                    slots,
                    _tried(records, slots, item, now),
                    holder=holder,
                    until=now + lease,
                    now=now,
                )
        return row, agenda


def handled(records: Records, slots: Slots, *, enrolled: datetime, now: datetime) -> int:
    """The last interval that is done with.

    Intervals of another length are numbered otherwise: after a change of the rhythm it begins anew. What was
    written while the clock ran ahead does not hold up what is due until then.
    """
    every = int(slots.rhythm.every.total_seconds())
    row = records.connection.execute(
        "SELECT max(number) FROM due WHERE hotspot = ?1 AND every = ?2 AND at <= ?3 AND noted <= ?3 "
        "AND holder IS NOT ?4",
        (slots.hotspot, every, written(now), ANOTHER_CLOCK),
    ).fetchone()
    if row[0] is not None:
        return int(row[0])
    row = records.connection.execute(
        "SELECT max(at) FROM due WHERE hotspot = ?1 AND at <= ?2 AND noted <= ?2 AND holder IS NOT ?3",
        (slots.hotspot, written(now), ANOTHER_CLOCK),
    ).fetchone()
    begins = enrolled if row[0] is None else max(enrolled, read(row[0]))
    return slots.first_since(min(begins, now)) - 1


def renew(records: Records, row: DueRow, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Keep the lease; `False`: it was lost."""
    return _change(records, row, "until = ?", written(now + lease))


def numbered(records: Records, row: DueRow, serial: int) -> bool:
    """The number that the run took, before its first packet."""
    return _change(records, row, "serial = ?", serial)


def done(records: Records, row: DueRow, *, state: State, bundle: str | None, why: str | None) -> bool:
    """What became of it; `False`: the lease was lost, and it stays aborted."""
    return _change(records, row, "state = ?, bundle = ?, why = ?, until = NULL", state.value, bundle, why)


def expire(records: Records, *, now: datetime, hotspot: str | None = None) -> tuple[DueRow, ...]:
    """Checks whose process is gone, now recorded as aborted."""
    asked = "state = 'claimed' AND until < ?" + ("" if hotspot is None else " AND hotspot = ?")
    values = (written(now),) if hotspot is None else (written(now), hotspot)
    with records.writing():
        rows = records.connection.execute(
            "UPDATE due SET state = 'aborted', until = NULL, why = 'whoever made it is gone' "  # noqa: S608 - constants
            f"WHERE {asked} RETURNING {_COLUMNS}",
            values,
        ).fetchall()
        found = tuple(map(_row, rows))
        for item in found:
            at = item.began or item.at
            data = Passing(first=at, last=at, checks=1, serial=item.serial)
            journal.append(
                records, now=now, actor="serve", kind="check.aborted", subject=item.hotspot, data=data
            )
    return found


def set_back(records: Records, *, now: datetime) -> None:
    """The clock of this machine was set back: what is written for a time to come is by another clock.

    It does not stand for the checks of that time, and a lease of that time ends like one that begins now.
    """
    later = written(now + JUMPED_BACK)
    with records.writing():
        records.connection.execute(
            "UPDATE due SET holder = ? WHERE noted > ? AND number IS NOT NULL "
            "AND state IN ('made', 'void', 'aborted')",
            (ANOTHER_CLOCK, later),
        )
        records.connection.execute(
            "UPDATE due SET until = ? WHERE state = 'claimed' AND noted > ?", (written(now + LEASE), later)
        )


def of(
    records: Records, hotspot: str, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[DueRow, ...]:
    """Everything that was due in a time, oldest first."""
    rows = records.connection.execute(
        f"SELECT {_COLUMNS} FROM due WHERE hotspot = ? AND at >= ? AND at <= ? ORDER BY at, key",  # noqa: S608 - a constant
        (hotspot, "" if since is None else written(since), "~" if until is None else written(until)),
    )
    return tuple(map(_row, rows))


def share(records: Records, slots: Slots, *, enrolled: datetime, since: datetime, until: datetime) -> Share:
    """Of the intervals of a time, how many there were and in how many a run was started.

    An interval that nobody has looked at yet is due too: a process that never came back records nothing. Runs
    that came from a probe elsewhere count, and one that was aborted, too.
    """
    since = max(since, enrolled)
    if until <= since:
        return Share(ran=0, due=0)
    first, last = slots.first_since(since), slots.number(until)
    while last >= first and slots.at(last) > until:
        last -= 1
    every = int(slots.rhythm.every.total_seconds())
    ran = records.connection.execute(
        "SELECT count(*) FROM ("
        "SELECT number FROM due WHERE hotspot = ?1 AND every = ?2 AND number BETWEEN ?3 AND ?4 "
        "AND state IN ('claimed', 'made', 'void', 'aborted') "
        "UNION SELECT (unixepoch(started) - ?5) / ?2 FROM runs "
        "WHERE hotspot = ?1 AND started >= ?6 AND started < ?7)",
        (
            slots.hotspot,
            every,
            first,
            last,
            int(BEGINNING.timestamp()),
            written(BEGINNING + slots.rhythm.every * first),
            written(BEGINNING + slots.rhythm.every * (last + 1)),
        ),
    ).fetchone()[0]
    return Share(ran=int(ran), due=max(last - first + 1, 0))


def made_for(
    records: Records, hotspot: str, *, since: datetime, until: datetime
) -> tuple[tuple[int, int, int], ...]:
    """For which interval each planned run was made: its number, its seconds, and the number of the run."""
    rows = records.connection.execute(
        "SELECT number, every, serial FROM due WHERE hotspot = ? AND at BETWEEN ? AND ? "
        "AND number IS NOT NULL AND serial IS NOT NULL AND state IN ('made', 'void') ORDER BY number",
        (hotspot, written(since), written(until)),
    )
    return tuple((int(number), int(every), int(serial)) for number, every, serial in rows)


_COLUMNS = "hotspot, key, at, state, holder, until, began, serial, bundle, why"


def _claim(
    records: Records, slots: Slots, due: Due, *, holder: str, until: datetime, now: datetime
) -> DueRow | None:
    """The row, where nobody has it and nothing else of this hotspot is going on.

    What another clock wrote in its place stays, beside the plan; a clock may be wrong in the same way twice.
    """
    records.connection.execute(
        "UPDATE due SET key = key || ' by another clock, ' || noted || ', ' || ("
        "SELECT count(*) FROM due WHERE hotspot = ?1 "
        "AND substr(key, 1, length(?2) + 18) = ?2 || ' by another clock,'"
        "), every = NULL, number = NULL WHERE hotspot = ?1 AND key = ?2 AND holder = ?3",
        (slots.hotspot, _key(slots, due), ANOTHER_CLOCK),
    )
    row = records.connection.execute(
        "INSERT INTO due (hotspot, key, every, number, at, state, holder, until, began, noted) "  # noqa: S608 - constants
        "SELECT ?1, ?2, ?3, ?4, ?5, 'claimed', ?6, ?7, ?8, ?8 "
        "WHERE NOT EXISTS (SELECT 1 FROM due WHERE hotspot = ?1 AND state = 'claimed') "
        # What was recorded as missed while the clock ran ahead is due when its time comes.
        "ON CONFLICT (hotspot, key) DO UPDATE SET state = 'claimed', holder = ?6, until = ?7, began = ?8, "
        "noted = ?8 "
        f"WHERE state IN ('missed', 'skipped') RETURNING {_COLUMNS}",
        (
            slots.hotspot,
            _key(slots, due),
            None if due.number is None else int(slots.rhythm.every.total_seconds()),
            due.number,
            written(due.at),
            holder,
            written(until),
            written(now),
        ),
    ).fetchone()
    return None if row is None else _row(row)


def _tried(records: Records, slots: Slots, due: Due, now: datetime) -> Due:
    """A confirming run that ended without any evidence is made again, under a key of its own."""
    if due.number is not None:
        return due
    tries = records.connection.execute(
        "SELECT count(*), max(noted), max(state NOT IN ('void', 'aborted') OR bundle IS NOT NULL) FROM due "
        "WHERE hotspot = ?1 AND (key = ?2 OR substr(key, 1, length(?2) + 5) = ?2 || ' try ')",
        (slots.hotspot, due.key),
    ).fetchone()
    count, last, told = tries
    if count == 0 or told or count >= TRIES or timedelta(0) <= now - read(last) < TRIED_AGAIN_AFTER:
        return due
    return replace(due, key=f"{due.key} try {count + 1}")


def _key(slots: Slots, due: Due | Passed) -> str:
    if isinstance(due, Due) and due.number is None:
        return due.key
    return f"{int(slots.rhythm.every.total_seconds())}s {due.number:08d}"


def _pass(records: Records, slots: Slots, passed: tuple[Passed, ...], *, now: datetime) -> None:
    every = int(slots.rhythm.every.total_seconds())
    kept = []
    for item in passed:
        cursor = records.connection.execute(
            "INSERT INTO due (hotspot, key, every, number, at, state, noted) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (hotspot, key) DO UPDATE SET noted = excluded.noted "
            "WHERE state IN ('missed', 'skipped') AND noted > excluded.noted",
            (
                slots.hotspot,
                _key(slots, item),
                every,
                item.number,
                written(item.at),
                item.how.value,
                written(now),
            ),
        )
        if cursor.rowcount == 1:
            kept.append(item)
    if kept:
        data = Passing(first=kept[0].at, last=kept[-1].at, checks=len(kept))
        journal.append(records, now=now, actor="serve", kind="check.missed", subject=slots.hotspot, data=data)


def _change(records: Records, row: DueRow, setting: str, *values: Any) -> bool:  # noqa: ANN401 - of SQL
    with records.writing():
        cursor = records.connection.execute(
            f"UPDATE due SET {setting} WHERE hotspot = ? AND key = ? AND holder = ? "  # noqa: S608 - constants
            "AND state = 'claimed'",
            (*values, row.hotspot, row.key, row.holder),
        )
    return cursor.rowcount == 1


def _row(values: tuple[Any, ...]) -> DueRow:
    found = dict(zip(_COLUMNS.split(", "), values, strict=True))
    return DueRow(
        hotspot=found["hotspot"],
        key=found["key"],
        at=read(found["at"]),
        state=State(found["state"]),
        holder=found["holder"],
        until=None if found["until"] is None else read(found["until"]),
        began=None if found["began"] is None else read(found["began"]),
        serial=found["serial"],
        bundle=found["bundle"],
        why=found["why"],
    )
