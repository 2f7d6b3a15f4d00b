"""What is remembered of one path of a hotspot, from run to run."""

from __future__ import annotations

from collections.abc import Collection

from friendlywifi.surveillance.states import State
from probes.records import Record, Time


class Streak(Record):
    """Valid runs of one vantage, one after the other, in which one gate failed."""

    gate: str
    vantage: str = ""
    first: Time
    runs: int
    confirmed: bool = False
    last: Time | None = None
    """The start of its newest run."""


class Witness(Record):
    """A run in which a gate failed."""

    digest: str
    """Of its bundle."""
    made: Time


class Breach(Record):
    """What a certificate of then is suspended for, whenever somebody looks: it stays when it is cured."""

    at: Time
    """When the suspension fell due."""
    trouble: Time
    """When the trouble began."""
    confirmed: Time
    gates: tuple[str, ...]
    illegal: bool
    witnesses: tuple[Witness, ...]


class Condition(Record):
    """All that is remembered of one path of a hotspot. Folding the same runs again gives the same."""

    state: State = State.UNKNOWN
    since: Time | None = None
    """When it came into this state."""
    behind: State = State.UNKNOWN
    """What is known of the filter; the state itself, where nothing stands before it."""
    streaks: tuple[Streak, ...] = ()
    goods: int = 0
    """Good runs since the last bad one."""
    last_bad: Time | None = None
    falls: tuple[Time, ...] = ()
    """When it went from good to bad, within the last days."""
    trouble_since: Time | None = None
    """The first bad run of this trouble; it ends when the filter is well again."""
    confirmed_at: Time | None = None
    """When the failure was confirmed that is not yet cured."""
    uncured: tuple[str, ...] = ()
    """Its gates, sorted."""
    gates: tuple[str, ...] = ()
    """Gates that failed at any time in this trouble and were confirmed, sorted."""
    causes: tuple[str, ...] = ()
    """Of its bad runs, sorted."""
    witnesses: tuple[Witness, ...] = ()
    """Its newest bad runs, the oldest first."""
    breach: Breach | None = None
    """The last one."""
    evidence: Time | None = None
    """The last good run."""
    sampled: Time | None = None
    """The last good full run."""
    seen: Time | None = None
    """The last run of any kind."""
    alive: Time | None = None
    """The last run that the network carried, whatever it showed of the filter."""

    @property
    def confirmed(self) -> bool:
        """Whether a confirmed failure is neither cured nor on its way to be."""
        return self.behind is State.FAILING_CONFIRMED


def newest(conditions: Collection[Condition]) -> Time | None:
    """The last run of any kind on any of these paths."""
    return max((item.seen for item in conditions if item.seen is not None), default=None)
