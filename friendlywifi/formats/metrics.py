"""OpenMetrics text, for monitoring: of each hotspot its latest run. Counts and states, no targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.report import Report

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, int | float]


def render(reports: tuple[Report, ...]) -> bytes:
    latest: dict[str, Report] = {}
    for report in reports:
        other = latest.get(report.run.hotspot)
        if other is None or (report.run.started, report.run.serial) > (other.run.started, other.run.serial):
            latest[report.run.hotspot] = report
    ordered = [latest[name] for name in sorted(latest)]
    lines = [
        *family(
            "friendlywifi_outcome",
            "The outcome of the latest run: 1 for the one that it is.",
            (
                (
                    (("hotspot", item.run.hotspot), ("outcome", outcome.value)),
                    int(outcome is item.assessment.outcome),
                )
                for item in ordered
                for outcome in AssessmentOutcome
            ),
        ),
        *family(
            "friendlywifi_criterion",
            "The result of each criterion: 1 for the one that it is.",
            (
                (
                    (
                        ("hotspot", item.run.hotspot),
                        ("criterion", criterion.id),
                        ("result", result.value),
                    ),
                    int(result is criterion.result),
                )
                for item in ordered
                for criterion in item.assessment.criteria
                for result in CriterionOutcome
            ),
        ),
        *family("friendlywifi_names", "Names that were judged, by category and outcome.", _names(ordered)),
        *family(
            "friendlywifi_void",
            "1 where the latest run can carry no verdict.",
            (((("hotspot", item.run.hotspot),), int(item.run.void_reason is not None)) for item in ordered),
        ),
        *family(
            "friendlywifi_run_serial",
            "The number of the latest run.",
            (((("hotspot", item.run.hotspot),), item.run.serial) for item in ordered),
        ),
        *family(
            "friendlywifi_run_started_seconds",
            "When the latest run began, Unix time.",
            (((("hotspot", item.run.hotspot),), int(item.run.started.timestamp())) for item in ordered),
        ),
        "# EOF\n",
    ]
    return "".join(lines).encode()


def _names(reports: Iterable[Report]) -> Iterator[Sample]:
    for report in reports:
        counts = Counter((item.category.value, item.outcome.value) for item in report.verdicts)
        for (category, outcome), count in sorted(counts.items()):
            yield (("hotspot", report.run.hotspot), ("category", category), ("outcome", outcome)), count


def family(name: str, help_: str, samples: Iterable[Sample]) -> Iterator[str]:
    """The lines of one gauge."""
    yield f"# TYPE {name} gauge\n"
    if name.endswith("_seconds"):
        yield f"# UNIT {name} seconds\n"
    yield f"# HELP {name} {help_}\n"
    for labels, value in samples:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"{name}{{{told}}} {value}\n" if told else f"{name} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
