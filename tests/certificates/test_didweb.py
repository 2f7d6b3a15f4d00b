from __future__ import annotations

import json
from datetime import timedelta

import pytest

from certificates.didweb import IssuerKey, did_document, did_key, did_path, did_web, method_id
from certificates.keys import key_from_seed, public_text
from tests.certificates.cast import NOW

KEYS = tuple(key_from_seed(bytes([number]) * 32).public_key() for number in range(3))


@pytest.mark.parametrize(
    ("url", "did", "path"),
    (
        ("https://register.example", "did:web:register.example", ".well-known/did.json"),
        ("https://register.example/", "did:web:register.example", ".well-known/did.json"),
        ("https://Register.example:8443/a/b/", "did:web:register.example%3A8443:a:b", "a/b/did.json"),
    ),
)
def test_the_address_of_the_register_is_the_name_of_the_issuer(url: str, did: str, path: str) -> None:
    assert (did_web(url), did_path(url)) == (did, path)


@pytest.mark.parametrize("url", ("http://register.example", "https://", "https://a.example/?q=1", "did.json"))
def test_an_address_that_nobody_could_trust_has_no_name(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        did_web(url)


def test_old_keys_stay_with_the_end_of_their_time_and_a_leaked_one_asserts_nothing() -> None:
    replaced, leaked, current = (public_text(key) for key in KEYS)
    document = json.loads(
        did_document(
            "https://register.example",
            (
                IssuerKey(key=replaced, valid_from=NOW, valid_until=NOW + timedelta(days=30)),
                IssuerKey(key=leaked, valid_from=NOW + timedelta(days=30), revoked=NOW + timedelta(days=40)),
                IssuerKey(key=current, valid_from=NOW + timedelta(days=40)),
            ),
        )
    )
    did = "did:web:register.example"
    names = {name: method_id(did, key) for name, key in zip(("old", "leaked", "new"), KEYS, strict=True)}
    methods = {method["id"]: method for method in document["verificationMethod"]}
    assert list(methods) == [names["new"], names["leaked"], names["old"]]
    assert document["assertionMethod"] == [names["new"], names["old"]]
    assert document["alsoKnownAs"] == [did_key(KEYS[2]), did_key(KEYS[0])]
    assert methods[names["old"]]["expires"] == "2026-12-22T10:05:00Z"
    assert methods[names["leaked"]]["revoked"] == "2027-01-01T10:05:00Z"
    assert "expires" not in methods[names["new"]]
    assert {method["publicKeyJwk"]["crv"] for method in methods.values()} == {"Ed25519"}


def test_the_document_is_the_same_bytes_whatever_the_order_of_the_keys() -> None:
    keys = [
        IssuerKey(key=public_text(key), valid_from=NOW + timedelta(days=place))
        for place, key in enumerate(KEYS)
    ]
    forward, backward = (
        did_document("https://a.example", tuple(keys)),
        did_document("https://a.example", tuple(keys[::-1])),
    )
    assert forward == backward
