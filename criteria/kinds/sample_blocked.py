"""A random sample shows that at least a given share of a category is blocked.

Three answers, as ILAC-G8 allows: shown with confidence is a pass; a point rate that is good enough with a
bound that is not is conditional; a point rate below is a fail. Dead names leave the sample and are listed.
Undecided ones are counted both ways, as blocked and as open: where the two answers differ, the result is
inconclusive. Siblings of one registrable domain count once.

A conditional sample may be followed by one more, of a size that the standard declares beforehand and of names
that were not in the first; both together are decided by `criteria.two_stage`, and that is final.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from criteria.coverage import coverage
from criteria.kinds.evidence import Evidence, FirstStage, Ruling, Sorted, best_ranked, only_listed
from criteria.kinds.numbers import Count, Share
from criteria.records import CriterionOutcome
from criteria.statistics import lower_bound, percent, smallest_sample, supports_at_least
from criteria.suffixes import Suffixes, latest
from criteria.two_stage import is_conditional, second_stage_limit
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
    second_sample: Count | None = None
    """How many more are drawn, fresh, where the first sample left it open; `None`: it stays open."""

    def __post_init__(self) -> None:
        if not 0 < Fraction(self.at_least) < 1:
            raise ValueError("at_least must lie between 0 and 1: no sample shows that everything is blocked")
        if not 0 < Fraction(self.alpha) <= Fraction(1, 10):
            raise ValueError("alpha must be above 0 and at most 0.1")
        needed = smallest_sample(0, self.at_least, self.alpha)
        if self.sample < needed:
            raise ValueError(f"sample must be at least {needed}: fewer names cannot show {self.at_least}")


def population(
    targets: tuple[Target, ...], test: SampleBlocked, *, suffixes: Suffixes | None = None
) -> tuple[Target, ...]:
    """The names that can be drawn, or that were. Without `suffixes` the latest snapshot tells siblings."""
    by = suffixes or latest()
    ranked = best_ranked(targets, test.category, test.beyond_best, suffixes=by)
    best = {by.registrable(item.name) for item in ranked}
    drawn = (
        item for item in targets if item.category is test.category and by.registrable(item.name) not in best
    )
    return by.once_each(drawn, name=lambda item: item.name)


def decide(test: SampleBlocked, evidence: Evidence) -> Ruling:
    drawn = population(evidence.plan.targets, test, suffixes=evidence.suffixes)
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
    if evidence.plan.second_of is not None and evidence.run is not None:
        first = next((item for item in evidence.first if item.category is test.category), None)
        if first is None:
            # By itself it would be another try at luck.
            return Ruling(
                result=CriterionOutcome.INCONCLUSIVE,
                reason="This is a second sample, and no open first one was handed in.",
            )
        return _second(test, first, found, coverage(evidence.run, drawn))
    blocked, undecided, n = len(found.blocked), len(found.undecided), found.live
    best = _answer(test, misses=len(found.reachable), n=n, needed=needed)
    worst = _answer(test, misses=len(found.reachable) + undecided, n=n, needed=needed)
    result = best if best is worst else CriterionOutcome.INCONCLUSIVE
    bound = str(lower_bound(blocked, n))
    return Ruling(
        result=result,
        reason=_reason(test, result, blocked=blocked, undecided=undecided, n=n, needed=needed, bound=bound)
        + _left_out(found)
        + coverage(evidence.run, drawn),
        tested=found.decided,
        passed=blocked,
        bound=bound,
        against=() if result is CriterionOutcome.PASS else found.reachable + found.undecided,
        dead=found.dead,
        lack=lack if n < needed and best is CriterionOutcome.INCONCLUSIVE else None,
    )


def _left_out(found: Sorted) -> str:
    return f" Left out as dead: {len(found.dead)}." if found.dead else ""


def _second(test: SampleBlocked, first: FirstStage, found: Sorted, words: str) -> Ruling:
    """Both samples together, finally."""
    misses, undecided = first.misses + len(found.reachable), first.undecided + len(found.undecided)
    total = first.live + found.live
    limit = second_stage_limit(first.live, found.live, test.at_least, test.alpha)
    names = f"{test.category.value} names drawn at random in two samples"
    seen = f"{total - misses - undecided} of {total} live {names} were blocked"
    wanted = percent_of(test.at_least)
    open_before = test.second_sample is not None and all(
        is_conditional(number, first.live, test.at_least, test.alpha)
        for number in (first.misses, first.misses + first.undecided)
    )
    bound = None
    if not open_before:
        result = CriterionOutcome.INCONCLUSIVE
        reason = "A second sample counts only where the standard declares one and the first was conditional."
    elif limit is None or misses > limit:
        result = CriterionOutcome.FAIL
        allowed = "no number of misses would do" if limit is None else f"{limit} misses were allowed"
        reason = f"{seen}, which does not show {wanted} % over both: {allowed}. There is no third sample."
    elif misses + undecided > limit:
        result = CriterionOutcome.INCONCLUSIVE
        reason = f"{seen}, and {undecided} could not be decided: enough to change the result."
    else:
        result = CriterionOutcome.PASS
        bound = f"{Decimal(test.at_least) * 100:.2f}"
        reason = f"{seen}: at least {wanted} % at 95 % confidence over both ({limit} misses were allowed)."
    return Ruling(
        result=result,
        reason=reason + _left_out(found) + words,
        tested=total - undecided,
        passed=total - misses - undecided,
        bound=bound,
        against=() if result is CriterionOutcome.PASS else found.reachable + found.undecided,
        dead=found.dead,
    )


def first_stage(test: SampleBlocked, evidence: Evidence) -> FirstStage | None:
    """What a conditional run hands on to its second stage; `None` where it is not conditional."""
    if evidence.run is None or decide(test, evidence).result is not CriterionOutcome.CONDITIONAL:
        return None
    found = evidence.sorted_out(population(evidence.plan.targets, test, suffixes=evidence.suffixes))
    return FirstStage(
        run=evidence.run.id,
        category=test.category,
        live=found.live,
        misses=len(found.reachable),
        undecided=len(found.undecided),
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
        tail = (
            ""
            if test.second_sample is None
            else f": a second sample of {test.second_sample} other names may decide"
        )
        return (
            f"{seen}, {percent(blocked, n)} %, but so many names show only {bound} % at 95 % confidence, "
            f"and {wanted} % are needed{tail}."
        )
    if n < needed:
        return f"{seen}, and at least {needed} live names are needed to show {wanted} %."
    return f"{seen}, and {undecided} could not be decided: enough to change the result."


def percent_of(share: str) -> str:
    """`"0.95"` as `95`."""
    value = Fraction(share) * 100
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
