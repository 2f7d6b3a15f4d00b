from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from certificates.keys import (
    KeyFault,
    from_pem,
    key_from_seed,
    key_id,
    new_key,
    public_from_text,
    public_text,
    spoken,
    to_pem,
)


def test_a_key_survives_its_file() -> None:
    key = new_key()
    assert to_pem(from_pem(to_pem(key))) == to_pem(key)
    assert b"PRIVATE KEY" in to_pem(key)


def test_a_passphrase_is_needed_where_one_was_set() -> None:
    pem = to_pem(key_from_seed(bytes(32)), b"dera e hapur")
    assert b"ENCRYPTED" in pem
    assert from_pem(pem, b"dera e hapur").private_bytes_raw() == bytes(32)
    for wrong in (None, b"dera e mbyllur"):
        with pytest.raises(KeyFault, match="cannot be read"):
            from_pem(pem, wrong)


def test_a_passphrase_that_was_not_needed_is_said() -> None:
    with pytest.raises(KeyFault, match="cannot be read"):
        from_pem(to_pem(key_from_seed(bytes(32))), b"x")


def test_a_key_of_another_kind_is_refused() -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(KeyFault, match="not an Ed25519 key"):
        from_pem(pem)


def test_the_key_of_rfc_8032_has_the_public_key_that_the_rfc_gives() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = key_from_seed(seed).public_key()
    assert public.public_bytes_raw().hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert public_from_text(public_text(public)) == public
    assert key_id(public).startswith("ed25519:21fe31df")
    assert spoken("ed25519:0123456789") == "ed25519: 0123 4567 89"


def test_one_key_has_one_text() -> None:
    text = public_text(key_from_seed(bytes(32)).public_key())
    # The last letter before "=" carries two spare bits.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = text[:-2] + alphabet[alphabet.index(text[-2]) ^ 1] + "="
    with pytest.raises(KeyFault, match="one base64 form"):
        public_from_text(other)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=80).map(str.encode)))
def test_garbage_is_a_fault_and_never_a_key(data: bytes) -> None:
    with pytest.raises(KeyFault):
        from_pem(data)
