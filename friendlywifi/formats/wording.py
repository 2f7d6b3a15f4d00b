"""The signs that a view is made of, each beside a word."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from criteria.records import AssessmentOutcome
from friendlywifi.language.spoken import later
from friendlywifi.reporting.account import ListedRun, State


class Sign(StrEnum):
    """What a reader sees at arm's length; always beside a word."""

    YES = "yes"
    NO = "no"
    HALF = "half"
    UNKNOWN = "unknown"
    VOID = "void"
    NONE = "none"


OUTCOMES = {
    AssessmentOutcome.CERTIFIABLE: Sign.YES,
    AssessmentOutcome.PROVISIONAL: Sign.YES,
    AssessmentOutcome.CONDITIONAL: Sign.HALF,
    AssessmentOutcome.NOT_CERTIFIABLE: Sign.NO,
    AssessmentOutcome.INCONCLUSIVE: Sign.UNKNOWN,
}
SIGNS = {
    Sign.YES: later("passed"),
    Sign.NO: later("not passed"),
    Sign.HALF: later("a second sample decides"),
    Sign.UNKNOWN: later("could not tell"),
    Sign.VOID: later("void"),
    Sign.NONE: later("no run"),
}
NOBODY = later("Unwitnessed: time and place are declared by whoever made it.")


def sign_of(item: ListedRun) -> Sign:
    """Of one run; a gate that certainly fails counts whatever else is open."""
    if item.state is not State.JUDGED:
        return Sign.VOID
    return Sign.NO if item.failing else OUTCOMES[item.outcome]


def minute(time: datetime | None) -> str:
    return "" if time is None else f"{time:%Y-%m-%d %H:%M}"
