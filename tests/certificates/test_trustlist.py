from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.keys import key_from_seed, public_text
from certificates.trust import TrustedIssuer, TrustFault, TrustList, read_trust, sign_trust
from certificates.trustlist import (
    begun,
    dated,
    ended,
    require_not_older,
    with_issuer,
    with_standard,
    without_issuer,
    without_standard,
)
from tests.certificates.cast import NOW, SCHEME_KEY

SCHEME = public_text(SCHEME_KEY.public_key())
STANDARD = "sha256:" + "5" * 64
ONE, OTHER = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def entry(number: int = 1, *, days: int = 365, name: str = "Shoqata") -> TrustedIssuer:
    key = public_text(key_from_seed(bytes([number]) * 32).public_key())
    return TrustedIssuer(name=name, key=key, valid_from=NOW, valid_until=NOW + timedelta(days=days))


def full() -> TrustList:
    return with_standard(with_issuer(begun("Skema", SCHEME, now=NOW), entry()), STANDARD)


def test_a_list_is_begun_filled_signed_and_read_again() -> None:
    trust = read_trust(sign_trust(full(), SCHEME_KEY), scheme_key=SCHEME).list
    assert trust == full()
    assert without_standard(without_issuer(trust, entry().key), STANDARD) == begun("Skema", SCHEME, now=NOW)


def test_a_key_is_listed_once_and_for_one_issuer() -> None:
    longer = with_issuer(full(), entry(days=700))
    assert [item.valid_until for item in longer.issuers] == [NOW + timedelta(days=700)]
    with pytest.raises(TrustFault, match="one key, one issuer"):
        with_issuer(full(), entry(name="Dikush tjetër"))


def test_the_scheme_s_own_key_signs_no_certificates() -> None:
    mine = TrustedIssuer(name="Skema", key=SCHEME, valid_from=NOW, valid_until=NOW + timedelta(days=1))
    with pytest.raises(TrustFault, match="own key"):
        with_issuer(full(), mine)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(TrustFault, match="before it begins"):
        with_issuer(full(), entry(2, days=0))


def test_a_key_that_leaked_ends_and_keeps_what_is_named() -> None:
    since = NOW + timedelta(days=30)
    after = ended(full(), entry().key, since=since, only=(ONE,)).issuers[0]
    assert (after.valid_until, after.only) == (since, (ONE,))


def test_a_key_that_leaked_never_comes_back_and_never_keeps_more() -> None:
    leaked = ended(full(), entry().key, since=NOW + timedelta(days=30), only=(ONE,))
    with pytest.raises(TrustFault, match="lost or leaked"):
        with_issuer(leaked, entry())
    again = ended(leaked, entry().key, since=NOW + timedelta(days=60), only=(ONE, OTHER)).issuers[0]
    assert (again.valid_until, again.only) == (NOW + timedelta(days=30), (ONE,))
    rotated = ended(leaked, entry().key, since=NOW + timedelta(days=60), only=None).issuers[0]
    assert rotated.only == (ONE,)


def test_a_key_that_leaked_before_it_was_listed_signs_nothing_and_is_remembered() -> None:
    trust = ended(full(), entry().key, since=NOW - timedelta(days=1), only=())
    (gone,) = trust.issuers
    assert not any(gone.signs_at(NOW + timedelta(hours=hours)) for hours in range(-48, 48))
    with pytest.raises(TrustFault, match="lost or leaked"):
        with_issuer(trust, entry())


@pytest.mark.parametrize(
    "change", (without_issuer, lambda trust, key: ended(trust, key, since=NOW, only=None))
)
def test_what_is_not_listed_cannot_be_taken_off(change: object) -> None:
    with pytest.raises(TrustFault, match="does not hold"):
        change(full(), entry(9).key)  # type: ignore[operator]
    with pytest.raises(TrustFault, match="does not hold"):
        without_standard(full(), ONE)


@settings(max_examples=50)
@given(st.integers(-90, 90))
def test_a_list_never_goes_back_behind_one_that_was_seen(minutes: int) -> None:
    seen = full()
    now = NOW + timedelta(minutes=minutes)
    if minutes > 0:
        made = dated(with_issuer(seen, entry(2)), now=now, previous=seen)
        require_not_older(made, seen)
        with pytest.raises(TrustFault, match="newer one"):
            require_not_older(seen, made)
    else:
        with pytest.raises(TrustFault):
            dated(with_issuer(seen, entry(2)), now=now, previous=seen)


def test_two_lists_of_one_time_are_refused_and_those_of_another_scheme_are_not_compared() -> None:
    require_not_older(full(), full())
    with pytest.raises(TrustFault, match="same time"):
        require_not_older(with_issuer(full(), entry(2)), full())
    other = begun("Tjetër", public_text(key_from_seed(bytes(32)).public_key()), now=NOW - timedelta(days=9))
    require_not_older(other, full())
