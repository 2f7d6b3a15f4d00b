"""What a hotspot is like now: one table says where each thing that is seen leads.

A login page, a silent probe and a dead uplink stand before the filter and hide it. They are states of their
own, never a failure and never evidence; what was known of the filter waits behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    UNKNOWN = "unknown"
    WELL = "well"
    FAILING_SUSPECTED = "failing_suspected"
    FAILING_CONFIRMED = "failing_confirmed"
    RECOVERING = "recovering"
    FLAPPING = "flapping"
    PORTAL_LOCKED = "portal_locked"
    UPLINK_DEAD = "uplink_dead"
    PROBE_SILENT = "probe_silent"

    @property
    def blind(self) -> bool:
        """Whether something stands before the filter."""
        return self in _BLIND

    @property
    def failing(self) -> bool:
        return self in (State.FAILING_SUSPECTED, State.FAILING_CONFIRMED)


_BLIND = frozenset({State.PORTAL_LOCKED, State.UPLINK_DEAD, State.PROBE_SILENT})


class Signal(StrEnum):
    """What a sight means, given what was seen before."""

    GOOD = "good"
    CURED = "cured"
    """Good as often as it takes to cure, but it came and went in the last days: it may come again."""
    STEADY = "steady"
    """Good as often and as long as it takes."""
    BAD = "bad"
    CONFIRMED = "confirmed"
    """Bad, and it completes the confirmation."""
    UNSTEADY = "unsteady"
    """Bad, and not for the first time in a few days."""
    ALIVE = "alive"
    """A run that says nothing of the filter, but that somebody looks and what he sees is no portal."""
    CAPTIVE = "captive"
    OFFLINE = "offline"
    SILENT = "silent"


TABLE: Mapping[State, Mapping[Signal, State]] = {
    State.UNKNOWN: {
        Signal.GOOD: State.WELL,
        Signal.CURED: State.WELL,
        Signal.STEADY: State.WELL,
        Signal.BAD: State.FAILING_SUSPECTED,
        Signal.CONFIRMED: State.FAILING_CONFIRMED,
        Signal.UNSTEADY: State.FLAPPING,
    },
    State.WELL: {
        Signal.GOOD: State.WELL,
        Signal.CURED: State.WELL,
        Signal.STEADY: State.WELL,
        Signal.BAD: State.FAILING_SUSPECTED,
        Signal.CONFIRMED: State.FAILING_CONFIRMED,
        Signal.UNSTEADY: State.FLAPPING,
    },
    State.FAILING_SUSPECTED: {
        Signal.GOOD: State.WELL,
        Signal.CURED: State.WELL,
        Signal.STEADY: State.WELL,
        Signal.BAD: State.FAILING_SUSPECTED,
        Signal.CONFIRMED: State.FAILING_CONFIRMED,
        Signal.UNSTEADY: State.FLAPPING,
    },
    # One good run does not cure what three bad ones confirmed, and a relapse before it is cured is the same
    # failure. What comes and goes is flapping, and cured when it has been steady: a filter that is off each
    # night is not cured by each day.
    State.FAILING_CONFIRMED: {
        Signal.GOOD: State.RECOVERING,
        Signal.CURED: State.FLAPPING,
        Signal.STEADY: State.WELL,
        Signal.BAD: State.FAILING_CONFIRMED,
        Signal.CONFIRMED: State.FAILING_CONFIRMED,
        Signal.UNSTEADY: State.FAILING_CONFIRMED,
    },
    State.RECOVERING: {
        Signal.GOOD: State.RECOVERING,
        Signal.CURED: State.FLAPPING,
        Signal.STEADY: State.WELL,
        Signal.BAD: State.FAILING_CONFIRMED,
        Signal.CONFIRMED: State.FAILING_CONFIRMED,
        Signal.UNSTEADY: State.FAILING_CONFIRMED,
    },
    State.FLAPPING: {
        Signal.GOOD: State.FLAPPING,
        Signal.CURED: State.FLAPPING,
        Signal.STEADY: State.WELL,
        Signal.BAD: State.FLAPPING,
        Signal.CONFIRMED: State.FAILING_CONFIRMED,
        Signal.UNSTEADY: State.FLAPPING,
    },
}
"""Of the filter. What stands before it is not in the table: `next_state` says it for every row alike."""

_HIDES = {
    Signal.CAPTIVE: State.PORTAL_LOCKED,
    Signal.OFFLINE: State.UPLINK_DEAD,
    Signal.SILENT: State.PROBE_SILENT,
}


def next_state(behind: State, signal: Signal) -> State:
    """From what is known of the filter to the state that is shown."""
    if signal in _HIDES:
        return _HIDES[signal]
    if signal is Signal.ALIVE:
        return behind
    return TABLE[behind][signal]
