"""The signature in the PDF: where it stands, what it may not touch, and what happens when others fail."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import signed_paper
from certificates.pades import (
    PadesFault,
    SignedPdf,
    Timestamp,
    sign_pdf,
    signer_from_pkcs12,
    with_signature,
)
from certificates.pkcs12 import new_pkcs12
from certificates.print import render_pdf, render_sticker
from certificates.signed_paper import PaperFault, read_signature
from certificates.verify import VerificationOutcome, verify
from tests.certificates.cast import ISSUER, LATER, NOW, Office, proofs
from tests.certificates.tsa import asking, made_authority

PASSPHRASE = b"a passphrase of the tests"


@pytest.fixture(scope="module")
def archive() -> bytes:
    return new_pkcs12(organisation=ISSUER, passphrase=PASSPHRASE, now=NOW)


@pytest.fixture(scope="module")
def printed(office: Office) -> bytes:
    signed = office.issue()
    return render_pdf(signed, proofs(signed))


@pytest.fixture(scope="module")
def paper(printed: bytes, archive: bytes) -> bytes:
    return sign_pdf(printed, signer_from_pkcs12(archive, PASSPHRASE), now=NOW).data


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


# ------------------------------------------------------------------------------------------- writing


def test_the_print_stays_the_beginning_of_the_signed_file(printed: bytes, paper: bytes) -> None:
    assert paper.startswith(printed)
    assert len(paper) > len(printed)


def test_the_field_has_a_name_a_place_among_the_tags_and_no_face(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as document:
        (widget,) = document.Root.AcroForm.Fields
        page = document.pages[0]
        assert str(widget.TU) == "Signature of the issuer"
        assert (int(widget.F), [int(side) for side in widget.Rect]) == (132, [0, 0, 0, 0])
        assert "/AP" not in widget
        assert str(widget.V.SubFilter) == "/ETSI.CAdES.detached"
        assert widget.objgen in [item.objgen for item in page.Annots]
        assert page.Tabs == pikepdf.Name.S
        tree = document.Root.StructTreeRoot
        numbers = dict(zip(list(tree.ParentTree.Nums)[::2], list(tree.ParentTree.Nums)[1::2], strict=True))
        element = numbers[widget.StructParent]
        assert pikepdf.Name.Form == element.S
        assert element.K.Obj.objgen == widget.objgen
        assert element.objgen in [item.objgen for item in tree.K[0].K]
        assert int(tree.ParentTreeNextKey) == int(widget.StructParent) + 1


def test_signing_leaves_title_dates_and_metadata_as_they_were_issued(printed: bytes, paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as before, pikepdf.open(io.BytesIO(paper)) as after:
        assert dict(before.docinfo) == dict(after.docinfo)
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()


def test_a_file_that_is_no_print_of_ours_is_not_signed(archive: bytes) -> None:
    signer = signer_from_pkcs12(archive, PASSPHRASE)
    blank = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(blank)
    for data in (b"%PDF-1.7\n", b"", blank.getvalue()):
        with pytest.raises(PadesFault, match="cannot be signed"):
            sign_pdf(data, signer, now=NOW)


# ------------------------------------------------------------------------------------------- time stamp


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def stamped(printed: bytes, archive: bytes, authority: Path) -> SignedPdf:
    signer = signer_from_pkcs12(archive, PASSPHRASE)
    return sign_pdf(printed, signer, now=NOW, timestamp=asking(authority))


def test_a_time_stamp_of_an_authority_is_in_the_signature(printed: bytes, stamped: SignedPdf) -> None:
    assert (stamped.timestamped, stamped.remark) == (True, None)
    found = read_signature(stamped.data, printed)
    assert found.claimed == NOW
    assert found.timestamped is not None
    assert found.timestamped.year >= 2026


def test_no_flipped_bit_of_a_time_stamp_gives_another_time(printed: bytes, stamped: SignedPdf) -> None:
    whole = read_signature(stamped.data, printed)
    contents = stamped.data.index(b"/Contents <", len(printed)) + len(b"/Contents <")
    used = len(stamped.data[contents : stamped.data.index(b">", contents)].rstrip(b"0"))
    missed = 0
    for place in range(contents, contents + used, used // 60):
        try:
            found = read_signature(flipped(stamped.data, place, place % 4), printed)
        except PaperFault:
            continue
        # The frame around the authority's own signature is of its making, and says nothing that counts.
        assert found == whole
        missed += 1
    assert missed <= 6


def _no_route(request: bytes) -> bytes:
    raise OSError("no route to the authority")


def _someone_elses_answer(folder: Path) -> Timestamp:
    def ask(request: bytes) -> bytes:
        # The nonce and the hash are those of another question.
        return asking(folder)(request.replace(request[20:40], bytes(20)))

    return ask


@pytest.mark.parametrize("kind", ("none", "nonsense", "empty", "other"))
def test_an_authority_that_fails_holds_nothing_up_and_that_is_said(
    printed: bytes, archive: bytes, authority: Path, kind: str
) -> None:
    ways: dict[str, Timestamp] = {
        "none": _no_route,
        "nonsense": lambda _: b"<html>sign in to the portal</html>",
        "empty": lambda _: b"",
        "other": _someone_elses_answer(authority),
    }
    signer = signer_from_pkcs12(archive, PASSPHRASE)
    made = sign_pdf(printed, signer, now=NOW, timestamp=ways[kind])
    assert not made.timestamped
    assert made.remark is not None
    assert "the PDF is signed without one" in made.remark
    assert read_signature(made.data, printed).timestamped is None


# ------------------------------------------------------------------------------------------- keys


def with_chain(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, *, root: bool) -> bytes:
    """A PKCS#12 file as an authority would hand it out."""
    above = rsa.generate_private_key(65537, 2048)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Root", "Holder")]

    def certificate(subject: int, public: object) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(names[subject])
            .issuer_name(names[0])
            .public_key(public)  # type: ignore[arg-type] # either kind
            .serial_number(7 + subject)
            .not_valid_before(NOW)
            .not_valid_after(NOW + timedelta(days=9))
            .sign(above, hashes.SHA256())
        )

    chain = [certificate(0, above.public_key())] if root else None
    own = certificate(1, key.public_key())
    return pkcs12.serialize_key_and_certificates(b"x", key, own, chain, BestAvailableEncryption(PASSPHRASE))


