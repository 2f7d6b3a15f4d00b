"""Where names that must be blocked came through: one family only, one resolver only, or everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from criteria.records import Outcome
from friendlywifi.reporting.report import ReportedCell, ReportedVerdict
from probes.records import Family


def leaks(verdicts: tuple[ReportedVerdict, ...]) -> tuple[str, ...]:
    """A sentence for each way in which names leak, the most names first; none where none leaks."""
    ways: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.outcome is Outcome.REACHABLE and not verdict.category.control:
            ways[_way(verdict)] += 1
    return tuple(
        f"{count} {'name' if count == 1 else 'names'} opened {way}" for way, count in ways.most_common()
    )


def _way(verdict: ReportedVerdict) -> str:
    opened = [cell for cell in verdict.cells if cell.outcome is Outcome.REACHABLE]
    shut = [cell for cell in verdict.cells if cell.outcome is Outcome.BLOCKED]
    return "; ".join(_only(opened, shut)) or "in every way that was tried"


def _only(opened: list[ReportedCell], shut: list[ReportedCell]) -> Iterator[str]:
    families = {cell.family for cell in opened}
    if len(families) == 1 and {cell.family for cell in shut} - families:
        name = "IPv6" if Family.IPV6 in families else "IPv4"
        yield f"over {name} only, where the other family is filtered"
    resolvers = {cell.resolver for cell in opened}
    if {cell.resolver for cell in shut} - resolvers:
        yield f"through {', '.join(sorted(resolvers))} only, where another resolver filters"
