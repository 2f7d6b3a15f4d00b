"""Could lost packets alone explain a silence? What a line loses is learnt from what must be answered on it.

A filter that drops and a line that loses look alike. What tells them apart is how often: at the loss that the
names which must open showed, silence of so many tries has a chance, and only where that is below one in
`ONE_IN` for a name is silence a block. All in whole numbers, so that no rounding tips a verdict.

The slow looks are counted by themselves too: what the first one lost may be the doing of our own haste, and
then they alone can rule chance out.

Packets are taken to be lost one by one. Where a name that must be answered stayed silent through a whole look
they are lost in bursts: then whole looks count in place of packets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from criteria.index import Looks
from criteria.statistics import supports_at_most, upper_bound
from criteria.ways import way_of
from probes import failure
from probes.records import Family, Kind, Observation, Stage, Transport

ONE_IN = 10_000
"""By chance fewer than one name in so many may be called blocked for its silence."""
ALPHA = "0.01"
"""The loss is taken at its upper bound, which it is above with this chance at most."""

_GRID = 1_000
_MOST = 400
"""So many answers tell enough: more would only make the arithmetic long."""
_SYN_RTO_US = 1_000_000
"""The first retransmission of a SYN, the next after twice as long (RFC 6298, 2.1 and 5.5)."""
_TOO_LATE_US = 500_000
_LATE_US = 900_000
"""A connection that took so long needed a second SYN, or may have."""
REJECTED_TRIES = 3
"""Neighbour discovery asks so often before it says that a host is unreachable (RFC 4861, 7.2.2 and 10): on a
line that loses packets that happens by chance too."""


@dataclass(frozen=True, kw_only=True)
class Losses:
    """What was seen of a way on which answers are due."""

    answered: int = 0
    """Questions that were answered, by the first try or a later one."""
    retried: int = 0
    """Those of them that needed more than one."""
    tries: int
    """How often a question is tried within one look, at least."""
    looks: int = 0
    """Looks at names that must be answered."""
    silent: int = 0
    """Those of them that were not, in spite of every try."""

    def may_explain(self, *, tries: int, looks: int) -> bool:
        """Whether chance may leave a name without an answer through so many tries in so many looks."""
        return self.chance(tries=tries, looks=looks) * ONE_IN >= 1

    def chance(self, *, tries: int, looks: int) -> Fraction:
        """At most; 1 where nothing is known."""
        if self.silent or self.tries < 2:
            return self._worst_look**looks
        return self.worst_try**tries

    @cached_property
    def worst_try(self) -> Fraction:
        """The upper bound of the chance that one try is lost.

        Who is answered at all within `n` tries needed more than one with probability
        (q + ... + q^(n-1)) / (1 + q + ... + q^(n-1)), which grows with q.
        """
        if not self.answered or self.tries < 2:
            return Fraction(1)
        low, high = -1, _GRID  # `high` is above the bound, or is 1; `low` is not.
        while high - low > 1:
            middle = (low + high) // 2
            if supports_at_most(self.retried, self.answered, str(self._retry_share(middle)), ALPHA):
                high = middle
            else:
                low = middle
        return Fraction(high, _GRID)

    def _retry_share(self, lost: int) -> Fraction:
        powers = [lost**number * _GRID ** (self.tries - 1 - number) for number in range(self.tries)]
        return Fraction(sum(powers[1:]), sum(powers))

    @property
    def _worst_look(self) -> Fraction:
        if not self.looks:
            return Fraction(1)
        return Fraction(upper_bound(self.silent, self.looks, str(1 - Fraction(ALPHA)))) / 100


NOTHING_SEEN = Losses(tries=1)


SLOW = 2
"""From this look on it is asked slowly: what the first one loses may be the doing of our own haste."""


def losses_to(looks: Looks, aside: Collection[str] = ()) -> dict[tuple[str, int], Losses]:
    """Of each resolver's answers, from the first look on and from `SLOW` on.

    `aside` are controls that the filter itself keeps away.
    """
    counts: dict[tuple[str, int], _Count] = defaultdict(_Count)
    for question, look in looks.seen:
        item, via = look.dns, question.via
        if item is None or item.dns is None or via is None or question.kind is Kind.ROUTE:
            continue
        if item.dns.transport is not Transport.UDP:
            continue
        due = question.kind in _DUE and question.id not in aside
        for since in _since(look.attempt):
            if item.failure == failure.TIMEOUT:
                counts[via.resolver, since].fell_silent(tries_of(item), due=due)
            elif item.dns.rcode is not None:
                counts[via.resolver, since].was_answered(retried=item.dns.sends > 1, due=due)
    return {key: count.losses() for key, count in counts.items()}


def losses_beyond(
    looks: Looks, aside: Collection[str] = (), *, around: bool = False
) -> dict[tuple[Family, int], Losses]:
    """Of connections by each family, whoever gave the address; from when on as above.

    `around`: also of those that were made on ways around the filter. That none was says nothing of the line.
    """
    counts: dict[tuple[Family, int], _Count] = defaultdict(_Count)
    for question, look in looks.visited:
        way = way_of(question) if around else None
        for item in look.items if way is not None else ():
            if way is not None and item.stage is Stage.TCP and item.failure is None:
                for since in _since(look.attempt):
                    counts[way.family, since].was_answered(retried=item.elapsed_us >= _LATE_US, due=False)
        if question.kind not in _VISITED or question.via is None:
            continue
        due = question.kind is Kind.CONTROL and question.id not in aside
        for since in _since(look.attempt):
            count = counts[question.via.family, since]
            for item in look.items:
                if item.failure == failure.TIMEOUT and item.stage in _BEYOND:
                    count.fell_silent(tries_of(item), due=due)
                elif item.stage is Stage.TCP and item.failure is None:
                    count.was_answered(retried=item.elapsed_us >= _LATE_US, due=due)
    return {key: count.losses() for key, count in counts.items()}


def _since(attempt: int) -> tuple[int, ...]:
    """From which looks on a look counts."""
    if attempt >= SLOW:
        return _FROM_SLOW
    return _FROM_FIRST if attempt >= 1 else ()


_FROM_FIRST = (1,)
_FROM_SLOW = (1, SLOW)
_MOST_TRIES = 3
_DUE = frozenset({Kind.CONTROL, Kind.RANDOM})
_VISITED = frozenset({Kind.CONTROL, Kind.TARGET})
_BEYOND = frozenset({Stage.TCP, Stage.TLS, Stage.HTTP})


@dataclass
class _Count:
    tries: int = _MOST_TRIES
    answered: int = 0
    retried: int = 0
    looks: int = 0
    silent: int = 0

    def fell_silent(self, tries: int, *, due: bool) -> None:
        # Who is tried less often shows less of what is lost: the fewest tries bound it for all.
        self.tries = min(self.tries, tries)
        self.looks += due
        self.silent += due

    def was_answered(self, *, retried: bool, due: bool) -> None:
        self.looks += due
        if self.answered < _MOST:
            self.answered += 1
            self.retried += retried

    def losses(self) -> Losses:
        return Losses(
            answered=self.answered,
            retried=self.retried,
            tries=self.tries,
            looks=self.looks,
            silent=self.silent,
        )


def tries_of(item: Observation) -> int:
    """How often somebody was asked before this observation ended without an answer."""
    if item.stage is Stage.DNS and (item.dns is None or item.dns.transport is Transport.UDP):
        return item.dns.sends if item.dns is not None else 1
    if item.failure != failure.TIMEOUT:
        return REJECTED_TRIES
    # Nobody answers a question over TCP within what is left after a SYN that goes out at the very end.
    patience = item.elapsed_us - _TOO_LATE_US if item.stage is Stage.DNS else item.elapsed_us
    tries, waited = 1, _SYN_RTO_US
    while patience >= waited:
        tries, waited = tries + 1, 2 * waited + _SYN_RTO_US
    return tries
