from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.attachment import AttachmentFault, attached_certificate
from certificates.keys import key_from_seed, public_text
from certificates.print import render_pdf
from certificates.records import Status
from certificates.signing import MAX_FILE, sign, to_file
from certificates.trust import TrustList
from certificates.verify import Verification, VerificationOutcome, verify
from criteria.records import Assessment
from probes.records import digest
from tests.certificates.cast import ISSUER, LATER, NOW, Office, attestation, evidence

GENUINE, REFUSED, NOT_RECOGNISED = VerificationOutcome


def ask(data: bytes, trust: TrustList | None, **changed: Any) -> Verification:
    return verify(data, **{"trust": trust, "now": LATER, "allow_test": False, **changed})


@pytest.fixture(scope="module")
def as_json(office: Office) -> bytes:
    return to_file(office.issue())


@pytest.fixture(scope="module")
def as_pdf(office: Office) -> bytes:
    return render_pdf(office.issue())


def test_a_genuine_certificate_is_genuine_on_paper_and_as_a_record(
    office: Office, as_json: bytes, as_pdf: bytes
) -> None:
    record, paper = (ask(data, office.trust()) for data in (as_json, as_pdf))
    assert (record.outcome, record.exit_code) == (paper.outcome, paper.exit_code) == (GENUINE, 0)
    assert (record.face_compared, paper.face_compared) == (False, True)
    assert "genuine, and valid until 22 November 2027" in paper.sentence
    assert record.certificate == paper.certificate == office.issue().certificate


def test_that_the_status_was_not_asked_is_said(office: Office, as_json: bytes) -> None:
    found = ask(as_json, office.trust())
    assert not found.status_checked
    assert "its status today was not checked" in found.sentence
    checked = ask(as_json, office.trust(), status=Status.VALID)
    assert checked.status_checked
    assert "its status was checked" in checked.sentence


@pytest.mark.parametrize("status", ("suspended", "withdrawn", "expired", "superseded"))
def test_a_certificate_that_its_issuer_took_back_is_refused(
    office: Office, as_json: bytes, status: str
) -> None:
    found = ask(as_json, office.trust(), status=Status(status))
    assert (found.outcome, found.exit_code) == (REFUSED, 1)


def test_a_provisional_one_is_genuine_and_says_that_it_is_provisional(
    office: Office, without_sentinel: Assessment
) -> None:
    found = ask(to_file(office.issue(assessment=without_sentinel)), office.trust())
    assert found.outcome is GENUINE
    assert "provisional" in found.sentence
    assert any("No authorised sentinel" in detail for detail in found.details)


@pytest.mark.parametrize(
    ("days", "said"),
    (
        (0, "The trust list is of 22 November 2026."),
        (31, "31 days ago: a key that was lost since is still in it."),
        (-2, "which is still to come: a clock is wrong."),
    ),
)
def test_how_old_the_trust_list_is_is_said(office: Office, as_json: bytes, days: int, said: str) -> None:
    trust = msgspec.structs.replace(office.trust(), issued=NOW)
    found = ask(as_json, trust, now=NOW + timedelta(days=days))
    assert any(said in detail for detail in found.details), found.details


# ----------------------------------------------------------------------------------------- who signed


def test_a_strangers_key_is_not_recognised_though_the_file_is_intact(
    office: Office, as_json: bytes, as_pdf: bytes
) -> None:
    stranger = Office(standard=office.standard, assessment=office.assessment, key=key_from_seed(bytes(32)))
    for data in (to_file(stranger.issue()), render_pdf(stranger.issue())):
        found = ask(data, office.trust())
        assert (found.outcome, found.exit_code) == (NOT_RECOGNISED, 3)
        assert "intact, but the issuer is not recognised" in found.sentence
    for data in (as_json, as_pdf):
        assert ask(data, None).outcome is NOT_RECOGNISED


def test_a_key_that_signs_under_another_name_is_not_recognised(office: Office) -> None:
    found = ask(to_file(office.issue(issuer="Dikush tjetër")), office.trust())
    assert found.outcome is NOT_RECOGNISED
    assert ISSUER in found.sentence


def test_a_standard_that_the_scheme_does_not_recognise_is_not_recognised(
    office: Office, as_json: bytes
) -> None:
    for standards in ((), ("sha256:" + "0" * 64,)):
        found = ask(as_json, office.trust(standards=standards))
        assert (found.outcome, found.exit_code) == (NOT_RECOGNISED, 3)
        assert "standard is not recognised" in found.sentence


def test_a_key_that_was_not_in_force_at_issue_is_refused(office: Office, as_json: bytes) -> None:
    early = office.trust(valid_until=NOW - timedelta(seconds=1))
    late = office.trust(valid_from=NOW + timedelta(seconds=1))
    for trust in (early, late):
        found = ask(as_json, trust)
        assert (found.outcome, found.exit_code) == (REFUSED, 1)
        assert "not in force" in found.sentence


