"""A certificate that was decided on one machine comes whole to another, which watches and publishes it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.checkpoint import read_checkpoint
from certificates.cose import code_text
from certificates.credential import read_credential
from certificates.keys import key_from_seed, public_from_text, public_text
from certificates.records import Status
from certificates.statement import read_statement
from certificates.statuslist import Purpose, decoded
from certificates.transitions import EventKind, Role, Why
from certificates.translog import leaf_hash, salted, verify_inclusion
from certificates.trust import TrustedIssuer, TrustList, read_trust, sign_trust
from certificates.verify import VerificationOutcome, verify
from friendlywifi.certifying import changing, issuing, recording
from friendlywifi.certifying import keyring as keys
from friendlywifi.certifying.changing import Act
from friendlywifi.certifying.handover import SCHEMA, SignedHandover
from friendlywifi.certifying.printing import inclusions
from friendlywifi.certifying.request import open_request
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.seal import signed, written
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, journal, register
from friendlywifi.records.database import open_records
from friendlywifi.records.place import records_file
from friendlywifi.records.taking import Came, record_bundle
from friendlywifi.register import command as publishing
from friendlywifi.shipped import load_standard
from probes.records import decode, digest
from tests.friendlywifi.certifying.conftest import PASSPHRASE, Desk
from tests.friendlywifi.certifying.made import FIRST, NOW, Fortnight, Made
from tests.friendlywifi.certifying.test_two_desks import EVALUATOR, ask, decide, rows

ISSUER = "Shoqata për Internetin e Fëmijëve"
REGISTER = "https://register.example"
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class TwoMachines:
    """One decides; the other watches and publishes, with a key of its own of the same issuer."""

    decider: Desk
    watcher: Desk
    issuers: Path

    def record(self, path: Path, **changed: Any) -> Exit:
        given = {"hotspot": None, "issuer": None, "output": None, "actor": EVALUATOR, "now": NOW}
        return recording.record(self.watcher.office, path, **{**given, **changed})

    def another(self, name: str) -> Desk:
        """One more machine of the issuer that decides."""
        place = self.watcher.place / name
        desk = Desk(
            place, self.watcher.monkeypatch, name=ISSUER, url=f"{REGISTER}/c/", series=name[:2].upper()
        )
        desk.key("issuer", keys.Purpose.ISSUER)
        return desk

    def publish(self, now: datetime = NOW) -> Path:
        folder = self.watcher.place / "register"
        assert (
            publishing.publish(self.watcher.office, folder, json=False, actor=EVALUATOR, now=now) is Exit.YES
        )
        return folder


def listed(desk: Desk, **changed: Any) -> TrustedIssuer:
    given = {
        "name": ISSUER,
        "key": desk.office.keyring.get("issuer").key,
        "valid_from": FIRST,
        "valid_until": FIRST + 700 * DAY,
    }
    return TrustedIssuer(**{**given, **changed})


def sign_list(path: Path, *entries: TrustedIssuer, at: datetime = FIRST) -> Path:
    scheme = key_from_seed(b"scheme" + bytes(26))
    trust = TrustList(
        scheme="Skema e Provës",
        key=public_text(scheme.public_key()),
        issued=at,
        issuers=entries,
        standards=(load_standard("baseline")[1],),
    )
    path.write_bytes(sign_trust(trust, scheme))
    return path


@pytest.fixture
def machines(evaluator: Desk, decider: Desk, period: tuple[Made, ...], tmp_path: Path) -> TwoMachines:
    evaluator.key("issuer", keys.Purpose.ISSUER)
    issuers = sign_list(tmp_path / "issuers.json", listed(decider), listed(evaluator))
    evaluator.config.write_text(
        evaluator.config.read_text(encoding="utf-8")
        + f'name = "{ISSUER}"\nurl = "{REGISTER}/c/"\nseries = "WB"\n'
        + f'[trust]\ntrusted_issuers = "{issuers}"\n',
        encoding="utf-8",
    )
    evaluator.watches(period)
    return TwoMachines(decider=decider, watcher=evaluator, issuers=issuers)


def decided(machines: TwoMachines) -> Path:
    """The folder that the decider's machine leaves."""
    code, path = ask(machines.watcher)
    assert code is Exit.YES
    code, folder = decide(machines.decider, path)
    assert code is Exit.YES
    return folder


def bits(folder: Path, purpose: Purpose, key: str) -> frozenset[int]:
    text = (folder / "status" / purpose.value).read_text(encoding="ascii")
    public = public_from_text(key)
    return decoded(
        read_credential(text, register_url=REGISTER, keys=(public,))["credentialSubject"]["encodedList"]
    )


