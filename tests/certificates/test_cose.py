"""The signed fragment of the code: always short enough, and read in its one form only."""

from __future__ import annotations

import base64
from datetime import timedelta

import cbor2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.cose import MAX_CODE, CoseFault, answer, code_text, read
from certificates.keys import key_from_seed, public_text
from certificates.qr import MOST_MODULES, QUIET_ZONE, qr_svg
from certificates.records import Certificate, plain
from certificates.signing import sign
from criteria.records import Assessment
from tests.certificates.cast import LATER, NOW, Office

OTHER = key_from_seed(b"another issuer".ljust(32))


@pytest.fixture(scope="module")
def certificate(office: Office) -> Certificate:
    return office.issue().certificate


@pytest.fixture(scope="module")
def text(office: Office, certificate: Certificate) -> str:
    return code_text(certificate, office.key, status_index=1234)


def test_the_code_says_what_a_parent_at_the_door_needs(
    office: Office, certificate: Certificate, text: str
) -> None:
    found = read(text, (OTHER.public_key(), office.key.public_key()))
    facts = found.facts
    assert (found.url, found.key) == (certificate.url, public_text(office.key.public_key()))
    assert (facts.number, facts.status, facts.test) == (certificate.number, "valid", False)
    assert (facts.place, facts.where) == (certificate.place, "Rruga Gjin Zenebisi 12")
    assert (facts.level, facts.status_index) == ("baseline", 1234)
    assert facts.valid_until == certificate.valid_until
    assert facts.issued == certificate.issued.replace(hour=0, minute=0)


def test_the_same_certificate_makes_the_same_code(
    office: Office, certificate: Certificate, text: str
) -> None:
    assert code_text(certificate, office.key, status_index=1234) == text
    assert code_text(certificate, office.key, status_index=None) != text


@settings(max_examples=60)
@given(
    place=st.text(min_size=1, max_size=200),
    address=st.text(min_size=1, max_size=200),
    url=st.integers(min_value=0, max_value=60),
    index=st.none() | st.integers(min_value=0, max_value=131_071),
)
def test_however_long_the_names_are_the_code_fits_and_says_the_beginning_of_them(
    office: Office, certificate: Certificate, *, place: str, address: str, url: int, index: int | None
) -> None:
    changed = msgspec.structs.replace(
        certificate,
        place=plain(place) or "x",
        address=plain(address) or "x",
        url=f"https://verify{'y' * url}.example/c/{certificate.number}",
    )
    made = code_text(changed, office.key, status_index=index)
    assert len(made.encode()) <= MAX_CODE
    facts = read(made, (office.key.public_key(),)).facts
    assert changed.place.startswith(facts.place.removesuffix("…"))
    assert changed.address.startswith(facts.where.removesuffix("…"))
    assert (facts.number, facts.status_index) == (changed.number, index)


def test_modules_are_half_a_millimetre_or_more_even_in_the_longest_code() -> None:
    for length in (*range(1, MAX_CODE, 37), MAX_CODE):
        side = int(qr_svg("h" * length).split('viewBox="0 0 ')[1].split()[0])
        assert side <= MOST_MODULES
        assert 45 / side >= 0.5
    assert QUIET_ZONE == 4


def test_an_address_that_leaves_no_room_is_a_fault(office: Office, certificate: Certificate) -> None:
    long = msgspec.structs.replace(certificate, url="https://verify.example/" + "x" * 200)
    with pytest.raises(CoseFault, match="too long"):
        code_text(long, office.key, status_index=1)


# ------------------------------------------------------------------------------------------- answers


def test_the_offline_answer_names_the_day_and_what_was_not_checked(office: Office, text: str) -> None:
    found = read(text, (office.key.public_key(),))
    assert answer(found, now=LATER) == "genuine, valid until 22 November 2027; suspension not checked"
    assert answer(found, now=NOW + timedelta(days=366)) == "expired on 22 November 2027"
    assert answer(found, now=NOW - timedelta(days=1)) == "not yet valid: issued on 22 November 2026"


def test_provisional_and_test_are_said_offline_too(office: Office, without_sentinel: Assessment) -> None:
    signed = office.issue(test=True, assessment=without_sentinel)
    found = read(code_text(signed.certificate, office.key, status_index=1), (office.key.public_key(),))
    said = answer(found, now=LATER)
    assert said.startswith("TEST, certifies nothing about any real place; genuine, provisional")
    assert "suspension not checked" in said


# ------------------------------------------------------------------------------------------- forgeries


