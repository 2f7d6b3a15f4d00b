"""May lost packets alone explain that a way around the filter is silent? Then it is not shut.

Whoever closes a way by dropping what goes there, and a line that loses packets, look alike. What the line
loses is learnt from everything that was answered on it (`criteria.chance`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from criteria.chance import NOTHING_SEEN, SLOW, Losses, losses_beyond, losses_to, tries_of
from criteria.fitness import Soundness
from criteria.index import Look
from criteria.ways import Way
from probes import failure
from probes.records import Family, Plan, Question, RouteKind

_SILENT = frozenset({failure.TIMEOUT, failure.HOST_UNREACHABLE, failure.NETWORK_UNREACHABLE})
"""A machine that hears nothing from its neighbour says that the host is unreachable."""
_SINCE = (1, SLOW)
_AT_HOME = frozenset(
    {RouteKind.CANARY, RouteKind.RELAY, RouteKind.DDR, RouteKind.VARIANT, RouteKind.HTTPS_RECORD}
)
"""What the network's own resolver is asked for."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is lost on the way to each resolver and beyond it, in all looks and in the slow ones alone."""

    to: Mapping[tuple[str, int], Losses]
    beyond: Mapping[tuple[Family, int], Losses]

    @classmethod
    def learnt(cls, plan: Plan, sound: Soundness) -> Line:
        """From the names that opened, controls and others, and from the other ways that led somewhere."""
        to = losses_to(sound.looks, sound.aside)
        return cls(
            # Of a resolver that is none of this network's nothing is known.
            to={key: losses for key, losses in to.items() if key[0] in plan.resolvers},
            beyond=losses_beyond(sound.looks, sound.aside, around=True),
        )

    def rules_out(self, question: Question, way: Way, looks: Sequence[Look]) -> bool:
        """Whether more stayed unanswered in these looks than lost packets explain."""
        for since in _SINCE:
            tries = [_tries(look) for look in looks if look.attempt >= since]
            losses = self._losses(question, way, since, looks)
            if not losses.may_explain(tries=sum(tries), looks=len(tries)):
                return True
        return False

    def _losses(self, question: Question, way: Way, since: int, looks: Sequence[Look]) -> Losses:
        via = question.via
        if via is not None and way.kind in _AT_HOME:
            return self.to.get((via.resolver, since), NOTHING_SEEN)
        if via is not None and via.through is not None and not _dialled(looks):
            # The network's own resolver did not say where the other one is.
            return self.to.get((via.through, since), NOTHING_SEEN)
        return self.beyond.get((way.family, since), NOTHING_SEEN)


def _dialled(looks: Sequence[Look]) -> bool:
    """Whether anything but the network's own resolver was tried."""
    return any(len(look.items) > 1 for look in looks)


def _tries(look: Look) -> int:
    return max((tries_of(item) for item in look.items if item.failure in _SILENT), default=1)