def test_what_was_decided_on_one_machine_is_published_and_suspended_on_another(machines: TwoMachines) -> None:
    left = decided(machines)
    (theirs,) = rows(machines.decider)
    assert machines.record(left / "handover.json") is Exit.YES
    (mine,) = rows(machines.watcher)
    assert mine.proofs == theirs.proofs
    assert mine.place == theirs.place is not None
    assert mine.request == theirs.request
    with open_records(records_file(machines.watcher.office.settings)) as records:
        assert {use.part for use in certificates.keys_of(records, mine.number)} == {
            "issuer",
            "evaluator",
            "vantage",
        }

    folder = machines.publish()
    own = machines.watcher.office.keyring.get("issuer").key
    page = folder / "c" / mine.number
    facts = json.loads((page / "register.json").read_text(encoding="utf-8"))
    assert (facts["status"], facts["status_index"], facts["log"]) == ("valid", mine.place, [0])
    assert mine.place not in bits(folder, Purpose.SUSPENSION, own)

    # Whoever holds the credential finds the key of the machine that decided in the issuer's did.json.
    did = json.loads((folder / ".well-known" / "did.json").read_text(encoding="utf-8"))
    named = {item["id"] for item in did["verificationMethod"]} & set(did["assertionMethod"])
    credential = left / "credential.jwt"
    public = public_from_text(theirs.certificate.issuer.key)
    found = read_credential(credential.read_text(encoding="ascii"), register_url=REGISTER, keys=(public,))
    assert {item["statusListIndex"] for item in found["credentialStatus"]} == {str(mine.place)}
    assert all(
        f"did:web:register.example#{entry.id[8:24]}" in named
        for entry in (
            machines.decider.office.keyring.get("issuer"),
            machines.watcher.office.keyring.get("issuer"),
        )
    )

    # The log of the machine that publishes proves the issue to whoever holds the certificate.
    with open_records(records_file(machines.watcher.office.settings)) as records:
        proof = inclusions(records)[mine.number]
    note = (folder / "log" / "checkpoint").read_text(encoding="utf-8")
    checkpoint = read_checkpoint(note, origin="register.example/log", keys=(public_from_text(own),))
    assert (checkpoint.size, checkpoint.root.hex()) == (proof.size, proof.root)
    assert verify_inclusion(
        leaf=leaf_hash(proof.entry.encode()),
        index=proof.index,
        size=proof.size,
        proof=[bytes.fromhex(step) for step in proof.proof],
        root=checkpoint.root,
    )
    hashed = salted(credential.read_bytes(), bytes.fromhex(proof.salt))
    assert json.loads(proof.entry)["credential"] == hashed

    assert suspended(machines, mine.number)
    folder = machines.publish(NOW + DAY)
    assert mine.place in bits(folder, Purpose.SUSPENSION, own)
    html = (page / "index.html").read_text(encoding="utf-8")
    assert "suspended" in html
    trust = read_trust(machines.issuers.read_bytes()).list
    later = NOW + DAY
    data = (left / "certificate.pdf").read_bytes()
    told = read_statement(
        (page / "status.json").read_bytes(), certificate=mine.certificate, trust=trust, now=later
    )
    assert told.status is Status.SUSPENDED
    answer = verify(data, trust=trust, now=later, allow_test=False, status=told.status)
    assert answer.outcome is VerificationOutcome.REFUSED


def test_a_certificate_that_came_alone_gets_its_proofs_later_and_once(
    machines: TwoMachines, capsys: Any
) -> None:
    left = decided(machines)
    assert machines.record(left / "certificate.json") is Exit.YES
    assert "came without its proofs" in capsys.readouterr().out
    (row,) = rows(machines.watcher)
    assert (row.place, row.proofs) == (None, None)
    assert suspended(machines, row.number)
    machines.publish(NOW + DAY)
    assert "1 certificate came here without its proofs" in capsys.readouterr().out
    (theirs,) = rows(machines.decider)
    for file in ("certificate.pdf", "handover.json", "handover.json"):
        assert machines.record(left / file, now=NOW + DAY) is Exit.YES, file
        (row,) = rows(machines.watcher)
        assert (row.place, row.proofs, row.status) == (theirs.place, theirs.proofs, Status.SUSPENDED), file
    folder = machines.publish(NOW + DAY)
    own = machines.watcher.office.keyring.get("issuer").key
    assert row.place in bits(folder, Purpose.SUSPENSION, own)
    with open_records(records_file(machines.watcher.office.settings)) as records:
        assert [item.number for item in register.log(records)] == [row.number, row.number]
        assert journal.verify(records) is None
        for bent in ("place = 7", "place = NULL, proofs = NULL", "proofs = '{}'"):
            with pytest.raises(sqlite3.IntegrityError):
                records.connection.execute(f"UPDATE certificates SET {bent}")  # noqa: S608 - the words above


