"""A laptop is lost: which certificates fall, which stand, and what shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from certificates.lifecycle import Event
from certificates.records import SignedCertificate, Status
from certificates.signing import sign, to_file
from certificates.transitions import EventKind, Role, Why
from certificates.trust import read_trust
from certificates.verify import VerificationOutcome, verify
from friendlywifi.certifying import keeping, scheme
from friendlywifi.certifying.fallout import fates, standing, withdraw
from friendlywifi.certifying.keyring import Ended, KeyEntry, Keyring, Purpose
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, journal
from friendlywifi.records.certificates import CertificateRow, KeyUse, New, Series
from friendlywifi.records.database import Records, open_records
from tests.friendlywifi.certifying.conftest import Desk
from tests.friendlywifi.certifying.made import FIRST
from tests.friendlywifi.records.certified import MODEL, START, signed

DAY = timedelta(days=1)
RUN = "sha256:" + "1" * 64


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as opened:
        yield opened


@pytest.fixture
def key(tmp_path: Path) -> KeyEntry:
    ring = Keyring(tmp_path / "keys")
    return ring.make("issuer", Purpose.ISSUER, passphrase=None, now=FIRST)


def issue(
    records: Records, key: KeyEntry, day: int, *, part: str = "issuer", used: int | None = None, late: int = 0
) -> str:
    """A certificate of its own hotspot, signed on that day, and written down `late` days after."""
    at = START + day * DAY
    use = KeyUse(key=key.id, part=part, used=START + (day if used is None else used) * DAY)

    def make(number: str) -> New:
        return New(
            signed=signed(number, at),
            hotspot=f"place-{day}-{late}-{part}",
            decided=Event(
                kind=EventKind.ISSUE, at=at, by="A", role=Role.DECIDER, why=Why.DECIDED, decided=RUN
            ),
            suspension_days=183,
            evidence_days=30,
            keys=(use,),
        )

    row = certificates.issue_row(records, series=Series(name="FW"), make=make, now=at + late * DAY, actor="A")
    assert isinstance(row, CertificateRow)
    return row.number


def test_what_was_signed_since_falls_and_what_the_journal_shows_from_before_stands(
    records: Records, key: KeyEntry
) -> None:
    before, since, after = issue(records, key, 1), issue(records, key, 10), issue(records, key, 20)
    found = fates(records, key, since=START + 10 * DAY, why=Ended.LEAKED)
    assert {item.number: item.falls for item in found} == {before: False, since: True, after: True}
    (stands,) = (item for item in found if not item.falls)
    entry = next(journal.entries(records, subject=before))
    assert (stands.entry, stands.hash) == (entry.number, entry.hash)
    assert standing(found) == (stands.digest,)


def test_a_date_that_only_the_certificate_tells_shows_nothing(records: Records, key: KeyEntry) -> None:
    dated_back = issue(records, key, 1, late=30)
    (found,) = fates(records, key, since=START + 10 * DAY, why=Ended.LEAKED)
    assert found.falls
    assert "nothing shows" in found.why
    done = withdraw(
        records, (found,), key, since=START + 10 * DAY, why=Ended.LEAKED, by="A", now=START + 40 * DAY
    )
    assert done == (dated_back,)


def test_a_journal_that_was_changed_shows_nothing(records: Records, key: KeyEntry) -> None:
    issue(records, key, 1)
    issue(records, key, 2)
    records.connection.execute("DROP TRIGGER journal_is_never_changed")
    records.connection.execute("UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE number = 2")
    found = fates(records, key, since=START + 10 * DAY, why=Ended.LOST)
    assert all(item.falls for item in found)
    assert "journal was changed" in found[0].why


def test_a_key_that_was_only_rotated_takes_nothing_with_it(records: Records, key: KeyEntry) -> None:
    issue(records, key, 20)
    assert not any(item.falls for item in fates(records, key, since=START, why=Ended.ROTATED))


def test_a_request_signed_with_a_lost_key_takes_its_certificate_with_it(
    records: Records, key: KeyEntry
) -> None:
    number = issue(records, key, 20, part="evaluator", used=15)
    fine = issue(records, key, 21, part="evaluator", used=5)
    found = fates(records, key, since=START + 10 * DAY, why=Ended.LOST)
    falls = {item.number: item.falls for item in found}
    assert falls[number]
    # Used before, but its certificate was written down only after: that the use was before shows nothing.
    assert falls[fine]


def test_withdrawing_is_one_step_leaves_the_rest_and_can_be_done_again(
    records: Records, key: KeyEntry
) -> None:
    stands, falls = issue(records, key, 1), issue(records, key, 20)
    now, since = START + 30 * DAY, START + 10 * DAY
    for expected in ((falls,), ()):
        found = fates(records, key, since=since, why=Ended.LEAKED)
        done = withdraw(records, found, key, since=since, why=Ended.LEAKED, by="Arben Çela", now=now)
        assert done == expected
    assert certificates.get(records, falls).status is Status.WITHDRAWN
    assert certificates.get(records, stands).status is Status.VALID
    last = certificates.history(records, falls)[-1].event
    assert (last.why, last.by) == (Why.KEY_LEAKED, "Arben Çela")
    assert [item.kind for item in journal.entries(records, subject=key.id)] == ["key.retired"] * 2
    assert journal.verify(records) is None


def test_what_has_ended_by_itself_is_not_withdrawn(records: Records, key: KeyEntry) -> None:
    number = issue(records, key, 20)
    now = START + 900 * DAY
    certificates.by_the_clock(records, now=now)
    found = fates(records, key, since=START, why=Ended.LEAKED)
    assert withdraw(records, found, key, since=START, why=Ended.LEAKED, by="A", now=now) == ()
    assert certificates.get(records, number).status is Status.EXPIRED


def test_the_way_out_of_a_leak_from_the_lost_laptop_to_the_verifier_at_the_door(
    decider: Desk, evaluator: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/keys.md, step by step; a thief dates what they sign before the leak."""
    office = decider.office
    entry = office.keyring.get("issuer")
    key = office.keyring.open(entry, office.passphrases.existing)
    now = START + 30 * DAY

    def certificate(number: str, at: datetime) -> SignedCertificate:
        issuer = msgspec.structs.replace(
            MODEL.issuer, name=office.issuer.name, key=entry.key, key_id=entry.id
        )
        made = msgspec.structs.replace(
            MODEL, number=number, issued=at, valid_until=at + 365 * DAY, issuer=issuer
        )
        return sign(made, key)

    def make(number: str) -> New:
        return New(
            signed=certificate(number, START),
            hotspot="library-7",
            decided=Event(
                kind=EventKind.ISSUE, at=START, by="A", role=Role.DECIDER, why=Why.DECIDED, decided=RUN
            ),
            suspension_days=183,
            evidence_days=30,
            keys=(KeyUse(key=entry.id, part="issuer", used=START),),
        )

    with office.records(make=True) as records:
        row = certificates.issue_row(records, series=Series(name="FW"), make=make, now=START, actor="A")
    assert isinstance(row, CertificateRow)
    forged = to_file(certificate("FW-2026-000666", START - DAY))
    honest = to_file(row.signed)

    exported, draft = decider.place / "issuer.json", evaluator.place / "draft.json"
    keeping.export(office, "issuer", output=exported)
    evaluator.key("scheme", Purpose.SCHEME)
    theirs, published = evaluator.office, evaluator.place / "issuers.json"
    scheme.new(theirs, draft, scheme="Skema", key="scheme", now=START)
    listed = msgspec.json.decode(draft.read_bytes())
    listed["standards"] = [MODEL.standard.digest]
    draft.write_bytes(msgspec.json.encode(listed))
    scheme.add(draft, exported, standard=None, begins=START - 90 * DAY, ends=None, now=START)
    scheme.sign(theirs, draft, output=published, key="scheme", now=START)

    def answer(data: bytes) -> VerificationOutcome:
        trust = read_trust(published.read_bytes()).list
        return verify(data, trust=trust, now=now, allow_test=False).outcome

    assert answer(forged) is answer(honest) is VerificationOutcome.GENUINE

    since, office = START + 10 * DAY, decider.office
    looked = keeping.retire(
        office, "issuer", since=since, why=Ended.LEAKED, by="Arben Çela", yes=False, now=now
    )
    assert looked is Exit.UNKNOWN
    assert "✓ stands" in capsys.readouterr().out
    assert office.keyring.get("issuer").in_force()
    keeping.retire(office, "issuer", since=since, why=Ended.LEAKED, by="Arben Çela", yes=True, now=now)
    assert not (office.keyring.directory / entry.file).exists()
    keeping.export(office, "issuer", output=exported)
    scheme.add(draft, exported, standard=None, begins=None, ends=None, now=now)
    scheme.sign(evaluator.office, draft, output=published, key="scheme", now=now)
    assert answer(honest) is VerificationOutcome.GENUINE
    assert answer(forged) is VerificationOutcome.REFUSED
