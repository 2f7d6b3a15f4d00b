"""What stands first: a gate that certainly fails is told before what nobody knows."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from criteria.records import AssessmentOutcome, CriterionOutcome, CriterionResult
from friendlywifi.checking.check import Checked
from friendlywifi.formats import page
from friendlywifi.reporting.account import of_reports
from friendlywifi.reporting.headline import headline
from friendlywifi.reporting.report import Report, report_of
from friendlywifi.reporting.show import show_report
from tests.criteria.test_judge import SILENT, World, genuine

LEAKS = ("top1.lab.example", "top2.lab.example")


@pytest.fixture(scope="module")
def report() -> Report:
    """Two of the best-known adult sites open; of all others nothing is known after one look."""
    world = World(filtered=lambda name: genuine(name) if name in LEAKS else SILENT)
    seen = world.observe()
    return report_of(
        Checked(plan=world.plan, run=world.run(seen), observations=seen, judgement=world.judge(seen))
    )


FAILS = "This certainly fails: ADU-01"


def _printed(report: Report, width: int = 100) -> str:
    file = io.StringIO()
    show_report(report, Console(file=file, width=width, highlight=False))
    return " ".join(file.getvalue().replace("│", " ").split())


def test_the_outcome_stays_as_the_standard_says(report: Report) -> None:
    assert report.assessment.outcome is AssessmentOutcome.INCONCLUSIVE


def test_the_terminal_says_first_which_gate_certainly_fails(report: Report) -> None:
    printed = _printed(report)
    assert FAILS in printed
    assert printed.index(FAILS) < printed.index("Gates:")
    assert "Nothing is claimed" not in printed
    assert "NO CERTIFICATE" in printed


def test_the_page_says_first_which_gate_certainly_fails(report: Report) -> None:
    html = page.render(of_reports((report,))).decode()
    assert FAILS in html
    assert html.index(FAILS) < html.index('<table class="criteria" ')


def test_where_nothing_is_sure_nothing_is_claimed(report: Report) -> None:
    criteria = tuple(
        msgspec.structs.replace(item, result=CriterionOutcome.INCONCLUSIVE)
        if item.result is CriterionOutcome.FAIL
        else item
        for item in report.assessment.criteria
    )
    open_ = msgspec.structs.replace(
        report, assessment=msgspec.structs.replace(report.assessment, criteria=criteria)
    )
    assert headline(open_).failing == ()
    assert "certainly fails" not in _printed(open_)
    assert "Nothing is claimed" in _printed(open_)


def test_advice_that_fails_is_no_gate(report: Report) -> None:
    advice: tuple[CriterionResult, ...] = tuple(
        msgspec.structs.replace(item, gate=False) for item in report.assessment.criteria
    )
    mild = msgspec.structs.replace(
        report, assessment=msgspec.structs.replace(report.assessment, criteria=advice)
    )
    assert headline(mild).failing == ()


def test_a_void_run_is_sure_of_nothing(report: Report) -> None:
    void = msgspec.structs.replace(report, run=msgspec.structs.replace(report.run, void_reason="offline"))
    assert headline(void).failing == ()
