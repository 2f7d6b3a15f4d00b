"""OpenMetrics text, for monitoring: of each hotspot its latest run, and how many runs there are of each kind,
missing ones too. Counts and states, no targets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.reporting.account import Account, State
from friendlywifi.reporting.report import Report

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, int | float]


def render(account: Account) -> bytes:
    # Sources are in the order of time: the last one of a hotspot stays.
    latest = {item.listed.hotspot: item for item in account.sources}
    ordered = [latest[name].report() for name in sorted(latest)]
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
        *family(
            "friendlywifi_runs",
            "Runs by what there is of them: judged, void, interrupted, aborted, promised, missing.",
            _runs(account),
        ),
        *family(
            "friendlywifi_refused_files",
            "Files that were handed in and are no evidence.",
            [((), len(account.refused))],
        ),
        "# EOF\n",
    ]
    return "".join(lines).encode()


def _runs(account: Account) -> Iterator[Sample]:
    for hotspot in account.hotspots:
        counts = Counter(item.state for item in account.of(hotspot))
        for gap in account.gaps_of(hotspot):
            counts[gap.state] += gap.last - gap.first + 1
        for state in State:
            yield (("hotspot", hotspot), ("state", state.value)), counts[state]


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
        yield (f"{name}{{{told}}} {value}\n" if labels else f"{name} {value}\n")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
