from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.vantage.encrypted import browser_policy, is_strict, resolvectl_strict, resolved_conf


@pytest.mark.parametrize(
    ("text", "strict"),
    (
        ("[Resolve]\nDNSOverTLS=yes\n", True),
        ("[Resolve]\nDNSOverTLS=opportunistic\n", False),
        ("[Resolve]\n#DNSOverTLS=yes\n", False),
        ("[Network]\nDNSOverTLS=yes\n", False),
        ("[Resolve]\nDNSOverTLS=yes\nDNSOverTLS=\n", False),
        ("", False),
    ),
)
def test_resolved_insists_on_encryption_only_where_it_says_yes(text: str, *, strict: bool) -> None:
    assert is_strict(resolved_conf(text)) is strict


def test_resolvectl_names_the_links_that_insist() -> None:
    assert resolvectl_strict("Global: no\nLink 2 (wlan0): yes\nLink 3 (eth0): opportunistic\n") == ("wlan0",)


@pytest.mark.parametrize(
    ("text", "asks"),
    (
        ('{"policies": {"DNSOverHTTPS": {"Enabled": true}}}', True),
        ('{"policies": {"DNSOverHTTPS": {"Enabled": false, "Locked": true}}}', False),
        ('{"DnsOverHttpsMode": "secure"}', True),
        ('{"DnsOverHttpsMode": "automatic"}', False),
        ('{"DnsOverHttpsMode": "off"}', False),
        ("[1]", False),
        ("{", False),
    ),
)
def test_a_policy_that_sends_a_browsers_names_elsewhere_is_seen(text: str, *, asks: bool) -> None:
    assert (browser_policy(text) is not None) is asks


@given(st.text(max_size=200))
def test_no_text_breaks_a_reader(text: str) -> None:
    resolved_conf(text)
    resolvectl_strict(text)
    browser_policy(text)
