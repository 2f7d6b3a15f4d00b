"""Each form of a report by a parser that is not ours; nothing that a network sent steers any of them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.evidence.redact import PUBLIC, secret_names
from friendlywifi.formats import junit, lines, metrics, page, table
from friendlywifi.formats.hidden import hidden
from friendlywifi.formats.lines import GapLine, RunLine, VerdictLine
from friendlywifi.reporting.account import State, of_reports
from friendlywifi.reporting.command import NAMING, RENDERERS, Wish, run
from friendlywifi.reporting.forms import Form
from friendlywifi.reporting.report import Report
from probes.records import Category, decode
from tests.friendlywifi.evidence.made import Made
from tests.friendlywifi.formats.made import HOSTILE, bent, period, renamed

# ----------------------------------------------------------------------------------------------- junit


def test_junit_has_a_case_for_each_criterion_and_no_pass_for_what_is_unknown(
    report: Report, tmp_path: Path
) -> None:
    path = tmp_path / "junit.xml"
    path.write_bytes(junit.render(of_reports((report,))))
    suite = next(iter(junitparser.JUnitXml.fromfile(str(path))))
    cases = {case.name: case for case in suite}
    assert list(cases) == [item.id for item in report.assessment.criteria]
    kinds = {
        CriterionOutcome.FAIL: junitparser.Failure,
        CriterionOutcome.CONDITIONAL: junitparser.Failure,
        CriterionOutcome.INCONCLUSIVE: junitparser.Error,
        CriterionOutcome.NOT_TESTED: junitparser.Skipped,
        CriterionOutcome.NOT_APPLICABLE: junitparser.Skipped,
    }
    for item in report.assessment.criteria:
        found = cases[item.id].result
        wanted = kinds.get(item.result)
        assert (not found) if wanted is None else isinstance(found[0], wanted), item.id
    assert suite.tests == len(cases)
    assert suite.failures + suite.errors > 0


def test_junit_stays_xml_whatever_a_network_sent(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_bytes(junit.render(of_reports((bent(report),))))
    suite = next(iter(junitparser.JUnitXml.fromfile(str(path))))
    assert suite.name.startswith("=cmd|")
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=False, resolve_entities=False))
    assert root.tag == "testsuites"
    assert not root.findall(".//script")


# ------------------------------------------------------------------------------------------------- csv


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_csv_has_a_row_for_each_verdict(report: Report) -> None:
    found = rows(table.render(of_reports((report,))))
    assert [row["target"] for row in found] == [item.target for item in report.verdicts]
    assert {row["outcome"] for row in found} == {item.outcome.value for item in report.verdicts}


def test_no_cell_is_a_formula(report: Report) -> None:
    for row in rows(table.render(of_reports((bent(report),)))):
        assert row["hotspot"].startswith("'=cmd")
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@given(st.text(max_size=20))
def test_a_safe_cell_holds_the_text_and_begins_as_no_formula(text: str) -> None:
    made = table.safe(text)
    assert made in (text, f"'{text}")
    bare = made.lstrip(" \u00a0\ufeff\u200b")
    assert not bare.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


# ----------------------------------------------------------------------------------------------- jsonl


def test_json_lines_are_of_their_schema(report: Report) -> None:
    data = lines.render(of_reports((report, renamed(report, "Other"))))
    found = [decode(line, VerdictLine) for line in data.splitlines() if b"verdict-line/1" in line]
    others = [decode(line, RunLine) for line in data.splitlines() if b"run-line/1" in line]
    assert [item.run.hotspot for item in others] == ["Kafe Çajupi", "Other"]
    assert len(found) == 2 * len(report.verdicts)
    assert {line.schema for line in found} == {"friendlywifi/verdict-line/1"}
    assert lines.render(of_reports((bent(report),))).count(b"\n") == len(report.verdicts) + 1


# --------------------------------------------------------------------------------------------- metrics


def samples(data: bytes) -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(data.decode())
        for sample in family.samples
    }


def test_openmetrics_are_read_by_the_strict_parser(report: Report) -> None:
    found = samples(metrics.render(of_reports((report, renamed(report, "Other", 9)))))
    outcome = report.assessment.outcome.value
    assert found["friendlywifi_outcome", f"Kafe Çajupi,{outcome}"] == 1
    assert sum(value for (name, _), value in found.items() if name == "friendlywifi_outcome") == 2
    assert found["friendlywifi_run_serial", "Other"] == 9
    counts = Counter((item.category.value, item.outcome.value) for item in report.verdicts)
    for (category, word), count in counts.items():
        assert found["friendlywifi_names", f"Kafe Çajupi,{category},{word}"] == count
    assert len([key for key in found if key[0] == "friendlywifi_outcome"]) == 2 * len(AssessmentOutcome)


def test_openmetrics_survive_a_hostile_name_and_hold_no_target(report: Report) -> None:
    data = metrics.render(of_reports((bent(report),)))
    assert samples(data)["friendlywifi_void", HOSTILE] in (0, 1)
    plain = metrics.render(of_reports((report,))).decode()
    assert not [item.target for item in report.verdicts if item.target in plain]


def test_openmetrics_show_the_latest_run_of_a_hotspot(report: Report) -> None:
    found = samples(metrics.render(of_reports((renamed(report, "One", 2), renamed(report, "One", 1)))))
    assert found["friendlywifi_run_serial", "One"] == 2


# ------------------------------------------------------------------------------------------------ page


def test_the_page_says_the_answer_and_runs_nothing(report: Report) -> None:
    text = page.render(of_reports((report, bent(report)))).decode()
    assert report.assessment.outcome.value.replace("_", " ") in text
    assert "Unwitnessed" in text
    assert "<script" not in text
    assert "src=" not in text
    for limit in report.assessment.limits:
        assert limit.split(".")[0][:30] in text


# --------------------------------------------------------------------------------------------- period


def test_junit_skips_what_has_no_evidence_and_never_passes_it(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_bytes(junit.render(period(report)))
    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromfile(str(path))}
    cases = {case.name: case.result for case in suites["Kafe Çajupi, runs without evidence"]}
    assert {"run 2", "run 5-6", "run 3"} <= cases.keys()
    assert all(isinstance(result[0], junitparser.Skipped) for result in cases.values())


def test_csv_has_a_row_for_each_run_without_verdicts(report: Report) -> None:
    found = {row["run"]: row["state"] for row in rows(table.render(period(report))) if not row["target"]}
    assert found["2"] == "aborted"
    assert found["5 to 6"] == "missing"
    assert found["3"] == "void, no evidence"
    assert found["8"] == "interrupted, no evidence"


def test_json_lines_have_every_run_and_every_gap(report: Report) -> None:
    data = lines.render(period(report)).splitlines()
    gaps = [decode(item, GapLine).gap for item in data if b"gap-line/1" in item]
    assert [(item.numbers, item.state.value) for item in gaps] == [("2", "aborted"), ("5-6", "missing")]
    assert len([item for item in data if b"run-line/1" in item]) == 6


def test_openmetrics_count_runs_of_each_kind(report: Report) -> None:
    found = samples(metrics.render(period(report)))
    told = {key[1].split(",")[1]: value for key, value in found.items() if key[0] == "friendlywifi_runs"}
    assert told == {
        "judged": 4,
        "void": 1,
        "interrupted": 1,
        "aborted": 1,
        "promised": 0,
        "missing": 2,
    }
    assert found["friendlywifi_refused_files", ""] == 0


# --------------------------------------------------------------------------------------------- command


def test_the_page_of_the_docs_names_every_form_and_every_word() -> None:
    text = (Path(__file__).parents[3] / "docs" / "reports.md").read_text("utf-8")
    for form in Form:
        assert f"| `{form.value}` |" in text
    for state in State:
        assert f"| {state.value} |" in text


@pytest.mark.parametrize("form", Form)
def test_a_bundle_gives_every_form_and_always_the_same_bytes(
    cafe: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    bundle, output = tmp_path / "bundle.zip", tmp_path / "out"
    bundle.write_bytes(cafe.data)
    assert run(Wish(named=(str(bundle),), form=form, output=output)) == 0
    first = output.read_bytes()
    assert run(Wish(named=(str(bundle),), form=form, output=output)) == 0
    assert output.read_bytes() == first


@pytest.mark.parametrize("form", NAMING)
def test_names_that_must_be_blocked_are_keyed_hashes_unless_they_are_revealed(
    cafe: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    bundle, output = tmp_path / "bundle.zip", tmp_path / "out"
    bundle.write_bytes(cafe.data)
    secret = secret_names(cafe.bundle.contents)
    assert len(secret) > 20
    run(Wish(named=(str(bundle),), form=form, output=output))
    text = output.read_text("utf-8")
    assert not [name for name in secret if name in text]
    assert ".redacted.invalid" in text
    run(Wish(named=(str(bundle),), form=form, output=output, reveal=True))
    assert [name for name in secret if name in output.read_text("utf-8")]


@pytest.mark.parametrize("form", tuple(form for form in Form if form not in NAMING and form is not Form.PDF))
def test_the_other_forms_name_nothing_that_must_be_blocked(report: Report, form: Form) -> None:
    text = RENDERERS[form](of_reports((report,))).decode()
    assert not [
        item.target for item in report.verdicts if item.category is Category.ADULT and item.target in text
    ]


def test_a_name_has_one_hash_in_all_reports_and_controls_stay_readable(report: Report) -> None:
    account = hidden(of_reports((report, renamed(report, "Other"))), key=b"k" * 32)
    one, two = (tuple(item.target for item in each.verdicts) for each in account.reports())
    assert one == two
    told = dict(zip((item.target for item in report.verdicts), one, strict=True))
    for item in report.verdicts:
        assert (told[item.target] == item.target) is (item.category.control or item.category in PUBLIC)
