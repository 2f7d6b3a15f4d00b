"""What shows that a certificate stands in the log, and that an old paper is the one that was logged."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import msgspec
import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.checkpoint import write_checkpoint
from certificates.inclusion import Inclusion, InclusionFault, Shown, read_inclusion
from certificates.keys import key_from_seed
from certificates.pades import sign_pdf, signer_from_pkcs12
from certificates.pkcs12 import new_pkcs12
from certificates.print import render_pdf
from certificates.records import SignedCertificate, Status
from certificates.signing import sign, to_file
from certificates.translog import Tree, entry_bytes, issued_entry, leaf_hash, status_entry
from certificates.verify import NOT_IN_LOG, Verification, VerificationOutcome, verify
from probes.records import decode, encode
from tests.certificates.cast import ISSUER, LATER, NOW, Office

ORIGIN = "verify.example/wifi/log"
SALT = bytes(range(16))
STRANGER = key_from_seed(b"stranger" + bytes(24))


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate that an older version of the program printed and logged."""

    office: Office
    signed: SignedCertificate
    pdf: bytes
    inclusion: Inclusion
    tree: Tree

    def shown(self, *, key: Ed25519PrivateKey | None = None, **changed: object) -> Shown:
        note = write_checkpoint(
            origin=ORIGIN, size=len(self.tree), root=self.tree.root(), key=key or self.office.key
        )
        inclusion = msgspec.structs.replace(self.inclusion, **changed)
        return Shown(inclusion=encode(inclusion) + b"\n", checkpoint=note.encode())

    def ask(self, data: bytes, shown: Shown | None, **trusted: object) -> Verification:
        trust = self.office.trust(**trusted)  # type: ignore[arg-type] # what its entry holds
        return verify(data, trust=trust, now=LATER, allow_test=False, shown=shown)


@pytest.fixture(scope="module")
def issued(office: Office) -> Issued:
    older = msgspec.structs.replace(office.issue().certificate, engine="typst 0.1.0, segno 1.0.0")
    signed = sign(older, office.key)
    pdf, number = render_pdf(signed), older.number
    entries = [
        entry_bytes(status_entry(number="FW-2026-000100", status=Status.SUSPENDED, time=NOW)),
        entry_bytes(
            issued_entry(
                number=number, status=Status.VALID, time=NOW, pdf=pdf, credential=b"credential", salt=SALT
            )
        ),
        entry_bytes(status_entry(number="FW-2026-000100", status=Status.VALID, time=NOW)),
    ]
    tree = Tree(leaf_hash(entry) for entry in entries)
    inclusion = Inclusion(
        number=number,
        entry=entries[1].decode(),
        salt=SALT.hex(),
        index=1,
        size=3,
        root=tree.root().hex(),
        proof=tuple(step.hex() for step in tree.inclusion(1)),
    )
    return Issued(office=office, signed=signed, pdf=pdf, inclusion=inclusion, tree=tree)


GENUINE, UNKNOWN = VerificationOutcome.GENUINE, VerificationOutcome.NOT_RECOGNISED


def test_a_record_that_stands_in_the_log_is_told_with_its_place(issued: Issued) -> None:
    found = issued.ask(to_file(issued.signed), issued.shown())
    assert (found.outcome, found.exit_code) == (GENUINE, 0)
    assert f"It is entry 2 of 3 in the public log {ORIGIN}." in found.details


def test_a_paper_of_another_version_is_genuine_where_it_is_the_one_that_was_logged(issued: Issued) -> None:
    assert issued.ask(issued.pdf, None).exit_code == 3
    found = issued.ask(issued.pdf, issued.shown())
    assert (found.outcome, found.exit_code, found.face_compared) == (GENUINE, 0, True)
    assert any("byte for byte the one that its issuer logged" in detail for detail in found.details)


