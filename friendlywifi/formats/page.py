"""A page for people: the answer first, then the criteria, then what leaked. No script, no network."""

from __future__ import annotations

from collections import Counter

from jinja2 import Environment, PackageLoader, StrictUndefined

from criteria.records import Outcome
from friendlywifi.headline import headline
from friendlywifi.leaks import leaks
from friendlywifi.report import Report


def render(reports: tuple[Report, ...]) -> bytes:
    environment = Environment(
        loader=PackageLoader("friendlywifi", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    runs = [
        {
            "report": report,
            "headline": headline(report),
            "counts": [
                (outcome.value, count)
                for outcome in Outcome
                if (count := Counter(item.outcome for item in report.verdicts)[outcome])
            ],
            "leaks": leaks(report.verdicts),
        }
        for report in reports
    ]
    return environment.get_template("report.html").render(runs=runs).encode()
