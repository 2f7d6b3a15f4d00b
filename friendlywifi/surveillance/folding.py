"""One more run folded into what is remembered: what it means, and the state that follows from it."""

from __future__ import annotations

import msgspec

from criteria.period import CONFIRMED
from friendlywifi.surveillance import rhythm as numbers
from friendlywifi.surveillance.breach import illegal, overdue
from friendlywifi.surveillance.condition import Condition, Streak, Witness
from friendlywifi.surveillance.rhythm import Rhythm
from friendlywifi.surveillance.sight import Sight, Sighting
from friendlywifi.surveillance.states import Signal, State, next_state
from probes.records import Time

KEPT_WITNESSES = 6


def fold(condition: Condition, seen: Sighting, *, rhythm: Rhythm) -> Condition:
    """The condition after one more run. Runs come in the order of their start."""
    condition = overdue(condition, rhythm, seen.started)
    signal, condition = _taken(condition, seen, rhythm)
    if signal is None:
        return condition
    return illegal(_moved(condition, signal, at=seen.started), rhythm)


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
