from __future__ import annotations

import ipaddress

from criteria import fingerprints, released
from criteria.fingerprints import FingerprintKind
from probes.bogon import is_bogon
from probes.visit.texts import texts

LIST = fingerprints.parse(released.fingerprints_text(), source="fingerprints.toml")
PAGES = fingerprints.Pages(LIST)


def test_every_block_page_has_a_source_and_a_date_and_stands_once() -> None:
    assert all(item.source and item.seen and item.vendor for item in LIST.fingerprint)
    assert len({item.id for item in LIST.fingerprint}) == len(LIST.fingerprint)
    values = [(item.kind, value) for item in LIST.fingerprint for value in item.values]
    assert len(set(values)) == len(values)


def test_addresses_are_exact_and_public() -> None:
    for item in LIST.fingerprint:
        if item.kind is FingerprintKind.ADDRESS:
            for value in item.values:
                assert str(ipaddress.ip_address(value)) == value
                assert not is_bogon(value)


def test_the_true_address_of_the_vendors_own_test_names_is_no_block_page() -> None:
    assert PAGES.find(FingerprintKind.ADDRESS, "146.112.61.106") == "umbrella"
    assert PAGES.find(FingerprintKind.ADDRESS, "146.112.59.12") is None


def test_kinds_are_kept_apart() -> None:
    assert PAGES.find(FingerprintKind.REDIRECT, "146.112.61.106") is None
    assert PAGES.find(FingerprintKind.CNAME, "family-block.dns.adguard.com") == "adguard-home"


def test_every_text_that_is_looked_for_means_something_and_the_other_way_round() -> None:
    meant = {
        value
        for item in LIST.fingerprint
        if item.kind in (FingerprintKind.BODY, FingerprintKind.CHALLENGE)
        for value in item.values
    }
    assert meant == {item.id for item in texts().text}


def test_what_is_matched_in_lower_case_is_written_in_lower_case() -> None:
    for item in LIST.fingerprint:
        if item.kind is not FingerprintKind.BODY:
            assert all(value == value.lower() for value in item.values)


def test_a_part_of_a_location_and_the_beginning_of_a_header_are_found() -> None:
    assert PAGES.find_part("http://192.168.1.1:8008/XX/YY/ZZ/CI/abc?d=x") == "fortinet-redirect"
    assert PAGES.find_part("https://adult.example/") is None
    assert PAGES.find_header("x-squid-error", " ERR_ACCESS_DENIED 0") == "squid"
    assert PAGES.find_header("x-squid-error", "ERR_DNS_FAIL 0") is None
