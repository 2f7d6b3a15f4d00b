"""May a second sample decide what a first one left open, without a filter getting two tries at its luck?

A first sample is decided by Clopper-Pearson at `alpha`. Because misses are whole numbers, that rule spends
a little less than `alpha`; a second sample may spend what is left, no more. The two together certify a filter
at exactly the required rate with a probability of at most `alpha`, computed exactly, in whole numbers:

    P(X1 <= c1) + sum over c1 < j <= open(n1) of P(X1 = j) * P(X2 <= c - j)  <=  alpha

X1, X2: misses of the live names of each sample; c1: the most misses with which the first sample passes;
open(n1): the most with which its point rate is good enough to be conditional; c: what this module computes.
Names are drawn without replacement, which only makes a tail lighter than the binomial one used here.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from criteria.statistics import supports_at_least


@cache
def most_misses(n: int, rate: str, alpha: str) -> int:
    """The most misses of `n` that show `rate` by one sample; -1 where even none does not."""
    misses = -1
    while misses + 1 <= n and supports_at_least(misses + 1, n, rate, alpha):
        misses += 1
    return misses


def is_conditional(misses: int, n: int, rate: str, alpha: str) -> bool:
    """Whether a first sample leaves it open: good enough by its point rate, and not shown."""
    return (n > 0 and most_misses(n, rate, alpha) >= 0 and misses > most_misses(n, rate, alpha)) and Fraction(
        n - misses, n
    ) >= Fraction(rate)


@cache
def second_stage_limit(first: int, second: int, rate: str, alpha: str) -> int | None:
    """The most misses over both samples (of `first` and `second` live names) that show `rate`.

    `None`: no number does, because the second sample is too small for what the first left of `alpha`.
    """
    passes = most_misses(first, rate, alpha)
    if passes < 0 or second < 1:
        return None
    share = Fraction(rate)
    hit, whole = share.numerator, share.denominator
    miss = whole - hit
    one = _weights(first, hit, miss)
    two = _weights(second, hit, miss)
    scale = whole**second
    spent = sum(one[: passes + 1]) * scale
    allowed = Fraction(alpha)
    # Compared in whole numbers: spent / whole^(first + second) <= allowed.
    ceiling = allowed.numerator * whole ** (first + second) // allowed.denominator
    still_open = [
        misses for misses in range(passes + 1, first + 1) if is_conditional(misses, first, rate, alpha)
    ]
    limit = None
    for total in range(passes + 1, first + second + 1):
        spent += sum(one[j] * two[total - j] for j in still_open if 0 <= total - j <= second)
        if spent > ceiling:
            return limit
        if still_open and total >= still_open[0]:
            limit = total
    return limit


def _weights(n: int, hit: int, miss: int) -> list[int]:
    """C(n, j) * miss^j * hit^(n - j) for every j: probabilities of j misses, times (hit + miss)^n."""
    found, ways = [], 1
    hits = [1]
    for _ in range(n):
        hits.append(hits[-1] * hit)
    power = 1
    for j in range(n + 1):
        found.append(ways * power * hits[n - j])
        power *= miss
        ways = ways * (n - j) // (j + 1)
    return found
