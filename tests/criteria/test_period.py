from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from criteria.period import DueRuns, PeriodAssessment, assess_period
from criteria.records import (
    Assessment,
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    Forecast,
    Judgement,
    Outcome,
)
from criteria.standard import Standard
from probes.records import Category, Run, decode, encode
from tests.criteria.making import START, baseline, fitness, named, run, verdict

DIGEST = "sha256:" + "0" * 64
CERTIFIABLE, PROVISIONAL = AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL
REFUSED, OPEN_ENDED = AssessmentOutcome.NOT_CERTIFIABLE, AssessmentOutcome.INCONCLUSIVE

ADULT = named("adult", 3)
HELP = named("help", 2, Category.CONTROL_HELP)


def judgement(
    outcome: AssessmentOutcome = CERTIFIABLE,
    *,
    failed: str | None = None,
    how: CriterionOutcome = CriterionOutcome.FAIL,
    adult: Outcome = Outcome.BLOCKED,
    void: bool = False,
    digest: str = DIGEST,
) -> Judgement:
    results = tuple(
        CriterionResult(
            id=item.id,
            result=how if item.id == failed else CriterionOutcome.PASS,
            reason="test",
            remedy=None,
            owner="venue",
            gate=item.gate,
            weight=item.weight,
        )
        for item in baseline().criteria
    )
    return Judgement(
        rules_version="test",
        fitness=fitness(void_reason="offline" if void else None),
        verdicts=(
            *(verdict(item, adult) for item in ADULT),
            *(verdict(item, Outcome.REACHABLE) for item in HELP),
        ),
        routes=(),
        safesearch=(),
        assessment=Assessment(
            standard="baseline",
            standard_version="1.0.0",
            standard_digest=digest,
            outcome=outcome,
            score=0,
            applicable_weight=0,
            criteria=results,
            best_possible=Forecast(outcome=CERTIFIABLE, because=()),
            limits=(),
        ),
    )


GOOD = judgement()
LEAKS = judgement(REFUSED, failed="ADU-01")


def fortnight(
    *changes: tuple[int, Judgement], count: int = 14, hours: int = 5
) -> tuple[tuple[Run, Judgement], ...]:
    """One run a day, each some hours later in the day than the one before; from 1."""
    changed = dict(changes)
    return tuple(
        (
            run(serial=number, started=START + timedelta(days=number - 1, hours=(number * hours) % 12)),
            changed.get(number, GOOD),
        )
        for number in range(1, count + 1)
    )


def due(asked: int | None, ran: int | None) -> DueRuns:
    return DueRuns(mode="resident", due=asked, ran=ran)


def period(runs: tuple[tuple[Run, Judgement], ...], **options: Any) -> PeriodAssessment:
    return assess_period(standard=baseline(), standard_digest=DIGEST, runs=runs, **options)


def altered(
    runs: tuple[tuple[Run, Judgement], ...], number: int, **fields: object
) -> tuple[tuple[Run, Judgement], ...]:
    return tuple(
        (msgspec.structs.replace(made, **fields) if made.serial == number else made, found)
        for made, found in runs
    )


def test_a_clean_fortnight_is_certifiable() -> None:
    found = period(fortnight())
    assert (found.outcome, found.reasons) == (CERTIFIABLE, ())
    assert (found.runs_made, found.runs_valid, found.runs_failed) == (14, 14, 0)
    assert found.certification_run == "run14"
    assert found.criteria[0].result is CriterionOutcome.PASS


def test_it_survives_its_own_json() -> None:
    found = period(fortnight())
    assert decode(encode(found), PeriodAssessment) == found


def test_the_order_in_which_runs_are_handed_in_changes_nothing() -> None:
    assert period(fortnight()[::-1]) == period(fortnight())


@pytest.mark.parametrize("count", (0, 1, 13))
def test_too_few_runs_leave_it_open(count: int) -> None:
    found = period(fortnight(count=count))
    assert found.outcome is OPEN_ENDED
    assert any(
        f"14 valid runs without a failed gate are needed, and there are {count}" in r for r in found.reasons
    )


def test_a_daily_run_in_which_a_gate_failed_is_no_evidence_though_it_asked_no_sample() -> None:
    """Its outcome is inconclusive, since the sample is open; the gate failed all the same."""
    bad = judgement(OPEN_ENDED, failed="ADU-01")
    found = period(fortnight((3, bad)))
    assert found.runs_failed == 1
    assert found.outcome is OPEN_ENDED
    assert any("there are 13" in reason for reason in found.reasons)


def test_a_number_of_a_run_that_ended_before_it_was_promised_hides_nothing() -> None:
    runs = tuple(pair for pair in fortnight(count=16) if pair[0].serial not in (4, 7))
    assert period(runs).outcome is OPEN_ENDED
    assert period(runs, unpromised=frozenset({4})).outcome is OPEN_ENDED
    assert period(runs, unpromised=frozenset({4, 7})).outcome is CERTIFIABLE


