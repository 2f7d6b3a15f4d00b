"""What surveillance remembers: the condition of each hotspot, what was told, and when it last looked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.times import read, written
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.notices import Notice, Told
from friendlywifi.surveillance.states import State
from probes.records import Record, Time, decode, encode


class Path(Record):
    """One network of a hotspot."""

    name: str
    """Its name; empty: a cable, or unknown."""
    condition: Condition


class Watch(Record):
    """A hotspot, as surveillance knows it."""

    hotspot: str
    paths: tuple[Path, ...] = ()
    through: Time | None = None
    """The start of the newest run that is folded in."""
    folded: int = 0
    """How many runs are; another number up to then: one came in late."""
    standards: tuple[str, ...] = ()
    """Digests of the standards whose runs were evidence when they were folded, sorted."""
    later: Time | None = None
    """A run that begins only then, by a clock that is or was ahead: it is folded in when its time comes."""

    @property
    def conditions(self) -> dict[str, Condition]:
        """By the name of the network."""
        return {item.name: item.condition for item in self.paths}


class Tick(Record):
    """When the schedule last looked."""

    at: Time
    up: Time
    """Since when it looks without a gap."""
    steady: Time
    """Since when the clock has run without a jump."""
    journal: int
    """The last entry of the journal that it has read."""


def watch_of(records: Records, hotspot: str) -> Watch:
    """Nothing is known of a hotspot that nobody has looked at."""
    row = records.connection.execute("SELECT record FROM conditions WHERE hotspot = ?", (hotspot,)).fetchone()
    return Watch(hotspot=hotspot) if row is None else decode(row[0], Watch)


def watches(records: Records) -> dict[str, Watch]:
    """All that are known, by the id of the hotspot."""
    rows = records.connection.execute("SELECT hotspot, record FROM conditions ORDER BY hotspot")
    return {hotspot: decode(record, Watch) for hotspot, record in rows}


def keep_watch(records: Records, watch: Watch, *, state: State) -> None:
    """In the caller's transaction."""
    records.connection.execute(
        "INSERT INTO conditions (hotspot, state, record) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (hotspot) DO UPDATE SET state = ?2, record = ?3",
        (watch.hotspot, state.value, encode(watch).decode()),
    )


def notices(records: Records, *, since: datetime | None = None) -> tuple[Notice, ...]:
    """What was to be told since a time, oldest first."""
    rows = records.connection.execute(
        "SELECT record FROM notices WHERE at >= ? ORDER BY at, key",
        ("" if since is None else written(since),),
    )
    return tuple(decode(row[0], Notice) for row in rows)


def keep_notice(records: Records, notice: Notice, *, now: datetime) -> bool:
    """In the caller's transaction. `False`: this was told already."""
    cursor = records.connection.execute(
        "INSERT INTO notices (key, kind, at, record) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (notice.key, notice.kind.value, written(notice.at), encode(notice).decode()),
    )
    if cursor.rowcount == 0:
        return False
    journal.append(
        records, now=now, actor="serve", kind=f"notice.{notice.kind.value}", subject=notice.key, data=notice
    )
    return True


def told(records: Records) -> tuple[Told, ...]:
    """Facts that were told and are not done with."""
    rows = records.connection.execute("SELECT record FROM told ORDER BY kind, hotspot, since")
    return tuple(decode(row[0], Told) for row in rows)


def keep_told(records: Records, facts: Collection[Told]) -> None:
    """These and no others, in the caller's transaction."""
    records.connection.execute("DELETE FROM told")
    records.connection.executemany(
        "INSERT OR REPLACE INTO told (kind, hotspot, since, record) VALUES (?, ?, ?, ?)",
        [_told_row(item) for item in facts],
    )


def tick(records: Records) -> Tick | None:
    """The last look; `None`: there was none."""
    row = records.connection.execute("SELECT at, up, steady, journal FROM ticks").fetchone()
    return (
        None if row is None else Tick(at=read(row[0]), up=read(row[1]), steady=read(row[2]), journal=row[3])
    )


def keep_tick(records: Records, made: Tick) -> None:
    records.connection.execute(
        "INSERT INTO ticks (one, at, up, steady, journal) VALUES (1, ?1, ?2, ?3, ?4) "
        "ON CONFLICT (one) DO UPDATE SET at = ?1, up = ?2, steady = ?3, journal = ?4",
        (written(made.at), written(made.up), written(made.steady), made.journal),
    )


def came_since(records: Records, number: int) -> tuple[dict[str, set[str]], int]:
    """Hotspots of which runs came in after that entry of the journal, each with the kinds of its entries.

    Beside them the last entry there is.
    """
    last = records.connection.execute("SELECT coalesce(max(number), 0) FROM journal").fetchone()[0]
    found: dict[str, set[str]] = {}
    rows: list[tuple[Any, ...]] = records.connection.execute(
        "SELECT DISTINCT subject, kind FROM journal WHERE number > ? AND number <= ? "
        "AND kind IN ('run.recorded', 'run.rejudged', 'hotspot.changed', 'hotspot.enrolled')",
        (number, last),
    ).fetchall()
    for subject, kind in rows:
        found.setdefault(subject, set()).add(kind)
    return found, int(last)


def _told_row(item: Told) -> tuple[str, str, str, str]:
    return item.kind.value, item.hotspot, written(item.since), encode(item).decode()
