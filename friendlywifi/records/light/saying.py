"""What a rule of the light says, and the words that several of them use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from friendlywifi.records.light.facts import Facts
from friendlywifi.surveillance.condition import Condition


class Light(StrEnum):
    """Worst first."""

    NOW = "act_now"
    SOON = "act_soon"
    UNKNOWN = "unknown"
    WELL = "well"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a rule says."""

    light: Light
    says: str
    action: str | None = None
    command: str | None = None
    date: datetime | None = None
    what: str | None = None


Rule = Callable[[Facts], Said | None]


def on(facts: Facts, path: str) -> str:
    return f" on “{path}”" if path and len(facts.hotspot.ssids) > 1 else ""


def since(time: datetime | None) -> str:
    return "" if time is None else f" since {day(time)}"


def day(time: datetime) -> str:
    return f"{time:%-d %B %Y}"


def by_whom(condition: Condition) -> str:
    if condition.causes:
        shown = ", ".join(condition.causes[:3])
        return f"Mend it with whoever runs {shown}, then check again."
    return "Mend the filter with its provider, then check again."


def explain(facts: Facts) -> str | None:
    row = facts.latest
    return None if row is None else f"friendlywifi status {facts.hotspot.id}"


def check(facts: Facts) -> str:
    hotspot = facts.hotspot
    check = f'friendlywifi check --hotspot "{hotspot.name}" --authorised-by "{hotspot.operator}"'
    return f"{check}; friendlywifi records import"


def needed(facts: Facts) -> str:
    return f"{float(facts.rhythm.ran_at_least * 100):g}"
