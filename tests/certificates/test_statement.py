from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.keys import key_from_seed, public_text
from certificates.records import Status
from certificates.statement import About, Told, read_statement, sign_statement, told_about
from certificates.trust import TrustedIssuer
from certificates.trustlist import ended, with_issuer
from probes.records import digest
from tests.certificates.cast import ISSUER, NOW, Office

DAY = timedelta(days=1)
OTHER = key_from_seed(b"other" + bytes(27))


def statement(office: Office, status: Status = Status.SUSPENDED, **changed: Any) -> bytes:
    given: dict[str, Any] = {"since": NOW + DAY, "now": NOW + 2 * DAY, "good_for": DAY, "key": office.key}
    return sign_statement(office.issue().certificate, status, **{**given, **changed})


def ask(office: Office, data: bytes, **changed: Any) -> Told:
    given: dict[str, Any] = {
        "certificate": office.issue().certificate,
        "trust": office.trust(),
        "now": NOW + 2 * DAY,
    }
    return read_statement(data, **{**given, **changed})


@pytest.mark.parametrize("status", list(Status))
def test_what_the_issuer_says_is_believed_while_it_is_fresh(office: Office, status: Status) -> None:
    assert ask(office, statement(office, status)).status is status
    assert ask(office, statement(office, status), trust=None).status is status


def test_an_answer_that_was_kept_back_says_nothing(office: Office) -> None:
    old = statement(office, Status.VALID)
    found = ask(office, old, now=NOW + 4 * DAY)
    assert found.status is None
    assert "kept back" in found.remark
    assert ask(office, statement(office, now=NOW + 9 * DAY)).status is None


def test_a_stranger_says_nothing_about_it(office: Office) -> None:
    forged = statement(office, Status.VALID, key=OTHER)
    assert ask(office, forged).status is None
    assert ask(office, forged, trust=None).status is None


def test_the_issuer_s_next_key_may_speak_for_the_certificates_of_the_one_before(office: Office) -> None:
    entry = TrustedIssuer(
        name=ISSUER,
        key=public_text(OTHER.public_key()),
        valid_from=NOW,
        valid_until=NOW + 700 * DAY,
    )
    trust = with_issuer(office.trust(), entry)
    assert ask(office, statement(office, key=OTHER), trust=trust).status is Status.SUSPENDED
    # A key for tests is kept with less care: it lifts no suspension of a real certificate.
    tests = with_issuer(office.trust(), msgspec.structs.replace(entry, test=True))
    assert ask(office, statement(office, Status.VALID, key=OTHER), trust=tests).status is None
    stranger = with_issuer(office.trust(), msgspec.structs.replace(entry, name="Dikush tjetër"))
    assert ask(office, statement(office, key=OTHER), trust=stranger).status is None


def test_a_key_that_leaked_says_nothing_more_whatever_date_it_writes(office: Office) -> None:
    certificate = office.issue().certificate
    trust = ended(office.trust(), certificate.issuer.key, since=NOW + 3 * DAY, only=(digest(certificate),))
    assert ask(office, statement(office, Status.VALID), trust=trust).status is None


def test_the_answer_about_another_certificate_says_nothing(office: Office) -> None:
    other = office.issue(number="FW-2026-000124").certificate
    assert ask(office, statement(office), certificate=other).status is None


def test_no_flipped_byte_is_overlooked(office: Office) -> None:
    data = statement(office)
    for place in range(0, len(data), 5):
        bent = bytearray(data)
        bent[place] ^= 1
        assert ask(office, bytes(bent)).status is None


@given(st.binary(max_size=300))
def test_garbage_says_nothing_and_raises_nothing(data: bytes) -> None:
    about = About(number="FW-1", certificate=None, key="", issuers=(), test=False)
    assert told_about(data, about, trust=None, now=NOW).status is None
