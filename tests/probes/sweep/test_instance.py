"""The identifier of a server is read from whatever comes, or nothing is."""

from __future__ import annotations

import dns.edns
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.sweep.instance import told


def answered(identifier: bytes | None) -> bytes:
    query = dns.message.make_query(".", "SOA", use_edns=0)
    reply = dns.message.make_response(query)
    options = [dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "x")]
    if identifier is not None:
        options.append(dns.edns.GenericOption(dns.edns.OptionType.NSID, identifier))  # type: ignore[arg-type]  # both are options
    reply.use_edns(0, options=list(options))
    return reply.to_wire()


@pytest.mark.parametrize(
    ("identifier", "text"),
    ((b"fra-3", "fra-3"), (b"\x00\xff", "00ff"), (b"", None), (None, None), (b"a" * 400, "a" * 200)),
)
def test_an_identifier_is_text_or_hexadecimal(identifier: bytes | None, text: str | None) -> None:
    assert told(answered(identifier)) == text


@given(st.binary(max_size=80), st.integers(0, 60))
def test_whatever_comes_is_an_identifier_or_none(rest: bytes, cut: int) -> None:
    wire = answered(b"fra-3")
    assert told(wire[:cut] + rest) is None or isinstance(told(wire[:cut] + rest), str)
