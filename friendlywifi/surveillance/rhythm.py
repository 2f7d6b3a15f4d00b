"""How often a hotspot is looked at, and what happens when nobody could: the numbers of its standard.

Numbers that no standard has stand here once, each with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from criteria.kinds.order_blocked import OrderBlocked
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.period import CONFIRMED
from criteria.standard import Standard

APART = Fraction(1, 4)
"""Of the interval: two planned runs are never closer. It leaves three quarters of every interval for the
jitter, so that the evidence window sees different hours."""

SECOND_AFTER = timedelta(minutes=5)
"""The "immediate second run" of the default standard: late enough for most caches of answers."""

LATER_AFTER = timedelta(hours=1)
"""The "one later run" of the default standard: at least so long after the first failure."""

CURED_BY = CONFIRMED
"""Good runs one after the other that cure a confirmed failure: as many as confirm one."""

FALLS = 3
"""So many falls from good to bad within `FALLS_WITHIN` are flapping."""

FALLS_WITHIN = timedelta(days=7)
"""The interval of the full sample: what fell three times in it is no single accident."""

STEADY_AFTER = timedelta(hours=72)
"""Flapping ends after as long without a failure as a failure may stay uncured."""

SILENT_AFTER = 3
"""Intervals without any run, void ones included, after which a resident probe is silent."""

BLIND_TOLD_AFTER = timedelta(hours=24)
"""How long a login page or a dead uplink may last before somebody is told: many places switch their Wi-Fi
off at night, and nobody wants a mail about each night."""

GATHERED_FOR = timedelta(hours=6)
"""The first of several failures with one cause is told at once. Whatever joins it within one round of the
gates is told together, and not one by one."""

NAMED_FOR = timedelta(hours=24)
"""A hotspot that a notice named beside is told by it for so long: within a day all that hang on one resolver
have been looked at and confirmed. One that fails later is news."""

LAPSING_WITHIN = timedelta(days=7)
"""So long before the evidence lapses somebody is told, while there is a working day left."""

SHARE_OVER = timedelta(days=30)
"""The share of due runs is looked at over a month, as evidence is."""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """One mode of surveillance, as a standard gives it."""

    mode: Literal["resident", "rounds"]
    every: timedelta
    """Between two looks at the gates."""
    sample_every: timedelta
    fresh_every: timedelta
    ran_at_least: Fraction
    """Of the due runs."""
    silence: timedelta
    """Without evidence for longer: suspended."""
    cured_within: timedelta
    """A confirmed failure that is not cured by then: suspended."""
    suspended_at_most: timedelta
    at_once: frozenset[str]
    """Gates whose single failure counts: a sentinel must be blocked in every valid run."""
    illegal: frozenset[str]
    """Gates about illegal content: their confirmed failure suspends at once."""
    samples: frozenset[str]
    """Gates over a random sample; a run that decided them is a full one."""

    @property
    def apart(self) -> timedelta:
        """What lies at least between two planned runs."""
        return self.every * APART.numerator / APART.denominator

    @property
    def silent_after(self) -> timedelta:
        return self.every * SILENT_AFTER


class NoRhythm(ValueError):  # noqa: N818 - an answer about a standard, no error of the program
    """The standard has no such mode. Its text is one sentence."""


def rhythm_of(standard: Standard, mode: Literal["resident", "rounds"]) -> Rhythm:
    """The rhythm of a hotspot that is held to this standard in this mode. Raises `NoRhythm`."""
    given = next((item for item in standard.surveillance if item.mode == mode), None)
    if given is None:
        raise NoRhythm(f"The standard {standard.id} does not say how a hotspot in mode {mode} is watched.")
    gates = tuple(item for item in standard.criteria if item.gate and item.enabled)
    return Rhythm(
        mode=mode,
        every=timedelta(hours=given.gates_every_hours),
        sample_every=timedelta(days=given.sample_every_days),
        fresh_every=timedelta(days=given.fresh_sample_every_days),
        ran_at_least=Fraction(given.due_runs_at_least),
        silence=timedelta(days=given.silence_days),
        cured_within=timedelta(hours=standard.suspended_after_hours),
        suspended_at_most=timedelta(days=standard.suspension_max_days),
        at_once=frozenset(item.id for item in gates if isinstance(item.test, SentinelBlocked)),
        illegal=frozenset(item.id for item in gates if isinstance(item.test, SentinelBlocked | OrderBlocked)),
        samples=frozenset(item.id for item in gates if isinstance(item.test, SampleBlocked)),
    )
