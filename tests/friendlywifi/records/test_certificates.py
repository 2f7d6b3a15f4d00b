"""How a certificate enters the records, and what the file itself refuses."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from certificates.lifecycle import IN_FORCE, OPEN, Proof, Refused, step
from certificates.records import Status
from certificates.transitions import TRANSITIONS, EventKind, Role, Why
from friendlywifi.records import certificates, journal
from friendlywifi.records.certificates import CertificateRow, KeyUse, New
from friendlywifi.records.database import Records, open_records
from tests.friendlywifi.records.certified import FW, RUN, START, event, issue, new


def test_the_file_holds_the_same_steps_as_the_table(records: Records) -> None:
    held = records.connection.execute("SELECT was, event, became FROM certificate_steps").fetchall()
    assert set(held) == {
        ("" if row.start is None else row.start.value, row.event.value, row.end.value) for row in TRANSITIONS
    }


def test_numbers_go_on_from_year_to_year_without_a_gap(records: Records) -> None:
    first = issue(records)
    second = issue(records, START + timedelta(days=60), hotspot="library-8")
    assert [first.number, second.number] == ["FW-2026-000001", "FW-2027-000002"]


def test_a_signing_that_fails_uses_no_number_and_leaves_nothing(records: Records) -> None:
    def fails(number: str) -> New:
        raise ValueError(number)

    with pytest.raises(ValueError, match="FW-2026-000001"):
        certificates.issue_row(records, series=FW, make=fails, now=START, actor="Arben Çela")
    assert journal.last(records) is None
    assert issue(records).number == "FW-2026-000001"


def test_a_renewal_supersedes_the_one_before_at_the_second_in_which_it_starts(records: Records) -> None:
    old = issue(records)
    start = START + timedelta(days=340)
    renewed = issue(records, start)
    ended = certificates.get(records, old.number)
    assert (ended.status, ended.superseded_by, ended.changed) == (Status.SUPERSEDED, renewed.number, start)
    for at in (start - timedelta(seconds=1), start, start + timedelta(seconds=1)):
        assert len(certificates.in_force(records, at)) == 1


def test_one_request_becomes_one_certificate(records: Records) -> None:
    issue(records, request=RUN)
    again = certificates.issue_row(
        records, series=FW, make=lambda number: new(number, START, request=RUN), now=START, actor="A"
    )
    assert isinstance(again, Refused)
    assert "FW-2026-000001" in again.sentence
    assert len(certificates.every(records)) == 1


def test_a_certificate_that_was_decided_elsewhere_comes_in_once(records: Records) -> None:
    brought = new("XY-2026-000009", START)
    for _ in range(2):
        row = certificates.bring(records, brought, now=START + timedelta(days=2), actor="Elira Hoxha")
        assert isinstance(row, CertificateRow)
    other = new("XY-2026-000009", START, holder="Dikush tjetër")
    assert isinstance(certificates.bring(records, other, now=START + timedelta(days=2), actor="E"), Refused)
    assert len(certificates.history(records, "XY-2026-000009")) == 1


def test_one_that_comes_in_after_its_forerunner_was_suspended_still_takes_its_place(records: Records) -> None:
    old = issue(records)
    suspended = START + timedelta(days=300)
    done = certificates.change(
        records, old.number, event(EventKind.SUSPEND, Why.COMPLAINT, suspended), now=suspended
    )
    assert isinstance(done, CertificateRow)
    late = new("XY-2027-000001", suspended - timedelta(days=1))
    assert isinstance(certificates.bring(records, late, now=suspended, actor="E"), CertificateRow)
    assert certificates.get(records, old.number).status is Status.SUPERSEDED


@pytest.mark.parametrize("kind", (EventKind.SUSPEND, EventKind.WITHDRAW))
def test_an_older_certificate_that_is_found_again_does_not_take_the_place_of_a_newer_one(
    records: Records, kind: EventKind
) -> None:
    """As on a machine that never had it: the newer one was suspended, or withdrawn."""
    newer = issue(records, START + timedelta(days=30))
    at = START + timedelta(days=40)
    why = Why.COMPLAINT if kind is EventKind.SUSPEND else Why.FALSE_EVIDENCE
    assert isinstance(
        certificates.change(records, newer.number, event(kind, why, at), now=at), CertificateRow
    )
    found = certificates.bring(records, new("XY-2026-000009", START), now=at, actor="E")
    assert isinstance(found, Refused)
    assert f"older than {newer.number}" in found.sentence
    assert [row.number for row in certificates.every(records)] == [newer.number]


def test_a_test_certificate_ends_no_real_one(records: Records) -> None:
    real = issue(records)
    issue(records, START + timedelta(days=1), test=True)
    assert certificates.get(records, real.number).status is Status.VALID


BENT = {
    "a status without an event": "UPDATE certificates SET status = 'withdrawn'",
    "another text under the number": "UPDATE certificates SET signed = '{}'",
    "another place in the lists": "UPDATE certificates SET place = 7, proofs = '{}'",
    "a later end": "UPDATE certificates SET valid_until = '2099-01-01T00:00:00Z'",
    "a certificate removed": "DELETE FROM certificates",
    "a past changed": "UPDATE certificate_events SET at = '2020-01-01T00:00:00Z'",
    "a past removed": "DELETE FROM certificate_events",
    "a past replaced": "INSERT OR REPLACE INTO certificate_events SELECT * FROM certificate_events",
    "a step that is not in the table": (
        "INSERT INTO certificate_events (number, event, was, became, at, actor, role, why, record) SELECT "
        "number, 'reinstate', 'valid', 'valid', at, 'x', 'decider', 'cured', '{}' FROM certificate_events"
    ),
    "a step from another status": (
        "INSERT INTO certificate_events (number, event, was, became, at, actor, role, why, record) SELECT "
        "number, 'reinstate', 'suspended', 'valid', at, 'x', 'decider', 'cured', '{}' FROM certificate_events"
    ),
    "an event before the last one": (
        "INSERT INTO certificate_events (number, event, was, became, at, actor, role, why, record) SELECT "
        "number, 'suspend', 'valid', 'suspended', '2020-01-01T00:00:00Z', 'x', 'decider', 'complaint', '{}' "
        "FROM certificate_events"
    ),
    "a key forgotten": "DELETE FROM certificate_keys",
    "a key used earlier": "UPDATE certificate_keys SET used = '2020-01-01T00:00:00Z'",
}


@pytest.mark.parametrize("how", BENT)
def test_the_file_itself_refuses(records: Records, how: str) -> None:
    issue(records, keys=(KeyUse(key="ed25519:" + "a" * 64, part="issuer", used=START),))
    with pytest.raises(sqlite3.IntegrityError):
        records.connection.execute(BENT[how])


COPIED = (
    "INSERT INTO certificates (number, series, sequence, hotspot, test, digest, issued_as, issued, "
    "valid_until, suspension_days, evidence_days, signed, changed) SELECT 'FW-2026-000009', 'FW', ?, ?, 0, "
    "?, issued_as, issued, valid_until, 183, 30, signed, changed FROM certificates"
)


@pytest.mark.parametrize(
    ("sequence", "hotspot"),
    ((3, "library-8"), (1, "library-8"), (2, "library-7")),
    ids=("a gap in the numbers", "a number twice", "a second certificate of a hotspot"),
)
def test_the_file_itself_refuses_a_certificate_beside_the_rules(
    records: Records, sequence: int, hotspot: str
) -> None:
    issue(records)
    with pytest.raises(sqlite3.IntegrityError):
        records.connection.execute(COPIED, (sequence, hotspot, RUN))


def test_a_provisional_certificate_is_never_reinstated_as_a_valid_one(records: Records) -> None:
    row = issue(records, status="provisional", provisional_because=("No sentinel.",))
    at = START + timedelta(days=1)
    certificates.change(records, row.number, event(EventKind.SUSPEND, Why.COMPLAINT, at), now=at)
    with pytest.raises(sqlite3.IntegrityError, match="never more than what was issued"):
        records.connection.execute(
            "INSERT INTO certificate_events (number, event, was, became, at, actor, role, why, record) "
            "VALUES (?, 'reinstate', 'suspended', 'valid', '2027-01-01T00:00:00Z', 'x', 'decider', 'cured', '{}')",  # noqa: E501 - one row
            (row.number,),
        )


class Office(RuleBasedStateMachine):
    """An issuer with two hotspots over the years, in which anybody tries anything."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.opened = open_records(Path(self.folder.name) / "records.db")
        self.records = self.opened.__enter__()
        self.now = START
        self.model: dict[str, Status] = {}

    @initialize()
    def quick(self) -> None:
        # What a power cut leaves is tested elsewhere; here only the rules are.
        self.records.connection.execute("PRAGMA synchronous = OFF")

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        self.folder.cleanup()

    @rule(days=st.integers(0, 200), seconds=st.integers(0, 5))
    def wait(self, days: int, seconds: int) -> None:
        self.now += timedelta(days=days, seconds=seconds)

    @rule(hotspot=st.sampled_from(("library-7", "cafe-1")), provisional=st.booleans())
    def issue(self, *, hotspot: str, provisional: bool) -> None:
        kind: dict[str, Any] = (
            {"status": "provisional", "provisional_because": ("No sentinel.",), "days": 90}
            if provisional
            else {}
        )
        row = issue(self.records, self.now, hotspot=hotspot, **kind)
        assert row.status is (Status.PROVISIONAL if provisional else Status.VALID)

    @rule(
        pick=st.integers(0, 99),
        transition=st.sampled_from(TRANSITIONS),
        reason=st.integers(0, 20),
        role=st.sampled_from(Role),
        ago=st.integers(0, 40),
    )
    def something_happens(self, *, pick: int, transition: Any, reason: int, role: Role, ago: int) -> None:
        rows = certificates.every(self.records)
        if not rows:
            return
        row = rows[pick % len(rows)]
        happened = event(
            transition.event,
            transition.reasons[reason % len(transition.reasons)].why,
            self.now,
            role=role,
            evidence=(
                Proof(
                    digest=RUN,
                    made=self.now - timedelta(days=ago),
                    good=transition.event is not EventKind.SUSPEND,
                ),
            ),
        )
        wanted = step(row.standing, happened)
        found = certificates.change(self.records, row.number, happened, now=self.now)
        if isinstance(found, CertificateRow):
            assert found.status is wanted

    @rule()
    def look_at_the_clock(self) -> None:
        certificates.by_the_clock(self.records, now=self.now)
        assert certificates.by_the_clock(self.records, now=self.now) == ()

    @invariant()
    def a_hotspot_has_at_most_one_certificate_at_any_time(self) -> None:
        rows = certificates.every(self.records)
        moments = {
            at for row in rows for item in certificates.history(self.records, row.number) for at in (item.at,)
        }
        for at in sorted(moments)[-4:]:
            there = [row.hotspot for row in certificates.in_force(self.records, at)]
            assert len(there) == len(set(there))
        still = [row.hotspot for row in rows if row.status in OPEN]
        assert len(still) == len(set(still))

    @invariant()
    def what_ended_never_comes_back_and_the_numbers_have_no_gap(self) -> None:
        rows = certificates.every(self.records)
        for row in rows:
            before = self.model.get(row.number)
            assert before is None or before in OPEN or before is row.status
            self.model[row.number] = row.status
            last = certificates.history(self.records, row.number)[-1]
            assert (row.status, row.changed) == (last.became, last.at)
        assert sorted(int(row.number[-6:]) for row in rows) == list(range(1, len(rows) + 1))

    @invariant()
    def nothing_is_in_force_after_its_end(self) -> None:
        for row in certificates.in_force(self.records, self.now):
            assert row.issued <= self.now <= row.valid_until
            assert certificates.status_at(self.records, row.number, self.now) in IN_FORCE

    @invariant()
    def each_change_is_in_the_journal(self) -> None:
        events = self.records.connection.execute("SELECT count(*) FROM certificate_events").fetchone()[0]
        assert events == sum(1 for _ in journal.entries(self.records))
        assert journal.verify(self.records) is None


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=15, stateful_step_count=20)
