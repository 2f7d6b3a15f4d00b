from __future__ import annotations

import ssl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.visit.alert import alert_of_error, alert_on_the_wire

FATAL_112 = b"\x15\x03\x03\x00\x02\x02\x70"
SERVER_HELLO = b"\x16\x03\x03\x00\x04\x02\x00\x00\x00"


@pytest.mark.parametrize(
    ("received", "number"),
    (
        (b"", None),
        (FATAL_112, 112),
        (SERVER_HELLO + FATAL_112, 112),
        (b"\x15\x03\x01\x00\x02\x02\x28", 40),
        (b"\x15\x03\x03\x00\x02\x01\x70" + FATAL_112[:5] + b"\x02\x28", 40),
        (b"\x15\x03\x03\x00\x02\x01\x00", None),
        (FATAL_112[:-1], None),
        (b"\x15\x03\x03\x00\x13" + b"\x02" * 19, None),
        (b"\x14\x03\x03\x00\x01\x01" + FATAL_112, None),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", None),
        (b"\x15\x02\x03\x00\x02\x02\x70", None),
    ),
    ids=[
        "nothing",
        "at once",
        "after a hello",
        "marked TLS 1.0",
        "a warning first",
        "close_notify",
        "cut short",
        "encrypted",
        "after change_cipher_spec",
        "no TLS",
        "no version of TLS",
    ],
)
def test_an_alert_is_read_off_the_wire(received: bytes, number: int | None) -> None:
    assert alert_on_the_wire(received) == number


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_can_be_looked_at(received: bytes) -> None:
    found = alert_on_the_wire(received)
    assert found is None or 0 < found < 256


@pytest.mark.parametrize(
    ("reason", "number"),
    (
        ("TLSV1_UNRECOGNIZED_NAME", 112),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", 40),
        ("TLSV1_ALERT_PROTOCOL_VERSION", 70),
        ("TLSV1_ALERT_INTERNAL_ERROR", 80),
        ("WRONG_VERSION_NUMBER", None),
        ("TLSV13_ALERT_SOMETHING_NEW", None),
        (None, None),
    ),
)
def test_an_alert_is_known_by_its_name(reason: str | None, number: int | None) -> None:
    error = ssl.SSLError(1, "told")
    error.reason = reason  # type: ignore[assignment] # OpenSSL may give none
    assert alert_of_error(error) == number