def test_a_key_of_a_recognised_authority_signs_as_well(printed: bytes) -> None:
    signer = signer_from_pkcs12(with_chain(rsa.generate_private_key(65537, 2048), root=True), PASSPHRASE)
    made = sign_pdf(printed, signer, now=NOW)
    assert read_signature(made.data, printed).signer == "Holder"


def test_a_key_file_that_viewers_could_not_follow_is_refused(archive: bytes) -> None:
    with pytest.raises(PadesFault, match="passphrase"):
        signer_from_pkcs12(archive, b"wrong")
    with pytest.raises(PadesFault, match="cannot be read"):
        signer_from_pkcs12(b"no archive", PASSPHRASE)
    with pytest.raises(PadesFault, match="whole chain"):
        signer_from_pkcs12(with_chain(rsa.generate_private_key(65537, 2048), root=False), PASSPHRASE)
    with pytest.raises(PadesFault, match="ECDSA and RSA"):
        signer_from_pkcs12(with_chain(ed25519.Ed25519PrivateKey.generate(), root=True), PASSPHRASE)


def test_a_long_name_of_an_issuer_is_cut_to_what_a_certificate_holds(printed: bytes) -> None:
    made = new_pkcs12(organisation="Shoqata ë " * 20, passphrase=PASSPHRASE, now=NOW)
    paper = sign_pdf(printed, signer_from_pkcs12(made, PASSPHRASE), now=NOW).data
    assert read_signature(paper, printed).signer.startswith("Shoqata ë Shoqata ë")


# ------------------------------------------------------------------------------------------- reading