def test_so_is_one_that_was_signed_afterwards(issued: Issued) -> None:
    archive = new_pkcs12(organisation=ISSUER, passphrase=b"a passphrase", now=NOW)
    paper = sign_pdf(issued.pdf, signer_from_pkcs12(archive, b"a passphrase"), now=NOW).data
    found = issued.ask(paper, issued.shown())
    assert (found.exit_code, found.face_compared) == (0, True)
    assert any(detail.startswith("The PDF is signed by") for detail in found.details)


def test_a_paper_that_was_changed_is_not_the_one_that_was_logged(issued: Issued) -> None:
    with pikepdf.open(io.BytesIO(issued.pdf)) as document:
        document.pages[0].rotate(180, relative=False)
        out = io.BytesIO()
        document.save(out)
    for paper in (out.getvalue(), issued.pdf + b"\n%%EOF\n", issued.pdf + b"1 0 obj\n%%EOF"):
        found = issued.ask(paper, issued.shown())
        assert (found.exit_code, found.face_compared) == (3, False)


def not_shown(found: Verification, why: str) -> bool:
    return (found.outcome, found.exit_code) == (UNKNOWN, 3) and found.sentence == f"{NOT_IN_LOG} {why}"


def test_a_log_that_somebody_else_signed_shows_nothing(issued: Issued) -> None:
    found = issued.ask(issued.pdf, issued.shown(key=STRANGER))
    assert not_shown(found, "The checkpoint is not signed by its log.")


def test_a_leaked_key_can_sign_any_log_and_shows_nothing(issued: Issued) -> None:
    only = ("sha256:" + "0" * 64,)
    found = issued.ask(issued.pdf, issued.shown(), only=only)
    assert found.exit_code != 0
    assert not found.face_compared


@pytest.mark.parametrize(
    ("changed", "why"),
    (
        ({"number": "FW-2026-000100"}, "The proof is of another certificate."),
        ({"index": 2}, "The proof does not lead to the root that the checkpoint names."),
        ({"proof": ()}, "The proof does not lead to the root that the checkpoint names."),
        (
            {"size": 4},
            "The proof is of another state of the log than the checkpoint: both must be of one publication.",
        ),
        ({"proof": ("not hexadecimal",)}, "The proof that it stands in the log cannot be read."),
    ),
)
def test_a_proof_of_something_else_shows_nothing(issued: Issued, changed: dict[str, Any], why: str) -> None:
    assert not_shown(issued.ask(issued.pdf, issued.shown(**changed)), why)


def test_an_entry_that_only_changes_a_status_is_no_issue(issued: Issued) -> None:
    entry = entry_bytes(status_entry(number=issued.inclusion.number, status=Status.VALID, time=NOW))
    tree = Tree([leaf_hash(entry)])
    other = Issued(
        office=issued.office,
        signed=issued.signed,
        pdf=issued.pdf,
        tree=tree,
        inclusion=msgspec.structs.replace(
            issued.inclusion, entry=entry.decode(), index=0, size=1, root=tree.root().hex(), proof=()
        ),
    )
    assert not_shown(other.ask(other.pdf, other.shown()), "The proof is of another certificate.")


def test_another_salt_leaves_the_paper_unknown(issued: Issued) -> None:
    for salt in ("00" * 16, "00"):
        found = issued.ask(issued.pdf, issued.shown(salt=salt))
        assert (found.exit_code, found.face_compared) == (3, False)


@given(st.data())
def test_whatever_byte_is_changed_it_shows_the_same_or_nothing(issued: Issued, data: st.DataObject) -> None:
    shown = issued.shown()
    keys = (issued.office.key.public_key(),)
    true = read_inclusion(shown, number=issued.inclusion.number, keys=keys)
    which = data.draw(st.sampled_from(("inclusion", "checkpoint")))
    content = bytearray(getattr(shown, which))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = msgspec.structs.replace(shown, **{which: bytes(content)})
    try:
        found = read_inclusion(changed, number=issued.inclusion.number, keys=keys)
    except InclusionFault:
        return
    assert msgspec.structs.replace(found, salt=true.salt) == true


def test_the_file_is_the_one_that_printing_leaves(issued: Issued) -> None:
    assert decode(issued.shown().inclusion, Inclusion) == issued.inclusion
