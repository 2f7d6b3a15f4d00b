"""What the runs of a period come to, worked out from their bundles alone, by evaluator and decider alike.

Nothing that somebody wrote beside the bundles is believed: each one is verified, replayed, and compared with
the place that it says it is of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from criteria.kinds.sample_blocked import SampleBlocked, population
from criteria.period import PeriodAssessment, assess_period
from criteria.records import AssessmentOutcome, CriterionOutcome, Judgement
from criteria.standard import Standard
from friendlywifi.certifying.dueruns import Agenda, Late, agenda_of, due_runs
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.records.evidence import ELSEWHERE, genuine
from friendlywifi.records.hotspots import Hotspot, fold
from friendlywifi.records.identity import Finding, Place, Seen, compare
from probes.records import Kind, Run, Target

UNSURE = "place_unknown"
"""Why a run is no evidence of which it is not known that it was made there."""

_GOOD = frozenset({AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL})

PASSED_OVER = 1
"""How many announced runs may come to no answer before the one that does. A standard gives one certification
run a period; a power cut should not cost a fortnight, and whoever breaks runs off until one pleases gets no
certificate. The face says it of this one, too.
"""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One bundle that is as it was signed, with what came out of it again."""

    bundle: str
    """Digest."""
    vantage: str
    """Id of the key that signed it."""
    run: Run
    judgement: Judgement
    targets: tuple[Target, ...]
    asked: frozenset[str]
    """Those of their names of which there is an observation."""
    where: Finding
    seen: Seen
    """The network, as the vantage signed it."""
    unpromised: tuple[int, ...]
    """Numbers before it that were claimed by runs which ended before they were promised."""
    standard: tuple[str, ...]
    """The texts of the standard that it was judged by, its own first."""

    @property
    def usable(self) -> bool:
        """It can be judged, was made there, by the public's own path."""
        return self._sound and self.where.place is Place.SAME

    @property
    def against(self) -> bool:
        """A gate failed there, though perhaps on a changed network: no evidence for it, and some against."""
        return self._sound and self.failed and self.where.place in (Place.SAME, Place.CHANGED)

    @property
    def changed(self) -> bool:
        """It could be judged, and the network there is not the enrolled one any more."""
        return self._sound and self.where.place is Place.CHANGED

    @property
    def _sound(self) -> bool:
        sound = self.judgement.fitness.void_reason is None and not self.run.interrupted
        return sound and not self.run.overrides

    @property
    def outcome(self) -> AssessmentOutcome:
        return self.judgement.assessment.outcome

    def sampled(self, standard: Standard) -> bool:
        """Names were drawn for it and some of them asked, whatever came of that. A run of the gates alone
        draws none; one that a login page or a dead line held up asks none, and nobody learns by it.
        """
        tests = (item.test for item in standard.criteria if item.gate and item.enabled)
        drawn = (population(self.targets, test) for test in tests if isinstance(test, SampleBlocked))
        return any(target.name in self.asked for names in drawn for target in names)

    @property
    def failed(self) -> bool:
        """A gate failed: a daily run stays inconclusive by its outcome, since it asks no sample."""
        return bool(self.failed_gates)

    @property
    def failed_gates(self) -> tuple[str, ...]:
        return tuple(
            item.id
            for item in self.judgement.assessment.criteria
            if item.gate and item.result is CriterionOutcome.FAIL
        )

    @property
    def answers(self) -> bool:
        """It says something, good or bad."""
        return self.failed or self.outcome is not AssessmentOutcome.INCONCLUSIVE