def suspended(machines: TwoMachines, number: str, desk: Desk | None = None) -> bool:
    act = Act(
        kind=EventKind.SUSPEND,
        by=EVALUATOR,
        role=Role.CERTIFIER,
        why=Why.COMPLAINT,
        words="A parent wrote.",
        yes=True,
    )
    office = (desk or machines.watcher).office
    return changing.change(office, number, act, now=NOW + DAY) is Exit.YES


def test_no_byte_of_a_handover_changes_unseen_and_no_stranger_may_add_to_a_certificate(
    machines: TwoMachines, tmp_path: Path, capsys: Any
) -> None:
    left = decided(machines)
    data = (left / "handover.json").read_bytes()
    bent = tmp_path / "bent.json"
    for place in range(3, len(data), len(data) // 40):
        changed = bytearray(data)
        changed[place] ^= 1
        bent.write_bytes(bytes(changed))
        assert machines.record(bent) is Exit.NO, data[place - 20 : place + 20]
    handover = decode(data, SignedHandover).handover

    def by(key: Ed25519PrivateKey, **other: Any) -> Exit:
        made = msgspec.structs.replace(handover, key=public_text(key.public_key()), **other)
        bent.write_bytes(written(SignedHandover(handover=made, signature=signed(SCHEMA, made, key))))
        return machines.record(bent)

    assert by(key_from_seed(b"stranger" + bytes(24)), keys=()) is Exit.NO
    assert "not signed by its issuer" in " ".join(capsys.readouterr().out.split())
    # Not even the issuer may give a certificate the proofs of another one, or two places in the lists.
    office = machines.decider.office
    key = office.keyring.open(office.keyring.get("issuer"), lambda _: PASSPHRASE.encode())
    moved = code_text(handover.certificate.certificate, key, status_index=77)
    assert by(key, proofs=msgspec.structs.replace(handover.proofs, code=moved)) is Exit.NO
    assert "different places" in " ".join(capsys.readouterr().out.split())
    assert rows(machines.watcher) == ()
    # A key that took the place of the one that signed may hand over.
    office = machines.watcher.office
    assert by(office.keyring.open(office.keyring.get("issuer"), lambda _: PASSPHRASE.encode())) is Exit.YES


def test_a_register_that_does_not_know_the_deciders_key_takes_no_sign_that_it_would_call_forged(
    machines: TwoMachines, tmp_path: Path, capsys: Any
) -> None:
    left = decided(machines)
    config = machines.watcher.config
    config.write_text(
        config.read_text(encoding="utf-8").replace("trusted_issuers", "# trusted_issuers"), encoding="utf-8"
    )
    assert machines.record(left / "handover.json", issuer=machines.issuers) is Exit.NO
    assert "trusted_issuers under [trust]" in " ".join(capsys.readouterr().out.split())
    assert rows(machines.watcher) == ()


def test_two_machines_that_decide_give_no_place_in_the_lists_twice(
    machines: TwoMachines, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """However unlucky the draw: here each machine would always take the first free one of three."""
    monkeypatch.setattr(issuing, "draw_index", lambda taken, _below: min({5, 6, 7} - set(taken)))
    first = decided(machines)
    # Nobody told the other machine of the first one's certificate, and its own is not known here.
    other = machines.another("third")
    known = (machines.decider, machines.watcher, other)
    sign_list(machines.issuers, *map(listed, known), at=FIRST + DAY)
    code, folder = decide(other, machines.watcher.place / "request.zip", name="third")
    assert code is Exit.YES
    assert machines.record(first / "handover.json") is Exit.YES
    assert machines.record(folder / "handover.json") is Exit.NO
    assert "that of FW-2026-000001" in capsys.readouterr().out
    assert [row.place for row in rows(machines.watcher)] == [5]
    # A request tells what is taken where it was made, so that the next one is drawn around it.
    code, again = ask(machines.watcher, renewal=True, because="another operator", name="again.zip")
    assert code is Exit.YES
    assert open_request(again.read_bytes()).request.taken == (5,)
    fourth = machines.another("fourth")
    code, _ = decide(fourth, again, name="fourth")
    assert code is Exit.YES
    assert [row.place for row in rows(fourth)] == [6]


def test_two_machines_with_one_series_of_numbers_are_told_and_nothing_is_issued_twice(
    machines: TwoMachines, tmp_path: Path
) -> None:
    left = decided(machines)
    assert machines.record(left / "handover.json") is Exit.YES
    config = machines.watcher.config
    config.write_text(config.read_text(encoding="utf-8").replace('series = "WB"\n', ""), encoding="utf-8")
    _, again = ask(machines.watcher, renewal=True, because="another operator", name="again.zip")
    with pytest.raises(Complaint, match=r"FW-2026-000001 was decided elsewhere.*series under \[issuer\]"):
        decide(machines.watcher, again)
    assert len(rows(machines.watcher)) == 1


def test_a_key_of_our_own_that_was_lost_or_came_later_brings_nothing_in(
    machines: TwoMachines, decider: Desk, period: tuple[Made, ...], capsys: Any
) -> None:
    """Without a list of issuers, a machine believes the keys of its own; a thief may have one of them."""
    left = decided(machines)
    office, keyring = decider.office, decider.office.keyring
    decider.watches(period)
    given = {"hotspot": None, "issuer": None, "output": None, "actor": EVALUATOR, "now": NOW}

    def brought() -> str:
        assert recording.record(office, left / "handover.json", **given) is Exit.NO
        return " ".join(capsys.readouterr().out.split())

    entry = keyring.get("issuer")
    listed_keys = keyring.directory / "keys.json"
    known = listed_keys.read_bytes()
    for why, words in ((keys.Ended.LEAKED, "was leaked"), (keys.Ended.LOST, "was lost")):
        keyring.end(entry, since=NOW + DAY, why=why)
        assert words in brought()
        listed_keys.write_bytes(known)
    keyring.end(entry, since=NOW - DAY, why=keys.Ended.ROTATED)
    assert "was not in force for it on 16 November 2026" in brought()
    listed_keys.write_bytes(
        known.replace(b'"test": false', b'"test": true').replace(b'"test":false', b'"test":true')
    )
    assert "was not in force for it" in brought()
    listed_keys.write_bytes(known)
    assert recording.record(office, left / "handover.json", **given) is Exit.YES


def test_what_no_longer_holds_where_it_was_decided_is_not_handed_over(
    machines: TwoMachines, capsys: Any
) -> None:
    left = decided(machines)
    (left / "handover.json").unlink()
    assert suspended(machines, "FW-2026-000001", machines.decider)
    capsys.readouterr()
    code, again = decide(
        machines.decider, machines.watcher.place / "request.zip", name="again", now=NOW + DAY
    )
    assert code is Exit.YES
    assert "It is suspended since 17 November 2026: nothing is handed over" in capsys.readouterr().out
    assert not (again / "handover.json").exists()


def test_a_register_publishes_no_yes_that_the_list_of_issuers_takes_back(
    machines: TwoMachines, capsys: Any
) -> None:
    """The decider's laptop was stolen, and only there was it written down what falls."""
    left = decided(machines)
    assert machines.record(left / "handover.json") is Exit.YES
    folder = machines.publish()
    (row,) = rows(machines.watcher)
    leaked = listed(machines.decider, valid_until=NOW + DAY, only=())
    sign_list(machines.issuers, leaked, listed(machines.watcher), at=NOW + DAY)
    with pytest.raises(Complaint, match="withdraw FW-2026-000001 --why key_leaked"):
        machines.publish(NOW + 2 * DAY)
    # Where the list says that it stands, it does; and where it is not listed at all, it does not.
    stands = msgspec.structs.replace(leaked, only=(digest(row.certificate),))
    sign_list(machines.issuers, stands, listed(machines.watcher), at=NOW + 2 * DAY)
    machines.publish(NOW + 2 * DAY)
    sign_list(machines.issuers, listed(machines.watcher), at=NOW + 3 * DAY)
    with pytest.raises(Complaint, match="withdraw FW-2026-000001"):
        machines.publish(NOW + 3 * DAY)
    act = Act(
        kind=EventKind.WITHDRAW,
        by=EVALUATOR,
        role=Role.CERTIFIER,
        why=Why.KEY_LEAKED,
        words="The laptop was stolen.",
        yes=True,
    )
    assert changing.change(machines.watcher.office, row.number, act, now=NOW + 3 * DAY) is Exit.YES
    machines.publish(NOW + 3 * DAY)
    facts = json.loads((folder / "c" / row.number / "register.json").read_text(encoding="utf-8"))
    assert facts["status"] == "withdrawn"


def test_a_certificate_that_comes_back_after_the_filter_failed_is_not_taken_without_a_word(
    machines: TwoMachines, fortnight: Fortnight, capsys: Any
) -> None:
    """The decider did not have that run: it was made while the request was on its way."""
    left = decided(machines)
    good, bad = fortnight.gates.at(16, NOW + DAY)[0], fortnight.leaking.at(17, NOW + 2 * DAY)[0]
    for made in (good, bad):
        with open_records(records_file(machines.watcher.office.settings)) as records:
            assert record_bundle(records, made.data, now=NOW + 3 * DAY, actor=EVALUATOR).came is Came.NEW
        capsys.readouterr()
        assert machines.record(left / "handover.json", now=NOW + 3 * DAY) is Exit.YES
        told = "run 17 of 18 November 2026, which the decider did not have, failed ILL-01"
        assert (told in " ".join(capsys.readouterr().out.split())) is (made is bad)
