"""Which runs of a period count, and which of them are the due ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from criteria.records import AssessmentOutcome
from friendlywifi.certifying.period import weigh_period
from friendlywifi.certifying.weighing import Weighed, weigh
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.identity import Finding, Place
from friendlywifi.shipped import load_standard
from tests.friendlywifi.certifying.made import (
    ANNOUNCED,
    ENROLLED,
    FIRST,
    NOW,
    OPEN_NOW,
    Fortnight,
    library,
    weighed,
)


def test_what_fails_on_a_changed_network_is_no_void_run(fortnight: Fortnight) -> None:
    """The router was made to give out an open resolver after the certification run."""
    assert weighed(fortnight=fortnight).ssids == ("Biblioteka",)
    late = [
        fortnight.leaking.at(16 + number, NOW - timedelta(hours=9 - 2 * number), vantage=OPEN_NOW)[0]
        for number in range(3)
    ]
    found = weighed(*late, fortnight=fortnight)
    assert found.period.outcome is AssessmentOutcome.NOT_CERTIFIABLE
    assert found.ssids == ()
    assert "no network of the hotspot has a valid run of its own" in found.missing


def test_a_run_that_was_surely_made_elsewhere_is_none_of_the_due_ones(fortnight: Fortnight) -> None:
    hotspot = library(identity=ENROLLED, mode=Mode.RESIDENT)
    standard, digest = load_standard("baseline")
    runs = tuple(weigh(made.data, hotspot) for made in fortnight.period())
    away = tuple(replace(item, where=Finding(place=Place.ELSEWHERE)) for item in runs[3:6])

    def told(given: tuple[Weighed, ...]) -> str:
        found = weigh_period(
            given,
            hotspot=hotspot,
            standard=standard,
            standard_digest=digest,
            registered=ANNOUNCED,
            since=FIRST,
            until=NOW,
            now=NOW,
        )
        return next(item.reason for item in found.period.criteria if item.id == "CON-01")

    assert told(runs).startswith("Only 14 of ")
    assert told((*runs[:3], *away, *runs[6:])).startswith("Only 11 of ")
