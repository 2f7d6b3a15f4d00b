"""What stands first in every report for people: the answer, and what is sure whatever else is unknown.

By the standard an undecided gate leaves the outcome open although another one fails. Whoever reads "could not
tell" must not take a hotspot that certainly leaks for a harmless one: what fails for sure is said first.
"""

from __future__ import annotations

from dataclasses import dataclass

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.reporting.report import Report

_ANSWERS: dict[AssessmentOutcome, tuple[str, str, str]] = {
    AssessmentOutcome.CERTIFIABLE: ("YES", "green", "This check passes the standard."),
    AssessmentOutcome.PROVISIONAL: ("YES, PROVISIONALLY", "yellow", "It passes, but for at most 90 days."),
    AssessmentOutcome.CONDITIONAL: ("NOT YET", "yellow", "A second, larger sample may decide."),
    AssessmentOutcome.NOT_CERTIFIABLE: ("NO", "red", "This check does not pass the standard."),
    AssessmentOutcome.INCONCLUSIVE: ("COULD NOT TELL", "yellow", "Nothing is claimed, either way."),
}
_SURE = ("NO CERTIFICATE", "red", "Not everything could be decided, and what was decided does not pass.")


@dataclass(frozen=True, kw_only=True)
class Headline:
    word: str
    colour: str
    """Repeats the word for who sees it."""
    meaning: str
    failing: tuple[str, ...]
    """Sentences: the gates that fail for sure although the outcome is open."""


def headline(report: Report) -> Headline:
    """The answer of a report."""
    outcome = report.assessment.outcome
    failing: tuple[str, ...] = ()
    if outcome is AssessmentOutcome.INCONCLUSIVE and report.run.void_reason is None:
        failing = tuple(
            f"This certainly fails: {item.id}. {item.reason}"
            for item in report.assessment.criteria
            if item.gate and item.result is CriterionOutcome.FAIL
        )
    word, colour, meaning = answer(outcome, fails=bool(failing))
    return Headline(word=word, colour=colour, meaning=meaning, failing=failing)


def answer(outcome: AssessmentOutcome, *, fails: bool) -> tuple[str, str, str]:
    """Word, colour and meaning of an outcome; `fails`: it is open, and yet a gate certainly fails."""
    return _SURE if fails and outcome is AssessmentOutcome.INCONCLUSIVE else _ANSWERS[outcome]
