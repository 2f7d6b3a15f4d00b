"""How much does a sample prove? One-sided bounds of a rate, decided exactly.

Clopper-Pearson decides: its binomial tail is compared with alpha in whole numbers, so that no rounding of a
float ever tips a certificate. Bounds are for people, rounded so that they never claim more than was shown.
Wilson's bound is for display only: without a miss it claims 95 % from 52 names; Clopper-Pearson wants 59.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache

CONFIDENCE = "0.95"
"""One-sided."""

_GRID = 10_000
"""Bounds are told in hundredths of a percent."""
_CENT = Decimal("0.01")
# Quantiles of the standard normal distribution.
_Z = {"0.95": Decimal("1.6448536269514727"), "0.99": Decimal("2.3263478740408411")}


@lru_cache(maxsize=1024)
def supports_at_least(misses: int, n: int, rate: str, alpha: str = "0.05") -> bool:
    """Whether `misses` of `n` shows with confidence 1 - alpha that a share of at least `rate` passes.

    The same as: the one-sided Clopper-Pearson lower bound is not below `rate`. `rate` and `alpha` are decimal
    texts between 0 and 1. An empty sample shows nothing.
    """
    _check(misses, n)
    return n > 0 and _improbable(misses, n, _share(rate), _share(alpha))


@lru_cache(maxsize=1024)
def supports_at_most(hits: int, n: int, rate: str, alpha: str = "0.05") -> bool:
    """Whether `hits` of `n` shows with confidence 1 - alpha that at most a share of `rate` is hit."""
    _check(hits, n)
    return n > 0 and _improbable(hits, n, 1 - _share(rate), _share(alpha))


@lru_cache(maxsize=1024)
def lower_bound(passed: int, n: int, confidence: str = CONFIDENCE) -> Decimal:
    """The Clopper-Pearson lower bound in percent, two decimals, rounded down. Of nothing it is 0."""
    _check(passed, n)
    if n == 0:
        return Decimal("0.00")
    alpha = 1 - _share(confidence)
    low, high = 0, _GRID  # `low` is shown, or is 0; `high` is not.
    while high - low > 1:
        middle = (low + high) // 2
        if _improbable(n - passed, n, Fraction(middle, _GRID), alpha):
            low = middle
        else:
            high = middle
    return Decimal(low) * _CENT


def upper_bound(hits: int, n: int, confidence: str = CONFIDENCE) -> Decimal:
    """The Clopper-Pearson upper bound in percent, two decimals, rounded up. Of nothing it is 100."""
    _check(hits, n)
    return 100 - lower_bound(n - hits, n, confidence)


def wilson_lower(passed: int, n: int, confidence: str = CONFIDENCE) -> Decimal:
    """Wilson's lower bound in percent, two decimals, rounded down: for display, never to decide."""
    _check(passed, n)
    return Decimal("0.00") if n == 0 else _wilson(passed, n, confidence, -1).quantize(_CENT, ROUND_FLOOR)


def wilson_upper(hits: int, n: int, confidence: str = CONFIDENCE) -> Decimal:
    """Wilson's upper bound in percent, two decimals, rounded up: for display, never to decide."""
    _check(hits, n)
    return Decimal("100.00") if n == 0 else _wilson(hits, n, confidence, 1).quantize(_CENT, ROUND_CEILING)


@lru_cache(maxsize=1024)
def smallest_sample(misses: int, rate: str, alpha: str = "0.05") -> int:
    """The fewest names that can show `rate` with so many misses: 59 for none at 0.95. `rate` is below 1."""
    if _share(rate) == 1:
        raise ValueError("no sample shows that everything passes")
    high = misses + 1
    while not supports_at_least(misses, high, rate, alpha):
        high *= 2
    low = misses
    while high - low > 1:
        middle = (low + high) // 2
        if supports_at_least(misses, middle, rate, alpha):
            high = middle
        else:
            low = middle
    return high


def percent(part: int, n: int) -> str:
    """A point rate for people: `97.5`, one decimal, rounded down so that nearly all is never all."""
    if n == 0 or part * 100 % n == 0:
        return str(part * 100 // max(n, 1))
    whole, tenth = divmod(part * 1000 // n, 10)
    return f"{whole}.{tenth}"


def _share(text: str) -> Fraction:
    share = Fraction(text)
    if not 0 <= share <= 1:
        raise ValueError(f"{text} is no share between 0 and 1")
    return share


def _check(part: int, n: int) -> None:
    if not 0 <= part <= n:
        raise ValueError(f"{part} of {n} is no count")


def _improbable(misses: int, n: int, rate: Fraction, alpha: Fraction) -> bool:
    """Whether P(at most `misses` misses of `n`, if `rate` passes) <= alpha, compared in whole numbers."""
    hit, whole = rate.numerator, rate.denominator
    miss = whole - hit
    # Horner's scheme for the sum of C(n, j) * miss^j * hit^(misses - j) over j = 0..misses.
    total, power, ways = 0, 1, 1
    for j in range(misses + 1):
        total = total * hit + ways * power
        power *= miss
        ways = ways * (n - j) // (j + 1)
    tail = total * int(hit ** (n - misses))
    return bool(tail * alpha.denominator <= alpha.numerator * int(whole**n))


def _wilson(part: int, n: int, confidence: str, side: int) -> Decimal:
    z, size = _Z[confidence], Decimal(n)
    share = part / size
    middle = share + z * z / (2 * size)
    width = z * (share * (1 - share) / size + z * z / (4 * size * size)).sqrt()
    return min(max((middle + side * width) / (1 + z * z / size), Decimal(0)), Decimal(1)) * 100
