"""What a single run shows."""

from __future__ import annotations

from friendlywifi.certifying.weighing import good_run, weigh
from friendlywifi.shipped import load_standard
from tests.friendlywifi.certifying.made import (
    ENROLLED,
    NOW,
    OPEN_NOW,
    Fortnight,
    library,
)


def test_on_a_changed_network_a_failure_counts_and_a_good_run_does_not(fortnight: Fortnight) -> None:
    hotspot, digest = library(identity=ENROLLED), load_standard("baseline")[1]
    good, bad = (
        good_run(weigh(kind.at(1, NOW, vantage=OPEN_NOW)[0].data, hotspot), standard_digest=digest)
        for kind in (fortnight.whole, fortnight.leaking)
    )
    assert (good, bad) == (None, False)
