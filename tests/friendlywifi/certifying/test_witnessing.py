"""An announcement that the decider has before the run begins needs nobody's word."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from friendlywifi.certifying import announcing, witnessing
from friendlywifi.exitcodes import Exit
from friendlywifi.records.database import open_records
from friendlywifi.records.place import records_file
from tests.friendlywifi.certifying.conftest import PASSPHRASE, Desk
from tests.friendlywifi.certifying.made import ANNOUNCED, FIRST, Made
from tests.friendlywifi.certifying.test_two_desks import EVALUATOR, ask, decide

MINUTE = timedelta(minutes=1)


def announced(desk: Desk, at: datetime = ANNOUNCED, name: str = "announcement.json") -> Path:
    path = desk.place / name
    code = announcing.announce(desk.office, "library-7", by=EVALUATOR, now=at, output=path)
    assert code is Exit.YES
    return path


def witness(desk: Desk, path: Path, at: datetime) -> Exit:
    return witnessing.witness(desk.office, path, by="Arben Çela", now=at)


def read(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_an_announcement_that_was_here_before_the_run_began_is_no_word_of_the_evaluators(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period, announced=False)
    notice = announced(evaluator)
    assert "friendlywifi certify witness announcement.json" in read(capsys)
    for later in (MINUTE, 9 * MINUTE):
        assert witness(decider, notice, ANNOUNCED + later) is Exit.YES
        assert "knows it since 14 November 2026, 09:01 UTC" in read(capsys), "the first time counts"
    _, path = ask(evaluator)
    assert decide(decider, path)[0] is Exit.YES
    told = read(capsys)
    assert "✓ its announcement was here 14 November, 09:01 UTC, before the run that decides began" in told
    assert "evaluator's word alone" not in told


def test_one_that_came_after_the_run_had_begun_shows_nothing(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period, announced=False)
    witness(decider, announced(evaluator), period[-1].started + MINUTE)
    _, path = ask(evaluator)
    assert decide(decider, path)[0] is Exit.YES
    assert "is the evaluator's word alone, and it came here only afterwards" in read(capsys)


def test_an_announcement_that_was_made_before_and_is_kept_quiet_stands_in_the_way(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two announcements the first counts: whoever names the second may have chosen by the runs between."""
    evaluator.watches(period, announced=False)
    witness(decider, announced(evaluator, FIRST + timedelta(days=2)), FIRST + timedelta(days=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("friendlywifi.certifying.requesting.announcements", _the_last)
        announced(evaluator, name="second.json")
        code, path = ask(evaluator)
    assert code is Exit.YES
    capsys.readouterr()
    assert decide(decider, path)[0] is Exit.NO
    assert "✗ another run was announced here 3 November, 09:00 UTC by Elira Hoxha, and the request" in read(
        capsys
    )


def _the_last(records: object, hotspot: str, *, since: datetime) -> object:
    return announcing.announcements(records, hotspot, since=since)[-1:]  # type: ignore[arg-type]


def test_no_byte_of_an_announcement_changes_unseen(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period[:1], announced=False)
    path = announced(evaluator)
    data = path.read_bytes()
    for place in range(2, len(data), len(data) // 30):
        bent = bytearray(data)
        bent[place] ^= 1
        path.write_bytes(bytes(bent))
        assert witness(decider, path, ANNOUNCED) is Exit.NO
    with open_records(records_file(decider.office.settings), make=True) as records:
        assert list(witnessing.receipts(records, "library-7")) == []
    # Nor can anybody sign in the evaluator's name.
    notice = witnessing.read_notice(data, file="announcement.json")
    forged = witnessing.SignedNotice(
        notice=msgspec.structs.replace(notice, at=FIRST),
        signature=msgspec.json.decode(data, type=witnessing.SignedNotice).signature,
    )
    path.write_bytes(witnessing.written(forged))
    assert witness(decider, path, ANNOUNCED) is Exit.NO
    assert "signature does not fit" in read(capsys)


@pytest.mark.parametrize("changed", ({}, {"hotspot": "library-seven"}))
def test_one_of_many_announcements_cannot_be_chosen_afterwards(
    evaluator: Desk,
    decider: Desk,
    period: tuple[Made, ...],
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, str],
) -> None:
    """Several are sent beforehand, under one entry of the journal or under other ids of the same place; the
    request names the one after which the best run came.
    """
    evaluator.watches(period, announced=False)
    path = announced(evaluator)
    notice = witnessing.read_notice(path.read_bytes(), file="announcement.json")
    office = evaluator.office
    key = office.keyring.open(office.keyring.get("evaluator"), lambda _: PASSPHRASE.encode())
    early = msgspec.structs.replace(notice, at=FIRST + timedelta(days=2), **changed)
    decoy = evaluator.place / "decoy.json"
    decoy.write_bytes(witnessing.signed_notice(early, key))
    for item in (decoy, path):
        assert witness(decider, item, FIRST + timedelta(days=2)) is Exit.YES
    _, request = ask(evaluator)
    capsys.readouterr()
    assert decide(decider, request)[0] is Exit.NO
    assert "✗ another run was announced here 3 November, 09:00 UTC" in read(capsys)
