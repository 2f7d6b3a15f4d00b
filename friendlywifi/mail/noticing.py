"""From the notices of the schedule to the outbox: who must know, and what waits for the week's digest.

What comes and goes, and what is merely behind, is told once a week. So is whatever would be the sixth letter
to one reader within a day, but illegal content: a flood is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from criteria.standard import Standard
from friendlywifi.mail.desk import Desk, addressed, place_of, put
from friendlywifi.mail.letters import Kind, Letter, Line
from friendlywifi.mail.queueing import Queued
from friendlywifi.mail.readers import Reader, office_reader, readers
from friendlywifi.records import hotspots, outbox, watching
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot, Language
from friendlywifi.records.outbox import State
from friendlywifi.records.times import written
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.causes import CauseKind
from friendlywifi.surveillance.notices import Notice, NoticeKind
from friendlywifi.surveillance.rhythm import LAPSING_WITHIN

WEEKLY = frozenset({Kind.FLAPPING, Kind.BEHIND})
"""Told in the digest alone."""

A_DAY = timedelta(days=1)

FLOOD = 5
"""Letters about notices that one reader gets within a day; the rest waits for the digest."""

NEWS = timedelta(days=3)
"""A notice that is older tells nobody anything that the digest does not."""

IN_DIGEST = "a sixth letter within a day: it waits for the week's digest"

DIGEST_DAY, DIGEST_HOUR = 0, 9
"""Monday, from nine on."""


def queue_notices(records: Records, desk: Desk, *, now: datetime) -> Queued:
    """Owe everybody the letters about notices that are not for the digest alone."""
    places = {item.id: item for item in hotspots.every(records)}
    letters = 0
    faults: list[str] = []
    # Each tick comes by here: what is owed already is not worked out again.
    standard_named = cache(lambda name: load_standard(name)[0])
    owed = _owed(records, since=now - NEWS)
    for notice in watching.notices(records, since=now - NEWS):
        kind = Kind(notice.kind.value)
        if kind in WEEKLY:
            continue
        found, told = _by_reader(notice, kind, places, desk)
        faults += told
        for reader, own in found:
            if (notice.key, reader.email) in owed:
                continue
            letter = addressed(
                reader, _letter(notice, kind, own, reader, standard_named(own[0].standard)), desk
            )
            letters += put(
                records,
                desk,
                [letter],
                subject=notice.cause.key,
                step=notice.key,
                final=notice.urgent,
                due=now,
                now=now,
                needless=IN_DIGEST if _flooded(records, reader, notice, now=now) else None,
            )
    return Queued(letters=letters, faults=tuple(dict.fromkeys(faults)))


def _owed(records: Records, *, since: datetime) -> frozenset[tuple[str, str]]:
    """Notices by their keys, each with a reader whose letter is in the outbox, whatever became of it."""
    kinds = [item.value for item in NoticeKind]
    marks = ", ".join("?" * len(kinds))
    asked = f"SELECT step, recipient FROM outbox WHERE kind IN ({marks}) AND made >= ?"  # noqa: S608 - question marks
    rows = records.connection.execute(asked, (*kinds, written(since)))
    return frozenset((step, recipient) for step, recipient in rows)


def queue_digests(records: Records, desk: Desk, *, now: datetime, zone: str) -> Queued:
    """Once a week: everything to the certifiers and the office; to others what no letter told them."""
    local = now.astimezone(ZoneInfo(zone))
    monday = (local - timedelta(days=(local.weekday() - DIGEST_DAY) % 7)).replace(
        hour=DIGEST_HOUR, minute=0, second=0, microsecond=0
    )
    if local < monday:
        return Queued()
    year, week, _ = monday.isocalendar()
    places = {item.id: item for item in hotspots.every(records)}
    lines: dict[str, tuple[Reader, list[Line]]] = {}
    for notice in watching.notices(records, since=monday - timedelta(days=7)):
        if notice.at >= monday:
            continue
        kind = Kind(notice.kind.value)
        for reader, own in _by_reader(notice, kind, places, desk)[0]:
            if kind in WEEKLY or not _was_written(records, kind, notice, reader):
                _note(lines, reader, notice, kind, own)
        for reader, own in _grouped(notice, places, lambda item: _overseers(item, desk)):
            _note(lines, reader, notice, kind, own)
    letters = 0
    for reader, found in lines.values():
        letter = Letter(kind=Kind.DIGEST, at=monday, lines=tuple(dict.fromkeys(found)))
        letters += put(
            records,
            Desk(office=desk.office, binds=desk.binds),
            [addressed(reader, letter, desk)],
            subject="everything",
            step=f"{year}-W{week:02}",
            final=False,
            due=now,
            now=now,
        )
    return Queued(letters=letters)


def _letter(notice: Notice, kind: Kind, places: list[Hotspot], reader: Reader, standard: Standard) -> Letter:
    first = places[0]
    albanian = reader.language is Language.ALBANIAN
    titles = {
        item.id: item.text.sq.title if albanian and item.text.sq is not None else item.title
        for item in standard.criteria
    }
    until = None
    if kind is Kind.FAILING:
        until = notice.since + timedelta(hours=standard.suspended_after_hours)
    if kind is Kind.LAPSING:
        until = notice.since + LAPSING_WITHIN
    return Letter(
        kind=kind,
        place=place_of(first),
        places=tuple(map(place_of, places)),
        at=notice.since,
        until=None if notice.urgent else until,
        findings=tuple(f"{gate}: {titles.get(gate, gate)}" for gate in notice.gates),
        cause=f"{notice.cause.kind.value} {notice.cause.name}" if len(places) > 1 else None,
        retest=_retest(notice),
    )


def _retest(notice: Notice) -> tuple[str, ...]:
    if notice.kind is not NoticeKind.FAILING or notice.cause.kind is not CauseKind.RESOLVER:
        return ()
    return (f"friendlywifi check --resolver {notice.cause.name} --authorised-by YOUR-NAME",)


def _by_reader(
    notice: Notice, kind: Kind, places: Mapping[str, Hotspot], desk: Desk
) -> tuple[list[tuple[Reader, list[Hotspot]]], tuple[str, ...]]:
    """Each reader with the hotspots of the notice that are theirs: nobody reads of another one's."""
    found = {
        name: readers(places[name], kind, office=desk.office) for name in notice.hotspots if name in places
    }
    faults = tuple(fault for item in found.values() for fault in item.faults)
    return _grouped(notice, places, lambda item: found[item.id].found), faults


