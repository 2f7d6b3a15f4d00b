"""From a fortnight of runs on one machine to a certificate that another one decided about."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from certificates.keys import key_from_seed, public_text
from certificates.records import Independence, Status, end_of_day_after
from certificates.signing import from_file
from certificates.transitions import EventKind, Role, Why
from certificates.trust import TrustedIssuer, TrustList, read_trust, sign_trust
from certificates.verify import VerificationOutcome, verify
from certificates.view import face
from criteria.assessment import VISITS_LIMIT
from friendlywifi.certifying import changing, deciding, reckoning, recording, requesting
from friendlywifi.certifying.changing import Act
from friendlywifi.certifying.deciding import Answer
from friendlywifi.certifying.keyring import Purpose
from friendlywifi.certifying.request import SCHEMA, SignedRequest, open_request
from friendlywifi.certifying.requesting import Wish
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.container import packed, read, unpack, write
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.seal import signed, written
from friendlywifi.exitcodes import Exit
from friendlywifi.language import spoken as language
from friendlywifi.records import certificates, hotspots, journal
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import open_records
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.place import records_file
from friendlywifi.records.taking import record_bundle
from friendlywifi.shipped import load_standard
from probes.records import decode
from tests.conftest import require_server
from tests.friendlywifi.certifying.conftest import PASSPHRASE, Desk
from tests.friendlywifi.certifying.made import (
    ANNOUNCED,
    ENROLLED,
    FIRST,
    NOW,
    THERE,
    Fortnight,
    Made,
    library,
)

DECIDER, EVALUATOR = "Arben Çela", "Elira Hoxha"


def ask(desk: Desk, *, now: datetime = NOW, name: str = "request.zip", **changed: Any) -> tuple[Exit, Path]:
    path = desk.place / name
    wish = Wish(**{"hotspot": "library-7", "evaluator": EVALUATOR, **changed})
    return requesting.request(desk.office, wish, output=path, now=now), path


def decide(
    desk: Desk, request: Path, *, now: datetime = NOW, who: str = DECIDER, name: str = "out", **changed: Any
) -> tuple[Exit, Path]:
    folder = desk.place / name
    answer = Answer(**{"decider": who, "yes": True, **changed})
    return deciding.decide(desk.office, request, answer, output=folder, standard=None, now=now), folder


def rows(desk: Desk) -> tuple[CertificateRow, ...]:
    with open_records(records_file(desk.office.settings)) as records:
        return certificates.every(records)


def scheme_list(desk: Desk, path: Path) -> Path:
    """The list that recognises the decider's key."""
    scheme = key_from_seed(b"scheme" + bytes(26))
    trust = TrustList(
        scheme="Skema e Provës",
        key=public_text(scheme.public_key()),
        issued=FIRST,
        issuers=(
            TrustedIssuer(
                name="Shoqata për Internetin e Fëmijëve",
                key=desk.office.keyring.get("issuer").key,
                valid_from=FIRST,
                valid_until=FIRST + timedelta(days=700),
            ),
        ),
        standards=(load_standard("baseline")[1],),
    )
    path.write_bytes(sign_trust(trust, scheme))
    return path


