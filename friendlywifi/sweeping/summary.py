"""What a sweep came to, as one record: for people, for machines, and for the sweep of tomorrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from criteria.records import Outcome
from friendlywifi.exitcodes import Exit
from friendlywifi.sweeping.leaks import Leak, Past
from friendlywifi.sweeping.run import Order, Result
from friendlywifi.sweeping.source import Source
from friendlywifi.sweeping.tally import Differing, Tally
from probes.records import Record, Time
from probes.sweep.acquaintance import Met
from probes.targets.importers.entry import Reason, Skipped

SCHEMA: Literal["friendlywifi/sweep/1"] = "friendlywifi/sweep/1"


class LaneCount(Record):
    """Of one resolver and type: how many names came to which outcome."""

    resolver: str
    type: str
    blocked: int
    reachable: int
    dead: int
    inconclusive: int
    not_applicable: int


class ResolverSeen(Record):
    """One resolver, as it was met."""

    resolver: str
    instance: str | None
    """What it calls itself: at an anycast address, the instance seen."""
    nsid: str | None = None
    """Its name server identifier (RFC 5001), likewise."""
    controls_opened: int
    rewrites: tuple[str, ...] = ()
    """Addresses that it gives for names that cannot exist."""
    unanswered: int = 0
    """Answers that are missing because it fell silent."""


class Changes(Record):
    """Against the sweep that was named as the baseline."""

    opened: int
    still: int
    closed: tuple[Past, ...]
    """Shut now, or not asked for any more."""
    unclear: tuple[Past, ...]
    """Nothing could be told of them today: their tickets stay open."""


class Summary(Record):
    """The record of a whole sweep."""

    schema: Literal["friendlywifi/sweep/1"] = SCHEMA
    list: str
    authorised_by: str
    started: Time
    ended: Time
    types: tuple[str, ...]
    names: int
    not_decidable: int
    """Pages of sites: DNS knows nothing of pages, so that none of them counts as blocked."""
    not_due: int = 0
    """Rows of an order that nobody must block yet: they were not asked."""
    left_out: tuple[Skipped, ...]
    lanes: tuple[LaneCount, ...]
    resolvers: tuple[ResolverSeen, ...]
    reference_resolver: ResolverSeen | None = None
    """The one that does not filter, if one was asked."""
    mechanisms: tuple[tuple[str, int], ...]
    """How names were blocked, the most frequent first."""
    undecided: tuple[tuple[str, int], ...]
    """By which rule names could not be told, the most frequent first."""
    agree: int
    """Names (of each type) whose outcome is the same at every resolver; 0 where there is only one."""
    differ: int
    unclear: int
    """Names of which some resolver says nothing that could be compared."""
    differing: tuple[Differing, ...]
    """The first names on which resolvers differ."""
    leaks: int
    """All of them, also those that are not listed."""
    listed: tuple[Leak, ...]
    changes: Changes | None = None
    """Against the baseline; `None`: there was none."""
    slowed_down: int
    """How often a resolver could not keep up, so that it was asked more slowly."""
    resumed: bool
    """Part of it was done by an earlier run; the counts are those of the whole sweep."""
    redacted: bool = False
    """Names are keyed hashes."""
    software: str
    rules_version: str

    @property
    def exit(self) -> Exit:
        """1 any leak, 3 no leak but undecided, 0 all blocked."""
        if self.leaks:
            return Exit.NO
        undecided = sum(lane.inconclusive for lane in self.lanes) + self.not_decidable + self.unread
        return Exit.UNKNOWN if undecided or not self.lanes else Exit.YES

    @property
    def unread(self) -> int:
        """Lines that may name something and could not be read: nobody knows whether that is blocked."""
        return unread(self.left_out)


_UNREAD = frozenset({Reason.NO_NAME, Reason.TOO_LONG, Reason.OUTSIDE_ZONE})


def unread(left_out: Iterable[Skipped]) -> int:
    """Of the lines that were left out, those that may name something."""
    return sum(item.count for item in left_out if item.reason in _UNREAD)


def summed(
    *,
    list_: str,
    authorised_by: str,
    order: Order,
    source: Source,
    result: Result,
    undecided: Mapping[str, int],
    ended: datetime,
    software: str,
    rules_version: str,
) -> Summary:
    """The summary of a sweep that ended."""
    tally, watch = result.tally, result.watch
    return Summary(
        list=list_,
        authorised_by=authorised_by,
        started=watch.at,
        ended=ended,
        types=order.types,
        names=tally.names,
        not_decidable=tally.undecidable,
        not_due=source.not_due,
        left_out=source.skips.summary(),
        lanes=tuple(
            LaneCount(
                resolver=resolver,
                type=kind,
                **{outcome.value: counts.get(outcome.value, 0) for outcome in Outcome},
            )
            for resolver, kind, counts in tally.lanes()
        ),
        resolvers=tuple(_seen(met, tally) for met in result.met if met.resolver in order.resolvers),
        reference_resolver=next(
            (_seen(met, tally) for met in result.met if met.resolver == order.reference_resolver), None
        ),
        mechanisms=_often(tally.mechanisms),
        undecided=_often(undecided),
        agree=tally.agree,
        differ=tally.differ,
        unclear=tally.unclear,
        differing=result.differing,
        leaks=watch.count,
        listed=watch.leaks(),
        changes=None
        if watch.before is None
        else Changes(opened=watch.opened, still=watch.still, closed=watch.closed(), unclear=watch.unclear()),
        slowed_down=result.cuts,
        resumed=result.skipped_blocks > 0,
        software=software,
        rules_version=rules_version,
    )


def _seen(met: Met, tally: Tally) -> ResolverSeen:
    return ResolverSeen(
        resolver=met.resolver,
        instance=met.instance,
        nsid=met.nsid,
        controls_opened=len(met.right),
        rewrites=tuple(sorted(met.rewrites)),
        unanswered=tally.silent.get(met.resolver, 0),
    )


def _often(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