def _grouped(
    notice: Notice, places: Mapping[str, Hotspot], who: Callable[[Hotspot], tuple[Reader, ...]]
) -> list[tuple[Reader, list[Hotspot]]]:
    grouped: dict[str, tuple[Reader, list[Hotspot]]] = {}
    for name in notice.hotspots:
        if name in places:
            for reader in who(places[name]):
                grouped.setdefault(reader.email, (reader, []))[1].append(places[name])
    return list(grouped.values())


def _overseers(hotspot: Hotspot, desk: Desk) -> tuple[Reader, ...]:
    certifiers = tuple(item for item in hotspot.contacts if item.role is hotspots.Role.CERTIFIER)
    found = readers(hotspot, Kind.DIGEST, office=None).found if certifiers else ()
    return found if desk.office is None else (*found, office_reader(desk.office))


def _note(
    lines: dict[str, tuple[Reader, list[Line]]],
    reader: Reader,
    notice: Notice,
    kind: Kind,
    places: list[Hotspot],
) -> None:
    found = lines.setdefault(reader.email, (reader, []))[1]
    found += [Line(place=item.name, kind=kind, at=notice.since) for item in places]


def _flooded(records: Records, reader: Reader, notice: Notice, *, now: datetime) -> bool:
    if notice.urgent:
        return False
    kinds = [item.value for item in NoticeKind]
    marks = ", ".join("?" * len(kinds))
    asked = (
        f"SELECT count(*) FROM outbox WHERE kind IN ({marks}) AND recipient = ? AND made > ? "  # noqa: S608 - question marks
        "AND state != 'suppressed' AND step != ?"
    )
    values = (*kinds, reader.email, written(now - A_DAY), notice.key)
    return int(records.connection.execute(asked, values).fetchone()[0]) >= FLOOD


def _was_written(records: Records, kind: Kind, notice: Notice, reader: Reader) -> bool:
    written_to = [item for item in State if item is not State.SUPPRESSED]
    found = outbox.every(records, *written_to, kind=kind.value, subject=notice.cause.key)
    return any((item.step, item.recipient) == (notice.key, reader.email) for item in found)
