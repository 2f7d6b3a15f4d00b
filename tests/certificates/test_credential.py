from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from certificates.credential import context_document, read_credential, write_credential
from certificates.jwt import JwtFault, open_jwt
from certificates.keys import key_from_seed, to_pem
from certificates.proofs import ProofFault, read_proofs
from certificates.records import SignedCertificate
from certificates.signing import to_file
from probes.records import digest
from tests.certificates.cast import REGISTER, STATUS, Office, attestation, proofs


@pytest.fixture(scope="module")
def signed(office: Office) -> SignedCertificate:
    return office.issue()


@pytest.fixture(scope="module")
def text(office: Office, signed: SignedCertificate) -> str:
    return write_credential(signed, register_url=REGISTER, status=STATUS, key=office.key)


def opened(office: Office, text: str) -> dict[str, Any]:
    return read_credential(text, register_url=REGISTER, keys=(office.key.public_key(),))


def unpacked(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_the_payload_is_the_credential_itself_and_the_head_names_key_type_and_algorithm(text: str) -> None:
    head, body = (unpacked(part) for part in text.split(".")[:2])
    assert head == {
        "alg": "Ed25519",
        "typ": "vc+jwt",
        "kid": "did:web:verify.example:wifi#56475aa75463474c",
    }
    assert "vc" not in body
    assert body["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://verify.example/wifi/contexts/hotspot-v1.jsonld",
    ]


def test_the_credential_says_what_the_certificate_says(
    office: Office, signed: SignedCertificate, text: str
) -> None:
    found, certificate = opened(office, text), signed.certificate
    subject = found["credentialSubject"]
    assert (found["id"], found["issuer"]["name"]) == (certificate.url, certificate.issuer.name)
    assert (found["validFrom"], found["validUntil"]) == ("2026-11-22T10:05:00Z", "2027-11-22T23:59:59Z")
    assert subject["certificateDigest"] == digest(to_file(signed))
    assert (subject["place"], subject["networkNames"]) == (certificate.place, list(certificate.ssids))
    assert subject["standard"]["standardDigest"] == certificate.standard.digest
    entries = {item["statusPurpose"]: item for item in found["credentialStatus"]}
    assert entries["revocation"]["statusListCredential"] == STATUS.revocation_list
    assert entries["suspension"]["statusListCredential"] == STATUS.suspension_list
    assert {item["statusListIndex"] for item in entries.values()} == {"1234"}


def test_the_same_certificate_makes_the_same_credential(
    office: Office, signed: SignedCertificate, text: str
) -> None:
    assert write_credential(signed, register_url=REGISTER + "/", status=STATUS, key=office.key) == text


def test_the_vocabulary_defines_every_word_that_is_our_own(office: Office, text: str) -> None:
    words = json.loads(context_document())["@context"]
    subject = opened(office, text)["credentialSubject"]
    assert subject.keys() - {"type"} == words["Hotspot"]["@context"].keys() - {"@protected", "id", "type"}
    assert subject["standard"].keys() - {"type"} <= words["HotspotStandard"]["@context"].keys()


def test_no_changed_letter_is_overlooked(office: Office, text: str) -> None:
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(JwtFault):
            opened(office, changed)


def test_the_spare_bits_of_the_last_letter_hold_no_second_spelling(office: Office, text: str) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for spare in range(1, 16):
        again = text[:-1] + letters[letters.index(text[-1]) ^ spare]
        assert base64.urlsafe_b64decode(again.split(".")[2] + "==") == base64.urlsafe_b64decode(
            text.split(".")[2] + "=="
        )
        with pytest.raises(JwtFault):
            opened(office, again)


def test_another_key_algorithm_or_type_is_refused(office: Office, text: str) -> None:
    payload = base64.urlsafe_b64decode(text.split(".")[1] + "==")
    kid = unpacked(text.split(".", maxsplit=1)[0])["kid"]
    own, stranger = (OKPKey.import_key(to_pem(key)) for key in (office.key, key_from_seed(b"s" * 32)))
    public = office.key.public_key().public_bytes_raw()

    def envelope(key: OKPKey | OctKey, **head: str) -> str:
        whole = {"alg": "Ed25519", "typ": "vc+jwt", "kid": kid, **head}
        return jws.serialize_compact(whole, payload, key, algorithms=[whole["alg"]])

    assert opened(office, envelope(own))
    for wrong in (
        envelope(stranger),
        envelope(own, typ="JWT"),
        envelope(own, kid="did:web:verify.example:wifi#0000000000000000"),
        # The public key taken for a shared secret: the oldest trick with these envelopes.
        envelope(OctKey.import_key(public), alg="HS256"),
        ".".join(
            (
                base64.urlsafe_b64encode(b'{"alg":"none","typ":"vc+jwt"}').decode().rstrip("="),
                text.split(".")[1],
                "",
            )
        ),
    ):
        with pytest.raises(JwtFault):
            opened(office, wrong)


@settings(max_examples=100)
@given(
    st.text(max_size=200)
    | st.lists(st.from_regex(r"[A-Za-z0-9_-]{0,40}", fullmatch=True), max_size=4).map(".".join)
)
def test_whatever_the_text_is_it_is_a_credential_or_a_fault(junk: str) -> None:
    with pytest.raises(JwtFault):
        open_jwt(junk, {})


# ------------------------------------------------------------------------- beside their certificate


def test_proofs_of_another_certificate_or_only_half_of_them_are_refused(
    office: Office, signed: SignedCertificate
) -> None:
    own = proofs(signed)
    other = office.issue(number="FW-2026-000999", url="https://verify.example/c/FW-2026-000999")
    same_number = office.issue(attestation=attestation(place="Another place"))
    code, credential = own.code.encode(), own.credential.encode()
    assert read_proofs(signed, code=code, credential=credential) == own
    assert read_proofs(signed, code=None, credential=None) is None
    for wrong in (
        (None, credential),
        (code, None),
        (proofs(other).code.encode(), credential),
        (code, proofs(other).credential.encode()),
        (code, proofs(same_number).credential.encode()),
        (code, b"\xff" + credential),
        (proofs(signed, key_from_seed(b"s" * 32)).code.encode(), credential),
        (code, proofs(signed, key_from_seed(b"s" * 32)).credential.encode()),
    ):
        with pytest.raises(ProofFault):
            read_proofs(signed, code=wrong[0], credential=wrong[1])
