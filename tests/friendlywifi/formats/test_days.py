"""What is shown of a day."""

from __future__ import annotations

from datetime import timedelta

from criteria.records import AssessmentOutcome
from friendlywifi.formats.days import STRIP_DAYS, days_of
from friendlywifi.formats.wording import Sign
from friendlywifi.reporting.account import State
from friendlywifi.reporting.report import Report
from tests.friendlywifi.formats.made import line


def test_of_several_runs_of_a_day_the_worst_shows_and_a_void_one_hides_none(report: Report) -> None:
    failing = line(report, 1, days=0, failing=("ADU-01",))
    good = line(report, 2, days=0, failing=(), outcome=AssessmentOutcome.CERTIFIABLE)
    void = line(report, 3, days=0, state=State.VOID)
    later = line(report, 4, days=1)
    assert days_of((failing, good, void, later))[0].sign is Sign.NO
    assert days_of((good, void, later))[0].sign is Sign.YES
    assert days_of((good, void, later))[0].runs == 2


def test_a_run_with_a_wrong_clock_draws_no_century(report: Report) -> None:
    days = days_of((line(report, 1, days=-20_000), line(report, 2, days=0)))
    assert len(days) == STRIP_DAYS
    assert days[-1].date == f"{report.run.started:%Y-%m-%d}"
    far = report.run.started + timedelta(days=90_000)
    assert len(days_of((line(report, 1, days=0),), until=far)) <= STRIP_DAYS
