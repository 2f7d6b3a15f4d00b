"""What is so at the hotspots now, and somebody must know: each thing once, with what it has in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from friendlywifi.surveillance.causes import Cause, CauseKind, Shared, Site, shared
from friendlywifi.surveillance.rhythm import BLIND_TOLD_AFTER, LAPSING_WITHIN, Rhythm
from friendlywifi.surveillance.states import State
from probes.records import Record, Time


class NoticeKind(StrEnum):
    FAILING = "failing"
    """A gate fails, and that is confirmed."""
    RECOVERED = "recovered"
    """Every hotspot of a failure that was told is well again."""
    FLAPPING = "flapping"
    """The filter comes and goes; nothing further is told of it until it stays one way or the other."""
    PORTAL_LOCKED = "portal_locked"
    UPLINK_DEAD = "uplink_dead"
    PROBE_SILENT = "probe_silent"
    LAPSING = "lapsing"
    """The evidence ends soon, and then the certificate is suspended."""
    BEHIND = "behind"
    """Fewer runs were made than the standard asks for."""


class Fact(Record):
    """One thing that is so at one hotspot, at the time that somebody looks."""

    kind: NoticeKind
    hotspot: str
    cause: Cause
    since: Time
    gates: tuple[str, ...] = ()
    urgent: bool = False
    """Illegal content: it waits for nothing."""


class Watched(Record):
    """A hotspot with what its facts follow from."""

    site: Site
    lapses: Time | None = None
    """When the evidence of a certificate in force ends; `None`: none is in force."""
    behind_since: Time | None = None
    """Since when too few of the due runs were made; `None`: enough were."""


def facts_of(watched: Iterable[Watched], rhythms: dict[str, Rhythm], *, now: datetime) -> tuple[Fact, ...]:
    """Everything that is so now and that somebody must know. `rhythms` by hotspot."""
    every = tuple(watched)
    by_hotspot = {hotspot: item for item in shared([one.site for one in every]) for hotspot in item.sites}
    found: list[Fact] = []
    for item in every:
        rhythm = rhythms[item.site.hotspot]
        found += _of_filter(item, by_hotspot.get(item.site.hotspot), rhythm)
        found += _of_sight(item, now)
        found += _of_evidence(item, now)
    return tuple(found)


def _of_filter(item: Watched, group: Shared | None, rhythm: Rhythm) -> Iterator[Fact]:
    conditions = [one for _, one in item.site.conditions]
    troubled = [one.trouble_since for one in conditions if one.gates and one.trouble_since is not None]
    if troubled:
        # What is cured and still comes and goes is not told to be over.
        gates = {gate for one in conditions for gate in one.gates}
        uncured = {gate for one in conditions for gate in one.uncured}
        yield Fact(
            kind=NoticeKind.FAILING,
            hotspot=item.site.hotspot,
            cause=_alone(item) if group is None else group.cause,
            since=min(troubled),
            gates=tuple(sorted(gates)),
            urgent=bool(uncured & rhythm.illegal),
        )
        return
    flapping = [one.since for one in conditions if one.behind is State.FLAPPING and one.since is not None]
    if flapping:
        yield Fact(
            kind=NoticeKind.FLAPPING, hotspot=item.site.hotspot, cause=_alone(item), since=min(flapping)
        )


_BLIND = {
    State.PORTAL_LOCKED: NoticeKind.PORTAL_LOCKED,
    State.UPLINK_DEAD: NoticeKind.UPLINK_DEAD,
    State.PROBE_SILENT: NoticeKind.PROBE_SILENT,
}


def _of_sight(item: Watched, now: datetime) -> Iterator[Fact]:
    conditions = [one for _, one in item.site.conditions]
    if not conditions or not all(one.state.blind for one in conditions):
        return
    # With several networks the one that was seen last tells what is in the way.
    latest = max(conditions, key=lambda one: (one.seen is not None, one.seen))
    since = latest.alive or latest.since
    if since is None:
        return
    if latest.state is not State.PROBE_SILENT and now - since < BLIND_TOLD_AFTER:
        return
    yield Fact(kind=_BLIND[latest.state], hotspot=item.site.hotspot, cause=_in_common(item), since=since)


def _of_evidence(item: Watched, now: datetime) -> Iterator[Fact]:
    if item.lapses is not None and item.lapses - now <= LAPSING_WITHIN:
        yield Fact(
            kind=NoticeKind.LAPSING,
            hotspot=item.site.hotspot,
            cause=_in_common(item),
            since=item.lapses - LAPSING_WITHIN,
        )
    if item.behind_since is not None:
        yield Fact(
            kind=NoticeKind.BEHIND,
            hotspot=item.site.hotspot,
            cause=_in_common(item),
            since=item.behind_since,
        )


def _alone(item: Watched) -> Cause:
    return Cause(kind=CauseKind.HOTSPOT, name=item.site.hotspot)


def _in_common(item: Watched) -> Cause:
    """What many places lose at once belongs into one message: they hang on one provider."""
    if item.site.provider is None:
        return _alone(item)
    return Cause(kind=CauseKind.PROVIDER, name=item.site.provider)
