from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.keys import KeyFault, from_pem, key_from_seed, to_pem
from tests.conftest import require_server

PASSPHRASE = "Drini i Zi, 1908"


def test_openssl_opens_a_sealed_key_and_names_how_its_passphrase_is_stretched(tmp_path: Path) -> None:
    file, secret = tmp_path / "key.pem", tmp_path / "passphrase"
    file.write_bytes(to_pem(key_from_seed(bytes(range(32))), PASSPHRASE.encode()))
    secret.write_text(PASSPHRASE, encoding="utf-8")
    openssl = require_server("openssl")
    done = subprocess.run(
        [openssl, "pkey", "-in", file, "-passin", f"file:{secret}", "-outform", "DER"],
        check=True,
        capture_output=True,
    )
    assert done.stdout.endswith(bytes(range(32)))
    shown = subprocess.run(
        [openssl, "asn1parse", "-in", file], check=True, capture_output=True, text=True
    ).stdout
    assert "1.3.6.1.4.1.11591.4.11" in shown or "scrypt" in shown
    assert "aes-256-cbc" in shown


def test_two_sealings_of_one_key_share_nothing() -> None:
    key = key_from_seed(bytes(32))
    one, other = (to_pem(key, b"dera e hapur").split(b"\n")[1:-2] for _ in range(2))
    assert not set(one) & set(other)


@settings(max_examples=10)
@given(passphrase=st.binary(min_size=1, max_size=80), seed=st.binary(min_size=32, max_size=32))
def test_any_passphrase_opens_what_it_sealed(passphrase: bytes, seed: bytes) -> None:
    pem = to_pem(key_from_seed(seed), passphrase)
    assert from_pem(pem, passphrase).private_bytes_raw() == seed
    with pytest.raises(KeyFault):
        from_pem(pem, passphrase + b"x")
