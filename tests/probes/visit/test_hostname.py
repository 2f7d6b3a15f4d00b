from __future__ import annotations

from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from probes.visit.hostname import names_of


def certificate(*names: str, common_name: str | None = None) -> x509.Certificate:
    issued = trustme.CA().issue_cert(*names, common_name=common_name)
    return x509.load_pem_x509_certificate(issued.cert_chain_pems[0].bytes())


@pytest.mark.parametrize(
    ("written", "name", "fits"),
    (
        ("site.lab.example", "site.lab.example", True),
        ("site.lab.example", "SITE.lab.example.", True),
        ("site.lab.example", "other.lab.example", False),
        ("site.lab.example", "lab.example", False),
        ("*.lab.example", "site.lab.example", True),
        ("*.lab.example", "a.site.lab.example", False),
        ("*.lab.example", "lab.example", False),
        ("*.lab.example", ".lab.example", False),
        ("*.example", "lab.example", False),
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::7", "2001:DB8:0::7", True),
        ("site.lab.example", "203.0.113.7", False),
    ),
)
def test_a_certificate_is_for_the_names_it_lists(*, written: str, name: str, fits: bool) -> None:
    assert names_of(certificate(written)).include(name) is fits


def test_the_common_name_does_not_count() -> None:
    made = certificate("other.lab.example", common_name="site.lab.example")
    assert not names_of(made).include("site.lab.example")


def test_a_certificate_without_alternative_names_is_for_nobody() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site.lab.example")])
    bare = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    assert not names_of(bare).include("site.lab.example")
