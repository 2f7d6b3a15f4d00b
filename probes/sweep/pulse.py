"""Does a resolver still ask others? Canaries may come from its cache; a label that was just made cannot.

Below the name of a canary such a label opens, where the zone has a wildcard, or is denied with the SOA of the
canary's zone (RFC 2308 section 3), which whoever is cut off does not have. What is signed proves nothing: a
validating resolver may make it of what it knows (RFC 8198). What a resolver says instead of a proof, it may
say of every name that it would have to ask for: from such a word alone no block follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from probes.dns.wire import NXDOMAIN, REFUSED, SERVFAIL
from probes.records import DnsFacts
from probes.sweep.block import Canary
from probes.sweep.readings import DENIALS, SILENCE, Reading, Told, denial

BUSIEST, CALMEST = 0.2, 2.0
"""Seconds between two pulses of a resolver: few where there are many, since all lead to the same zones."""
_TOGETHER = 200
"""Pulses a second of all resolvers together, where that is kept apart by no more than the calmest."""
TRIED: Final = 3
"""Canaries whose zones are tried before a resolver is taken to be cut off."""

_OF_LOAD = frozenset({SILENCE, DENIALS[SERVFAIL], DENIALS[REFUSED]})
"""What a resolver that does ask others also says at times."""
_SIGNED = frozenset({"RRSIG", "NSEC", "NSEC3"})


@dataclass(frozen=True, slots=True)
class Felt:
    """One pulse."""

    resolver: str
    sent: float
    """When it was sent, by the clock of the sweep."""
    reaches: bool
    """It was proven that the resolver asks others."""
    says: frozenset[str]
    """Words for what it says of names that it would have to ask for, where it cannot."""
    useless: tuple[Canary, ...] = ()
    """Whose zones proved nothing while another one's did."""


def proves(told: Told, facts: DnsFacts, canary: Canary) -> bool:
    """Whether this answer for a new label below the canary's name came from the servers of its zone."""
    reading = told[0]
    if not isinstance(reading, Reading) or any(
        rr.type in _SIGNED for rr in (*facts.answers, *facts.authority)
    ):
        return False
    if reading.public:
        return True
    if reading.rcode not in (0, NXDOMAIN) or reading.addresses:
        return False
    zones = [rr.name.rstrip(".").lower() for rr in facts.authority if rr.type == "SOA"]
    # The SOA of the root or of a top-level domain is in every cache.
    return any("." in zone and f".{canary.name.lower()}".endswith(f".{zone}") for zone in zones)


def felt(resolver: str, sent: float, tries: Sequence[tuple[Canary, Told, bool]]) -> Felt:
    """What the tries of one pulse amount to; of each the canary, what was told, and whether it proves."""
    reaches = any(proven for _, _, proven in tries)
    says = {word for _, told, proven in tries if not proven and (word := denial(told)) is not None}
    useless = tuple(canary for canary, _, proven in tries if reaches and not proven)
    return Felt(resolver, sent, reaches, frozenset(says & _OF_LOAD if reaches else says), useless)


def gap(resolvers: int) -> float:
    """Seconds between two pulses of one of so many resolvers."""
    return min(max(resolvers / _TOGETHER, BUSIEST), CALMEST)


@dataclass(slots=True)
class Pulse:
    """The pulses of one resolver."""

    canaries: deque[Canary]
    every: float
    says: frozenset[str] = frozenset()
    """As the last one."""
    ever: bool = False
    """It was proven once that the resolver asks others."""
    cut: bool = False
    """It was, and is so no more."""
    _sent: float | None = None
    _out: bool = False

    def due(self, now: float) -> bool:
        # Where nothing was ever proven, each pulse tries several zones in vain.
        every = self.every if self.ever else CALMEST
        return not self._out and (self._sent is None or now - self._sent >= every)

    def send(self, now: float) -> tuple[Canary, ...]:
        """The canaries whose zones are tried now."""
        self._sent, self._out = now, True
        chosen = tuple(self.canaries)[:TRIED]
        self.canaries.rotate(-1)
        return chosen

    def came(self, found: Felt) -> None:
        self._out = False
        self.says = found.says
        self.ever |= found.reaches
        self.cut = self.ever and not found.reaches
        for canary in found.useless:
            if len(self.canaries) > TRIED and canary in self.canaries:
                self.canaries.remove(canary)
