"""OSCAL assessment results (NIST, model 1.1), for programs of auditors: one JSON document.

What of OSCAL is used, and for what:

- a `result` for each run, with its times; runs without evidence are named in its `metadata.remarks`;
- an `observation` for each criterion: `TEST` where it was measured, `EXAMINE` where it was attested;
- a `finding` for each criterion that was decided or that a certificate hangs on. OSCAL knows `satisfied` and
  `not-satisfied` only: whatever could not be known is `not-satisfied` with the reason `other`, never
  `satisfied`. What was not asked, does not apply, or was attested only has an observation and no finding;
- a `risk`, open, for each gate that fails;
- a `resource` for the plan and the observations, by their digests; the plan is what `import-ap` points to.

Not used: assessment logs, subjects, attestations, control mappings (`reviewed-controls` says `include-all`).
Ids are UUIDs of version 5 of what they stand for: the same runs give the same bytes. Names of targets are not
in it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from criteria.records import CriterionOutcome, CriterionResult
from friendlywifi.reporting.account import Account
from friendlywifi.reporting.report import Report
from probes.records import digest, encode

OSCAL_VERSION = "1.1.3"

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:friendlywifi:oscal")
_NS = "urn:friendlywifi:oscal"
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)

_STATUS = {
    CriterionOutcome.PASS: ("satisfied", "pass"),
    CriterionOutcome.FAIL: ("not-satisfied", "fail"),
    CriterionOutcome.CONDITIONAL: ("not-satisfied", "other"),
    CriterionOutcome.INCONCLUSIVE: ("not-satisfied", "other"),
}


def render(account: Account) -> bytes:
    # A result is one run; the schema wants at least one.
    reports = tuple(account.reports())
    results = [_result(report) for report in reports] or [_nothing(account)]
    newest = max((item.ended for item in account.runs), default=_NEVER)
    standards = sorted({f"{item.assessment.standard} {item.assessment.standard_version}" for item in reports})
    plans = sorted({item.run.plan for item in reports}) or ["none"]
    document = {
        "assessment-results": {
            "uuid": _id("document", digest(encode(account.runs)), digest(encode(account.gaps))),
            "metadata": {
                "title": _told(f"Friendly Wi-Fi: {', '.join(account.hotspots)}"),
                "last-modified": _time(newest),
                "version": _told(", ".join(standards) or "none"),
                "oscal-version": OSCAL_VERSION,
                "remarks": _remarks(account),
            },
            "import-ap": {"href": f"#{_id('plan', plans[0])}"},
            "results": results,
            "back-matter": {"resources": [_resource(plan, reports) for plan in plans]},
        }
    }
    return encode(document) + b"\n"


def _remarks(account: Account) -> str:
    told = ["Unwitnessed: time and place are declared by whoever made it."]
    told += [
        f"{item.hotspot}, run {item.serial}: {item.state.value}, its evidence is not here."
        for item in account.unread()
    ]
    told += [f"{item.hotspot}, run {item.numbers}: {item.state.value}." for item in account.gaps]
    told += [f"Refused: {item.file}: {item.why}." for item in account.refused]
    return _told(" ".join(told))


def _result(report: Report) -> dict[str, Any]:
    run, assessment = report.run, report.assessment
    void = "" if run.void_reason is None else f" Void: {run.fitness.explanation}"
    overrides = f" Made with overrides: {', '.join(run.overrides)}." if run.overrides else ""
    made: dict[str, Any] = {
        "uuid": _id("result", run.id, run.observations),
        "title": _told(f"{run.hotspot}, run {run.serial}"),
        "description": _told(
            f"{assessment.outcome.value} by standard {assessment.standard} "
            f"{assessment.standard_version}.{void}{overrides}"
        ),
        "start": _time(run.started),
        "end": _time(run.ended),
        "props": [
            _prop("outcome", assessment.outcome.value),
            _prop("serial", str(run.serial)),
            _prop("plan", run.plan),
            _prop("observations", run.observations),
            _prop("rules", run.rules_version),
            _prop("interrupted", str(run.interrupted).lower()),
            _prop("void", run.void_reason or "no"),
        ],
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
        "observations": [_observation(report, item) for item in assessment.criteria],
    }
    findings = [_finding(report, item) for item in assessment.criteria if _is_found(report, item)]
    risks = [_risk(report, item) for item in assessment.criteria if _is_risk(report, item)]
    # The schema knows no empty list.
    return made | ({"findings": findings} if findings else {}) | ({"risks": risks} if risks else {})


def _nothing(account: Account) -> dict[str, Any]:
    """A time of which there is no evidence at all: it has a beginning, and nothing was reviewed."""
    start = account.since or min((item.started for item in account.runs), default=_NEVER)
    return {
        "uuid": _id("nothing", digest(encode(account.gaps))),
        "title": "No evidence",
        "description": "There is no evidence of any run.",
        "start": _time(start),
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
    }


def _observation(report: Report, item: CriterionResult) -> dict[str, Any]:
    attested = item.result is CriterionOutcome.ATTESTED
    counted = [
        _prop(name, str(value))
        for name, value in (("tested", item.tested), ("passed", item.passed), ("bound", item.bound))
        if value is not None
    ]
    return {
        "uuid": _of(report, "observation", item),
        "title": item.id,
        "description": _told(item.reason) or item.result.value,
        "methods": ["EXAMINE" if attested else "TEST"],
        "props": [_prop("result", item.result.value), _prop("gate", str(item.gate).lower()), *counted],
        "collected": _time(report.run.ended),
    }


def _is_found(report: Report, item: CriterionResult) -> bool:
    """A void run finds nothing, whatever stands in its criteria."""
    return report.run.void_reason is None and item.result in _STATUS


def _is_risk(report: Report, item: CriterionResult) -> bool:
    return _is_found(report, item) and item.gate and item.result is CriterionOutcome.FAIL


def _finding(report: Report, item: CriterionResult) -> dict[str, Any]:
    state, reason = _STATUS[item.result]
    made: dict[str, Any] = {
        "uuid": _of(report, "finding", item),
        "title": f"{item.id}: {item.result.value}",
        "description": _told(item.reason) or item.result.value,
        "target": {
            "type": "objective-id",
            "target-id": item.id,
            "status": {"state": state, "reason": reason},
        },
        "related-observations": [{"observation-uuid": _of(report, "observation", item)}],
    }
    if _is_risk(report, item):
        made["related-risks"] = [{"risk-uuid": _of(report, "risk", item)}]
    return made


def _risk(report: Report, item: CriterionResult) -> dict[str, Any]:
    return {
        "uuid": _of(report, "risk", item),
        "title": f"{item.id} fails",
        "description": _told(item.reason) or item.result.value,
        "statement": _told(item.remedy or "No remedy is known."),
        "status": "open",
        "related-observations": [{"observation-uuid": _of(report, "observation", item)}],
    }


def _resource(plan: str, reports: tuple[Report, ...]) -> dict[str, Any]:
    of = ", ".join(f"{item.run.hotspot} {item.run.serial}" for item in reports if item.run.plan == plan)
    return {
        "uuid": _id("plan", plan),
        "title": _told(f"Plan {plan}"),
        "description": _told(f"In the bundle of: {of}." if of else "There is no plan."),
    }


def _of(report: Report, what: str, item: CriterionResult) -> str:
    return _id(what, report.run.id, report.run.observations, item.id)


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _NS, "value": _told(value) or "none"}


def _told(text: str) -> str:
    """One line without white space around it, as OSCAL's strings must be."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