def test_fourteen_runs_in_six_days_are_too_fast() -> None:
    runs = tuple(
        (run(serial=number, started=START + timedelta(hours=10 * number)), GOOD) for number in range(1, 15)
    )
    found = period(runs)
    assert found.outcome is OPEN_ENDED
    assert any("must span 7 days" in reason for reason in found.reasons)


def test_runs_at_one_hour_of_the_day_see_one_hour_of_the_day() -> None:
    found = period(fortnight(hours=0))
    assert found.outcome is OPEN_ENDED
    assert any("different hours" in reason for reason in found.reasons)


def test_a_number_that_is_missing_is_a_run_that_somebody_left_out() -> None:
    runs = tuple(item for item in fortnight(count=16) if item[0].serial not in (3, 7))
    found = period(runs)
    assert found.outcome is OPEN_ENDED
    assert "2 runs of the numbering left out: 3, 7." in found.reasons


def test_a_number_that_is_used_twice_leaves_it_open() -> None:
    runs = fortnight()
    assert period((*runs, runs[3])).outcome is OPEN_ENDED


def test_runs_of_two_hotspots_are_no_period() -> None:
    assert period(altered(fortnight(), 4, hotspot="cafe")).outcome is OPEN_ENDED


@pytest.mark.parametrize(
    ("change", "fields"),
    (
        (judgement(void=True), {}),
        (judgement(digest="sha256:" + "9" * 64), {}),
        (GOOD, {"interrupted": True}),
        (GOOD, {"overrides": ("resolver",)}),
    ),
)
def test_a_run_that_is_not_valid_is_made_and_does_not_count(
    change: Judgement, fields: dict[str, object]
) -> None:
    found = period(altered(fortnight((5, change)), 5, **fields))
    assert (found.runs_made, found.runs_valid, found.outcome) == (14, 13, OPEN_ENDED)
    assert period(altered(fortnight((5, change), count=15), 5, **fields)).outcome is CERTIFIABLE


def test_overrides_count_where_they_are_allowed_for_an_emulated_hotspot() -> None:
    runs = altered(fortnight(), 5, overrides=("connect-to",))
    assert period(runs, allow_overrides=True).outcome is CERTIFIABLE


def test_the_certification_run_must_certify() -> None:
    assert period(fortnight((14, judgement(PROVISIONAL)))).outcome is PROVISIONAL
    assert (
        period(fortnight((14, judgement(AssessmentOutcome.CONDITIONAL)))).outcome
        is AssessmentOutcome.CONDITIONAL
    )
    assert period(fortnight((14, judgement(OPEN_ENDED)))).outcome is OPEN_ENDED
    assert period(fortnight((15, LEAKS), count=15)).outcome is REFUSED
    assert period(fortnight((15, judgement(void=True)), count=15)).outcome is OPEN_ENDED


def test_another_certification_run_can_be_named() -> None:
    runs = fortnight((14, judgement(PROVISIONAL)))
    assert period(runs, certification_run="run9").outcome is CERTIFIABLE
    assert period(runs, certification_run="run99").outcome is OPEN_ENDED


def test_a_single_failed_gate_makes_the_period_longer_and_a_confirmed_one_refuses() -> None:
    assert period(fortnight((5, LEAKS))).outcome is OPEN_ENDED
    assert period(fortnight((5, LEAKS), count=15)).outcome is CERTIFIABLE
    found = period(fortnight((5, LEAKS), (6, LEAKS), (7, LEAKS), count=20))
    assert found.outcome is REFUSED
    assert "ADU-01 failed in 3 valid runs one after the other." in found.reasons


def test_a_run_that_did_not_ask_neither_confirms_nor_refutes() -> None:
    """The random sample is asked once a week: a run of the gates between says nothing of it."""
    sampled = judgement(REFUSED, failed="ADU-02")
    for silent in (CriterionOutcome.NOT_TESTED, CriterionOutcome.INCONCLUSIVE):
        daily = judgement(OPEN_ENDED, failed="ADU-02", how=silent)
        days = {number: sampled if number in (3, 9, 16) else daily for number in range(2, 20)}
        found = period(fortnight(*days.items(), count=35))
        assert found.outcome is REFUSED
        assert "ADU-02 failed in 3 valid runs one after the other." in found.reasons


def test_a_gate_that_comes_and_goes_leaves_it_open() -> None:
    """A filter that is off every other day is never three in a row, and is no filter."""
    alternating = tuple((number, LEAKS) for number in range(2, 30, 2))
    found = period(fortnight(*alternating, count=31))
    assert found.outcome is OPEN_ENDED
    assert "ADU-01 failed in 14 of 31 valid runs: it comes and goes." in found.reasons
    twice = period(fortnight((5, LEAKS), (9, LEAKS), count=31))
    assert twice.outcome is CERTIFIABLE