def test_a_key_that_has_lapsed_since_issue_does_not_undo_what_it_signed(
    office: Office, as_json: bytes
) -> None:
    assert ask(as_json, office.trust(valid_until=NOW)).outcome is GENUINE


def test_after_a_leak_only_the_certificates_that_the_scheme_names_stand(office: Office) -> None:
    """A thief dates what they sign before the leak; the window of the key would let it pass."""
    standing = office.issue()
    dated_back = office.issue(number="FW-2026-000666", attestation=attestation(holder="Dikush tjetër"))
    trust = office.trust(valid_until=NOW + timedelta(days=1), only=(digest(standing.certificate),))
    assert ask(to_file(standing), trust).outcome is GENUINE
    found = ask(to_file(dated_back), trust)
    assert found.outcome is REFUSED
    assert "lost or leaked" in found.sentence


def test_one_entry_of_the_list_must_bear_the_certificate_and_not_several_a_little_each(
    office: Office, as_json: bytes
) -> None:
    """One for tests in which nothing leaked, and one for real ones that leaked."""
    leaked, tests = office.trust(only=()), office.trust(test=True)
    both = msgspec.structs.replace(leaked, issuers=(*leaked.issuers, *tests.issuers))
    assert ask(as_json, both).outcome is REFUSED
    renamed = msgspec.structs.replace(office.trust().issuers[0], name="Dikush tjetër")
    both = msgspec.structs.replace(leaked, issuers=(*leaked.issuers, renamed))
    assert ask(as_json, both).outcome is not GENUINE


def test_a_test_issuer_can_sign_test_certificates_only(office: Office, as_json: bytes) -> None:
    trust = office.trust(test=True)
    assert ask(as_json, trust).outcome is REFUSED
    assert ask(to_file(office.issue(test=True)), trust, allow_test=True).outcome is GENUINE


# ------------------------------------------------------------------------------------------- in time


@pytest.mark.parametrize(
    ("now", "words"),
    (
        (datetime(2027, 11, 23, tzinfo=UTC), "expired on 22 November 2027"),
        (NOW - timedelta(seconds=1), "not yet valid"),
    ),
)
def test_a_certificate_out_of_its_time_is_refused(
    office: Office, as_json: bytes, now: datetime, words: str
) -> None:
    found = ask(as_json, office.trust(), now=now)
    assert (found.outcome, found.exit_code) == (REFUSED, 1)
    assert words in found.sentence


def test_its_first_and_last_second_are_in_time(office: Office, as_json: bytes) -> None:
    for now in (NOW, datetime(2027, 11, 22, 23, 59, 59, tzinfo=UTC)):
        assert ask(as_json, office.trust(), now=now).outcome is GENUINE


def test_a_test_certificate_is_refused_unless_tests_are_allowed(office: Office) -> None:
    for data in (to_file(office.issue(test=True)), render_pdf(office.issue(test=True))):
        refused = ask(data, office.trust())
        assert (refused.outcome, refused.exit_code) == (REFUSED, 1)
        assert "TEST" in refused.sentence
        allowed = ask(data, office.trust(), allow_test=True)
        assert allowed.outcome is GENUINE
        assert "TEST" in allowed.sentence


# -------------------------------------------------------------------------------------------- forged


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    return data[:place] + bytes((data[place] ^ (1 << bit),)) + data[place + 1 :]


def test_no_flipped_byte_of_the_record_is_overlooked(office: Office, as_json: bytes) -> None:
    trust = office.trust()
    for place in range(len(as_json)):
        found = ask(flipped(as_json, place, place % 8), trust)
        assert (found.outcome, found.exit_code) == (REFUSED, 1), place


def test_no_flipped_byte_of_the_paper_is_overlooked(office: Office, as_pdf: bytes) -> None:
    trust = office.trust()
    step = max(1, len(as_pdf) // 60)
    for place in (*range(0, len(as_pdf), step), len(as_pdf) - 1):
        found = ask(flipped(as_pdf, place, place % 8), trust)
        assert (found.outcome, found.exit_code) == (REFUSED, 1), place


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_a_file_it_is_never_genuine(
    office: Office, as_json: bytes, as_pdf: bytes, data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from((as_json, as_pdf)))
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 40)))
    changed = original[:start] + data.draw(st.binary(max_size=40)) + original[end:]
    if changed != original:
        found = ask(changed, office.trust())
        assert found.outcome is REFUSED
        assert found.sentence.endswith(".")


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=400).map(lambda tail: b"%PDF-1.7\n" + tail)))
def test_garbage_gets_an_answer_and_never_an_exception(data: bytes) -> None:
    found = ask(data, None)
    assert (found.outcome, found.exit_code, found.certificate) == (REFUSED, 1, None)


