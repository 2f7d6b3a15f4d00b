"""What the deciding machine knows by itself, and what an announcement may hide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from certificates.keys import key_id
from certificates.signing import from_file
from certificates.view import face
from criteria.assessment import REPEATED_LIMIT
from friendlywifi.certifying import checklist, requesting
from friendlywifi.certifying.request import MOST_RUNS
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.container import MAX_FILES
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, hotspots
from friendlywifi.records.database import open_records
from friendlywifi.records.identity import Identity, seen_of
from friendlywifi.records.place import records_file
from friendlywifi.records.taking import Came, record_bundle
from friendlywifi.register.known import sayable
from tests.friendlywifi.certifying.conftest import Desk
from tests.friendlywifi.certifying.made import (
    ENROLLED,
    FIRST,
    NOW,
    THERE,
    VANTAGE_KEY,
    Fortnight,
    Made,
    library,
    measure,
)
from tests.friendlywifi.certifying.test_two_desks import ask, decide, rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def broken_off(fortnight: Fortnight, period: tuple[Made, ...], count: int) -> tuple[Made, ...]:
    """The period in which the last run, the announced one, was broken off so often before it was let end."""
    last = period[-1]
    found = list(period[:-1])
    for number in range(count):
        at = last.started - (count - number) * HOUR
        found.append(fortnight.whole.at(last.serial + number, at, interrupted=True)[0])
    found.append(fortnight.whole.at(last.serial + count, last.started)[0])
    return tuple(found)


# ------------------------------------------------------------------------------------- the announced run


def test_an_announced_run_that_was_broken_off_is_counted_and_stands_on_the_face(
    evaluator: Desk,
    decider: Desk,
    fortnight: Fortnight,
    period: tuple[Made, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    evaluator.watches(broken_off(fortnight, period, 1))
    code, path = ask(evaluator)
    told = "1 announced run before it came to no answer (run 15 is void (interrupted)), and the certificate"
    assert code is Exit.YES
    assert told in read(capsys)
    code, folder = decide(decider, path)
    assert code is Exit.YES
    assert told in read(capsys)
    certificate = from_file((folder / "certificate.json").read_bytes()).certificate
    assert REPEATED_LIMIT in certificate.limits
    assert REPEATED_LIMIT in (folder / "certificate.html").read_text(encoding="utf-8")
    assert "Matja e shpallur" in str(face(certificate).sq)
    assert sayable((REPEATED_LIMIT,)), "the register says it, too"


def test_who_breaks_announced_runs_off_until_one_pleases_gets_no_certificate(
    *,
    evaluator: Desk,
    decider: Desk,
    fortnight: Fortnight,
    period: tuple[Made, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluator.watches(broken_off(fortnight, period, 2))
    assert ask(evaluator)[0] is Exit.UNKNOWN
    assert "✗ 2 announced runs before it came to no answer" in read(capsys)
    # A program that lets them pass writes the request all the same; the decider's own counts again.
    with monkeypatch.context() as patch:
        patch.setattr(checklist, "PASSED_OVER", 5)
        code, path = ask(evaluator)
    assert code is Exit.YES
    code, _ = decide(decider, path)
    assert code is Exit.NO
    assert "and 1 is allowed: a new period begins after it" in read(capsys)
    assert rows(decider) == ()


def test_a_run_that_draws_no_names_is_no_announced_run(
    evaluator: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    last = period[-1]
    between = [fortnight.gates.at(15 + number, last.started - (3 - number) * HOUR)[0] for number in range(3)]
    evaluator.watches((*period[:-1], *between, fortnight.whole.at(18, last.started)[0]))
    assert ask(evaluator)[0] is Exit.YES
    assert "announced run before it" not in read(capsys)


def test_a_login_page_that_held_announced_runs_up_spoils_no_period(
    evaluator: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was asked of the names that were drawn, so that there is nothing to choose by."""
    hotel, last = measure("hotel", whole=True), period[-1]
    held = [hotel.at(15 + number, last.started - (3 - number) * HOUR)[0] for number in range(3)]
    evaluator.watches((*period[:-1], *held, fortnight.whole.at(18, last.started)[0]))
    assert ask(evaluator)[0] is Exit.YES
    told = read(capsys)
    assert "run 15 is void (captive)" in told
    assert "announced run before it" not in told