def test_a_sentinel_must_be_blocked_in_every_valid_run() -> None:
    found = period(fortnight((5, judgement(REFUSED, failed="ILL-01")), count=20))
    assert found.outcome is REFUSED
    assert any("ILL-01" in reason for reason in found.reasons)


def test_a_filter_that_was_wholly_off_once_refuses() -> None:
    found = period(fortnight((5, judgement(adult=Outcome.REACHABLE)), count=20))
    assert found.outcome is REFUSED
    assert found.criteria[0].result is CriterionOutcome.FAIL
    assert found.criteria[0].against == ("run5",)


def test_a_run_that_could_not_tell_whether_the_filter_was_on_leaves_it_open() -> None:
    found = period(fortnight((5, judgement(adult=Outcome.INCONCLUSIVE)), count=20))
    assert found.outcome is OPEN_ENDED


def test_a_schedule_that_was_not_kept_refuses() -> None:
    assert period(fortnight(), due=due(14, 14)).outcome is CERTIFIABLE
    assert period(fortnight(), due=due(20, 19)).outcome is CERTIFIABLE
    found = period(fortnight(), due=due(20, 18))
    assert found.outcome is REFUSED
    told = "Only 18 of 20 due runs were made, and 95 % are needed."
    assert found.reasons == (told,)


def test_a_schedule_that_asked_for_nothing_was_kept() -> None:
    assert period(fortnight(), due=due(0, 0)).outcome is CERTIFIABLE


@pytest.mark.parametrize("unknown", (due(None, 14), due(14, None), due(None, None)))
def test_whether_the_schedule_was_kept_is_never_a_pass_where_nobody_knows(unknown: DueRuns) -> None:
    found = period(fortnight(), due=unknown)
    assert found.outcome is OPEN_ENDED
    assert found.criteria[0].result is CriterionOutcome.INCONCLUSIVE


def test_the_surveillance_of_the_standard_may_ask_for_more_than_the_criterion() -> None:
    strict = tuple(
        msgspec.structs.replace(item, due_runs_at_least="0.99") for item in baseline().surveillance
    )

    def judged(standard: Standard) -> AssessmentOutcome:
        return assess_period(
            standard=standard, standard_digest=DIGEST, runs=fortnight(), due=due(20, 19)
        ).outcome

    assert judged(baseline()) is CERTIFIABLE
    assert judged(msgspec.structs.replace(baseline(), surveillance=strict)) is REFUSED
    assert judged(msgspec.structs.replace(baseline(), surveillance=())) is OPEN_ENDED


# ------------------------------------------------------------------------------------- second samples

CONDITIONAL = AssessmentOutcome.CONDITIONAL


def with_stages(
    *later: tuple[AssessmentOutcome, str | None], registered: AssessmentOutcome = CONDITIONAL
) -> tuple[tuple[Run, Judgement], ...]:
    """A clean fortnight, a registered run, and later ones with the id of the run that each continues."""
    made = list(fortnight(count=15))
    made[14] = (made[14][0], judgement(registered))
    for number, (outcome, first) in enumerate(later, start=16):
        # Late enough to be in order, and early enough not to make up for anything.
        later_run = run(serial=number, started=START + timedelta(days=number, hours=number))
        made.append((msgspec.structs.replace(later_run, second_of=first), judgement(outcome)))
    return tuple(made)


def decided(runs: tuple[tuple[Run, Judgement], ...], registered: str = "run15") -> PeriodAssessment:
    return assess_period(standard=baseline(), standard_digest=DIGEST, runs=runs, certification_run=registered)


def test_the_second_sample_of_a_conditional_registered_run_decides() -> None:
    period = decided(with_stages((CERTIFIABLE, "run15")))
    assert (period.outcome, period.certification_run) == (CERTIFIABLE, "run16")
    assert decided(with_stages((REFUSED, "run15"))).outcome is REFUSED


def test_there_is_no_third_sample_and_no_better_second_one() -> None:
    tried = with_stages((REFUSED, "run15"), (CERTIFIABLE, "run15"))
    assert decided(tried).outcome is REFUSED
    assert decided(tried, registered="run17").outcome is REFUSED


def test_a_later_run_that_passes_by_itself_does_not_stand_in_for_the_registered_one() -> None:
    assert decided(with_stages((CERTIFIABLE, None))).outcome is CONDITIONAL


def test_a_second_sample_of_a_run_that_was_decided_counts_for_nothing() -> None:
    tried = with_stages((CERTIFIABLE, "run15"), registered=REFUSED)
    assert decided(tried).outcome is REFUSED
    assert decided(tried, registered="run16").outcome is REFUSED


def test_a_second_sample_whose_first_is_left_out_leaves_it_open() -> None:
    period = decided(with_stages((CERTIFIABLE, "elsewhere")), registered="run16")
    assert period.outcome is OPEN_ENDED
    assert "The first stage of run 16 is left out." in period.reasons
