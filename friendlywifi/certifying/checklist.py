"""The list of what a certificate needs: what of it is there, what is missing, what is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from criteria.period import PeriodAssessment
from criteria.standard import Standard
from friendlywifi.certifying.weighing import GOOD, Weighed, why_no_answer, why_unusable

PASSED_OVER = 1
"""How many announced runs may come to no answer before the one that does. A standard gives one certification
run a period; a power cut should not cost a fortnight, and whoever breaks runs off until one pleases gets no
certificate. The face says it of this one, too.
"""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the list of what a certificate needs."""

    done: bool | None
    """`None`: worth knowing, and no obstacle."""
    text: str


def window(
    standard: Standard, period: PeriodAssessment, runs: tuple[Weighed, ...], *, now: datetime
) -> Iterator[Check]:
    """How many runs there are, over which time, at which hours, and how fresh."""
    need = standard.evidence
    clean = period.runs_valid - period.runs_failed
    yield _counted(clean, need.runs, "valid runs without a failed gate")
    days = 0 if period.first is None or period.last is None else (period.last - period.first).days
    yield _counted(days, need.days, "days between the first and the last valid run")
    if period.hours == 1 and need.hours > 1:
        yield Check(done=False, text=f"no run at another hour of the day: {need.hours} are needed")
    else:
        yield _counted(period.hours, need.hours, "different hours of the day")
    if period.last is not None:
        age = now - period.last
        fresh = age <= timedelta(days=standard.renewal_evidence_days)
        when = "less than a day" if age.days < 1 else f"{age.days} {s_of(age.days, 'day')}"
        yield Check(done=fresh, text=f"the newest valid run is {when} old")
    unusable = [item for item in runs if item.run.id and not item.usable]
    if unusable:
        told = ", ".join(f"run {item.run.serial} {why_unusable(item)}" for item in unusable[:5])
        more = f", and {len(unusable) - 5} more" if len(unusable) > 5 else ""
        yield Check(done=None, text=f"no evidence: {told}{more}")


def _counted(have: int, need: int, what: str) -> Check:
    if have >= need:
        return Check(done=True, text=f"{have} {what} ({need} are needed)")
    return Check(done=False, text=f"{have} of {need} {what}")


def certification_run(
    first: Weighed | None, certification: Weighed | None, registered: datetime | None
) -> Iterator[Check]:
    """Whether the announced run decides, and for it."""
    if registered is None:
        yield Check(done=False, text="no certification run was announced (friendlywifi certify announce)")
    elif first is None:
        yield Check(
            done=False,
            text=f"since the announcement of {registered:%-d %B, %H:%M} UTC no run came to an answer",
        )
    elif certification is not None and certification.outcome not in GOOD:
        outcome = certification.outcome.value.replace("_", " ")
        yield Check(
            done=False, text=f"the certification run, number {certification.run.serial}, is {outcome}"
        )
    elif certification is not None:
        stage = "" if certification is first else ", by its second stage"
        yield Check(
            done=True,
            text=f"the certification run, number {certification.run.serial}, is "
            f"{certification.outcome.value}{stage}",
        )


def repeated(passed_over: tuple[Weighed, ...]) -> Iterator[Check]:
    """Announced runs before the one that decides: who breaks off until one pleases has drawn too often."""
    if not passed_over:
        return
    told = ", ".join(f"run {item.run.serial} {why_no_answer(item)}" for item in passed_over[:5])
    count = len(passed_over)
    text = f"{count} announced {s_of(count, 'run')} before it came to no answer ({told})"
    if count > PASSED_OVER:
        yield Check(done=False, text=f"{text}, and {PASSED_OVER} is allowed: a new period begins after it")
    else:
        yield Check(done=None, text=f"{text}, and the certificate says so")


def others(runs: tuple[Weighed, ...], mine: tuple[Weighed, ...]) -> Iterator[Check]:
    """What other vantages saw: it is no part of the count, and none of it may be bad."""
    rest = [item for item in runs if item not in mine]
    bad = [item for item in rest if item.against]
    for vantage in dict.fromkeys(item.vantage for item in rest):
        theirs = {item.run.serial: item for item in rest if item.vantage == vantage}
        known = {*theirs, *(number for item in theirs.values() for number in item.unpromised)}
        missing = sorted(set(range(min(theirs), max(theirs))) - known)
        if missing:
            yield Check(
                done=False,
                text=f"of another vantage ({vantage[:16]}…) {len(missing)} {s_of(len(missing), 'run')} "
                f"{'is' if len(missing) == 1 else 'are'} left out: {', '.join(map(str, missing[:10]))}",
            )
    if bad:
        yield Check(
            done=False,
            text=f"another vantage found a failed gate (run {bad[0].run.serial} of {bad[0].vantage[:16]}…)",
        )
    elif rest:
        yield Check(done=None, text=f"{len(rest)} {s_of(len(rest), 'run')} by other vantages, none failed")


def otherwise(mine: tuple[Weighed, ...], standard: Standard, standard_digest: str) -> Iterator[Check]:
    """What runs by another standard saw: they are no evidence for this one, and whoever tried the filter by
    one first may not choose by what it showed.
    """
    gates = {item.id for item in standard.criteria if item.gate and item.enabled}
    for item in mine:
        if item.against and item.judgement.assessment.standard_digest != standard_digest:
            failed = sorted(gates & set(item.failed_gates))
            if failed:
                yield Check(
                    done=False, text=f"run {item.run.serial}, by another standard, failed {', '.join(failed)}"
                )


def rest(standard: Standard, period: PeriodAssessment) -> Iterator[Check]:
    """What the period says beyond its numbers, which have lines of their own."""
    need = standard.evidence
    counted = (
        f"{need.runs} valid runs without",
        "The valid runs must span",
        f"Runs at {need.hours} different",
        "There is no valid certification run",
        "The certification run is ",
    )
    for reason in period.reasons:
        if not reason.startswith(counted):
            yield Check(done=False, text=reason.rstrip("."))


def s_of(count: int, word: str) -> str:
    """The word as it follows a number."""
    return word if count == 1 else f"{word}s"