def test_no_flipped_bit_of_the_fragment_is_overlooked(office: Office, text: str) -> None:
    url, _, fragment = text.partition("#")
    data = base64.urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4))
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            again = base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode()
            with pytest.raises(CoseFault):
                read(f"{url}#{again}", (office.key.public_key(),))


def test_no_changed_letter_of_the_code_gives_other_facts(office: Office, text: str) -> None:
    """A letter of the host leads elsewhere, which nobody can tell from the code alone; the facts stay."""
    whole = read(text, (office.key.public_key(),)).facts
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        try:
            found = read(changed, (office.key.public_key(),))
        except CoseFault:
            continue
        assert found.facts == whole
        assert place < text.index("#")
        assert found.url != read(text, (office.key.public_key(),)).url


def test_a_key_that_is_not_trusted_makes_no_genuine_code(certificate: Certificate, text: str) -> None:
    for trusted in ((), (OTHER.public_key(),)):
        with pytest.raises(CoseFault, match="not signed by a recognised issuer"):
            read(text, trusted)


def test_a_code_moved_to_the_page_of_another_certificate_is_refused(office: Office, text: str) -> None:
    with pytest.raises(CoseFault, match="page of another certificate"):
        read(text.replace("000123#", "000124#"), (office.key.public_key(),))


def written(key: Ed25519PrivateKey, protected: bytes, payload: bytes, unprotected: dict[int, object]) -> str:
    message = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    sign1 = cbor2.CBORTag(18, [protected, unprotected, payload, key.sign(message)])
    fragment = base64.urlsafe_b64encode(cbor2.dumps(sign1, canonical=True)).rstrip(b"=").decode()
    return f"https://verify.example/c/FW-2026-000123#{fragment}"


def test_whatever_is_not_in_the_one_form_is_refused_even_where_its_signature_holds(
    office: Office, text: str
) -> None:
    key = office.key
    fragment = text.partition("#")[2]
    value = cbor2.loads(base64.urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4))).value
    protected, payload = value[0], value[2]
    assert written(key, protected, payload, {}) == text
    fields = cbor2.loads(payload)
    wrong = (
        written(key, protected, payload, {4: b"kid"}),
        written(key, cbor2.dumps({1: -19, 4: cbor2.loads(protected)[4]}), payload, {}),
        written(key, cbor2.dumps({1: -8}), payload, {}),
        written(key, protected, cbor2.dumps({**fields, 0: 2}, canonical=True), {}),
        written(key, protected, cbor2.dumps({**fields, 99: 1}, canonical=True), {}),
        written(key, protected, cbor2.dumps({**fields, 2: 9}, canonical=True), {}),
        written(key, protected, cbor2.dumps({**fields, 5: 10**9}, canonical=True), {}),
        written(key, protected, cbor2.dumps({**fields, 1: 7}, canonical=True), {}),
        # The same map with its keys in another order: canonical CBOR has one.
        written(key, protected, cbor2.dumps(dict(reversed(fields.items()))), {}),
        text + "A",
        text + "=",
        text.replace("https://", "http://"),
        text.partition("#")[0],
    )
    for item in wrong:
        with pytest.raises(CoseFault):
            read(item, (key.public_key(),))


@settings(max_examples=150)
@given(
    st.text(max_size=320) | st.binary(max_size=200).map(lambda data: base64.urlsafe_b64encode(data).decode())
)
def test_whatever_a_camera_reads_it_is_facts_or_a_fault(office: Office, junk: str) -> None:
    for item in (
        junk,
        f"https://verify.example/c/1#{junk}",
        f"https://verify.example/c/1#{junk.rstrip('=')}",
    ):
        with pytest.raises(CoseFault):
            read(item, (office.key.public_key(),))


def test_a_signature_of_the_same_key_over_another_kind_of_document_is_no_code(office: Office) -> None:
    """The one key signs records, envelopes, notes and codes; none of them passes for another."""
    signed = office.issue()
    value = base64.b64decode(sign(signed.certificate, office.key).signature.value)
    protected = cbor2.dumps({1: -8, 4: bytes(4)}, canonical=True)
    sign1 = cbor2.CBORTag(18, [protected, {}, b"payload", value])
    fragment = base64.urlsafe_b64encode(cbor2.dumps(sign1, canonical=True)).rstrip(b"=").decode()
    with pytest.raises(CoseFault):
        read(f"{signed.certificate.url}#{fragment}", (office.key.public_key(),))
