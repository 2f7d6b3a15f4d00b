"""Each further category of the profile is blocked to a given point rate, told with its bound."""

from __future__ import annotations

from fractions import Fraction

from criteria.coverage import coverage
from criteria.kinds.evidence import Evidence, Ruling
from criteria.kinds.numbers import Count, Share
from criteria.kinds.sample_blocked import percent_of
from criteria.records import CriterionOutcome
from criteria.statistics import lower_bound, percent
from probes.records import Category, Record


class CategoryRate(Record, tag="category_rate", tag_field="kind"):
    categories: tuple[Category, ...]
    at_least: Share
    """The point rate of each."""
    names: Count
    """How many live names of each are needed."""
    sample: Count
    """How many are drawn where more are listed."""

    def __post_init__(self) -> None:
        if self.sample < self.names:
            raise ValueError(f"sample must be at least names, {self.names}")
        if any(category.control for category in self.categories):
            raise ValueError("categories must be of names that are to be blocked")


def decide(test: CategoryRate, evidence: Evidence) -> Ruling:
    if not test.categories:
        return Ruling(
            result=CriterionOutcome.NOT_APPLICABLE, reason="This standard has no further categories."
        )
    parts = [_category(test, category, evidence) for category in test.categories]
    worst = min((part.result for part in parts), key=_ORDER.index)
    return Ruling(
        result=worst,
        reason=" ".join(part.reason for part in parts),
        tested=sum(part.tested or 0 for part in parts),
        passed=sum(part.passed or 0 for part in parts),
        against=tuple(name for part in parts for name in part.against),
        dead=tuple(name for part in parts for name in part.dead),
    )


_ORDER = (
    CriterionOutcome.FAIL,
    CriterionOutcome.INCONCLUSIVE,
    CriterionOutcome.NOT_TESTED,
    CriterionOutcome.PASS,
)


def _category(test: CategoryRate, category: Category, evidence: Evidence) -> Ruling:
    targets = evidence.suffixes.once_each(evidence.targets(category), name=lambda item: item.name)
    if not targets:
        return Ruling(result=CriterionOutcome.NOT_TESTED, reason=f"{category.value}: no names were listed.")
    found = evidence.sorted_out(targets)
    blocked, n = len(found.blocked), found.live
    wanted = Fraction(test.at_least)
    best = n > 0 and Fraction(blocked + len(found.undecided), n) >= wanted
    worst = n > 0 and Fraction(blocked, n) >= wanted
    if n > 0 and not best:
        result = CriterionOutcome.FAIL
    elif worst and n >= test.names:
        result = CriterionOutcome.PASS
    else:
        result = CriterionOutcome.INCONCLUSIVE
    reason = (
        f"{category.value}: {blocked} of {n} blocked, {percent(blocked, n)} % (at least "
        f"{lower_bound(blocked, n)} % at 95 % confidence; {percent_of(test.at_least)} % of at least "
        f"{test.names} names are needed)."
    )
    return Ruling(
        result=result,
        reason=reason + coverage(evidence.run, targets),
        tested=found.decided,
        passed=blocked,
        against=() if result is CriterionOutcome.PASS else found.reachable + found.undecided,
        dead=found.dead,
    )
