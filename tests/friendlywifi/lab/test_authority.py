"""Certificates of the lab: what trusts its authority accepts them, at whatever time the lab runs."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import PolicyBuilder, Store

from friendlywifi.lab.authority import Authority

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAME = "general-001.lab.example"


def chain(authority: Authority, name: str, *, roots: str) -> list[x509.Certificate]:
    """What a client gets that trusts `roots`; the handshake runs in memory."""
    client = ssl.create_default_context(cadata=roots)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    serving = authority.context(name).wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (asking, serving):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    der = asking.getpeercert(binary_form=True)
    assert der is not None
    return [x509.load_der_x509_certificate(der)]


def test_openssl_accepts_a_certificate_for_its_name() -> None:
    authority = Authority(name="Lab TEST", now=NOW)
    (leaf,) = chain(authority, NAME, roots=authority.pem)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [NAME]


def test_a_strict_verifier_accepts_it_at_the_lab_s_time() -> None:
    authority = Authority(name="Lab TEST", now=NOW)
    (leaf,) = chain(authority, NAME, roots=authority.pem)
    store = Store(x509.load_pem_x509_certificates(authority.pem.encode()))
    verifier = PolicyBuilder().store(store).time(NOW).build_server_verifier(x509.DNSName(NAME))
    assert len(verifier.verify(leaf, [])) == 2


def test_nobody_else_s_authority_is_believed() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        chain(Authority(name="Lab TEST", now=NOW), NAME, roots=Authority(name="Lab TEST", now=NOW).pem)


@pytest.mark.parametrize("year", (2019, 2033))
def test_a_lab_at_a_simulated_time_is_believed_by_today_s_clock(year: int) -> None:
    authority = Authority(name="Lab TEST", now=NOW.replace(year=year))
    assert chain(authority, NAME, roots=authority.pem)


def test_an_interceptor_uses_one_key_for_all_names() -> None:
    for one_key in (True, False):
        authority = Authority(name="Lab TEST", now=NOW, one_key=one_key)
        keys = {
            chain(authority, f"{name}.lab.example", roots=authority.pem)[0]
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for name in ("popular-01", "popular-02")
        }
        assert len(keys) == (1 if one_key else 2)


def test_a_certificate_is_made_once() -> None:
    authority = Authority(name="Lab TEST", now=NOW)
    assert authority.context(NAME) is authority.context(NAME)
