"""JUnit XML, for CI: a suite for each run, a case for each criterion.

There is no official schema; this is the part that all readers share. What could not be known is an error and
never a pass; what was not asked is skipped, and so are runs of which there is no evidence.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from criteria.records import CriterionOutcome, CriterionResult
from friendlywifi.reporting.account import Account, ListedRun
from friendlywifi.reporting.report import Report

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, 2.2: these may not even be escaped."""

_COUNTS = ("tests", "failures", "errors", "skipped")

_ELEMENTS = {
    CriterionOutcome.FAIL: "failure",
    CriterionOutcome.CONDITIONAL: "failure",
    CriterionOutcome.INCONCLUSIVE: "error",
    CriterionOutcome.NOT_TESTED: "skipped",
    CriterionOutcome.NOT_APPLICABLE: "skipped",
}


def render(account: Account) -> bytes:
    root = ET.Element("testsuites", name="friendlywifi")
    totals = dict.fromkeys(_COUNTS, 0)
    suites = [_suite(root, report) for report in account.reports()]
    suites += [_absent(root, account, hotspot) for hotspot in account.hotspots]
    for counts in suites:
        for name, count in counts.items():
            totals[name] += count
    for name, count in totals.items():
        root.set(name, str(count))
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _suite(root: ET.Element, report: Report) -> dict[str, int]:
    run, assessment = report.run, report.assessment
    found = [_ELEMENTS.get(item.result) for item in assessment.criteria]
    counts = {
        "tests": len(found),
        "failures": found.count("failure"),
        "errors": found.count("error"),
        "skipped": found.count("skipped"),
    }
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_clean(f"{run.hotspot}, run {run.serial}"),
        timestamp=run.started.strftime("%Y-%m-%dT%H:%M:%S"),
        time=str((run.ended - run.started).total_seconds()),
    )
    for name, count in counts.items():
        suite.set(name, str(count))
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("outcome", assessment.outcome.value),
        ("standard", f"{assessment.standard} {assessment.standard_version}"),
        ("void_reason", run.void_reason or ""),
        ("rules", run.rules_version),
        ("plan", run.plan),
        ("observations", run.observations),
    ):
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    for item in assessment.criteria:
        _case(suite, item, standard=assessment.standard)
    return counts


def _absent(root: ET.Element, account: Account, hotspot: str) -> dict[str, int]:
    """What is on record or missing, and has no evidence here: nothing that CI could hold against a run."""
    unread: tuple[ListedRun, ...] = tuple(item for item in account.unread() if item.hotspot == hotspot)
    absent = [(str(item.serial), item.vantage, "no evidence is here") for item in unread]
    absent += [(item.numbers, item.vantage, item.state.value) for item in account.gaps_of(hotspot)]
    counts = dict.fromkeys(_COUNTS, 0)
    if not absent:
        return counts
    counts |= {"tests": len(absent), "skipped": len(absent)}
    suite = ET.SubElement(root, "testsuite", name=_clean(f"{hotspot}, runs without evidence"), time="0")
    for name, count in counts.items():
        suite.set(name, str(count))
    for numbers, vantage, why in absent:
        case = ET.SubElement(
            suite, "testcase", classname=_clean(vantage or hotspot), name=f"run {numbers}", time="0"
        )
        ET.SubElement(case, "skipped", message=why, type=why)
    return counts


def _case(suite: ET.Element, item: CriterionResult, *, standard: str) -> None:
    case = ET.SubElement(suite, "testcase", classname=_clean(standard), name=item.id, time="0")
    element = _ELEMENTS.get(item.result)
    if element is None:
        return
    told = ET.SubElement(case, element, message=_clean(item.reason), type=item.result.value)
    if element != "skipped":
        told.text = _clean("\n".join([*item.against, *([item.remedy] if item.remedy else [])]))


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
