"""When was the network sound? Controls ride with the targets, and each answers for a stretch of its own lane.

A lane is one resolver and one address family. A control closes the window of the lane's questions since the
control before it; the closing controls close the last one together. A look is void if its window's controls
were asked in the same attempt and none came right. Controls that the filter itself blocks answer for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from criteria.controls import Control, State
from probes.records import Family, Kind, Plan

Lane = tuple[str, Family]

_IN_LANES = frozenset({Kind.TARGET, Kind.SAFESEARCH, Kind.CONTROL})


@dataclass(frozen=True, kw_only=True)
class Window:
    """Question ids: of the controls that close it, and of what they answer for."""

    lane: Lane
    controls: tuple[str, ...]
    members: tuple[str, ...]


def windows(plan: Plan, aside: Collection[str] = ()) -> tuple[Window, ...]:
    """The windows of every lane. Questions after a lane's last control are answered for by nobody.

    `aside` are the ids of controls that are left out of account (`overblocked`).
    """
    found: list[Window] = []
    lanes: dict[Lane, tuple[list[str], list[str]]] = {}
    for question in plan.questions:
        if question.kind not in _IN_LANES or question.via is None or question.id in aside:
            continue
        lane = (question.via.resolver, question.via.family)
        members, controls = lanes.setdefault(lane, ([], []))
        if question.kind is Kind.CONTROL:
            if members:
                controls.append(question.id)
        else:
            if controls:
                found.append(Window(lane=lane, controls=tuple(controls), members=tuple(members)))
                members.clear()
                controls.clear()
            members.append(question.id)
    found += [
        Window(lane=lane, controls=tuple(controls), members=tuple(members))
        for lane, (members, controls) in lanes.items()
        if members and controls
    ]
    return tuple(found)


def bad_windows(plan: Plan, all_windows: Sequence[Window], controls: Sequence[Control]) -> tuple[str, ...]:
    """The controls that closed a window and failed at the first look, in the order of the plan."""
    states = _states(controls)
    bad = {item for window in all_windows if _failed(window, 1, states) for item in window.controls}
    return tuple(question.id for question in plan.questions if question.id in bad) if bad else ()


def void_looks(
    all_windows: Sequence[Window],
    controls: Sequence[Control],
    bad: Sequence[str],
    attempts: Sequence[int],
) -> frozenset[tuple[str, int]]:
    """Which looks (question id, attempt) at targets say nothing, because their window was bad.

    `bad` are the failed controls of the first look. A later look stands if its own controls came right; where
    they were not asked again, it stands unless the window had been bad.
    """
    states = _states(controls)
    void: set[tuple[str, int]] = set()
    for window in all_windows:
        first = bool(set(window.controls) & set(bad))
        for attempt in attempts:
            if attempt == 1:
                failed = first
            else:
                asked = any((item, attempt) in states for item in window.controls)
                if asked:
                    failed = _failed(window, attempt, states)
                else:
                    failed = first and not _right_in_lane(window.lane, attempt, controls)
            if failed:
                void |= {(member, attempt) for member in window.members}
    return frozenset(void)


def _states(controls: Sequence[Control]) -> dict[tuple[str, int], State]:
    return {(item.question.id, item.attempt): item.state for item in controls}


def _failed(window: Window, attempt: int, states: Mapping[tuple[str, int], State]) -> bool:
    seen = [states[item, attempt] for item in window.controls if (item, attempt) in states]
    if not seen:
        # Never asked: a run that was cut off. Nobody answers for this stretch.
        return True
    return State.WRONG in seen and State.RIGHT not in seen


def _right_in_lane(lane: Lane, attempt: int, controls: Sequence[Control]) -> bool:
    return any(
        item.attempt == attempt
        and item.state is State.RIGHT
        and item.question.via is not None
        and (item.question.via.resolver, item.question.via.family) == lane
        for item in controls
    )
