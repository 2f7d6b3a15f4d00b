from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.keys import key_from_seed, key_id, public_text
from certificates.reference import ReferenceFault, from_file, to_file
from criteria.records import Reference, ReferenceEntry
from probes.records import encode

KEY = key_from_seed(bytes(range(32)))
STRANGER = key_from_seed(bytes(range(1, 33)))
PUBLIC = public_text(KEY.public_key())
REFERENCE = Reference(
    id="2026-11-22-abcdef01",
    taken=datetime(2026, 11, 22, 9, tzinfo=UTC),
    vantage="a server in Vienna",
    entries=(
        ReferenceEntry(name="a.example", alive=True, addresses=("192.0.2.1", "2001:db8::1")),
        ReferenceEntry(name="b.example", alive=False),
        ReferenceEntry(name="ë.example", alive=None, why="no clear answer"),
    ),
    resolvers=("192.0.2.53:53",),
)
SIGNED = to_file(REFERENCE, KEY)


def test_a_signed_reference_comes_back_with_its_signer() -> None:
    known = from_file(SIGNED, trusted=[PUBLIC])
    assert known.reference == REFERENCE
    assert known.signer == key_id(KEY.public_key())
    assert known.trusted
    assert known.objection is None


def test_a_key_inside_a_reference_is_no_reason_to_trust_it() -> None:
    for trusted in ((), (public_text(STRANGER.public_key()),)):
        known = from_file(SIGNED, trusted=trusted)
        assert not known.trusted
        assert known.objection == "reference signed by a key that is not trusted"


def test_an_unsigned_reference_is_read_and_objected_to() -> None:
    known = from_file(to_file(REFERENCE), trusted=[PUBLIC])
    assert known.reference == REFERENCE
    assert (known.signer, known.trusted, known.objection) == (None, False, "reference unsigned")


def test_an_unsigned_reference_may_be_written_by_hand() -> None:
    data = b'{"id": "x", "taken": "2026-11-22T09:00:00Z", "vantage": "v", "entries": []}'
    assert from_file(data).reference.id == "x"


@given(place=st.integers(min_value=0, max_value=len(SIGNED) - 1), bit=st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_anywhere_is_refused(place: int, bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[place] ^= 1 << bit
    with pytest.raises(ReferenceFault):
        from_file(bytes(changed), trusted=[PUBLIC])


@given(place=st.integers(min_value=0, max_value=len(SIGNED)), extra=st.binary(min_size=1, max_size=3))
def test_bytes_put_in_anywhere_are_refused(place: int, extra: bytes) -> None:
    with pytest.raises(ReferenceFault):
        from_file(SIGNED[:place] + extra + SIGNED[place:], trusted=[PUBLIC])


@given(cut=st.integers(min_value=0, max_value=len(SIGNED) - 1))
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(ReferenceFault):
        from_file(SIGNED[:cut], trusted=[PUBLIC])


@given(data=st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_sentence(data: bytes) -> None:
    with pytest.raises(ReferenceFault) as fault:
        from_file(data)
    assert str(fault.value).endswith(".")


def test_a_deeply_nested_file_is_a_sentence() -> None:
    with pytest.raises(ReferenceFault):
        from_file(b'{"a":' * 100_000)


def test_the_signature_of_another_reference_does_not_fit() -> None:
    other = json.loads(to_file(msgspec.structs.replace(REFERENCE, vantage="elsewhere"), KEY))
    mixed = json.loads(SIGNED)
    mixed["signature"] = other["signature"]
    data = msgspec.json.format(msgspec.json.encode(mixed, order="sorted"), indent=2) + b"\n"
    with pytest.raises(ReferenceFault, match="forged"):
        from_file(data, trusted=[PUBLIC])


def test_a_strangers_key_under_a_trusted_name_is_refused() -> None:
    signed = json.loads(to_file(REFERENCE, STRANGER))
    signed["signature"]["key_id"] = key_id(KEY.public_key())
    data = msgspec.json.format(msgspec.json.encode(signed, order="sorted"), indent=2) + b"\n"
    with pytest.raises(ReferenceFault, match="does not agree"):
        from_file(data, trusted=[PUBLIC])


def test_a_signature_over_the_bare_json_is_none_over_a_reference() -> None:
    import base64

    signed = json.loads(SIGNED)
    signed["signature"]["value"] = base64.b64encode(KEY.sign(encode(REFERENCE))).decode()
    data = msgspec.json.format(msgspec.json.encode(signed, order="sorted"), indent=2) + b"\n"
    with pytest.raises(ReferenceFault, match="forged"):
        from_file(data, trusted=[PUBLIC])
