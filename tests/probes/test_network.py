from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.network import SLOW, Network, SimulatedClock, endpoint, split_endpoint


@given(st.ip_addresses().filter(lambda ip: getattr(ip, "scope_id", None) is None), st.integers(1, 65535))
def test_an_endpoint_is_read_back_as_it_was_written(address: object, port: int) -> None:
    assert split_endpoint(endpoint(str(address), port)) == (str(address), port)


@pytest.mark.parametrize(
    "text",
    (
        *("", "dns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "1.2.3:53"),
        *("[::1", "[::", "[::1]junk", "[::1]53", "[::1]]:53", "[::1]:"),
    ),
)
def test_what_is_no_endpoint_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"has no|is no"):
        split_endpoint(text)


def test_a_default_port_is_taken_where_none_is_given() -> None:
    assert split_endpoint("192.0.2.1", 53) == ("192.0.2.1", 53)
    assert split_endpoint("2001:db8::1", 53) == ("2001:db8::1", 53)
    assert split_endpoint("[2001:db8::1]", 53) == ("2001:db8::1", 53)


def test_a_confined_door_opens_to_loopback_and_mapped_endpoints_only() -> None:
    door = Network(confined=True, connect_to={"203.0.113.7:443": "127.0.0.1:8443"})
    assert door.way("203.0.113.7", 443) == ("127.0.0.1", 8443)
    assert door.way("203.0.113.7", 80) is None
    assert door.way("1.1.1.1", 53) is None
    assert door.way("::1", 53) == ("::1", 53)


async def test_a_simulated_clock_skips_what_anybody_would_wait_for() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = SimulatedClock(start)
    await clock.sleep(3600)
    assert timedelta(hours=1) <= clock.now() - start < timedelta(hours=1, seconds=5)


def test_the_second_look_waits_as_long_as_browsers_do() -> None:
    # A handshake in Chromium and Firefox; the two tries of 5 s that glibc gives a resolver, and more.
    assert min(SLOW.tcp, SLOW.tls, SLOW.http) >= 30
    assert SLOW.dns >= 10 > max(SLOW.dns_resend)