def test_a_signed_certificate_and_a_signed_sticker_are_genuine_and_name_their_signer(
    office: Office, paper: bytes, archive: bytes
) -> None:
    signed = office.issue()
    sticker = render_sticker(signed, proofs(signed))
    both = (paper, sign_pdf(sticker, signer_from_pkcs12(archive, PASSPHRASE), now=NOW).data, sticker)
    for data in both:
        found = verify(data, trust=office.trust(), now=LATER, allow_test=False)
        assert (found.outcome, found.face_compared) == (VerificationOutcome.GENUINE, True)
        said = any(f"signed by {ISSUER} at 22 November 2026, 10:05 UTC" in text for text in found.details)
        assert said is (data is not sticker)


def test_no_flipped_bit_of_the_signature_is_overlooked(printed: bytes, paper: bytes) -> None:
    added = len(paper) - len(printed)
    for place in range(len(printed), len(paper), added // 120):
        with pytest.raises(PaperFault):
            read_signature(flipped(paper, place, place % 8), printed)


def test_no_flipped_bit_inside_the_signature_is_overlooked(printed: bytes, paper: bytes) -> None:
    """Every byte of the CMS, its frame and its certificates too, which no signature speaks of."""
    added = paper[len(printed) :]
    contents = bytes.fromhex(added[added.index(b"/Contents <") + 11 :].partition(b">")[0].decode())
    signature = signed_paper._unpadded(contents)
    digests: list[bytes] = []

    def seen(digest: bytes) -> bytes:
        digests.append(digest)
        return signature

    assert with_signature(printed, now=NOW, room=2 * len(contents), make=seen) == paper
    assert signed_paper._read(signature, digests[0], NOW).signer == ISSUER
    with pytest.raises(ValueError, match="does not fit"):
        signed_paper._read(signature, flipped(digests[0], 3), NOW)
    for place in range(len(signature)):
        changed = flipped(contents, place, place % 8)
        # Whatever a parser of a damaged structure raises is a fault for the one who asked.
        with pytest.raises(Exception):  # noqa: B017 - see above
            signed_paper._read(signed_paper._unpadded(changed), digests[0], NOW)
    with pytest.raises(ValueError, match="something behind"):
        signed_paper._unpadded(flipped(contents, len(contents) - 1))


@settings(max_examples=40)
@given(junk=st.binary(max_size=400), behind=st.booleans())
def test_whatever_stands_behind_the_print_it_is_a_fault_and_nothing_else(
    printed: bytes, paper: bytes, junk: bytes, *, behind: bool
) -> None:
    with pytest.raises(PaperFault):
        read_signature((paper if behind else printed) + (junk or b"\n"), printed)


def test_an_increment_that_repaints_the_page_is_refused_however_well_it_is_signed(
    office: Office, printed: bytes, archive: bytes, paper: bytes
) -> None:
    """The attacker has a key too, and signs a page over which something was drawn."""
    with pikepdf.open(io.BytesIO(printed)) as document:
        pages = document.pages[0].Contents
        number = pages.objgen[0] if not isinstance(pages, pikepdf.Array) else pages[0].objgen[0]
    start = printed.rindex(b"startxref\n") + len(b"startxref\n")
    before = int(printed[start : printed.index(b"\n", start)])
    with pikepdf.open(io.BytesIO(printed)) as document:
        root, size = document.trailer.Root.objgen[0], int(document.trailer.Size)
    drawn = (
        printed + f"{number} 0 obj\n<</Length 17>>\nstream\n0 0 600 900 re f\n\nendstream\nendobj\n".encode()
    )
    table = len(drawn)
    drawn += f"xref\n{number} 1\n{len(printed):010} 00000 n \ntrailer\n".encode()
    drawn += f"<</Size {size}/Root {root} 0 R/Prev {before}>>\nstartxref\n{table}\n%%EOF\n".encode()
    with pikepdf.open(io.BytesIO(drawn)) as document:
        assert b"600 900" in document.pages[0].Contents.read_bytes()
    for data in (drawn, paper + drawn[len(printed) :]):
        found = verify(data, trust=office.trust(), now=LATER, allow_test=False)
        assert found.outcome is VerificationOutcome.REFUSED


def test_a_second_signature_is_not_a_paper_of_ours(printed: bytes, paper: bytes) -> None:
    again = paper + paper[len(printed) :]
    with pytest.raises(PaperFault):
        read_signature(again, printed)
