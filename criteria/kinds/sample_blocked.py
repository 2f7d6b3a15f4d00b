"""A random sample shows that at least a given share of a category is blocked.

Three answers, as ILAC-G8 allows: shown with confidence is a pass; a point rate that is good enough with a
bound that is not is conditional; a point rate below is a fail. Dead names leave the sample. Undecided ones
are counted both ways, as blocked and as open: where the two answers differ, the result is inconclusive.
"""

from __future__ import annotations

from fractions import Fraction

from criteria.kinds.evidence import Evidence, Ruling, best_ranked, only_listed
from criteria.kinds.numbers import Count, Share
from criteria.records import CriterionOutcome
from criteria.statistics import lower_bound, percent, smallest_sample, supports_at_least
from probes.records import Category, Record, Target


class SampleBlocked(Record, tag="sample_blocked", tag_field="kind"):
    category: Category
    at_least: Share
    """The true share that must be shown, by the one-sided lower bound."""
    alpha: Share
    """How often a filter at just this share may pass by luck."""
    sample: Count
    """How many names are drawn, fixed before the run."""
    beyond_best: Count
    """How many of the best ranked are left to another criterion and never drawn."""

    def __post_init__(self) -> None:
        if not 0 < Fraction(self.at_least) < 1:
            raise ValueError("at_least must lie between 0 and 1: no sample shows that everything is blocked")
        if not 0 < Fraction(self.alpha) <= Fraction(1, 10):
            raise ValueError("alpha must be above 0 and at most 0.1")
        needed = smallest_sample(0, self.at_least, self.alpha)
        if self.sample < needed:
            raise ValueError(f"sample must be at least {needed}: fewer names cannot show {self.at_least}")


def population(targets: tuple[Target, ...], test: SampleBlocked) -> tuple[Target, ...]:
    """The names that can be drawn, or that were."""
    best = {item.name for item in best_ranked(targets, test.category, test.beyond_best)}
    return tuple(item for item in targets if item.category is test.category and item.name not in best)


def decide(test: SampleBlocked, evidence: Evidence) -> Ruling:
    drawn = population(evidence.plan.targets, test)
    needed = smallest_sample(0, test.at_least, test.alpha)
    names = f"{test.category.value} names"
    lack = (
        f"{needed} {names} with a known truth, or a filter that signs its blocks, are needed besides the "
        f"best-known ones, and {only_listed(len(drawn))}"
    )
    if not drawn:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"No {names} were listed besides the best-known ones, so no sample was drawn.",
            lack=lack,
        )
    found = evidence.sorted_out(drawn)
    blocked, undecided, n = len(found.blocked), len(found.undecided), found.live
    best = _answer(test, misses=len(found.reachable), n=n, needed=needed)
    worst = _answer(test, misses=len(found.reachable) + undecided, n=n, needed=needed)
    result = best if best is worst else CriterionOutcome.INCONCLUSIVE
    bound = str(lower_bound(blocked, n))
    tail = f" ({len(found.dead)} dead names left the sample)" if found.dead else ""
    return Ruling(
        result=result,
        reason=_reason(test, result, blocked=blocked, undecided=undecided, n=n, needed=needed, bound=bound)
        + (f" Left out as dead: {len(found.dead)}." if tail else ""),
        tested=found.decided,
        passed=blocked,
        bound=bound,
        against=() if result is CriterionOutcome.PASS else found.reachable + found.undecided,
        lack=lack if n < needed and best is CriterionOutcome.INCONCLUSIVE else None,
    )


def _answer(test: SampleBlocked, *, misses: int, n: int, needed: int) -> CriterionOutcome:
    """What so many misses of so many live names mean."""
    if n and Fraction(n - misses, n) < Fraction(test.at_least):
        return CriterionOutcome.FAIL
    if n < needed:
        # No second stage could help: the sample cannot show the share even without a miss.
        return CriterionOutcome.INCONCLUSIVE
    if supports_at_least(misses, n, test.at_least, test.alpha):
        return CriterionOutcome.PASS
    return CriterionOutcome.CONDITIONAL


def _reason(
    test: SampleBlocked,
    result: CriterionOutcome,
    *,
    blocked: int,
    undecided: int,
    n: int,
    needed: int,
    bound: str,
) -> str:
    wanted = percent_of(test.at_least)
    names = f"{test.category.value} names drawn at random"
    seen = f"{blocked} of {n} live {names} were blocked"
    if result is CriterionOutcome.PASS:
        return f"{seen}: at least {bound} % at 95 % confidence."
    if result is CriterionOutcome.FAIL:
        return f"{seen}, {percent(blocked, n)} %: less than {wanted} %."
    if result is CriterionOutcome.CONDITIONAL:
        return (
            f"{seen}, {percent(blocked, n)} %, but so many names show only {bound} % at 95 % confidence, "
            f"and {wanted} % are needed: a second sample may decide."
        )
    if n < needed:
        return f"{seen}, and at least {needed} live names are needed to show {wanted} %."
    return f"{seen}, and {undecided} could not be decided: enough to change the result."


def percent_of(share: str) -> str:
    """`"0.95"` as `95`."""
    value = Fraction(share) * 100
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