def test_whose_word_the_announcement_is_stands_with_the_decision(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    capsys.readouterr()
    assert decide(decider, path)[0] is Exit.YES
    told = "before it began, is the evaluator's word alone; 0 runs with a sample lie before it"
    assert told in read(capsys)
    (row,) = rows(decider)
    with open_records(records_file(decider.office.settings)) as records:
        words = certificates.history(records, row.number)[0].event.words
    assert words is not None
    assert told in words
    assert "it is not enrolled here" in words


# -------------------------------------------------------------------------------------------- its age


def test_the_age_of_a_request_is_shown_and_an_old_one_is_refused(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    capsys.readouterr()
    assert decide(decider, path, now=NOW + 31 * DAY)[0] is Exit.NO
    assert "✗ the request is 31 days old (30 days are the most)" in read(capsys)
    assert decide(decider, path, now=NOW + 3 * DAY)[0] is Exit.YES
    assert "✓ the request is 3 days old (30 days are the most)" in read(capsys)


# ------------------------------------------------------------------------------ what is known without it


def knows(desk: Desk, *runs: Made, identity: Identity | None = None, **changed: Any) -> None:
    """The machine has the hotspot, and these runs of it came there by another way."""
    with open_records(records_file(desk.office.settings)) as records:
        hotspot = library(**changed)
        hotspots.add(records, hotspot, now=FIRST, actor="the tests")
        if identity is not None:
            hotspots.enrol(records, hotspot.id, identity, now=FIRST, actor="the tests")
        for made in runs:
            taken = record_bundle(records, made.data, now=NOW + 5 * DAY, actor="the tests")
            assert taken.came is Came.NEW, taken.why


@pytest.mark.parametrize("name", ("library-7", "biblioteka-e-qytetit"))
def test_a_newer_run_that_failed_is_not_decided_past(
    *,
    evaluator: Desk,
    decider: Desk,
    fortnight: Fortnight,
    period: tuple[Made, ...],
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    bad, _ = fortnight.leaking.at(16, NOW + HOUR)
    knows(decider, bad, id=name, identity=ENROLLED)
    capsys.readouterr()
    assert decide(decider, path, now=NOW + DAY)[0] is Exit.NO
    assert (
        "run 16 of 16 November, 10:00 UTC is known here, is newer than the request and failed ILL-01"
        in read(capsys)
    )
    assert rows(decider) == ()
    # The next time it is told that this machine said no before.
    assert decide(decider, path, now=NOW + DAY)[0] is Exit.NO
    assert "another request" not in read(capsys)
    _, again = ask(evaluator, name="again.zip", now=NOW + 2 * HOUR)
    assert decide(decider, again, now=NOW + DAY)[0] is Exit.NO
    assert "another request for it was refused here: run 16 of 16 November" in read(capsys)


def test_a_newer_run_that_is_well_is_only_told(
    evaluator: Desk,
    decider: Desk,
    fortnight: Fortnight,
    period: tuple[Made, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    good, _ = fortnight.gates.at(16, NOW + HOUR)
    knows(decider, good, *period[:2], identity=ENROLLED)
    capsys.readouterr()
    assert decide(decider, path, now=NOW + DAY)[0] is Exit.YES
    told = read(capsys)
    assert "1 further run known here, none with a failed gate" in told
    assert "✓ every run was made on a network that is enrolled here of Library 7" in told


def test_a_run_that_the_request_leaves_out_at_its_end_is_missed_where_it_is_known(
    evaluator: Desk,
    decider: Desk,
    fortnight: Fortnight,
    period: tuple[Made, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A number in the middle is missed by anybody; the last ones by nobody who does not have them."""
    evaluator.watches(period)
    _, path = ask(evaluator)
    last, _ = fortnight.gates.at(16, NOW - HOUR)
    knows(decider, last, identity=ENROLLED)
    capsys.readouterr()
    assert decide(decider, path)[0] is Exit.NO
    assert "the request leaves out what is known here: run 16" in read(capsys)


def test_runs_that_were_made_elsewhere_by_what_is_enrolled_here_are_refused(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Which networks are a hotspot's, a request says itself: it may name any."""
    evaluator.watches(period)
    _, path = ask(evaluator)
    other = msgspec.structs.replace(THERE, gateway_mac="f" * 16, bssid="f" * 16)
    seen = seen_of(other, key_id=key_id(VANTAGE_KEY.public_key()))
    knows(decider, identity=Identity(networks=(seen,), since=FIRST, by="the tests"))
    capsys.readouterr()
    assert decide(decider, path)[0] is Exit.NO
    assert "made elsewhere, by what is enrolled here of Library 7" in read(capsys)


# ---------------------------------------------------------------------------------------- its size


def test_more_runs_than_a_request_holds_are_refused_before_any_work_with_their_number_and_a_way_out(
    evaluator: Desk, period: tuple[Made, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_RUNS == MAX_FILES - 1
    evaluator.watches(period)
    monkeypatch.setattr(requesting, "MOST_RUNS", 10)

    def no_work(*_: object) -> None:
        raise AssertionError("work was begun")

    with monkeypatch.context() as patch:
        patch.setattr(requesting, "_weighed", no_work)
        with pytest.raises(Complaint, match=r"15 runs since .* at most 10: .*--since 2026-11-06T") as refused:
            ask(evaluator)
    since = str(refused.value).partition("--since ")[2].split()[0]
    with open_records(records_file(evaluator.office.settings)) as records:
        begin = FIRST.fromisoformat(f"{since}+00:00")
        assert len(requesting.runs.of(records, "library-7", since=begin)) in (9, 10)