def test_a_fortnight_becomes_a_valid_certificate_on_another_machine_and_comes_back(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    assert ask(evaluator)[0] is Exit.YES
    told = capsys.readouterr().out
    assert "✓ 15 valid runs without a failed gate (14 are needed)" in told
    assert "“Biblioteka 5G” has no valid run of its own and will not be on the certificate" in told

    code, folder = decide(decider, evaluator.place / "request.zip")
    told = capsys.readouterr().out
    assert code is Exit.YES, told
    assert "✓ ILL-01" in told
    assert {item.name for item in folder.iterdir()} == {
        "certificate.json",
        "certificate.pdf",
        "certificate.html",
        "sticker.pdf",
        "credential.jwt",
        "handover.json",
    }
    data = (folder / "certificate.json").read_bytes()
    certificate = from_file(data).certificate
    assert (certificate.number, certificate.status) == ("FW-2026-000001", "valid")
    assert certificate.independence is Independence.INDEPENDENT
    assert certificate.ssids == ("Biblioteka",)
    assert certificate.valid_until == end_of_day_after(NOW, 183), "it is visited, and no probe stays there"
    assert VISITS_LIMIT in certificate.limits
    assert (certificate.evaluator, certificate.decider) == (EVALUATOR, DECIDER)
    assert (certificate.evidence.runs, certificate.evidence.valid_runs) == (15, 15)
    assert certificate.url == "https://register.example/c/FW-2026-000001"

    issuers = scheme_list(decider, evaluator.place / "issuers.json")
    trust = read_trust(issuers.read_bytes()).list
    for name in ("certificate.pdf", "sticker.pdf"):
        found = verify((folder / name).read_bytes(), trust=trust, now=NOW, allow_test=False)
        assert (found.outcome, found.face_compared) == (VerificationOutcome.GENUINE, True), found.sentence
    code = recording.record(
        evaluator.office,
        folder / "certificate.json",
        hotspot=None,
        issuer=issuers,
        output=None,
        actor=EVALUATOR,
        now=NOW,
    )
    assert code is Exit.YES, capsys.readouterr().out
    (row,) = rows(evaluator)
    assert (row.number, row.hotspot, row.status) == ("FW-2026-000001", "library-7", Status.VALID)
    (theirs,) = rows(decider)
    with open_records(records_file(decider.office.settings)) as records:
        parts = {use.part for use in certificates.keys_of(records, theirs.number)}
        assert parts == {"issuer", "evaluator", "vantage"}
        assert journal.verify(records) is None


def test_a_request_that_was_decided_is_not_decided_again_but_its_files_come_again(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    first = decide(decider, path)[1] / "certificate.json"
    again = decide(decider, path, name="again", who="Dikush tjetër")[1] / "certificate.json"
    assert first.read_bytes() == again.read_bytes()
    assert len(rows(decider)) == 1


def test_what_is_missing_is_said_in_plain_words_and_nothing_is_written(
    evaluator: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period[:3], announced=False)
    code, path = ask(evaluator)
    told = capsys.readouterr().out
    assert code is Exit.UNKNOWN
    assert "✗ 3 of 14 valid runs without a failed gate" in told
    assert "✗ 1 of 7 days between the first and the last valid run" in told
    assert "✗ no certification run was announced" in told
    assert "Nothing was written" in told
    assert not path.exists()


def test_runs_with_overrides_or_of_another_place_are_no_evidence_and_the_list_says_why(
    evaluator: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = msgspec.structs.replace(THERE, gateway_mac="f" * 16, bssid="f" * 16)
    last = period[-1].started
    bent, _ = fortnight.whole.at(16, last + timedelta(hours=1), overrides=("resolver 192.0.2.53",))
    away, _ = fortnight.whole.at(17, last + timedelta(hours=2), vantage=elsewhere)
    evaluator.watches((*period[3:-1], bent, away))
    code, _ = ask(evaluator)
    told = capsys.readouterr().out
    assert code is Exit.UNKNOWN
    assert "11 of 14 valid runs" in told
    assert "run 16 is not what visitors get (resolver 192.0.2.53)" in told
    assert "run 17 was made elsewhere" in told or "run 17 is void (elsewhere)" in told
    assert "no run came to an answer" in told


def test_a_probe_that_missed_its_due_runs_is_no_surveillance(
    evaluator: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    with open_records(records_file(evaluator.office.settings)) as records:
        resident = library(mode=Mode.RESIDENT, identity=ENROLLED)
        hotspots.change(records, resident, now=FIRST, actor="the tests")
    code, _ = ask(evaluator)
    told = capsys.readouterr().out
    assert code is Exit.NO, told
    assert "✗ Only 14 of 59 due runs were made, and 95 % are needed" in told


def test_a_number_that_is_left_out_of_the_period_is_seen(
    evaluator: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches((*period[:4], *period[5:]))
    code, _ = ask(evaluator)
    assert code is Exit.UNKNOWN
    assert "1 run of the numbering left out: 5" in capsys.readouterr().out


def test_a_run_that_a_power_cut_ended_before_it_was_promised_is_no_gap(
    evaluator: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    after, _ = fortnight.gates.at(6, period[5].started, aborted=(5,))
    evaluator.watches((*period[:4], after, *period[6:]))
    code, _ = ask(evaluator)
    assert code is Exit.YES, capsys.readouterr().out


def test_a_gate_that_failed_and_was_confirmed_is_a_no(
    evaluator: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tuple(fortnight.leaking.at(number, period[number - 1].started)[0] for number in (5, 6, 7))
    evaluator.watches((*period[:4], *bad, *period[7:]))
    code, _ = ask(evaluator)
    told = capsys.readouterr().out
    assert code is Exit.NO, told
    assert "ILL-01 failed in 3 valid runs, and it must hold in every one" in told


def test_the_announced_run_is_the_first_that_answers_and_not_the_best(
    evaluator: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    bad, _ = fortnight.leaking.at(15, period[-1].started - timedelta(hours=3))
    good, _ = fortnight.whole.at(16, period[-1].started)
    evaluator.watches((*period[:-1], bad, good))
    code, _ = ask(evaluator)
    told = capsys.readouterr().out
    assert code is Exit.NO
    assert "the certification run, number 15, is" in told


def test_what_is_left_out_needs_a_reason_and_the_reason_is_shown_to_the_decider(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    since = FIRST + timedelta(hours=1)
    assert ask(evaluator, since=since)[0] is Exit.UNKNOWN
    assert "and nobody says why" in capsys.readouterr().out
    code, path = ask(evaluator, since=since, because="the filter was installed on 1 November")
    assert code is Exit.YES, capsys.readouterr().out
    assert decide(decider, path)[0] is Exit.YES
    assert "because the filter was installed on 1 November" in capsys.readouterr().out


# ------------------------------------------------------------------------------- whoever decides is careful


def rewritten(path: Path, desk: Desk, to: Path, **changed: Any) -> Path:
    """The request with other words, signed again by the same evaluator: what a dishonest one can do."""
    entries = read(path.read_bytes())
    head = decode(unpack(entries[0])[0], SignedRequest).request
    head = msgspec.structs.replace(head, **changed)
    office = desk.office
    key = office.keyring.open(office.keyring.get("evaluator"), lambda _: PASSPHRASE.encode())
    body = written(SignedRequest(request=head, signature=signed(SCHEMA, head, key)))
    kept = {f"bundles/{ref.bundle.removeprefix('sha256:')}.zip" for ref in head.runs}
    to.write_bytes(write([packed("request.json", body), *(item for item in entries if item.name in kept)]))
    return to


def test_words_that_the_evidence_does_not_carry_are_refused(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    good = open_request(path.read_bytes()).request
    lies: dict[str, dict[str, Any]] = {
        "the period comes to something else": {"period": msgspec.structs.replace(good.period, runs_valid=20)},
        "has no valid run of its own": {
            "attestation": msgspec.structs.replace(good.attestation, ssids=("Biblioteka", "Biblioteka 5G"))
        },
        "the place would be “Library 9”, and the runs are of “Library 7”": {
            "attestation": msgspec.structs.replace(good.attestation, place="Library 9")
        },
        "the address would be": {
            "attestation": msgspec.structs.replace(good.attestation, address="Rruga e Dibrës 1, Tiranë")
        },
        "the holder would be": {"attestation": msgspec.structs.replace(good.attestation, holder="Bashkia X")},
        "the run that decides is another one": {"certification_run": good.runs[3].run},
        "other runs were due in the period": {
            "agenda": msgspec.structs.replace(good.agenda, since=good.agenda.since + timedelta(days=1))
        },
        "How many of the due runs were made is not known": {
            "hotspot": msgspec.structs.replace(good.hotspot, time_zone="Nowhere/Atlantis")
        },
        "Only 14 of 59 due runs were made": {
            "hotspot": msgspec.structs.replace(good.hotspot, mode=Mode.RESIDENT)
        },
        "of the numbering left out": {"runs": (*good.runs[:5], *good.runs[6:])},
        "announced before the period began": {"since": ANNOUNCED + timedelta(hours=1)},
        "dated in the future": {"made": NOW + timedelta(days=1)},
    }
    for number, (why, changed) in enumerate(lies.items()):
        lie = rewritten(path, evaluator, evaluator.place / f"lie-{number}.zip", **changed)
        capsys.readouterr()
        code, folder = decide(decider, lie, name=f"lie-{number}")
        assert code is Exit.NO
        assert why in capsys.readouterr().out
        assert not folder.exists()
    assert rows(decider) == ()


def test_no_flipped_byte_of_a_request_is_overlooked(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    data = path.read_bytes()
    for place in range(11, len(data), len(data) // 40):
        bent = bytearray(data)
        bent[place] ^= 1
        path.write_bytes(bytes(bent))
        assert decide(decider, path)[0] is Exit.NO
    assert rows(decider) == ()


def test_the_same_person_or_the_same_machine_is_first_party_and_carries_no_mark(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], tmp_path: Path
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    code, folder = decide(decider, path, who="elira  HOXHA")
    assert code is Exit.YES
    mine = from_file((folder / "certificate.json").read_bytes())
    assert mine.certificate.independence is Independence.FIRST_PARTY
    assert mine.certificate.status == "provisional"
    assert not face(mine.certificate).mark
    text = subprocess.run(
        [require_server("pdftotext"), folder / "certificate.pdf", "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "FIRST-PARTY" in text

    evaluator.config.write_text(
        evaluator.config.read_text(encoding="utf-8") + 'name = "Shoqata"\nurl = "https://r.example/"\n',
        encoding="utf-8",
    )
    evaluator.key("issuer", Purpose.ISSUER)
    code, folder = decide(evaluator, path)
    assert code is Exit.YES
    same = from_file((folder / "certificate.json").read_bytes()).certificate
    assert same.decider == DECIDER
    assert same.independence is Independence.FIRST_PARTY


def test_a_no_is_written_down_and_issues_nothing(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    assert decide(decider, path, yes=False, no="The address is another one.")[0] is Exit.NO
    assert rows(decider) == ()
    with open_records(records_file(decider.office.settings)) as records:
        (entry,) = journal.entries(records)
        assert entry.kind == "certificate.declined"
        assert "The address is another one." in (entry.data or "")


def test_a_script_that_says_yes_must_say_whose_yes_it_is(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    with pytest.raises(Complaint, match="--decider"):
        decide(decider, path, decider=None)
    with pytest.raises(Complaint, match="a person decides"):
        decide(decider, path, yes=False)


def test_keys_for_tests_and_keys_of_another_purpose_sign_nothing_real(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    third = Desk(tmp_path / "third", monkeypatch, name="Shoqata", url="https://r.example/")
    third.key("issuer", Purpose.ISSUER, test=True)
    assert decide(third, path)[0] is Exit.NO
    wrong = Desk(tmp_path / "wrong", monkeypatch, name="Shoqata", url="https://r.example/")
    wrong.key("issuer", Purpose.EVALUATOR)
    with pytest.raises(Complaint, match="needs an issuer key"):
        decide(wrong, path)


# ----------------------------------------------------------------------------------- what becomes of it


def test_a_renewal_rests_on_fresh_runs_and_supersedes_without_a_gap(
    evaluator: Desk, decider: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: Any
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    _, folder = decide(decider, path)
    issuers = scheme_list(decider, evaluator.place / "issuers.json")
    back = {"hotspot": None, "issuer": issuers, "output": None, "actor": EVALUATOR}
    recording.record(evaluator.office, folder / "certificate.json", now=NOW, **back)
    assert ask(evaluator)[0] is Exit.UNKNOWN
    assert "friendlywifi renew asks for the one after it" in capsys.readouterr().out

    year = timedelta(days=150)
    again = fortnight.period(first=FIRST + year, serial=16)
    with open_records(records_file(evaluator.office.settings)) as records:
        journal.append(
            records,
            now=ANNOUNCED + year,
            actor=EVALUATOR,
            kind="certification.announced",
            subject="library-7",
        )
        for made in again:
            record_bundle(records, made.data, now=NOW + year, actor=EVALUATOR)
    capsys.readouterr()
    code, path = ask(evaluator, now=NOW + year, renewal=True, name="renewal.zip")
    assert code is Exit.YES, capsys.readouterr().out
    assert len(open_request(path.read_bytes()).request.runs) == 15
    code, folder = decide(decider, path, now=NOW + year, name="renewed")
    assert code is Exit.YES, capsys.readouterr().out
    recording.record(evaluator.office, folder / "certificate.json", now=NOW + year, **back)
    for desk in (decider, evaluator):
        old, new = rows(desk)
        assert (old.status, old.superseded_by, new.status) == (Status.SUPERSEDED, new.number, Status.VALID)
        assert old.changed == new.issued == NOW + year
    # The old request cannot become another certificate.
    assert decide(decider, evaluator.place / "request.zip", now=NOW + year)[0] is Exit.YES
    assert len(rows(decider)) == 2


def act(desk: Desk, kind: str, why: str, *, now: datetime, role: str = "certifier") -> Exit:
    wanted = Act(
        kind=EventKind(kind),
        by=DECIDER,
        role=Role(role),
        why=Why(why),
        words="What happened is told here.",
        yes=True,
    )
    return changing.change(desk.office, "FW-2026-000001", wanted, now=now)


def test_a_suspension_needs_its_evidence_and_a_reinstatement_a_run_after_the_last_failure(
    evaluator: Desk, decider: Desk, fortnight: Fortnight, period: tuple[Made, ...], capsys: Any
) -> None:
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
    day = timedelta(days=1)
    assert act(evaluator, "suspend", "gate_failed", now=NOW + day) is Exit.NO
    assert "needs a run in which it failed" in capsys.readouterr().out

    def comes(kind: Any, serial: int, at: datetime) -> None:
        with open_records(records_file(evaluator.office.settings)) as records:
            record_bundle(records, kind.at(serial, at)[0].data, now=at, actor=EVALUATOR)

    comes(fortnight.leaking, 16, NOW + 2 * day)
    assert act(evaluator, "suspend", "gate_failed", now=NOW + 3 * day) is Exit.YES
    assert rows(evaluator)[0].status is Status.SUSPENDED
    again = {"role": "decider"}
    assert act(evaluator, "reinstate", "cured", now=NOW + 4 * day, **again) is Exit.NO
    comes(fortnight.whole, 17, NOW + 5 * day)
    comes(fortnight.leaking, 18, NOW + 6 * day)
    assert act(evaluator, "reinstate", "cured", now=NOW + 7 * day, **again) is Exit.NO
    comes(fortnight.gates, 19, NOW + 8 * day)
    assert act(evaluator, "reinstate", "cured", now=NOW + 9 * day, **again) is Exit.NO
    comes(fortnight.whole, 20, NOW + 10 * day)
    assert act(evaluator, "reinstate", "cured", now=NOW + 11 * day, **again) is Exit.YES
    assert rows(evaluator)[0].status is Status.VALID
    assert act(evaluator, "withdraw", "hotspot_closed", now=NOW + 12 * day) is Exit.YES
    assert act(evaluator, "reinstate", "cured", now=NOW + 13 * day, **again) is Exit.NO
    assert "final" in capsys.readouterr().out


def test_a_certificate_of_a_stranger_does_not_come_in(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: Any
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    _, folder = decide(decider, path)
    given = {"hotspot": None, "output": None, "actor": EVALUATOR, "now": NOW}
    with pytest.raises(Complaint, match="--issuer"):
        recording.record(evaluator.office, folder / "certificate.json", issuer=None, **given)
    other = Desk(evaluator.place / "other", evaluator.monkeypatch)
    other.key("issuer", Purpose.ISSUER)
    issuers = scheme_list(other, evaluator.place / "issuers.json")
    code = recording.record(evaluator.office, folder / "certificate.json", issuer=issuers, **given)
    assert code is Exit.NO
    assert "not recognised" in capsys.readouterr().out
    assert rows(evaluator) == ()


def test_a_certificate_is_not_watched_by_the_runs_of_another_place(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: Any
) -> None:
    evaluator.watches(period)
    with open_records(records_file(evaluator.office.settings)) as records:
        other = library(id="library-9", name="Library 9")
        hotspots.add(records, other, now=FIRST, actor=EVALUATOR)
    _, path = ask(evaluator)
    _, folder = decide(decider, path)
    issuers = scheme_list(decider, evaluator.place / "issuers.json")
    given = {"issuer": issuers, "output": None, "actor": EVALUATOR, "now": NOW}
    brought = folder / "certificate.json"
    assert recording.record(evaluator.office, brought, hotspot="library-9", **given) is Exit.NO
    assert "rests on a run of library-7, and not of library-9" in capsys.readouterr().out
    assert rows(evaluator) == ()
    assert recording.record(evaluator.office, brought, hotspot="library-7", **given) is Exit.YES


def test_a_person_at_the_terminal_gives_a_name_and_says_yes_in_so_many_letters(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    asking = {"decider": None, "yes": False}

    def typed(*lines: str) -> None:
        said = iter(lines)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda *_: next(said))

    for answer in (("",), (DECIDER, "y"), (DECIDER, "")):
        typed(*answer)
        assert decide(decider, path, **asking)[0] is Exit.NO
    assert rows(decider) == ()
    typed(DECIDER, "yes")
    assert decide(decider, path, **asking)[0] is Exit.YES
    assert rows(decider)[0].certificate.decider == DECIDER


def test_the_decider_reads_the_whole_page_in_albanian(
    evaluator: Desk, decider: Desk, period: tuple[Made, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    capsys.readouterr()
    language.speak(language.ALBANIAN)
    try:
        assert decide(decider, path)[0] is Exit.YES
    finally:
        language.speak(language.ENGLISH)
    told = capsys.readouterr().out
    assert "Kërkesë për certifikatë: Library 7" in told
    for english in (" valid", "Gates", "blocked", "The filter", "evaluator", "since", "Request"):
        assert english not in told, told


def test_what_is_wrong_with_many_bundles_is_said_once(
    evaluator: Desk,
    decider: Desk,
    period: tuple[Made, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    evaluator.watches(period)
    _, path = ask(evaluator)
    capsys.readouterr()

    def refused(*_: object) -> None:
        raise EvidenceFault("something else comes out of its observations")

    monkeypatch.setattr(reckoning, "weigh", refused)
    assert decide(decider, path)[0] is Exit.NO
    told = capsys.readouterr().out
    assert "✗ the bundle of run 1 to 15 is refused: something else comes out of its observations" in told
    assert told.count("is refused") == 1
    assert rows(decider) == ()
