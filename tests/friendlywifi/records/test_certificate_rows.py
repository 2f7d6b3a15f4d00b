"""What a certificate of the records is worth at a time, and what it rests on."""

from __future__ import annotations

from datetime import timedelta

from certificates.records import Status
from certificates.transitions import EventKind, Why
from friendlywifi.records import certificates
from friendlywifi.records.certificates import KeyUse
from friendlywifi.records.database import Records
from tests.friendlywifi.records.certified import START, event, issue


def test_what_time_has_ended_is_not_in_force_although_nobody_looked_at_the_clock(records: Records) -> None:
    row = issue(records)
    assert certificates.in_force(records, row.valid_until) != ()
    assert certificates.in_force(records, row.valid_until + timedelta(seconds=1)) == ()
    at = START + timedelta(days=10)
    certificates.change(records, row.number, event(EventKind.SUSPEND, Why.COMPLAINT, at), now=at)
    assert certificates.status_at(records, row.number, at + timedelta(days=184)) is Status.WITHDRAWN


def test_the_certificates_that_a_key_stands_behind_are_found_by_when_it_was_used(records: Records) -> None:
    used = KeyUse(key="ed25519:" + "a" * 64, part="evaluator", used=START)
    row = issue(records, keys=(used,))
    assert [item.number for item in certificates.resting_on(records, used.key)] == [row.number]
    assert certificates.resting_on(records, used.key, since=START + timedelta(seconds=1)) == ()
    assert certificates.keys_of(records, row.number) == (used,)
