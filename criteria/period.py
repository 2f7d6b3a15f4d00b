"""Is there enough evidence over enough time? What one check cannot tell: a period's runs, looked at together.

A certificate needs its evidence window (runs, days, different hours), one certification run, and a filter
that was never wholly off. Every run of the period counts, void ones too: a number that is missing is a run
that somebody left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from criteria.kinds.evidence import Ruling, count
from criteria.kinds.never_open import NeverOpen
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.records import (
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    Judgement,
    Outcome,
)
from criteria.standard import Criterion, Standard
from probes.records import Record, Run, Time

CONFIRMED = 3
"""A failed gate counts where an immediate second run and a later one confirm it: three in a row."""

_CERTIFIES = frozenset({AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL})


class DueRuns(Record):
    """How many runs of a period a schedule asked for, and how many of these were made."""

    mode: Literal["resident", "rounds"]
    """By which surveillance of the standard."""
    due: int | None
    ran: int | None
    """`None`: nobody knows."""


class PeriodAssessment(Record):
    """What the runs of a period come to."""

    standard: str
    standard_digest: str
    outcome: AssessmentOutcome
    reasons: tuple[str, ...]
    """Sentences: why it is not better; empty where it is certifiable."""
    criteria: tuple[CriterionResult, ...]
    """Those that are judged over a period."""
    certification_run: str | None
    """Its id."""
    first: Time | None
    last: Time | None
    """Start of the first and of the last valid run."""
    runs_made: int
    runs_valid: int
    """Not void, not interrupted, without overrides (unless those are allowed), by this standard."""
    runs_failed: int
    """Valid runs in which a gate failed, confirmed or not."""
    hours: int
    """At how many hours of the day (UTC) there is a valid run."""


@dataclass(frozen=True, kw_only=True)
class _Made:
    run: Run
    judgement: Judgement
    valid: bool

    @property
    def outcome(self) -> AssessmentOutcome:
        return self.judgement.assessment.outcome

    @property
    def failed(self) -> bool:
        """A gate failed. The outcome alone does not tell: a daily run asks no sample, so that it stays
        inconclusive whatever else fails in it.
        """
        return any(
            item.gate and item.result is CriterionOutcome.FAIL for item in self.judgement.assessment.criteria
        )


def assess_period(
    *,
    standard: Standard,
    standard_digest: str | None = None,
    runs: tuple[tuple[Run, Judgement], ...],
    certification_run: str | None = None,
    due: DueRuns | None = None,
    allow_overrides: bool = False,
    unpromised: frozenset[int] = frozenset(),
) -> PeriodAssessment:
    """All runs of one hotspot in a period, against one standard.

    `certification_run` is the id of the run that was registered before it started; without one it is the
    last. `due` is what a schedule asked for; without a schedule no share can be missed.
    `allow_overrides` is for emulated hotspots only, whose certificates say TEST. `unpromised` are numbers of
    runs that ended before they were promised: nothing was drawn for them, so that nothing can be hidden.
    """
    ordered = sorted(runs, key=lambda item: item[0].serial)
    digest = standard_digest or (ordered[-1][1].assessment.standard_digest if ordered else "")
    made = tuple(
        _Made(run=run, judgement=judgement, valid=_valid(run, judgement, digest, overrides=allow_overrides))
        for run, judgement in ordered
    )
    valid = tuple(item for item in made if item.valid)
    chosen = next(
        (item for item in reversed(made) if certification_run in (None, item.run.id)),
        None,
    )
    results = tuple(
        _result(item, _never_open(made, valid, due, _least(standard, item.test, due)))
        for item in standard.criteria
        if isinstance(item.test, NeverOpen) and item.enabled
    )
    chosen = _decisive(chosen, made)
    outcome, reasons = _outcome(standard, made, valid, chosen, results, unpromised=unpromised)
    return PeriodAssessment(
        standard=standard.id,
        standard_digest=digest,
        outcome=outcome,
        reasons=reasons,
        criteria=results,
        certification_run=chosen.run.id if chosen else None,
        first=min((item.run.started for item in valid), default=None),
        last=max((item.run.started for item in valid), default=None),
        runs_made=len(made),
        runs_valid=len(valid),
        runs_failed=sum(item.failed for item in valid),
        hours=len({item.run.started.hour for item in valid}),
    )


def _decisive(chosen: _Made | None, made: tuple[_Made, ...]) -> _Made | None:
    """The run that decides: the certification run, or the one second stage of it where it was conditional.

    There is one second stage: the first that was started, void or not, whatever was started after it.
    """
    if chosen is None:
        return None
    if chosen.run.second_of is not None:
        # Named itself, or the last one: it still belongs to its first stage.
        first = next((item for item in made if item.run.id == chosen.run.second_of), None)
        chosen = chosen if first is None else first
    if chosen.outcome is not AssessmentOutcome.CONDITIONAL:
        return chosen
    return next((item for item in made if item.run.second_of == chosen.run.id), chosen)


def _valid(run: Run, judgement: Judgement, digest: str, *, overrides: bool) -> bool:
    return (
        judgement.fitness.void_reason is None
        and not run.interrupted
        and (overrides or not run.overrides)
        and judgement.assessment.standard_digest == digest
    )


def _outcome(
    standard: Standard,
    made: tuple[_Made, ...],
    valid: tuple[_Made, ...],
    chosen: _Made | None,
    results: tuple[CriterionResult, ...],
    *,
    unpromised: frozenset[int],
) -> tuple[AssessmentOutcome, tuple[str, ...]]:
    """The outcome and all that stands in the way of a better one."""
    failures = tuple(_failures(standard, valid))
    failures += tuple(item.reason for item in results if item.result is CriterionOutcome.FAIL)
    gaps = tuple(_gaps(standard, made, valid, unpromised))
    gaps += tuple(item.reason for item in results if item.result is CriterionOutcome.INCONCLUSIVE)
    if chosen is None or not chosen.valid:
        gaps += ("There is no valid certification run.",)
        best = AssessmentOutcome.INCONCLUSIVE
    else:
        best = chosen.outcome
    told = () if best in _CERTIFIES else (f"The certification run is {best.value.replace('_', ' ')}.",)
    if failures:
        return AssessmentOutcome.NOT_CERTIFIABLE, failures + gaps + told
    if gaps:
        return AssessmentOutcome.INCONCLUSIVE, gaps + told
    if best is AssessmentOutcome.PROVISIONAL:
        told = ("The certification run is provisional.",)
    return best, told


def _gaps(
    standard: Standard, made: tuple[_Made, ...], valid: tuple[_Made, ...], unpromised: frozenset[int]
) -> Iterator[str]:
    """What the evidence window lacks."""
    need = standard.evidence
    if len({item.run.hotspot for item in made}) > 1:
        yield "The runs are of more than one hotspot."
    serials = [item.run.serial for item in made]
    missing = sorted(set(range(serials[0], serials[-1] + 1)) - {*serials, *unpromised}) if serials else []
    if missing:
        yield f"{count(len(missing), 'run')} of the numbering left out: {', '.join(map(str, missing[:10]))}."
    known = {item.run.id for item in made}
    orphans = [item.run.serial for item in made if item.run.second_of not in (None, *known)]
    if orphans:
        yield f"The first stage of run {', '.join(map(str, orphans))} is left out."
    if len(set(serials)) < len(serials):
        yield "A number of a run is used twice."
    # A run in which a gate failed is no evidence for it: it makes the period longer, not shorter.
    clean = sum(not item.failed for item in valid)
    if clean < need.runs:
        yield f"{need.runs} valid runs without a failed gate are needed, and there are {clean}."
    starts = sorted(item.run.started for item in valid)
    if not starts or starts[-1] - starts[0] < timedelta(days=need.days):
        span = count((starts[-1] - starts[0]).days if starts else 0, "day")
        yield f"The valid runs must span {need.days} days, and they span {span}."
    hours = len({start.hour for start in starts})
    if hours < need.hours:
        yield f"Runs at {need.hours} different hours of the day are needed, and there are {hours}."
    yield from _comes_and_goes(standard, valid)


def _failures(standard: Standard, valid: tuple[_Made, ...]) -> Iterator[str]:
    """Gates that failed for certain: a sentinel once, another gate where it was confirmed."""
    for item in standard.criteria:
        if not item.gate:
            continue
        row = _decided(item, valid)
        if isinstance(item.test, SentinelBlocked) and any(row):
            yield f"{item.id} failed in {count(sum(row), 'valid run')}, and it must hold in every one."
        elif _in_a_row(row):
            yield f"{item.id} failed in {CONFIRMED} valid runs one after the other."


def _comes_and_goes(standard: Standard, valid: tuple[_Made, ...]) -> Iterator[str]:
    """Gates that failed as often as it takes to confirm it, and were good between: nobody knows what they
    are like at another time.
    """
    for item in standard.criteria:
        row = _decided(item, valid) if item.gate else []
        if sum(row) >= CONFIRMED and not _in_a_row(row):
            yield f"{item.id} failed in {sum(row)} of {count(len(row), 'valid run')}: it comes and goes."


def _decided(item: Criterion, valid: tuple[_Made, ...]) -> list[bool]:
    """Whether a gate failed, of each run that tells: the others neither confirm nor refute."""
    results = (_result_of(made, item.id) for made in valid)
    return [result is CriterionOutcome.FAIL for result in results if result in _TELLS]


_TELLS = frozenset({CriterionOutcome.PASS, CriterionOutcome.FAIL})


def _in_a_row(row: list[bool]) -> bool:
    return any(all(row[at : at + CONFIRMED]) for at in range(len(row) - CONFIRMED + 1))


def _result_of(made: _Made, criterion: str) -> CriterionOutcome | None:
    return next((item.result for item in made.judgement.assessment.criteria if item.id == criterion), None)


def _never_open(
    made: tuple[_Made, ...], valid: tuple[_Made, ...], due: DueRuns | None, least: Fraction | None
) -> Ruling:
    """`least`: the share of due runs that must be made; `None`: the standard has no such surveillance."""
    off = tuple(item.run for item in valid if _wholly_off(item.judgement))
    if off:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"The filter was wholly off in {len(off)} of {count(len(valid), 'valid run')}.",
            tested=len(valid),
            passed=len(valid) - len(off),
            against=tuple(run.id for run in off),
        )
    if not valid:
        return Ruling(result=CriterionOutcome.INCONCLUSIVE, reason="The period has no valid run.", tested=0)
    unseen = tuple(item.run for item in valid if not _filter_seen(item.judgement))
    if unseen:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"Whether the filter was on is unknown in {len(unseen)} of {count(len(valid), 'run')}.",
            tested=len(valid) - len(unseen),
            passed=len(valid) - len(unseen),
            against=tuple(run.id for run in unseen),
        )
    on = f"The filter was on in all {count(len(valid), 'valid run')} of {len(made)} that were made"
    if due is None:
        return Ruling(result=CriterionOutcome.PASS, reason=f"{on}.", tested=len(valid), passed=len(valid))
    if due.due is None or due.ran is None or least is None:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason="How many of the due runs were made is not known.",
            tested=len(valid),
            passed=len(valid),
        )
    ran = f"{due.ran} of {count(due.due, 'due run')}"
    if due.ran < least * due.due:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"Only {due.ran} of {due.due} due runs were made, and {_percent(least)} are needed.",
            tested=len(valid),
            passed=len(valid),
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"{on}, and {ran} were made.",
        tested=len(valid),
        passed=len(valid),
    )


def _least(standard: Standard, test: NeverOpen, due: DueRuns | None) -> Fraction | None:
    """The share of due runs that must be made: the stricter of what the criterion and the mode ask for."""
    modes = (item for item in standard.surveillance if due is not None and item.mode == due.mode)
    found = next(modes, None)
    return None if found is None else max(Fraction(test.ran_at_least), Fraction(found.due_runs_at_least))


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"


def _filtered(judgement: Judgement) -> list[Outcome]:
    return [item.outcome for item in judgement.verdicts if not item.category.control]


def _filter_seen(judgement: Judgement) -> bool:
    return Outcome.BLOCKED in _filtered(judgement)


def _wholly_off(judgement: Judgement) -> bool:
    """Something that must be blocked opened, and nothing was blocked."""
    return not _filter_seen(judgement) and Outcome.REACHABLE in _filtered(judgement)


def _result(item: Criterion, ruling: Ruling) -> CriterionResult:
    return CriterionResult(
        id=item.id,
        result=ruling.result,
        reason=ruling.reason,
        remedy=None if ruling.result is CriterionOutcome.PASS else item.remedy,
        owner=item.owner.value,
        gate=item.gate,
        weight=item.weight,
        tested=ruling.tested,
        passed=ruling.passed,
        against=ruling.against,
    )
