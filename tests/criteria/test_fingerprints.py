from __future__ import annotations

import ipaddress

from criteria import fingerprints, released
from criteria.fingerprints import FingerprintKind
from probes.bogon import is_bogon

LIST = fingerprints.parse(released.fingerprints_text(), source="fingerprints.toml")


def test_every_block_page_has_a_source_and_a_date_and_stands_once() -> None:
    assert all(item.source and item.seen and item.vendor for item in LIST.fingerprint)
    assert len({item.id for item in LIST.fingerprint}) == len(LIST.fingerprint)
    values = [value for item in LIST.fingerprint for value in item.values]
    assert len(set(values)) == len(values)


def test_addresses_are_exact_and_public() -> None:
    for item in LIST.fingerprint:
        if item.kind is FingerprintKind.ADDRESS:
            for value in item.values:
                assert str(ipaddress.ip_address(value)) == value
                assert not is_bogon(value)


def test_the_true_address_of_the_vendors_own_test_names_is_no_block_page() -> None:
    assert LIST.find(FingerprintKind.ADDRESS, "146.112.61.106") == "umbrella"
    assert LIST.find(FingerprintKind.ADDRESS, "146.112.59.12") is None


def test_kinds_are_kept_apart() -> None:
    assert LIST.find(FingerprintKind.REDIRECT, "146.112.61.106") is None
    assert LIST.find(FingerprintKind.CNAME, "family-block.dns.adguard.com") == "adguard-home"