def weigh(data: bytes, hotspot: Hotspot) -> Weighed:
    """One bundle. Raises `EvidenceFault`: it was changed, does not come out again, or is of another place."""
    found = genuine(data)
    run = found.contents.run
    if fold(run.hotspot) not in (fold(hotspot.name), hotspot.id):
        raise EvidenceFault(f"it is of “{run.hotspot}”, not of {hotspot.name}")
    networks = () if hotspot.identity is None else hotspot.identity.at(run.started)
    subjects = {item.id: item.subject for item in found.contents.plan.questions if item.kind is Kind.TARGET}
    return Weighed(
        bundle=found.digest,
        vantage=found.vantage,
        run=run,
        judgement=found.contents.judgement,
        targets=found.contents.plan.targets,
        asked=frozenset(
            subjects[item.question_id] for item in found.contents.observations if item.question_id in subjects
        ),
        where=compare(networks, found.seen, ssids=hotspot.ssids),
        seen=found.seen,
        unpromised=found.contents.commitment.aborted,
        standard=found.contents.standard.texts,
    )


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the list of what a certificate needs."""

    done: bool | None
    """`None`: worth knowing, and no obstacle."""
    text: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the period comes to."""

    period: PeriodAssessment
    agenda: Agenda | None
    """What the mode of surveillance asked for; `None`: the standard has no such mode."""
    certification: Weighed | None
    """The run that decides: the registered one, or its second stage."""
    registered: Weighed | None
    passed_over: tuple[Weighed, ...]
    """Runs between the announcement and it for which names were drawn, and which came to no answer."""
    valid: frozenset[str]
    """Ids of the runs that are evidence, for it or against it."""
    ssids: tuple[str, ...]
    """Names with a good run of their own."""
    checks: tuple[Check, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(item.text for item in self.checks if item.done is False)


def weigh_period(
    runs: tuple[Weighed, ...],
    *,
    hotspot: Hotspot,
    standard: Standard,
    standard_digest: str,
    registered: datetime | None,
    since: datetime,
    until: datetime,
    now: datetime,
    late: tuple[Late, ...] = (),
    test: bool = False,
) -> Result:
    """All runs of a hotspot in a period. `registered`: when a certification run was announced; `since` and
    `until`: the period; `late`: runs that were made for the interval before theirs.

    `test` is for emulated hotspots, whose certificates say TEST: what was overridden counts there.
    """
    first = _registered(runs, registered, test=test)
    passed_over = _passed_over(runs, first, standard, registered)
    mine = tuple(item for item in runs if first is None or item.vantage == first.vantage)
    agenda = agenda_of(hotspot, standard, (item.run for item in runs), since=since, until=until, late=late)
    period = assess_period(
        standard=standard,
        standard_digest=standard_digest,
        runs=tuple((item.run, _placed(item, test=test)) for item in mine),
        certification_run=None if first is None else first.run.id,
        allow_overrides=test,
        # A run that was surely made elsewhere is no look at this place, whatever it came to.
        due=due_runs(
            agenda,
            (item.run for item in runs if test or item.where.place is not Place.ELSEWHERE),
            hotspot=hotspot,
            standard=standard,
        ),
        unpromised=frozenset(number for item in mine for number in item.unpromised),
    )
    certification = next((item for item in mine if item.run.id == period.certification_run), None)
    good = [item for item in runs if item.usable or (test and _sound(item))]
    seen = [item for item in runs if item.usable or item.changed]
    ssids = tuple(name for name in hotspot.ssids if _shown(name, good) and _changed(name, seen) is None)
    if test and not ssids:
        # An emulated hotspot has no radio: its name is the declared one.
        ssids = hotspot.ssids
    checks = (
        *_window(standard, period, mine, now=now),
        *_run(first, certification, registered),
        *_repeated(passed_over),
        *_others(runs, mine),
        *_otherwise(mine, standard, standard_digest),
        *_networks(hotspot, ssids, good, seen),
        *_rest(standard, period),
    )
    return Result(
        period=period,
        agenda=agenda,
        certification=certification if first is not None else None,
        registered=first,
        passed_over=passed_over,
        valid=frozenset(
            item.run.id
            for item in mine
            if (item in good or item.against) and item.judgement.assessment.standard_digest == standard_digest
        ),
        ssids=ssids,
        checks=checks,
    )


def good_run(item: Weighed, *, standard_digest: str, shown: Collection[str] = ()) -> bool | None:
    """Whether a single run shows that all is well: `None` where it could not tell.

    `shown`: the gates that a certificate says were passed; a run that did not test one of them shows it no
    more.
    """
    assessment = item.judgement.assessment
    if not item.usable or assessment.standard_digest != standard_digest:
        return False if item.against else None
    if item.outcome in _GOOD:
        untested = {one.id for one in assessment.criteria if one.result is CriterionOutcome.NOT_TESTED}
        return None if untested & set(shown) else True
    return False if item.answers else None


def _sound(item: Weighed) -> bool:
    return item.judgement.fitness.void_reason is None and not item.run.interrupted


def _registered(runs: tuple[Weighed, ...], registered: datetime | None, *, test: bool) -> Weighed | None:
    """The first run after the announcement that came to an answer: nobody can choose the best of several."""
    if registered is None:
        return None
    after = sorted(
        (item for item in runs if item.run.started > registered), key=lambda item: item.run.started
    )
    return next((item for item in after if (item.usable or (test and _sound(item))) and item.answers), None)


def _passed_over(
    runs: tuple[Weighed, ...], first: Weighed | None, standard: Standard, registered: datetime | None
) -> tuple[Weighed, ...]:
    """The announced runs that were begun before the one that decides, and decided nothing."""
    if first is None or registered is None:
        return ()
    between = (item for item in runs if registered < item.run.started < first.run.started)
    drawn = (item for item in between if item.run.second_of is None and item.sampled(standard))
    return tuple(sorted(drawn, key=lambda item: item.run.started))


def _placed(item: Weighed, *, test: bool) -> Judgement:
    """The judgement, void where the run was not surely made there and on the network that is enrolled."""
    if test or item.where.place is Place.SAME or item.judgement.fitness.void_reason is not None:
        return item.judgement
    if item.against:
        return item.judgement
    reason = ELSEWHERE if item.where.place is Place.ELSEWHERE else UNSURE
    fitness = msgspec.structs.replace(item.judgement.fitness, void_reason=reason)
    return msgspec.structs.replace(item.judgement, fitness=fitness)


def _window(
    standard: Standard, period: PeriodAssessment, runs: tuple[Weighed, ...], *, now: datetime
) -> Iterator[Check]:
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


def why_unusable(item: Weighed) -> str:
    """In a clause, after the number of the run."""
    void = item.judgement.fitness.void_reason
    if void is not None:
        return f"is void ({void.replace('_', ' ')})"
    if item.run.interrupted:
        return "was interrupted"
    if item.run.overrides:
        return f"is not what visitors get ({item.run.overrides[0]})"
    if item.where.place is Place.ELSEWHERE:
        return f"was made elsewhere ({'; '.join(item.where.differs)})"
    if item.where.place is Place.CHANGED:
        return "saw another network than the enrolled one"
    return "was made where nothing shows which place it is"


def _run(
    first: Weighed | None, certification: Weighed | None, registered: datetime | None
) -> Iterator[Check]:
    if registered is None:
        yield Check(done=False, text="no certification run was announced (friendlywifi certify announce)")
    elif first is None:
        yield Check(
            done=False,
            text=f"since the announcement of {registered:%-d %B, %H:%M} UTC no run came to an answer",
        )
    elif certification is not None and certification.outcome not in _GOOD:
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


def _repeated(passed_over: tuple[Weighed, ...]) -> Iterator[Check]:
    if not passed_over:
        return
    told = ", ".join(f"run {item.run.serial} {why_no_answer(item)}" for item in passed_over[:5])
    count = len(passed_over)
    text = f"{count} announced {s_of(count, 'run')} before it came to no answer ({told})"
    if count > PASSED_OVER:
        yield Check(done=False, text=f"{text}, and {PASSED_OVER} is allowed: a new period begins after it")
    else:
        yield Check(done=None, text=f"{text}, and the certificate says so")


def why_no_answer(item: Weighed) -> str:
    return "was inconclusive" if item.usable else why_unusable(item)


def _others(runs: tuple[Weighed, ...], mine: tuple[Weighed, ...]) -> Iterator[Check]:
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


def _otherwise(mine: tuple[Weighed, ...], standard: Standard, standard_digest: str) -> Iterator[Check]:
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


def _shown(name: str, good: Iterable[Weighed]) -> bool:
    """Whether a network was seen to be well by itself, with the whole sample, and did not fail since."""
    runs = _runs_on(name, good)
    return any(item.outcome in _GOOD for item in runs) and not runs[-1].failed


def _runs_on(name: str, good: Iterable[Weighed]) -> list[Weighed]:
    """Those that say something of a network, the oldest first. A run of the gates alone is inconclusive."""
    found = (item for item in good if item.run.vantage.ssid == name)
    return sorted((item for item in found if item.answers), key=lambda item: item.run.started)


def _changed(name: str, seen: Iterable[Weighed]) -> Weighed | None:
    """The newest run on a network, where it saw another network than the enrolled one behind the name."""
    runs = sorted((item for item in seen if item.run.vantage.ssid == name), key=lambda item: item.run.started)
    return runs[-1] if runs and runs[-1].changed else None


def _networks(
    hotspot: Hotspot, ssids: tuple[str, ...], good: list[Weighed], seen: list[Weighed]
) -> Iterator[Check]:
    if not ssids:
        yield Check(done=False, text="no network of the hotspot has a valid run of its own")
    for name in hotspot.ssids:
        if name in ssids:
            continue
        runs = _runs_on(name, good)
        why = "has no valid run of its own"
        other = _changed(name, seen)
        if other is not None:
            why = f"has changed, and nobody confirmed it (run {other.run.serial})"
        elif runs and runs[-1].failed:
            why = f"failed in its last run (run {runs[-1].run.serial})"
        elif any(item.run.vantage.ssid == name for item in good):
            why = "has no good run of its own with the whole sample"
        yield Check(done=None, text=f"“{name}” {why} and will not be on the certificate")


def _rest(standard: Standard, period: PeriodAssessment) -> Iterator[Check]:
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
