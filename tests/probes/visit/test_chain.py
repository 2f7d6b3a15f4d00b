from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.visit.chain import Leaf, read_leaf, sent_chain


def fake(**methods: Any) -> ssl.SSLObject:
    return cast("ssl.SSLObject", SimpleNamespace(**methods))


def test_each_way_of_python_to_give_the_chain_is_understood() -> None:
    certificate = SimpleNamespace(public_bytes=lambda form: b"der" if form == 2 else b"pem")
    private = SimpleNamespace(get_unverified_chain=lambda: [certificate, certificate])
    assert sent_chain(fake(get_unverified_chain=lambda: [b"a", b"b"])) == (b"a", b"b")
    assert sent_chain(fake(_sslobj=private)) == (b"der", b"der")
    assert sent_chain(fake(getpeercert=lambda **_form: b"leaf")) == (b"leaf",)


def test_no_certificate_is_an_empty_chain() -> None:
    assert sent_chain(fake(get_unverified_chain=lambda: None)) == ()
    assert sent_chain(fake(_sslobj=SimpleNamespace(get_unverified_chain=lambda: None))) == ()
    assert sent_chain(fake(getpeercert=lambda **_form: None)) == ()


def test_what_is_no_certificate_leaves_everything_unknown() -> None:
    assert read_leaf(b"\x30\x00") == Leaf()


@given(position=st.integers(min_value=0, max_value=600), value=st.integers(min_value=1, max_value=255))
@settings(max_examples=200, deadline=None)
def test_a_damaged_certificate_is_read_as_far_as_it_goes(position: int, value: int) -> None:
    damaged = bytearray(_DER)
    damaged[position % len(damaged)] ^= value
    assert isinstance(read_leaf(bytes(damaged)), Leaf)


_DER = ssl.PEM_cert_to_DER_cert(trustme.CA().issue_cert("a.example").cert_chain_pems[0].bytes().decode())


def _with(*extensions: x509.ExtensionType) -> bytes:
    """A certificate (DER) with these extensions."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.example")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
    made = made.serial_number(7).not_valid_before(start).not_valid_after(start + timedelta(days=90))
    for extension in extensions:
        made = made.add_extension(extension, critical=False)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


# RFC 6962, 3.2 and 3.3: a list with one timestamp: version, log, time, no extensions, a signature of 2 bytes.
_TIMESTAMP = b"\x00" + b"L" * 32 + b"\x00" * 8 + b"\x00\x00" + b"\x04\x03\x00\x02ss"
_LIST = len(_TIMESTAMP).to_bytes(2, "big") + _TIMESTAMP
_OCTETS = len(_LIST).to_bytes(2, "big") + _LIST


@pytest.mark.parametrize("value", (b"\x04" + bytes([len(_OCTETS)]) + _OCTETS,))
def test_a_certificate_that_public_logs_have_seen_says_so(value: bytes) -> None:
    timestamps = x509.UnrecognizedExtension(ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS, value)
    assert read_leaf(_with(timestamps)).logged is True
    assert read_leaf(_with()).logged is False
    assert read_leaf(_DER).logged is False


def test_broken_extensions_leave_it_unknown_whether_it_was_logged() -> None:
    broken = x509.UnrecognizedExtension(ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS, b"\x04\x01\x00")
    leaf = read_leaf(_with(broken))
    assert leaf.logged is not False
    assert leaf.spki is not None
