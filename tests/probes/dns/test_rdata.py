from __future__ import annotations

import struct

import pytest

from probes.dns.names import WireError
from probes.dns.rdata import generic, present, type_name, type_number


def test_a_type_has_a_name_and_a_number() -> None:
    assert [type_number(name) for name in ("A", "AAAA", "HTTPS", "TYPE1", "TYPE65280")] == [
        1,
        28,
        65,
        1,
        65280,
    ]
    assert [type_name(number) for number in (1, 28, 65, 65280)] == ["A", "AAAA", "HTTPS", "TYPE65280"]


def test_an_unknown_type_is_kept_octet_by_octet() -> None:
    assert generic(b"\xab\xcd\xef") == r"\# 3 abcdef"
    assert generic(b"") == r"\# 0"


def test_an_address_of_another_class_is_no_internet_address() -> None:
    assert present(b"\1\2\3\4", 0, 4, 1, {}, rrclass=3) == r"\# 4 01020304"


def test_the_designation_of_an_encrypted_resolver_can_be_read() -> None:
    # RFC 9461 section 7, the second example, with the address hint of RFC 9462.
    target = b"\3dns\7example\0"
    parameters = [
        (1, b"\2h2\2h3"),
        (4, b"\xc0\0\2\1\xc0\0\2\2"),
        (7, b"/q{?dns}"),
    ]
    rdata = b"\0\1" + target + b"".join(struct.pack("!HH", k, len(v)) + v for k, v in parameters)
    assert (
        present(rdata, 0, len(rdata), 64, {}, rrclass=1)
        == '1 dns.example alpn="h2,h3" ipv4hint="192.0.2.1,192.0.2.2" dohpath="/q{?dns}"'
    )


@pytest.mark.parametrize(
    ("rrtype", "rdata"),
    (
        (1, b"\1\2\3"),
        (1, b"\1\2\3\4\5"),
        (28, b"\0" * 15),
        (5, b"\1a\0\0"),
        (5, b"\1a"),
        (6, b"\0\0" + b"\0" * 19),
        (6, b"\0\0" + b"\0" * 21),
        (15, b"\0"),
        (15, b"\0\1\0\0"),
        (16, b""),
        (16, b"\5abc"),
        (64, b"\0\1"),
        (64, b"\0\1\0\0\1"),
        (64, b"\0\1\0\0\1\0\5\2h2"),
        (64, b"\0\1\0\0\3\0\2\0\1\0\1\0\3\2h2"),
        (64, b"\0\1\0\0\4\0\3\1\2\3"),
        (64, b"\0\1\0\0\6\0\3\1\2\3"),
        (64, b"\0\1\0\0\3\0\1\1"),
        (64, b"\0\1\0\0\0\0\1\1"),
        (64, b"\0\1\0\0\1\0\2\5h"),
    ),
)
def test_data_that_does_not_fit_its_type_is_malformed(rrtype: int, rdata: bytes) -> None:
    with pytest.raises((WireError, IndexError, struct.error)):
        present(rdata, 0, len(rdata), rrtype, {}, rrclass=1)
