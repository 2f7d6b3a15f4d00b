"""Which networks of a hotspot are on its certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from friendlywifi.certifying.request import open_request
from friendlywifi.exitcodes import Exit
from tests.friendlywifi.certifying.conftest import Desk
from tests.friendlywifi.certifying.made import (
    NOW,
    OPEN_NOW,
    Fortnight,
    Measured,
    measure,
    weighed,
    with_visits,
)
from tests.friendlywifi.certifying.test_two_desks import ask


@pytest.fixture(scope="module")
def partly() -> Measured:
    """One of the popular names opens; everything else is filtered."""
    return measure("one-name-leaks", whole=False)


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


def test_a_network_that_has_changed_is_not_on_the_certificate_until_somebody_confirms_it(
    fortnight: Fortnight,
) -> None:
    late, _ = fortnight.whole.at(16, NOW - timedelta(hours=9), vantage=OPEN_NOW)
    found = weighed(late, fortnight=fortnight)
    assert found.ssids == ()
    assert any("has changed, and nobody confirmed it (run 16)" in item.text for item in found.checks)
