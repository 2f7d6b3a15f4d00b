"""OSCAL: its structure by hand, and by a model that others maintain; unknown is never satisfied."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from criteria.records import CriterionOutcome
from friendlywifi.formats import oscal
from friendlywifi.reporting.account import of_reports
from friendlywifi.reporting.report import Report
from tests.conftest import required
from tests.friendlywifi.evidence.made import Made
from tests.friendlywifi.formats.made import NAMES, bent, period, renamed

TRESTLE = "compliance-trestle==5.2.0"


def results(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)["assessment-results"]
    return found


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        assert value, "OSCAL knows no empty list"
        for item in value:
            yield from strings(item)
    else:
        assert isinstance(value, str)
        yield value


def require_sound(data: bytes) -> None:
    """What the schema asks for, of what is used here."""
    found = results(data)
    assert set(found) == {"uuid", "metadata", "import-ap", "results", "back-matter"}
    assert {"title", "last-modified", "version", "oscal-version"} <= set(found["metadata"])
    for text in strings(found):
        assert text == text.strip() != ""
    ids: list[bytes] = re.findall(rb'"uuid":"([^"]*)"', data)
    assert len(set(ids)) == len(ids)
    assert all(uuid.UUID(item.decode()).version == 5 for item in ids)
    resources = {item["uuid"] for item in found["back-matter"]["resources"]}
    assert found["import-ap"]["href"].removeprefix("#") in resources
    for result in found["results"]:
        assert {"uuid", "title", "description", "start", "reviewed-controls"} <= set(result)
        seen = {item["uuid"] for item in result.get("observations", ())}
        risks = {item["uuid"] for item in result.get("risks", ())}
        for finding in result.get("findings", ()):
            assert finding["target"]["status"]["state"] in ("satisfied", "not-satisfied")
            assert {item["observation-uuid"] for item in finding["related-observations"]} <= seen
            assert {item["risk-uuid"] for item in finding.get("related-risks", ())} <= risks


def test_findings_say_what_the_criteria_say_and_nothing_unknown_is_satisfied(report: Report) -> None:
    data = oscal.render(of_reports((report,)))
    require_sound(data)
    result = results(data)["results"][0]
    states = {item["target"]["target-id"]: item["target"]["status"] for item in result["findings"]}
    for item in report.assessment.criteria:
        state = states.get(item.id)
        if item.result is CriterionOutcome.PASS:
            assert state == {"state": "satisfied", "reason": "pass"}
        elif item.result is CriterionOutcome.FAIL:
            assert state == {"state": "not-satisfied", "reason": "fail"}
        elif item.result in (CriterionOutcome.INCONCLUSIVE, CriterionOutcome.CONDITIONAL):
            assert state == {"state": "not-satisfied", "reason": "other"}
        else:
            assert state is None
    failing = [
        item for item in report.assessment.criteria if item.gate and item.result is CriterionOutcome.FAIL
    ]
    assert [item["title"] for item in result["risks"]] == [f"{item.id} fails" for item in failing]
    assert len(result["observations"]) == len(report.assessment.criteria)


def test_a_void_run_finds_nothing(report: Report) -> None:
    void = msgspec.structs.replace(report, run=msgspec.structs.replace(report.run, void_reason="captive"))
    result = results(oscal.render(of_reports((void,))))["results"][0]
    assert "findings" not in result
    assert "risks" not in result
    assert "Void" in result["description"]


def test_runs_without_evidence_are_named_in_the_remarks(report: Report) -> None:
    data = oscal.render(period(report))
    require_sound(data)
    remarks = results(data)["metadata"]["remarks"]
    assert "run 2: aborted." in remarks
    assert "run 5-6: missing." in remarks
    assert "run 3: void, its evidence is not here." in remarks


def test_the_same_runs_give_the_same_bytes_and_other_runs_other_ids(report: Report) -> None:
    one, other = of_reports((report,)), of_reports((renamed(report, "Other"),))
    assert oscal.render(one) == oscal.render(one)
    assert results(oscal.render(one))["uuid"] != results(oscal.render(other))["uuid"]


def test_no_name_of_a_target_that_must_be_blocked_is_in_it(report: Report, cafe: Made) -> None:
    data = oscal.render(of_reports((report,))).decode()
    secret = [item.name for item in cafe.checked.plan.targets if item.category == "adult"]
    assert secret
    assert not [name for name in secret if name in data]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_it_stays_sound_whatever_a_hotspot_is_called(report: Report, name: str) -> None:
    require_sound(oscal.render(of_reports((bent(report, name),))))


@pytest.mark.long
@pytest.mark.timeout(400)
def test_the_model_of_compliance_trestle_accepts_it(report: Report, tmp_path: Path) -> None:
    """In an environment of its own: it pins old versions of what the program uses."""
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True, timeout=120)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", TRESTLE]
    done = subprocess.run(install, check=False, capture_output=True, text=True, timeout=240)
    if done.returncode:
        required(f"{TRESTLE} cannot be installed; nobody else read the OSCAL: {done.stderr[-300:]}")
    code = (
        "import sys; from pathlib import Path\n"
        "from trestle.oscal.assessment_results import AssessmentResults\n"
        "for name in sys.argv[1:]:\n"
        "    assert AssessmentResults.oscal_read(Path(name)).results[0].uuid, name\n"
    )
    files = []
    for number, account in enumerate(
        (of_reports((report,)), period(report), *(of_reports((bent(report, name),)) for name in NAMES))
    ):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_bytes(oscal.render(account))
    command = [str(python), "-c", code, *map(str, files)]
    read = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert read.returncode == 0, read.stderr
    broken = tmp_path / "broken.json"
    broken.write_bytes(files[0].read_bytes().replace(b'"include-all":{}', b'"include-everything":{}'))
    refused = subprocess.run(
        [str(python), "-c", code, str(broken)], check=False, capture_output=True, text=True, timeout=120
    )
    assert refused.returncode != 0
