from __future__ import annotations

import ssl
from types import SimpleNamespace
from typing import Any, cast

import trustme
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
