from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from certificates.records import (
    Certificate,
    SignedCertificate,
    end_of_day_after,
    plain,
    whole_seconds,
)
from certificates.signing import to_file
from probes.records import decode, encode
from tests.certificates.cast import Office


def changed(office: Office, **fields: object) -> bytes:
    """The JSON of a certificate with some fields replaced, unsigned."""
    content = msgspec.to_builtins(office.issue().certificate)
    return msgspec.json.encode({**content, **fields})


def test_the_canonical_bytes_are_those_of_rfc_8785(office: Office) -> None:
    certificate = office.issue().certificate
    content = msgspec.json.decode(encode(certificate))
    assert rfc8785.dumps(content) == encode(certificate)


def test_a_certificate_comes_back_from_its_json(office: Office) -> None:
    signed = office.issue()
    assert decode(to_file(signed), SignedCertificate) == signed


@pytest.mark.parametrize(
    ("field", "value"),
    (
        ("place", "Bibliotekae\u0308"),
        ("place", "Kafe\u202eaporuE"),
        ("place", "two  spaces"),
        ("place", "x" * 201),
        ("number", "lower-case"),
        ("url", "http://verify.example/1"),
        ("url", "javascript:alert(1)"),
        ("url", "https://verify.example/1\n"),
        ("ssids", []),
        ("claims", []),
        ("limits", []),
        ("status", "suspended"),
        ("status", "provisional"),
        ("provisional_because", ["It is not."]),
        ("issued", "2026-11-22T10:05:00+01:00"),
        ("issued", "2026-11-22T10:05:00"),
        ("issued", "2026-11-22T10:05:00.5Z"),
        ("issued", "0001-01-01T00:00:00+14:00"),
        ("valid_until", "2026-11-22T10:05:00Z"),
        ("schema", "friendlywifi/certificate/2"),
        ("score", 97),
    ),
)
def test_a_record_that_no_face_should_show_is_refused(office: Office, field: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(changed(office, **{field: value}), Certificate)


def test_a_record_as_it_was_made_is_accepted(office: Office) -> None:
    assert decode(changed(office), Certificate) == office.issue().certificate


@given(st.text())
@example("0 \x1b\r0")
@example("e\u200d\u0301")
def test_plain_text_is_composed_visible_and_plain_already(text: str) -> None:
    made = plain(text)
    assert unicodedata.is_normalized("NFC", made)
    assert plain(made) == made
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") for char in made)


def test_albanian_letters_survive_in_their_composed_form() -> None:
    assert plain("Fe\u0308mije\u0308 C\u0327aj") == "Fëmijë Çaj"


def test_a_certificate_ends_with_a_day_and_not_within_it() -> None:
    start = datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert whole_seconds(start) == datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert end_of_day_after(start, 90) == datetime(2027, 2, 19, 23, 59, 59, tzinfo=UTC)
