from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.credential import read_credential
from certificates.jwt import JwtFault
from certificates.records import Status
from certificates.statuslist import (
    BITS,
    Purpose,
    StatusListFault,
    decoded,
    draw_index,
    encoded,
    set_bits,
    status_list,
)
from tests.certificates.cast import LATER, NOW, REGISTER, Office


def made(office: Office, **changed: Any) -> str:
    given = {
        "list_url": f"{REGISTER}/status/revocation",
        "register_url": REGISTER,
        "purpose": Purpose.REVOCATION,
        "bits": (),
        "before": (),
        "issued": NOW,
        "valid_until": LATER,
        "key": office.key,
    }
    return status_list(**{**given, **changed})


@settings(max_examples=60)
@given(st.sets(st.integers(min_value=0, max_value=BITS - 1), max_size=50))
def test_a_list_is_read_back_as_it_was_written(bits: set[int]) -> None:
    assert decoded(encoded(bits)) == bits
    assert encoded(bits) == encoded(sorted(bits, reverse=True))


def test_the_first_index_is_the_leftmost_bit_of_131072() -> None:
    packed = urlsafe_b64decode(encoded({0, 9})[1:] + "==")
    raw = zlib.decompress(packed, wbits=31)
    assert (len(raw), raw[0], raw[1]) == (16_384, 0x80, 0x40)
    # Neither a time nor the name of an operating system: the same bits, the same bytes (RFC 1952, 2.3.1).
    assert packed[4:10] == b"\0\0\0\0\x02\xff"


def test_a_revocation_is_for_ever_and_a_suspension_is_not(office: Office) -> None:
    with pytest.raises(StatusListFault, match="index 5 was revoked and must stay so"):
        made(office, bits={7}, before={5, 7})
    assert made(office, bits={5, 7}, before={5})
    assert made(office, purpose=Purpose.SUSPENSION, bits=(), before={5})


def test_the_signed_list_says_whose_it_is_what_for_and_until_when(office: Office) -> None:
    found = read_credential(made(office, bits={3}), register_url=REGISTER, keys=(office.key.public_key(),))
    assert found["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert (found["issuer"], found["validFrom"]) == ("did:web:verify.example:wifi", "2026-11-22T10:05:00Z")
    subject = found["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert decoded(subject["encodedList"]) == {3}
    assert made(office, bits={3}) == made(office, bits={3})


def test_no_changed_letter_of_a_signed_list_is_overlooked(office: Office) -> None:
    text = made(office, bits={3})
    for place in range(0, len(text), 7):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(JwtFault):
            read_credential(changed, register_url=REGISTER, keys=(office.key.public_key(),))


def test_what_is_withdrawn_or_replaced_is_revoked_and_only_what_is_suspended_is_suspended() -> None:
    statuses = tuple(enumerate(Status))
    place = {status: index for index, status in statuses}
    assert set_bits(statuses, Purpose.REVOCATION) == {place[Status.WITHDRAWN], place[Status.SUPERSEDED]}
    assert set_bits(statuses, Purpose.SUSPENSION) == {place[Status.SUSPENDED]}


def test_an_index_is_drawn_among_the_free_ones_until_the_list_is_half_full() -> None:
    random = Random(1)
    taken = set(range(0, BITS, 3))
    drawn = {draw_index(taken, random.randrange) for _ in range(200)}
    assert not drawn & taken
    assert len(drawn) > 190
    with pytest.raises(StatusListFault, match="half full"):
        draw_index(range(BITS // 2), random.randrange)


@pytest.mark.parametrize("index", (-1, BITS))
def test_an_index_outside_the_list_is_a_fault(index: int) -> None:
    with pytest.raises(StatusListFault, match="outside"):
        encoded({index})


@settings(max_examples=100)
@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda data: "u" + urlsafe_b64encode(data).decode()))
def test_whatever_the_text_is_it_is_a_list_or_a_fault(text: str) -> None:
    with pytest.raises(StatusListFault):
        decoded(text)


def test_a_small_text_that_unpacks_to_something_huge_is_a_fault() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(bytes(64 * 1024 * 1024)) + packer.flush()
    with pytest.raises(StatusListFault, match="one length"):
        decoded("u" + urlsafe_b64encode(bomb).rstrip(b"=").decode())


def test_a_list_is_small_enough_for_a_phone(office: Office) -> None:
    random = Random(2)
    few, many = ({random.randrange(BITS) for _ in range(count)} for count in (20, 4_000))
    assert len(made(office, bits=few)) < 2_000
    assert len(json.dumps(made(office, bits=many))) < 16_000
