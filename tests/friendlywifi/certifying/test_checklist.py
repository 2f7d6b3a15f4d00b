"""What a request is told that it lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec

from certificates.keys import key_from_seed
from friendlywifi.certifying.period import weigh_period
from friendlywifi.certifying.weighing import Weighed, weigh
from friendlywifi.shipped import load_standard
from tests.friendlywifi.certifying.made import (
    ANNOUNCED,
    ENROLLED,
    NOW,
    Fortnight,
    library,
    weighed,
)


def test_a_run_by_another_standard_that_failed_cannot_be_passed_over(fortnight: Fortnight) -> None:
    hotspot = library(identity=ENROLLED)
    standard, digest = load_standard("baseline")
    runs = tuple(weigh(made.data, hotspot) for made in fortnight.period())
    tried, _ = fortnight.leaking.at(len(runs) + 1, NOW - timedelta(hours=3))
    leaking = weigh(tried.data, hotspot)
    assessment = msgspec.structs.replace(
        leaking.judgement.assessment, standard="family", standard_digest="sha256:" + "f" * 64
    )
    judgement = msgspec.structs.replace(leaking.judgement, assessment=assessment)

    def missing(*more: Weighed) -> tuple[str, ...]:
        return weigh_period(
            (*runs, *more),
            hotspot=hotspot,
            standard=standard,
            standard_digest=digest,
            registered=ANNOUNCED,
            since=NOW - timedelta(days=30),
            until=NOW,
            now=NOW,
        ).missing

    told = "run 16, by another standard, failed"
    assert not any(item.startswith(told) for item in missing())
    (found,) = [item for item in missing(replace(leaking, judgement=judgement)) if item.startswith(told)]
    assert "ADU-01" in found


def test_runs_of_another_vantage_cannot_be_chosen_from(fortnight: Fortnight) -> None:
    other = key_from_seed(b"another laptop" + bytes(18))
    theirs = [
        fortnight.gates.at(serial, NOW - timedelta(hours=20 - serial), key=other)[0] for serial in (2, 3, 6)
    ]
    told = [text for text in weighed(*theirs, fortnight=fortnight).missing if "another vantage" in text]
    assert len(told) == 1
    assert told[0].endswith("2 runs are left out: 4, 5")
    assert not any("left out" in text for text in weighed(*theirs[:2], fortnight=fortnight).missing)
