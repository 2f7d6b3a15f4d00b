"""How much that must open is blocked: a point rate and its upper bound, over enough general names.

Undecided names are counted both ways, as open and as wrongly blocked; dead ones leave and are listed.
Siblings of one registrable domain count once.
"""

from __future__ import annotations

from fractions import Fraction

from criteria.kinds.evidence import Evidence, Ruling, count, only_listed
from criteria.kinds.numbers import Count, Share
from criteria.kinds.sample_blocked import percent_of
from criteria.records import CriterionOutcome
from criteria.statistics import percent, supports_at_most, upper_bound
from probes.records import Category, Record


class OverblockRate(Record, tag="overblock_rate", tag_field="kind"):
    category: Category
    at_most: Share
    """The point rate that is allowed."""
    bound_at_most: Share
    """Where the one-sided upper bound may lie at most."""
    alpha: Share
    names: Count
    """How many live names are needed."""
    sample: Count
    """How many are drawn where more are listed: more than needed, so that dead ones can leave."""

    def __post_init__(self) -> None:
        if Fraction(self.bound_at_most) < Fraction(self.at_most):
            raise ValueError("bound_at_most must be at least at_most")
        if not 0 < Fraction(self.alpha) <= Fraction(1, 10):
            raise ValueError("alpha must be above 0 and at most 0.1")
        if not supports_at_most(0, self.names, self.bound_at_most, self.alpha):
            raise ValueError(
                f"names must be more: so few cannot show {self.bound_at_most} even without a miss"
            )
        if self.sample < self.names:
            raise ValueError(f"sample must be at least names, {self.names}")


def decide(test: OverblockRate, evidence: Evidence) -> Ruling:
    targets = evidence.suffixes.once_each(evidence.targets(test.category), name=lambda item: item.name)
    lack = f"{test.names} {test.category.value} names are needed, and {only_listed(len(targets))}"
    if not targets:
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"No {test.category.value} names were listed, so nothing was tested.",
            lack=lack,
        )
    found = evidence.sorted_out(targets)
    wrong, undecided, n = len(found.blocked), len(found.undecided), found.live
    best = _answer(test, wrong=wrong, n=n)
    worst = _answer(test, wrong=wrong + undecided, n=n)
    result = best if best is worst else CriterionOutcome.INCONCLUSIVE
    bound = str(upper_bound(wrong, n))
    return Ruling(
        result=result,
        reason=_reason(test, result, wrong=wrong, undecided=undecided, n=n, bound=bound),
        tested=found.decided,
        passed=len(found.reachable),
        bound=bound,
        against=found.blocked if result is CriterionOutcome.PASS else found.blocked + found.undecided,
        dead=found.dead,
        lack=lack if n < test.names and best is CriterionOutcome.INCONCLUSIVE else None,
    )


def _answer(test: OverblockRate, *, wrong: int, n: int) -> CriterionOutcome:
    # Too few names fail only where those that are missing, all open, would not have helped.
    if Fraction(wrong, max(n, test.names)) > Fraction(test.at_most):
        return CriterionOutcome.FAIL
    if n < test.names:
        return CriterionOutcome.INCONCLUSIVE
    if not supports_at_most(wrong, n, test.bound_at_most, test.alpha):
        return CriterionOutcome.FAIL
    return CriterionOutcome.PASS


def _reason(
    test: OverblockRate, result: CriterionOutcome, *, wrong: int, undecided: int, n: int, bound: str
) -> str:
    seen = f"{wrong} of {count(n, 'general name')} blocked wrongly"
    if result is CriterionOutcome.PASS:
        return f"{seen}: at most {bound} % at 95 % confidence."
    if result is CriterionOutcome.FAIL:
        return (
            f"{seen}, {percent(wrong, n)} %: at most {percent_of(test.at_most)} % are allowed, and an upper "
            f"bound of {percent_of(test.bound_at_most)} % (it is {bound} %)."
        )
    if n < test.names:
        return f"{seen}, and at least {test.names} live names are needed."
    return f"{seen}, and {undecided} could not be decided: enough to change the result."
