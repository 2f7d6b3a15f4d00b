"""What is said of the filter."""

from __future__ import annotations

from certificates.records import Status
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.light.facts import Facts
from friendlywifi.records.light.saying import Light, Said, by_whom, check, explain, on, since
from friendlywifi.surveillance.states import State


def failing(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.FAILING_CONFIRMED:
        return None
    began = condition.confirmed_at or condition.trouble_since
    gates = ", ".join(condition.gates) or "a gate"
    in_force = facts.status in (Status.PROVISIONAL, Status.VALID)
    deadline = None if began is None else began + facts.rhythm.cured_within
    return Said(
        light=Light.NOW,
        says=f"The filter fails ({gates}{on(facts, path)}), confirmed{since(began)}.",
        action=by_whom(condition),
        command=explain(facts),
        date=deadline if in_force else None,
        what="certificate suspended unless cured" if in_force else None,
    )


def flapping(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.FLAPPING:
        return None
    return Said(
        light=Light.NOW,
        says=f"The filter comes and goes{on(facts, path)}: {len(condition.falls)} failures in a few days.",
        action=by_whom(condition),
        command=explain(facts),
    )


def suspected(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.FAILING_SUSPECTED:
        return None
    gates = ", ".join(sorted({item.gate for item in condition.streaks})) or "a gate"
    resident = facts.hotspot.mode is Mode.RESIDENT
    return Said(
        light=Light.SOON,
        says=f"A check failed ({gates}{on(facts, path)}{since(condition.trouble_since)}), unconfirmed.",
        action="Nothing: the probe confirms it by itself."
        if resident
        else "Check there once more, and later.",
        command=explain(facts) if resident else check(facts),
    )


def recovering(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.RECOVERING:
        return None
    return Said(
        light=Light.SOON,
        says=f"The filter works again{on(facts, path)}, and further checks must confirm it.",
        action=None if facts.hotspot.mode is Mode.RESIDENT else "Check there again.",
        command=None if facts.hotspot.mode is Mode.RESIDENT else check(facts),
    )


def blind(facts: Facts) -> Said | None:
    path, condition = facts.worst
    told = {
        State.PORTAL_LOCKED: ("A login page stands before the filter", "Log the probe in, or exempt it."),
        State.UPLINK_DEAD: ("Nothing behind the hotspot answers", "Ask the provider about the line."),
        State.PROBE_SILENT: ("The probe there is silent", "See whether it has power and network."),
    }
    if condition.state not in told:
        return None
    says, action = told[condition.state]
    return Said(
        light=Light.UNKNOWN,
        says=f"{says}{on(facts, path)}{since(condition.since)}: how the filter does is not known.",
        action=action if facts.hotspot.mode is Mode.RESIDENT else "Check there again.",
        command=None if facts.hotspot.mode is Mode.RESIDENT else check(facts),
    )
