from __future__ import annotations

import base64
from collections.abc import Callable

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.keys import key_from_seed
from certificates.records import SignedCertificate
from certificates.signing import SignatureFault, from_file, message, sign, to_file
from probes.records import encode
from tests.certificates.cast import Office


def test_what_was_signed_can_be_read_back(office: Office) -> None:
    signed = office.issue()
    assert from_file(to_file(signed)) == signed


def test_the_signature_is_plain_ed25519_over_the_schema_and_the_canonical_json(office: Office) -> None:
    signed = office.issue()
    raw = base64.b64decode(signed.certificate.issuer.key)
    what = b"friendlywifi/certificate/1\n" + encode(signed.certificate)
    Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signed.signature.value), what)
    assert message(signed.certificate) == what


def test_a_certificate_is_not_signed_with_a_key_that_it_does_not_name(office: Office) -> None:
    with pytest.raises(SignatureFault, match="another key"):
        sign(office.issue().certificate, key_from_seed(b"other" + bytes(27)))


def test_the_same_certificate_makes_the_same_file(office: Office) -> None:
    assert to_file(office.issue()) == to_file(office.issue())


@pytest.mark.parametrize(
    "change",
    (
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: data.replace(b"  ", b"\t"),
        lambda data: data.replace("ë".encode(), b"\\u00eb"),
        lambda data: msgspec.json.encode(msgspec.json.decode(data)),
        lambda data: data.replace(b'"test": false', b'"test":  false'),
        lambda data: b"\xef\xbb\xbf" + data,
    ),
)
def test_the_same_content_in_another_form_is_refused(
    office: Office, change: Callable[[bytes], bytes]
) -> None:
    data = to_file(office.issue())
    other = change(data)
    assert other != data
    with pytest.raises(SignatureFault):
        from_file(other)


def test_a_certificate_that_was_edited_and_written_anew_is_refused(office: Office) -> None:
    signed = office.issue()
    edited = msgspec.structs.replace(
        signed, certificate=msgspec.structs.replace(signed.certificate, place="Kazino")
    )
    with pytest.raises(SignatureFault, match="forged or was changed"):
        from_file(to_file(edited))


def test_a_signature_under_another_name_is_refused(office: Office) -> None:
    signed = office.issue()
    edited = SignedCertificate(
        certificate=signed.certificate,
        signature=msgspec.structs.replace(signed.signature, key_id="ed25519:" + "0" * 64),
    )
    with pytest.raises(SignatureFault, match="whose key signed"):
        from_file(to_file(edited))


def test_a_very_long_file_is_not_even_read() -> None:
    with pytest.raises(SignatureFault, match="longer"):
        from_file(b"[" * 10_000_000)


def test_a_deep_file_is_refused() -> None:
    with pytest.raises(SignatureFault, match="not a certificate"):
        from_file(b"[" * 100_000)
