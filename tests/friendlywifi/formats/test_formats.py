"""Each form of a report by a parser that is not ours; nothing that a network sent steers any of them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import junitparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.account import of_reports
from friendlywifi.formats import junit, lines, metrics, page, table
from friendlywifi.formats.lines import RunLine, VerdictLine
from friendlywifi.report import Report, report_of
from friendlywifi.reporting import Wish, run
from friendlywifi.reporting_forms import Form
from probes.records import decode
from tests.friendlywifi.evidence.made import Made, measure

HOSTILE = "=cmd|'/c calc'!A1 \"<script>alert(1)</script>\\ & \x1b[31m\x00\n]]>"


@pytest.fixture(scope="session")
def cafe() -> Made:
    return measure("cafe", hotspot="Kafe Çajupi")


@pytest.fixture(scope="session")
def report(cafe: Made) -> Report:
    return report_of(cafe.checked, reference=cafe.given.reference)


def renamed(report: Report, hotspot: str, serial: int = 1) -> Report:
    return msgspec.structs.replace(
        report, run=msgspec.structs.replace(report.run, hotspot=hotspot, serial=serial)
    )


def bent(report: Report) -> Report:
    """As bad as a network can make it."""
    criteria = tuple(
        msgspec.structs.replace(item, reason=HOSTILE, against=(HOSTILE,))
        for item in report.assessment.criteria
    )
    verdicts = tuple(
        msgspec.structs.replace(item, mechanisms=(HOSTILE,), target=HOSTILE) for item in report.verdicts
    )
    return msgspec.structs.replace(
        renamed(report, HOSTILE),
        assessment=msgspec.structs.replace(report.assessment, criteria=criteria),
        verdicts=verdicts,
    )


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


# --------------------------------------------------------------------------------------------- command


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
