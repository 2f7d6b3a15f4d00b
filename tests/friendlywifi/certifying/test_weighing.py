"""Of which networks the runs of a period are evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from certificates.keys import key_from_seed
from criteria.records import AssessmentOutcome
from friendlywifi.certifying.request import open_request
from friendlywifi.certifying.weighing import Result, Weighed, good_run, weigh, weigh_period
from friendlywifi.exitcodes import Exit
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.identity import Finding, Place
from friendlywifi.shipped import load_standard
from tests.friendlywifi.certifying.conftest import Desk
from tests.friendlywifi.certifying.made import (
    ANNOUNCED,
    ENROLLED,
    FIRST,
    NOW,
    THERE,
    Fortnight,
    Made,
    Measured,
    library,
    measure,
)
from tests.friendlywifi.certifying.test_two_desks import ask

SECOND = msgspec.structs.replace(THERE, ssid="Biblioteka 5G", bssid="c" * 16)
"""The other network of the library, behind the same gateway."""


@pytest.fixture(scope="module")
def partly() -> Measured:
    """One of the popular names opens; everything else is filtered."""
    return measure("one-name-leaks", whole=False)


def with_visits(fortnight: Fortnight, visits: dict[int, Measured]) -> tuple[Made, ...]:
    """The fortnight, and after the runs of these numbers one on the other network."""
    found: list[Made] = []
    previous: bytes | None = None
    for made in fortnight.period():
        kind = fortnight.whole if made.started > ANNOUNCED else fortnight.gates
        same, previous = kind.at(len(found) + 1, made.started, previous=previous)
        found.append(same)
        other = visits.get(len(found))
        if other is not None:
            started = made.started + timedelta(hours=1)
            visit, previous = other.at(len(found) + 1, started, previous=previous, vantage=SECOND)
            found.append(visit)
    return tuple(found)


def test_a_network_that_was_only_seen_to_leak_is_not_on_the_certificate(
    evaluator: Desk, fortnight: Fortnight, partly: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(with_visits(fortnight, {3: partly}))
    code, path = ask(evaluator)
    told = capsys.readouterr().out
    assert code is Exit.YES, told
    assert open_request(path.read_bytes()).request.attestation.ssids == ("Biblioteka",)
    assert "“Biblioteka 5G” failed in its last run (run 4) and will not be on the certificate" in told


def test_a_network_that_failed_last_is_not_on_the_certificate_whatever_it_was_before(
    evaluator: Desk, fortnight: Fortnight, partly: Measured
) -> None:
    evaluator.watches(with_visits(fortnight, {3: fortnight.whole, 6: partly}))
    assert open_request(ask(evaluator)[1].read_bytes()).request.attestation.ssids == ("Biblioteka",)


def test_a_run_of_the_gates_alone_does_not_put_a_network_on_the_certificate(
    evaluator: Desk, fortnight: Fortnight, partly: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(with_visits(fortnight, {3: fortnight.gates}))
    assert open_request(ask(evaluator)[1].read_bytes()).request.attestation.ssids == ("Biblioteka",)
    assert "“Biblioteka 5G” has no good run of its own with the whole sample" in capsys.readouterr().out


def test_a_network_with_a_good_run_of_its_own_is_on_the_certificate(
    evaluator: Desk, fortnight: Fortnight, partly: Measured
) -> None:
    evaluator.watches(with_visits(fortnight, {3: partly, 6: fortnight.whole}))
    found = open_request(ask(evaluator)[1].read_bytes()).request.attestation.ssids
    assert found == ("Biblioteka", "Biblioteka 5G")


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


OPEN_NOW = msgspec.structs.replace(THERE, resolvers=("192.168.1.254",))
"""The same place after somebody made its router give out another resolver."""


def weighed(*more: Made, fortnight: Fortnight) -> Result:
    hotspot = library(identity=ENROLLED)
    standard, digest = load_standard("baseline")
    return weigh_period(
        tuple(weigh(made.data, hotspot) for made in (*fortnight.period(), *more)),
        hotspot=hotspot,
        standard=standard,
        standard_digest=digest,
        registered=ANNOUNCED,
        since=NOW - timedelta(days=30),
        until=NOW,
        now=NOW,
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


def test_a_network_that_has_changed_is_not_on_the_certificate_until_somebody_confirms_it(
    fortnight: Fortnight,
) -> None:
    late, _ = fortnight.whole.at(16, NOW - timedelta(hours=9), vantage=OPEN_NOW)
    found = weighed(late, fortnight=fortnight)
    assert found.ssids == ()
    assert any("has changed, and nobody confirmed it (run 16)" in item.text for item in found.checks)


def test_on_a_changed_network_a_failure_counts_and_a_good_run_does_not(fortnight: Fortnight) -> None:
    hotspot, digest = library(identity=ENROLLED), load_standard("baseline")[1]
    good, bad = (
        good_run(weigh(kind.at(1, NOW, vantage=OPEN_NOW)[0].data, hotspot), standard_digest=digest)
        for kind in (fortnight.whole, fortnight.leaking)
    )
    assert (good, bad) == (None, False)


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


def test_runs_of_another_vantage_cannot_be_chosen_from(fortnight: Fortnight) -> None:
    other = key_from_seed(b"another laptop" + bytes(18))
    theirs = [
        fortnight.gates.at(serial, NOW - timedelta(hours=20 - serial), key=other)[0] for serial in (2, 3, 6)
    ]
    told = [text for text in weighed(*theirs, fortnight=fortnight).missing if "another vantage" in text]
    assert len(told) == 1
    assert told[0].endswith("2 runs are left out: 4, 5")
    assert not any("left out" in text for text in weighed(*theirs[:2], fortnight=fortnight).missing)
