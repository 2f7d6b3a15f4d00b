"""What is known of a target before anybody asks this network about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

import msgspec

from criteria.records import Reference, ReferenceEntry
from probes.bogon import plain
from probes.records import Family, Target, Time


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a name works on an unfiltered network, and where it is there."""

    alive: bool | None = None
    """`None`: unknown, or the sources contradict one another."""
    addresses: frozenset[str] = frozenset()
    """In their usual spelling, both families."""
    documented: frozenset[str] = frozenset()
    """Those of them that the owner promises. Only these make another address a surprise: a content network
    gives everybody other addresses."""
    stale: bool = False
    """There is a reference, and it is too old to count."""

    def has(self, family: Family) -> bool | None:
        """Whether it has an address of this family; `None`: no address is known."""
        return _any_of(family, self.addresses) if self.addresses else None

    def promises(self, family: Family) -> bool:
        """Whether its owner documents an address of this family."""
        return _any_of(family, self.documented)


def _any_of(family: Family, addresses: frozenset[str]) -> bool:
    wanted = family is Family.IPV6
    for address in addresses:  # noqa: SIM110 - asked for every name in every lane
        if (":" in address) is wanted:
            return True
    return False


NOTHING = Truth()


@lru_cache(maxsize=4096)
def spelt(addresses: tuple[str, ...]) -> frozenset[str]:
    """Addresses in their usual spelling. Raises `ValueError` for what is none."""
    return frozenset(plain(address) for address in addresses)


@lru_cache(maxsize=4096)
def promised(expect: tuple[str, ...]) -> Truth:
    """Of a name of which no more is known than the addresses that its owner documents."""
    documented = spelt(expect)
    return Truth(alive=True, addresses=documented, documented=documented)


@dataclass(frozen=True, kw_only=True)
class Truths:
    """Answers for every target of a run. A reference counts if it is at most so many days from the run."""

    reference: Reference | None
    max_age_days: int
    at: Time
    _entries: dict[str, ReferenceEntry] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        entries = () if self.reference is None else self.reference.entries
        # Frozen: the lookup table is made once, here.
        object.__setattr__(self, "_entries", {entry.name: entry for entry in entries})

    def of(self, target: Target) -> Truth:
        """A page of ours and a documented answer are alive by their owner's word, a reference by sight."""
        declared = True if target.token is not None or target.expect else None
        documented = spelt(target.expect)
        entry = self._entries.get(target.name)
        if entry is None:
            return Truth(alive=declared, addresses=documented, documented=documented)
        if not self._fresh(entry):
            return Truth(alive=declared, addresses=documented, documented=documented, stale=True)
        seen = spelt(entry.addresses)
        alive = entry.alive if declared is None else declared
        if declared is True and entry.alive is False:
            # The owner says alive and the reference saw it dead: nobody knows.
            alive = None
        addresses = documented if seen <= documented else documented | seen
        return Truth(alive=alive, addresses=addresses, documented=documented)

    def _fresh(self, entry: ReferenceEntry) -> bool:
        taken = entry.confirmed or (self.reference.taken if self.reference else None)
        return taken is not None and abs(self.at - taken) <= timedelta(days=self.max_age_days)
