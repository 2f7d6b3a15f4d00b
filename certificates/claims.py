"""What an assessment found, as the claims that a certificate may print."""

from __future__ import annotations

from collections.abc import Iterable

from certificates.records import Claim, plain
from certificates.view import claim_sentence
from criteria.kinds import Test
from criteria.kinds.evidence import best_ranked
from criteria.kinds.none_blocked import NoneBlocked
from criteria.kinds.order_blocked import OrderBlocked
from criteria.kinds.overblock_rate import OverblockRate
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.kinds.sample_blocked import SampleBlocked, population
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.kinds.vendor_blocked import VendorBlocked
from criteria.records import Assessment, CriterionResult
from criteria.standard import Standard
from probes.records import ListRef, Target


def claims(
    standard: Standard,
    assessment: Assessment,
    *,
    targets: tuple[Target, ...],
    lists: tuple[ListRef, ...],
) -> tuple[Claim, ...]:
    """One claim for each criterion, in the order of the assessment.

    `targets` are those of the plan and `lists` those of the run: they say where the names came from.
    """
    return tuple(_claim(standard, result, targets, lists) for result in assessment.criteria)


def _claim(
    standard: Standard, result: CriterionResult, targets: tuple[Target, ...], lists: tuple[ListRef, ...]
) -> Claim:
    criterion = standard.criterion(result.id)
    test = criterion.test if criterion is not None else None
    title = plain(criterion.title) if criterion is not None else result.id
    if not isinstance(test, _ABOUT_NAMES) or not result.tested or result.passed is None:
        return Claim(
            criterion=result.id,
            title=title,
            sentence=plain(result.reason),
            result=result.result.value,
            gate=result.gate,
        )
    must_open = isinstance(test, NoneBlocked | OverblockRate)
    source = plain(_source(_asked(test, targets), lists)) or None
    # Only a random sample speaks of more names than were asked; the best known are no sample.
    at_least = result.bound if isinstance(test, SampleBlocked) else None
    opened = result.passed if must_open else result.tested - result.passed
    return Claim(
        criterion=result.id,
        title=title,
        sentence=claim_sentence(
            names=result.tested, opened=opened, source=source, at_least=at_least, must_open=must_open
        ),
        result=result.result.value,
        gate=result.gate,
        list=source,
        names=result.tested,
        opened=opened,
        at_least_percent=at_least,
    )


_ABOUT_NAMES = (
    SentinelBlocked,
    OrderBlocked,
    PopularBlocked,
    SampleBlocked,
    VendorBlocked,
    NoneBlocked,
    OverblockRate,
)
"""Kinds whose finding is a count of names of one category."""


def _asked(test: Test, targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """The targets that a criterion looked at."""
    match test:
        case PopularBlocked():
            return best_ranked(targets, test.category, test.candidates)
        case SampleBlocked():
            return population(targets, test)
        case SentinelBlocked() | OrderBlocked() | VendorBlocked() | NoneBlocked() | OverblockRate():
            return tuple(target for target in targets if target.category is test.category)
        case _:
            return ()


def _source(asked: Iterable[Target], lists: tuple[ListRef, ...]) -> str:
    """The lists with their versions, in the order of the run."""
    used = {target.list_id for target in asked}
    names = [f"{item.id} {item.version}" for item in lists if item.id in used]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
