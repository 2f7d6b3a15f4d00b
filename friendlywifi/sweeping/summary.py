"""What a sweep came to, as one record: for people, for machines, and for the sweep of tomorrow."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from typing import Literal

from criteria.records import Outcome
from friendlywifi.exitcodes import Exit
from friendlywifi.sweeping.run import Order, Result
from friendlywifi.sweeping.source import Source
from probes.records import Record, Time
from probes.targets.importers.entry import Skipped

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
    controls_opened: int
    rewrites: tuple[str, ...] = ()
    """Addresses that it gives for names that cannot exist."""
    unanswered: int = 0
    """Answers that are missing because it fell silent."""


class Leak(Record):
    """A name that opens. `id` is the same in every sweep, so that one leak is one ticket."""

    id: str
    name: str
    type: str
    resolver: str
    rule: str
    addresses: tuple[str, ...]


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
    left_out: tuple[Skipped, ...]
    lanes: tuple[LaneCount, ...]
    resolvers: tuple[ResolverSeen, ...]
    mechanisms: tuple[tuple[str, int], ...]
    """How names were blocked, the most frequent first."""
    undecided: tuple[tuple[str, int], ...]
    """By which rule names could not be told, the most frequent first."""
    agree: int
    """Names (of each type) whose outcome is the same at every resolver; 0 where there is only one."""
    differ: int
    leaks: int
    """All of them, also those that are not listed."""
    listed: tuple[Leak, ...]
    slowed_down: int
    """How often a resolver could not keep up, so that it was asked more slowly."""
    resumed: bool
    """Part of it was done by an earlier run: the counts are those of this one."""
    software: str
    rules_version: str

    @property
    def exit(self) -> Exit:
        """1 any leak, 3 no leak but undecided, 0 all blocked."""
        if self.leaks:
            return Exit.NO
        undecided = sum(lane.inconclusive for lane in self.lanes) + self.not_decidable
        return Exit.UNKNOWN if undecided or not self.lanes else Exit.YES


def leak_id(name: str, kind: str, resolver: str) -> str:
    """Stable over sweeps: of what leaks where, and of nothing else."""
    return hashlib.sha256(f"{name}\n{kind}\n{resolver}".encode()).hexdigest()[:16]


def summed(
    *,
    list_: str,
    authorised_by: str,
    order: Order,
    source: Source,
    result: Result,
    undecided: Counter[str],
    ended: datetime,
    software: str,
    rules_version: str,
) -> Summary:
    """The summary of a sweep that ended."""
    tally = result.tally
    return Summary(
        list=list_,
        authorised_by=authorised_by,
        started=result.began,
        ended=ended,
        types=order.types,
        names=tally.names,
        not_decidable=tally.undecidable,
        left_out=source.skips.summary(),
        lanes=tuple(
            LaneCount(
                resolver=resolver,
                type=kind,
                blocked=counts[Outcome.BLOCKED],
                reachable=counts[Outcome.REACHABLE],
                dead=counts[Outcome.DEAD],
                inconclusive=counts[Outcome.INCONCLUSIVE],
                not_applicable=counts[Outcome.NOT_APPLICABLE],
            )
            for (resolver, kind), counts in sorted(tally.by.items())
        ),
        resolvers=tuple(
            ResolverSeen(
                resolver=met.resolver,
                instance=met.instance,
                controls_opened=len(met.right),
                rewrites=tuple(sorted(met.rewrites)),
                unanswered=result.silent.get(met.resolver, 0),
            )
            for met in result.met
        ),
        mechanisms=tuple(tally.mechanisms.most_common()),
        undecided=tuple(undecided.most_common()),
        agree=tally.agree,
        differ=tally.differ,
        leaks=tally.outcomes[Outcome.REACHABLE],
        listed=tuple(
            Leak(
                id=leak_id(item.name, item.type, item.resolver),
                name=item.name,
                type=item.type,
                resolver=item.resolver,
                rule=item.rule,
                addresses=item.addresses,
            )
            for item in result.leaks
        ),
        slowed_down=result.cuts,
        resumed=result.skipped_blocks > 0,
        software=software,
        rules_version=rules_version,
    )
