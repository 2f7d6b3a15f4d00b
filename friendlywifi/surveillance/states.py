"""What a hotspot is like now: one table says where each thing that is seen leads.

A login page, a silent probe and a dead uplink stand before the filter and hide it. They are states of their
own, never a failure and never evidence; what was known of the filter waits behind them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

import msgspec

from criteria.period import CONFIRMED
from friendlywifi.surveillance import rhythm as numbers
from friendlywifi.surveillance.rhythm import Rhythm
from friendlywifi.surveillance.sight import Sight, Sighting
from probes.records import Record, Time


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


KEPT_WITNESSES = 6


def fold(condition: Condition, seen: Sighting, *, rhythm: Rhythm) -> Condition:
    """The condition after one more run. Runs come in the order of their start."""
    condition = _overdue(condition, rhythm, seen.started)
    signal, condition = _taken(condition, seen, rhythm)
    if signal is None:
        return condition
    return _illegal(_moved(condition, signal, at=seen.started), rhythm)


def deadline(condition: Condition, rhythm: Rhythm, *, since: Time | None = None) -> Time | None:
    """By when a confirmed failure must be cured; `None`: there is none.

    One that is on its way to be cured has as long again and no longer: else a single good run, and then none,
    would do for a month. So has one that comes and goes, and one after a person reinstated the certificate
    (`since`).
    """
    if condition.confirmed_at is None:
        return None
    due = condition.confirmed_at + rhythm.cured_within
    if condition.confirmed:
        # One that was on its way to be cured and fails again is due when it does: from then on its holder has
        # time to take the sign down.
        return max(due, min((item.first for item in condition.streaks), default=due))
    return (due if since is None else max(due, since)) + rhythm.cured_within


def _overdue(condition: Condition, rhythm: Rhythm, now: Time) -> Condition:
    """With the breach that fell due before this run, which may be the one that cures it."""
    due = deadline(condition, rhythm)
    return condition if due is None or due > now else _broken(condition, due, illegal=False)


def _illegal(condition: Condition, rhythm: Rhythm) -> Condition:
    if condition.confirmed_at is None or not rhythm.illegal & set(condition.uncured):
        return condition
    return _broken(condition, condition.confirmed_at, illegal=True)


def _broken(condition: Condition, at: Time, *, illegal: bool) -> Condition:
    """Once in each trouble; illegal content is the graver one."""
    known = condition.breach
    if condition.confirmed_at is None or condition.trouble_since is None:
        return condition
    if known is not None and known.trouble == condition.trouble_since and known.illegal >= illegal:
        return condition
    breach = Breach(
        at=at,
        trouble=condition.trouble_since,
        confirmed=condition.confirmed_at,
        gates=condition.uncured,
        illegal=illegal,
        witnesses=condition.witnesses,
    )
    return msgspec.structs.replace(condition, breach=breach)


def silent(condition: Condition, *, rhythm: Rhythm, now: Time, last: Time) -> Condition:
    """The condition after the time that went by since the probe's last run; visitors are never silent."""
    if rhythm.mode != "resident" or condition.state is State.PROBE_SILENT or now - last < rhythm.silent_after:
        return condition
    return _moved(condition, Signal.SILENT, at=last + rhythm.silent_after)


def _moved(condition: Condition, signal: Signal, *, at: Time) -> Condition:
    state = next_state(condition.behind, signal)
    if state is condition.state:
        return condition
    condition = msgspec.structs.replace(
        condition, state=state, since=at, behind=condition.behind if state.blind else state
    )
    if condition.behind is State.WELL and not state.blind:
        # The trouble is over, and the next one is another.
        return msgspec.structs.replace(
            condition,
            trouble_since=None,
            confirmed_at=None,
            uncured=(),
            gates=(),
            causes=(),
            witnesses=(),
        )
    if state is State.FAILING_CONFIRMED and condition.confirmed_at is None:
        return msgspec.structs.replace(condition, confirmed_at=at)
    return condition


