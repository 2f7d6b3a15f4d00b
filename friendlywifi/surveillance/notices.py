"""What somebody must be told, once: a notice is about facts, and a fact stays told until it is over.

The first failure behind a cause is told at once, with all that hangs on the same cause; what was named then
to the same readers is told, too. What else joins it is gathered for a few hours, but illegal content. When
the last of them is well again, that is told once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from friendlywifi.surveillance.causes import Cause, Shared, Site, shared
from friendlywifi.surveillance.facts import Fact, NoticeKind
from friendlywifi.surveillance.rhythm import GATHERED_FOR, NAMED_FOR
from probes.records import Record, Time

__all__ = ["Announcement", "Notice", "NoticeKind", "Told", "announce"]


class Told(Record):
    """A fact that was told and is not done with."""

    kind: NoticeKind
    hotspot: str
    cause: Cause
    since: Time
    notice: str
    """The key of the notice."""
    at: Time
    """When it was told."""
    named: tuple[str, ...] = ()
    """Hotspots that the notice named beside, as suspected or as hanging on the same resolver, and whose
    readers all got it."""
    over: Time | None = None
    """When it ended; kept until everything with its cause has ended."""


class Notice(Record):
    """One message to be written, whoever reads it and by whatever way."""

    key: str
    """The same fact gives the same key."""
    kind: NoticeKind
    hotspots: tuple[str, ...]
    """About which it is, sorted."""
    suspected: tuple[str, ...] = ()
    """Where the same was seen and is not confirmed."""
    behind: tuple[str, ...] = ()
    """Enrolled behind the same resolver, and not seen to fail."""
    cause: Cause
    gates: tuple[str, ...] = ()
    since: Time
    """When the oldest of its facts began."""
    at: Time
    """When it was made."""
    evidence: tuple[str, ...] = ()
    """Digests of bundles, sorted."""
    urgent: bool = False
    more: bool = False
    """It adds hotspots to a notice about the same cause."""


class Announcement(Record):
    """What is new: notices to keep, and the facts that are told from now on."""

    notices: tuple[Notice, ...] = ()
    told: tuple[Told, ...] = ()
    """All facts that are told and not done with, after this."""


def announce(
    facts: Collection[Fact], told: Collection[Told], sites: Collection[Site], *, now: datetime
) -> Announcement:
    """What must be told now. The same facts again give no notice; `told` is what the last call gave."""
    current = {(item.kind, item.hotspot): item for item in facts}
    kept = [_kept(item, current, now) for item in told]
    groups = {item.cause.key: item for item in shared(sites)}
    notices: list[Notice] = []
    kept += _named(facts, kept, now)
    open_now = {(item.kind, item.hotspot) for item in kept if item.over is None}
    fresh = [item for item in facts if (item.kind, item.hotspot) not in open_now]
    for kind, cause in sorted({(item.kind, item.cause.key) for item in fresh}):
        mine = sorted((item for item in fresh if (item.kind, item.cause.key) == (kind, cause)), key=_order)
        before = [item.at for item in kept if (item.kind, item.cause.key) == (kind, cause)]
        urgent = any(item.urgent for item in mine)
        if before and now - max(before) < GATHERED_FOR and not urgent:
            continue
        notice = _notice(mine, groups.get(cause), sites, now=now, more=bool(before))
        notices.append(notice)
        named = _named_to_all(notice, sites)
        kept += [_told(item, notice, named) for item in mine]
    kept, recovered = _done(kept, now)
    return Announcement(notices=(*notices, *recovered), told=tuple(sorted(kept, key=_told_order)))


def _kept(item: Told, current: dict[tuple[NoticeKind, str], Fact], now: datetime) -> Told:
    fact = current.get((item.kind, item.hotspot))
    if fact is None:
        return item if item.over is not None else msgspec.structs.replace(item, over=now)
    # What began when the told thing began is that thing: it only seemed to be over, as by runs that count for
    # another thing since.
    return msgspec.structs.replace(item, over=None) if fact.since == item.since else item


def _named(facts: Collection[Fact], kept: list[Told], now: datetime) -> list[Told]:
    """Facts that a notice about the same cause named before they were confirmed."""
    known = {(item.kind, item.hotspot) for item in kept}
    by_name = {
        (item.kind, item.cause.key, name): item
        for item in kept
        if item.over is None and now - item.at < NAMED_FOR
        for name in item.named
    }
    found = []
    for fact in facts:
        teller = by_name.get((fact.kind, fact.cause.key, fact.hotspot))
        if teller is not None and (fact.kind, fact.hotspot) not in known and not fact.urgent:
            found.append(msgspec.structs.replace(teller, hotspot=fact.hotspot, since=fact.since, named=()))
    return found


def _done(kept: list[Told], now: datetime) -> tuple[list[Told], list[Notice]]:
    """Without the facts whose cause is over for all; what failed and is well again is told once."""
    rest: list[Told] = []
    notices: list[Notice] = []
    for kind, cause in sorted({(item.kind, item.cause.key) for item in kept}):
        mine = [item for item in kept if (item.kind, item.cause.key) == (kind, cause)]
        if any(item.over is None for item in mine):
            rest += mine
        elif kind is NoticeKind.FAILING:
            since = min(item.since for item in mine)
            notices.append(
                Notice(
                    key=_key(NoticeKind.RECOVERED, mine[0].cause, max(item.at for item in mine)),
                    kind=NoticeKind.RECOVERED,
                    hotspots=tuple(sorted({item.hotspot for item in mine})),
                    cause=mine[0].cause,
                    since=since,
                    at=now,
                )
            )
    return rest, notices


def _notice(
    facts: list[Fact], group: Shared | None, sites: Collection[Site], *, now: datetime, more: bool
) -> Notice:
    first = facts[0]
    with_group = group if first.kind is NoticeKind.FAILING else None
    hotspots = tuple(sorted({item.hotspot for item in facts}))
    digests = {
        witness.digest
        for site in sites
        if first.kind is NoticeKind.FAILING and site.hotspot in hotspots
        for _, condition in site.conditions
        for witness in condition.witnesses
    }
    return Notice(
        key=f"{_key(first.kind, first.cause, first.since)} {first.hotspot}",
        kind=first.kind,
        hotspots=hotspots,
        suspected=() if with_group is None else with_group.suspected,
        behind=() if with_group is None else with_group.behind,
        cause=first.cause,
        gates=tuple(sorted({gate for item in facts for gate in item.gates})),
        since=min(item.since for item in facts),
        at=now,
        evidence=tuple(sorted(digests)),
        urgent=any(item.urgent for item in facts),
        more=more,
    )


def _named_to_all(notice: Notice, sites: Collection[Site]) -> tuple[str, ...]:
    """Of the hotspots that are named beside, those of which nobody else must hear.

    They stand on the hand-over sheet, and only who reads of every place of the notice gets that.
    """
    by_id = {item.hotspot: item for item in sites}
    readers = [set(by_id[name].readers) for name in notice.hotspots if name in by_id]
    got = set.intersection(*readers) if readers else set()
    beside = sorted({*notice.suspected, *notice.behind} & set(by_id))
    return tuple(name for name in beside if got.issuperset(by_id[name].readers))


def _told(fact: Fact, notice: Notice, named: tuple[str, ...]) -> Told:
    return Told(
        kind=fact.kind,
        hotspot=fact.hotspot,
        cause=fact.cause,
        since=fact.since,
        notice=notice.key,
        at=notice.at,
        named=named,
    )


def _key(kind: NoticeKind, cause: Cause, at: datetime) -> str:
    return f"{kind.value} {cause.key} {at:%Y-%m-%dT%H:%M:%SZ}"


def _order(fact: Fact) -> tuple[datetime, str]:
    return fact.since, fact.hotspot


def _told_order(item: Told) -> tuple[str, str, datetime]:
    return item.kind.value, item.hotspot, item.at
