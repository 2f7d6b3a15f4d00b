"""What becomes of a certificate that is in the records."""

from __future__ import annotations

from datetime import timedelta

from certificates.lifecycle import Refused
from certificates.records import Status
from certificates.transitions import EventKind, Why
from friendlywifi.records import certificates, journal
from friendlywifi.records.database import Records
from tests.friendlywifi.records.certified import FW, START, event, issue, new


def test_the_clock_ends_what_has_ended_once_and_dates_it_when_it_fell_due(records: Records) -> None:
    row = issue(records)
    now = row.valid_until + timedelta(days=9)
    assert [item.number for item in certificates.by_the_clock(records, now=now)] == [row.number]
    assert certificates.by_the_clock(records, now=now) == ()
    ended = certificates.get(records, row.number)
    assert (ended.status, ended.changed) == (Status.EXPIRED, row.valid_until + timedelta(seconds=1))


def test_nothing_happens_to_a_certificate_that_has_expired(records: Records) -> None:
    row = issue(records)
    late = row.valid_until + timedelta(days=1)
    done = certificates.change(records, row.number, event(EventKind.SUSPEND, Why.COMPLAINT, late), now=late)
    assert isinstance(done, Refused)
    assert certificates.get(records, row.number).status is Status.EXPIRED


def test_what_has_not_happened_yet_cannot_be_recorded(records: Records) -> None:
    row = issue(records)
    soon = event(EventKind.WITHDRAW, Why.HOLDER_ASKED, START + timedelta(days=9))
    assert isinstance(certificates.change(records, row.number, soon, now=START), Refused)
    row = issue(records, hotspot="library-8")
    early = certificates.issue_row(
        records, series=FW, make=lambda name: new(name, START + timedelta(days=2)), now=START, actor="A"
    )
    assert isinstance(early, Refused)


def test_each_change_has_its_entry_in_the_journal_which_names_no_evidence(records: Records) -> None:
    row = issue(records)
    at = START + timedelta(days=1)
    certificates.change(records, row.number, event(EventKind.SUSPEND, Why.GATE_FAILED, at), now=at)
    told = [item.kind for item in journal.entries(records, subject=row.number)]
    assert told == ["certificate.issued", "certificate.suspended"]
    assert journal.verify(records) is None
    assert not any("What happened is told here." in (item.data or "") for item in journal.entries(records))
