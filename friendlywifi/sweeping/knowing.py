"""What a sweep knows of a name before it asks: what a dated sight of an unfiltered line says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from criteria.records import Reference
from criteria.truth import Truth, Truths
from friendlywifi.sweeping.judging import UNKNOWN, Known
from probes.records import Ask, Category, Family, Target

MAX_AGE_DAYS = 7
"""As old as the baseline standard lets a reference be; an older one proves nothing."""

Knowing = Callable[[Sequence[str]], Sequence[Known]]


def known_by(reference: Reference, *, at: datetime, max_age_days: int = MAX_AGE_DAYS) -> Knowing:
    """What a reference knows of the names of a batch, by the rules of a check."""
    truths = Truths(reference=reference, max_age_days=max_age_days, at=at)
    found: Mapping[str, Known] = {
        entry.name: _known(truths.of(_target(entry.name))) for entry in reference.entries
    }
    return lambda names: [found.get(name, UNKNOWN) for name in names]


def _known(truth: Truth) -> Known:
    return Known(
        alive=truth.alive,
        ipv4=truth.has(Family.IPV4),
        ipv6=truth.has(Family.IPV6),
        stale=truth.stale,
        addresses=truth.addresses,
    )


def _target(name: str) -> Target:
    return Target(name=name, category=Category.NATIONAL_ORDER, ask=Ask.DNS, list_id="swept")
