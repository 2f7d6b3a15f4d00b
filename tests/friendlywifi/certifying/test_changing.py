"""On which runs a suspension is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certificates.records import Status
from friendlywifi.certifying import recording
from friendlywifi.exitcodes import Exit
from friendlywifi.records.database import open_records
from friendlywifi.records.place import records_file
from friendlywifi.records.taking import record_bundle
from probes.records import Vantage
from tests.friendlywifi.certifying.conftest import Desk
from tests.friendlywifi.certifying.made import (
    NOW,
    SECOND,
    THERE,
    Fortnight,
    Made,
    Measured,
    measure,
    with_visits,
)
from tests.friendlywifi.certifying.test_two_desks import EVALUATOR, act, ask, decide, rows, scheme_list

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def partly() -> Measured:
    """One of the popular names opens; everything else is filtered."""
    return measure("one-name-leaks", whole=False)


def test_each_network_of_the_certificate_must_be_well_again(
    evaluator: Desk, decider: Desk, fortnight: Fortnight, partly: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(with_visits(fortnight, {3: fortnight.whole}))
    _, path = ask(evaluator)
    _, folder = decide(decider, path)
    issuers = scheme_list(decider, evaluator.place / "issuers.json")
    recording.record(
        evaluator.office,
        folder / "certificate.json",
        hotspot=None,
        issuer=issuers,
        output=None,
        actor=EVALUATOR,
        now=NOW,
    )
    assert rows(evaluator)[0].certificate.ssids == (THERE.ssid, SECOND.ssid)

    def comes(kind: Measured, days: int, vantage: Vantage) -> None:
        at = NOW + days * DAY
        with open_records(records_file(evaluator.office.settings)) as records:
            data = kind.at(100 + days, at, vantage=vantage)[0].data
            record_bundle(records, data, now=at, actor=EVALUATOR)

    def reinstated(days: int) -> Exit:
        return act(evaluator, "reinstate", "cured", now=NOW + days * DAY, role="decider")

    comes(partly, 1, SECOND)
    assert act(evaluator, "suspend", "gate_failed", now=NOW + 2 * DAY) is Exit.YES
    # A good run on the one network says nothing of the other, on which it failed.
    comes(fortnight.whole, 3, THERE)
    capsys.readouterr()
    assert reinstated(4) is Exit.NO
    assert "“Biblioteka 5G” is on the certificate and has no good run since" in capsys.readouterr().out
    comes(partly, 5, SECOND)
    comes(fortnight.whole, 6, THERE)
    assert reinstated(7) is Exit.NO
    comes(fortnight.whole, 8, SECOND)
    assert reinstated(9) is Exit.YES
    assert rows(evaluator)[0].status is Status.VALID


def test_a_run_that_did_not_test_what_the_face_says_was_passed_reinstates_nothing(
    evaluator: Desk, decider: Desk, fortnight: Fortnight, period: tuple[Made, ...]
) -> None:
    """The sentinel opened, and somebody took it out of the lists."""
    evaluator.watches(period)
    _, path = ask(evaluator)
    _, folder = decide(decider, path)
    issuers = scheme_list(decider, evaluator.place / "issuers.json")
    recording.record(
        evaluator.office,
        folder / "certificate.json",
        hotspot=None,
        issuer=issuers,
        output=None,
        actor=EVALUATOR,
        now=NOW,
    )
    assert "ILL-01" in {claim.criterion for claim in rows(evaluator)[0].certificate.claims if claim.gate}

    def comes(kind: Measured, days: int) -> None:
        at = NOW + days * DAY
        with open_records(records_file(evaluator.office.settings)) as records:
            assert record_bundle(records, kind.at(100 + days, at)[0].data, now=at, actor=EVALUATOR).row

    comes(fortnight.leaking, 1)
    assert act(evaluator, "suspend", "gate_failed", now=NOW + 2 * DAY) is Exit.YES
    comes(measure("library", whole=True, without="lab-sentinel"), 3)
    assert act(evaluator, "reinstate", "cured", now=NOW + 4 * DAY, role="decider") is Exit.NO
    comes(fortnight.whole, 5)
    assert act(evaluator, "reinstate", "cured", now=NOW + 6 * DAY, role="decider") is Exit.YES
