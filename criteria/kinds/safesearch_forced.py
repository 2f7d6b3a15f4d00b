"""Search engines and video sites answer in their restricted form, in both address families."""

from __future__ import annotations

from criteria.kinds.evidence import Evidence, Ruling, count
from criteria.records import CriterionOutcome, SafeSearchOutcome
from probes.records import Record


class SafesearchForced(Record, tag="safesearch_forced", tag_field="kind"):
    engines: tuple[str, ...]
    """The engines that must all have been tried."""


def decide(test: SafesearchForced, evidence: Evidence) -> Ruling:
    seen = tuple(item for item in evidence.safesearch if item.engine in test.engines)
    if not seen:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason="SafeSearch was not looked at, so nothing was tested.",
            lack="no search engine is asked",
        )
    forced = sum(item.outcome is SafeSearchOutcome.FORCED for item in seen)
    loose = tuple(
        f"{item.engine} ({item.family.value})"
        for item in seen
        if item.outcome in (SafeSearchOutcome.OFF, SafeSearchOutcome.PARTLY)
    )
    undecided = tuple(
        f"{item.engine} ({item.family.value})"
        for item in seen
        if item.outcome is SafeSearchOutcome.INCONCLUSIVE
    )
    missing = tuple(name for name in test.engines if name not in {item.engine for item in seen})
    if loose:
        result = CriterionOutcome.FAIL
        reason = f"{len(loose)} of {count(len(seen), 'answer')} were not, or only partly, restricted."
    elif undecided or missing:
        result = CriterionOutcome.INCONCLUSIVE
        reason = f"{forced} restricted, {len(undecided)} undecided, {len(missing)} of the engines not asked."
    else:
        result = CriterionOutcome.PASS
        reason = f"{forced} of {count(len(seen), 'answer')} were restricted."
    return Ruling(
        result=result,
        reason=reason,
        tested=len(seen) - len(undecided),
        passed=forced,
        against=loose or undecided + missing,
    )