def test_a_record_put_into_another_face_is_refused(office: Office, as_pdf: bytes) -> None:
    """The record is genuine, and the paper around it says something else."""
    content = to_file(office.issue())
    with pikepdf.open(io.BytesIO(as_pdf)) as document:
        document.pages[0].rotate(180, relative=False)
        out = io.BytesIO()
        document.save(out)
    assert attached_certificate(out.getvalue()) == content
    found = ask(out.getvalue(), office.trust())
    assert found.outcome is REFUSED
    assert "The face is not the one this certificate makes" in found.sentence


def test_bytes_behind_the_end_of_the_paper_are_refused(office: Office, as_pdf: bytes) -> None:
    assert ask(as_pdf + b"\n", office.trust()).outcome is REFUSED


@pytest.mark.parametrize("changed", ({"template": "0"}, {"engine": "typst 0.1.0, segno 1.0.0"}))
def test_a_face_of_another_version_is_not_compared_and_that_is_said(
    office: Office, changed: dict[str, str]
) -> None:
    made = office.issue()
    older = sign(msgspec.structs.replace(made.certificate, **changed), office.key)
    pdf = render_pdf(older)
    found = ask(pdf, office.trust())
    assert (found.outcome, found.face_compared) == (GENUINE, False)
    assert found.exit_code == 3, "a genuine record pasted into another paper would be a yes"
    assert "The record inside" in found.sentence
    assert "the face was not compared" in found.sentence
    assert any("not on the paper" in detail for detail in found.details)


# ------------------------------------------------------------------------------------- hostile papers


def paper_with(content: bytes, name: str = "certificate.json") -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments[name] = pikepdf.AttachedFileSpec(document, content)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_paper_without_a_record_is_refused() -> None:
    for pdf in (paper_with(b"{}", "other.json"), paper_with(b"{}")):
        assert ask(pdf, None).outcome is REFUSED


def test_a_small_paper_that_unpacks_to_something_huge_is_refused() -> None:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["certificate.json"] = pikepdf.AttachedFileSpec(document, b"x")
    stream = document.attachments["certificate.json"].get_file().obj
    stream.write(zlib.compress(b" " * (64 * 1024 * 1024), 9), filter=pikepdf.Name.FlateDecode)
    out = io.BytesIO()
    document.save(out)
    assert len(out.getvalue()) < MAX_FILE
    with pytest.raises(AttachmentFault, match="longer"):
        attached_certificate(out.getvalue())


def paper_with_packed_objects(padding: int) -> bytes:
    """A PDF 1.5 whose root lies in an object stream (ISO 32000-1, 7.5.7) with so many bytes behind it."""
    objects = b"1 0 <</Type/Catalog/Pages 2 0 R>>" + b" " * padding
    packed = zlib.compress(objects, 9)
    parts = {
        2: b"<</Type/Pages/Kids[]/Count 0>>",
        4: b"<</Type/ObjStm/N 1/First 4/Length %d/Filter/FlateDecode>>\nstream\n" % len(packed)
        + packed
        + b"\nendstream",
    }
    out, places = b"%PDF-1.5\n", {}
    for number, body in parts.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    rows = ((0, 0, 65535), (2, 4, 0), (1, places[2], 0), (0, 0, 0), (1, places[4], 0), (1, len(out), 0))
    table = b"".join(bytes((kind,)) + where.to_bytes(4) + more.to_bytes(2) for kind, where, more in rows)
    start = len(out)
    out += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    return out + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def test_a_small_paper_whose_objects_unpack_to_something_huge_is_not_unpacked() -> None:
    with pytest.raises(AttachmentFault, match=r"holds no certificate\.json"):
        attached_certificate(paper_with_packed_objects(0))
    with pytest.raises(AttachmentFault, match="damaged"):
        attached_certificate(paper_with_packed_objects(64 * 1024 * 1024))


def test_a_stranger_with_the_longest_texts_gets_an_answer(office: Office) -> None:
    key = key_from_seed(bytes(32))
    made = Office(standard=office.standard, assessment=office.assessment, key=key).issue(
        evidence=evidence(overrides=("W" * 200,) * 20), test=True
    )
    claim = msgspec.structs.replace(made.certificate.claims[0], sentence="\U0001f4f6" * 1200, title="W" * 200)
    worst = msgspec.structs.replace(
        made.certificate, claims=(claim,) * 24, limits=("W" * 1200,) * 12, place="\U0001f4f6" * 200
    )
    pdf = paper_with(to_file(sign(worst, key)))
    assert public_text(key.public_key()) in made.certificate.issuer.key
    assert ask(pdf, office.trust(), allow_test=True).outcome is REFUSED