def _taken(condition: Condition, seen: Sighting, rhythm: Rhythm) -> tuple[Signal | None, Condition]:
    """What the run means, and the condition with the run counted."""
    if seen.sight is Sight.APART:
        return None, condition
    condition = msgspec.structs.replace(
        condition, seen=seen.started, alive=seen.started if seen.alive else condition.alive
    )
    match seen.sight:
        case Sight.CAPTIVE:
            return Signal.CAPTIVE, condition
        case Sight.OFFLINE:
            return Signal.OFFLINE, condition
        case Sight.UNDECIDED:
            return Signal.ALIVE, condition
        case Sight.VOID:
            # Whoever makes void runs is not silent; a portal or a dead line may still be there.
            return (Signal.ALIVE if condition.state is State.PROBE_SILENT else None), condition
        case Sight.GOOD:
            return _good(condition, seen)
        case _:
            return _bad(condition, seen, rhythm)


def _good(condition: Condition, seen: Sighting) -> tuple[Signal, Condition]:
    others = _of_others(condition.streaks, seen)
    uncured = condition.confirmed_at is not None and any(item.confirmed for item in others)
    recent = _recent(condition.falls, seen.started)
    condition = msgspec.structs.replace(
        condition,
        goods=condition.goods if uncured else condition.goods + 1,
        streaks=others,
        falls=recent,
        evidence=seen.started,
        sampled=seen.started if seen.sampled else condition.sampled,
    )
    if uncured:
        # Two may stand in the same place and be treated differently: a failure that was confirmed is cured
        # when those who saw it see that it is gone.
        return Signal.ALIVE, condition
    calm = None if condition.last_bad is None else seen.started - condition.last_bad
    if condition.goods < numbers.CURED_BY or (calm is not None and calm < numbers.LATER_AFTER):
        return Signal.GOOD, condition
    flapped = condition.behind is State.FLAPPING or len(recent) >= numbers.FALLS
    if flapped and calm is not None and calm < numbers.STEADY_AFTER:
        return Signal.CURED, condition
    return Signal.STEADY, condition


def _bad(condition: Condition, seen: Sighting, rhythm: Rhythm) -> tuple[Signal, Condition]:
    fell = condition.goods > 0 or condition.last_bad is None
    falls = _recent(condition.falls, seen.started) + ((seen.started,) if fell else ())
    own = tuple(_streak(condition.streaks, gate, seen, rhythm) for gate in seen.failed)
    streaks = (*_of_others(condition.streaks, seen), *own)
    confirmed = {item.gate for item in own if item.confirmed}
    condition = msgspec.structs.replace(
        condition,
        goods=0,
        last_bad=seen.started,
        falls=falls,
        streaks=streaks,
        trouble_since=condition.trouble_since or seen.started,
        uncured=tuple(sorted({*condition.uncured, *confirmed})),
        gates=tuple(sorted({*condition.gates, *confirmed})),
        causes=tuple(sorted({*condition.causes, *seen.causes})),
        witnesses=(*condition.witnesses, Witness(digest=seen.evidence, made=seen.started))[-KEPT_WITNESSES:],
    )
    if confirmed:
        return Signal.CONFIRMED, condition
    return (Signal.UNSTEADY if len(falls) >= numbers.FALLS else Signal.BAD), condition


def _of_others(streaks: tuple[Streak, ...], seen: Sighting) -> tuple[Streak, ...]:
    """Those of other vantages: a run neither confirms nor refutes what somebody else sees there.

    One that has not looked for as long as evidence lasts is not waited for any more.
    """
    return tuple(
        item
        for item in streaks
        if item.vantage != seen.vantage
        and (item.last is None or seen.started - item.last < numbers.SHARE_OVER)
    )


def _streak(streaks: tuple[Streak, ...], gate: str, seen: Sighting, rhythm: Rhythm) -> Streak:
    at = seen.started
    before = next((item for item in streaks if (item.gate, item.vantage) == (gate, seen.vantage)), None)
    first = at if before is None else before.first
    runs = 1 if before is None else before.runs + 1
    return Streak(
        gate=gate,
        vantage=seen.vantage,
        first=first,
        runs=runs,
        confirmed=gate in rhythm.at_once or (runs >= CONFIRMED and at - first >= numbers.LATER_AFTER),
        last=at,
    )


def _recent(falls: tuple[Time, ...], now: Time) -> tuple[Time, ...]:
    return tuple(item for item in falls if now - item < numbers.FALLS_WITHIN)


def newest(conditions: Collection[Condition]) -> Time | None:
    """The last run of any kind on any of these paths."""
    return max((item.seen for item in conditions if item.seen is not None), default=None)
