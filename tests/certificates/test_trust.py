from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.keys import key_from_seed, key_id, public_text, spoken
from certificates.trust import TrustFault, read_trust, sign_trust
from tests.certificates.cast import SCHEME_KEY, Office


def test_a_list_signed_by_the_configured_scheme_is_pinned(office: Office) -> None:
    trust = office.trust()
    read = read_trust(sign_trust(trust, SCHEME_KEY), scheme_key=public_text(SCHEME_KEY.public_key()))
    assert read.list == trust
    assert read.pinned


def test_without_a_configured_scheme_the_list_is_taken_on_your_word_and_shows_its_key(office: Office) -> None:
    read = read_trust(sign_trust(office.trust(), SCHEME_KEY))
    assert not read.pinned
    assert "taken on your word" in read.remark
    assert spoken(key_id(SCHEME_KEY.public_key())) in read.remark


def test_a_list_of_another_scheme_is_refused_where_one_is_configured(office: Office) -> None:
    other = key_from_seed(b"other" + bytes(27))
    data = sign_trust(office.trust(scheme_key=other), other)
    with pytest.raises(TrustFault, match="not signed by the scheme that is configured"):
        read_trust(data, scheme_key=public_text(SCHEME_KEY.public_key()))


def test_a_list_with_an_issuer_added_is_refused(office: Office) -> None:
    signed = msgspec.json.decode(sign_trust(office.trust(), SCHEME_KEY))
    signed["trust"]["issuers"].append({**signed["trust"]["issuers"][0], "name": "Dikush tjetër"})
    with pytest.raises(TrustFault, match="changed after it was signed"):
        read_trust(msgspec.json.encode(signed))


def test_a_list_is_not_signed_with_a_key_that_it_does_not_name(office: Office) -> None:
    with pytest.raises(TrustFault, match="another key"):
        sign_trust(office.trust(), key_from_seed(bytes(32)))


@given(st.binary(max_size=300))
def test_garbage_is_a_fault_and_never_trust(data: bytes) -> None:
    with pytest.raises(TrustFault):
        read_trust(data)
