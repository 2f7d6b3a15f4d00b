from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from probes import failure
from probes.visit.stores import Stores, Trust

NAME = "site.lab.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def der(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode())


def sent(certificate: trustme.LeafCert) -> tuple[bytes, ...]:
    return tuple(der(pem.bytes()) for pem in certificate.cert_chain_pems)


def stores_of(*authorities: trustme.CA) -> Stores:
    return Stores.load(tuple(authority.cert_pem.bytes().decode() for authority in authorities), system=False)


class Mint:
    """An authority that signs whatever it is asked to, also what no authority should."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Mint")])
        self.root = self.sign(self.name, self.key.public_key(), authority=True)

    @property
    def stores(self) -> Stores:
        pem = self.root.public_bytes(serialization.Encoding.PEM).decode()
        return Stores.load((pem,), system=False)

    def sign(
        self,
        subject: x509.Name,
        public: Any,
        *,
        authority: bool,
        serial: int = 7,
        usage: x509.ObjectIdentifier | None = None,
        key: Any = None,
        issuer: x509.Name | None = None,
        change: Callable[[x509.CertificateBuilder], x509.CertificateBuilder] = lambda builder: builder,
        digest: Any = None,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self.name)
            .public_key(public)
            .serial_number(serial)
            .not_valid_before(NOW - timedelta(days=30))
            .not_valid_after(NOW + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority or usage is not None:
            names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
            builder = builder.add_extension(names, critical=False)
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return change(builder).sign(key or self.key, digest or hashes.SHA256())


def raw(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def subject(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def test_a_good_chain_is_trusted_by_the_list_alone() -> None:
    authority = trustme.CA()
    judged = stores_of(authority).judge(sent(authority.issue_cert(NAME)), name=NAME, now=NOW)
    assert judged == Trust(
        pinned=False,
        listed=True,
        system=None,
        failure=None,
        problem="unable to get local issuer certificate",
    )


def test_a_chain_without_its_intermediate_is_unknown() -> None:
    root = trustme.CA()
    certificate = root.create_child_ca().issue_cert(NAME)
    judged = stores_of(root).judge(sent(certificate)[:1], name=NAME, now=NOW)
    assert (judged.listed, judged.failure) == (False, failure.SSL_AUTHORITY)


def test_the_order_of_a_chain_and_a_stranger_in_it_do_not_matter() -> None:
    root = trustme.CA()
    leaf, *others = sent(root.create_child_ca().create_child_ca().issue_cert(NAME))
    stranger = der(trustme.CA().cert_pem.bytes())
    chain = (leaf, stranger, *reversed(others))
    assert stores_of(root).judge(chain, name=NAME, now=NOW).listed is True


def test_an_intermediate_may_be_what_a_list_names() -> None:
    middle = trustme.CA().create_child_ca()
    assert stores_of(middle).judge(sent(middle.issue_cert(NAME)), name=NAME, now=NOW).listed is True


def test_a_self_signed_page_may_be_what_a_list_names() -> None:
    mint = Mint()
    certificate = mint.sign(mint.name, mint.key.public_key(), authority=False)
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    assert Stores.load((pem,), system=False).judge((raw(certificate),), name=NAME, now=NOW).listed is True
    judged = mint.stores.judge((raw(certificate),), name="else.lab.example", now=NOW)
    assert judged.listed is False


def test_self_signed_is_an_unknown_authority_in_the_words_of_openssl() -> None:
    mint = Mint()
    certificate = mint.sign(subject("Box"), mint.key.public_key(), authority=False, issuer=subject("Box"))
    judged = stores_of(trustme.CA()).judge((raw(certificate),), name=NAME, now=NOW)
    assert (judged.failure, judged.problem) == (failure.SSL_AUTHORITY, "self-signed certificate")


@pytest.mark.parametrize(
    ("now", "listed"),
    (
        (NOW - timedelta(days=31), False),
        (NOW - timedelta(days=29), True),
        (NOW + timedelta(days=29), True),
        (NOW + timedelta(days=31), False),
    ),
)
def test_dates_are_judged_at_the_time_that_is_handed_in(*, now: datetime, listed: bool) -> None:
    mint = Mint()
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    chain = (raw(mint.sign(subject("Page"), key, authority=False)),)
    stores = mint.stores
    # Twice and between others: the time of one judging does not stick to the next.
    for moment in (NOW, now, NOW + timedelta(days=900), now):
        judged = stores.judge(chain, name=NAME, now=moment)
    assert judged.listed is listed
    assert judged.failure == (None if listed else failure.SSL_CERTIFICATE)


def test_what_was_found_in_a_chain_is_not_found_for_another_name_time_or_store() -> None:
    authority, other = trustme.CA(), trustme.CA()
    chain = sent(authority.issue_cert(NAME, not_after=NOW + timedelta(days=1)))
    stores = stores_of(authority)
    for _ in range(2):
        assert stores.judge(chain, name=NAME, now=NOW).listed is True
        assert stores.judge(chain, name="other.lab.example", now=NOW).failure == failure.SSL_HOSTNAME
        late = stores.judge(chain, name=NAME, now=NOW + timedelta(days=2))
        assert (late.listed, late.failure) == (False, failure.SSL_CERTIFICATE)
        assert stores_of(other).judge(chain, name=NAME, now=NOW).failure == failure.SSL_AUTHORITY


def test_a_wrong_name_is_said_before_a_wrong_date() -> None:
    authority = trustme.CA()
    old = authority.issue_cert("else.lab.example", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    assert stores_of(authority).judge(sent(old), name=NAME, now=NOW).failure == failure.SSL_HOSTNAME


def test_a_page_certificate_cannot_vouch_for_another() -> None:
    mint = Mint()
    page_key = ec.generate_private_key(ec.SECP256R1())
    page = mint.sign(subject("Page"), page_key.public_key(), authority=False)
    forged = mint.sign(
        subject("Forged"),
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        authority=False,
        key=page_key,
        issuer=subject("Page"),
    )
    judged = mint.stores.judge((raw(forged), raw(page)), name=NAME, now=NOW)
    assert (judged.listed, judged.failure) == (False, failure.SSL_CERTIFICATE)


def test_a_borrowed_issuer_name_is_not_a_signature() -> None:
    mint, impostor = Mint(), Mint()
    forged = impostor.sign(subject("Page"), impostor.key.public_key(), authority=False)
    assert mint.stores.judge((raw(forged),), name=NAME, now=NOW).listed is False


@pytest.mark.parametrize(
    ("usage", "listed"),
    ((ExtendedKeyUsageOID.SERVER_AUTH, True), (ExtendedKeyUsageOID.CLIENT_AUTH, False), (None, True)),
)
@pytest.mark.parametrize("where", ("leaf", "authority"))
def test_a_certificate_for_something_else_identifies_no_server(
    *, usage: x509.ObjectIdentifier | None, listed: bool, where: str
) -> None:
    mint = Mint()
    key = ec.generate_private_key(ec.SECP256R1())
    if where == "leaf":
        chain = (raw(mint.sign(subject("Page"), key.public_key(), authority=False, usage=usage)),)
    else:
        middle = mint.sign(subject("Middle"), key.public_key(), authority=True, usage=usage)
        leaf = mint.sign(
            subject("Page"), mint.key.public_key(), authority=False, key=key, issuer=subject("Middle")
        )
        chain = (raw(leaf), raw(middle))
    judged = mint.stores.judge(chain, name=NAME, now=NOW)
    assert judged.listed is listed
    assert judged.failure == (None if listed else failure.SSL_CERTIFICATE)


def signed_again(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    """The same certificate over SHA-1, which no library will sign any more."""
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    tbs = certificate.tbs_certificate_bytes.replace(sha256, sha1)
    signature = key.sign(tbs, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - what must be refused
    whole = raw(certificate).replace(sha256, sha1)
    return whole.replace(certificate.signature, signature)


def test_a_signature_over_a_broken_digest_is_not_trusted() -> None:
    mint = Mint()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    middle = mint.sign(subject("Middle"), key.public_key(), authority=True)
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    leaf = mint.sign(subject("Page"), public, authority=False, key=key, issuer=subject("Middle"))
    assert mint.stores.judge((raw(leaf), raw(middle)), name=NAME, now=NOW).listed is True
    weak = signed_again(leaf, key)
    judged = mint.stores.judge((weak, raw(middle)), name=NAME, now=NOW)
    assert (judged.listed, judged.failure) == (False, failure.SSL_CERTIFICATE)


def test_a_broken_certificate_beside_a_good_chain_is_left_out() -> None:
    authority = trustme.CA()
    chain = (*sent(authority.issue_cert(NAME)), b"\x30\x03\x02\x01\x01")
    assert stores_of(authority).judge(chain, name=NAME, now=NOW).listed is True


def test_rsa_chains_are_judged_like_others() -> None:
    mint = Mint()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    middle = mint.sign(subject("Middle"), key.public_key(), authority=True)
    leaf = mint.sign(
        subject("Page"), mint.key.public_key(), authority=False, key=key, issuer=subject("Middle")
    )
    assert isinstance(leaf.signature_algorithm_parameters, padding.PKCS1v15)
    assert mint.stores.judge((raw(leaf), raw(middle)), name=NAME, now=NOW).listed is True


def test_no_chain_and_no_certificate_are_untrusted() -> None:
    stores = stores_of(trustme.CA())
    for chain in ((), (b"",), (b"\x30\x03\x02\x01\x01",)):
        judged = stores.judge(chain, name=NAME, now=NOW)
        assert (judged.pinned, judged.listed, judged.failure) == (False, False, failure.SSL_CERTIFICATE)


@given(position=st.integers(min_value=0, max_value=600), value=st.integers(min_value=1, max_value=255))
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_leaves_a_chain_trusted(position: int, value: int) -> None:
    chain = bytearray(_CHAIN[0])
    position %= len(chain)
    chain[position] ^= value
    judged = _STORES.judge((bytes(chain),), name=NAME, now=NOW)
    assert judged.listed is False
    assert judged.failure is not None


_MINT = Mint()
_STORES = _MINT.stores
_CHAIN = (
    raw(_MINT.sign(subject("Page"), ec.generate_private_key(ec.SECP256R1()).public_key(), authority=False)),
)


def test_the_chain_that_is_changed_above_is_trusted_unchanged() -> None:
    assert _STORES.judge(_CHAIN, name=NAME, now=NOW).listed is True
