"""The sign at the door, without a network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.keys import key_from_seed, public_text
from certificates.records import Status
from certificates.statement import sign_statement
from certificates.trust import TrustList
from certificates.verify import Verification, VerificationOutcome
from certificates.verify_code import verify_code
from probes.records import digest
from tests.certificates.cast import LATER, NOW, Office, proofs

GENUINE, REFUSED, NOT_RECOGNISED = VerificationOutcome


def ask(text: str, trust: TrustList | None, **changed: Any) -> Verification:
    return verify_code(text, **{"trust": trust, "now": LATER, "allow_test": False, **changed})


@pytest.fixture(scope="module")
def text(office: Office) -> str:
    return proofs(office.issue()).code


def test_a_genuine_code_says_that_suspension_was_not_checked(office: Office, text: str) -> None:
    found = ask(text, office.trust())
    assert (found.outcome, found.exit_code, found.status_checked) == (GENUINE, 0, False)
    assert "is genuine, valid until 22 November 2027; suspension not checked" in found.sentence
    assert any("Rruga Gjin Zenebisi" in detail for detail in found.details)


def test_without_a_list_of_issuers_nothing_is_said(text: str) -> None:
    found = ask(text, None)
    assert (found.outcome, found.exit_code) == (NOT_RECOGNISED, 3)


def test_a_code_shows_not_whether_its_standard_is_recognised_and_says_so(office: Office, text: str) -> None:
    found = ask(text, office.trust())
    assert found.outcome is GENUINE
    assert any("whether the scheme recognises it" in detail for detail in found.details)
    nobody = msgspec.structs.replace(office.trust(), standards=())
    assert (ask(text, nobody).outcome, ask(text, nobody).exit_code) == (NOT_RECOGNISED, 3)


def test_a_code_of_a_stranger_is_refused(office: Office, text: str) -> None:
    stranger = public_text(key_from_seed(b"s" * 32).public_key())
    assert ask(text, office.trust(key=stranger)).outcome is REFUSED


@pytest.mark.parametrize("now", (NOW - timedelta(days=2), NOW + timedelta(days=400)))
def test_a_code_out_of_its_time_is_refused(office: Office, text: str, now: datetime) -> None:
    assert ask(text, office.trust(), now=now).outcome is REFUSED


def test_a_key_that_was_not_in_force_on_the_day_of_issue_signs_nothing(office: Office, text: str) -> None:
    later = office.trust(valid_from=datetime(2026, 11, 23, tzinfo=UTC))
    earlier = office.trust(valid_until=datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC))
    for trust in (later, earlier):
        found = ask(text, trust)
        assert found.outcome is REFUSED
        assert "not in force on 22 November 2026" in found.sentence
    # The code holds the day alone: a key of that very day may have signed it.
    assert ask(text, office.trust(valid_from=NOW)).outcome is GENUINE


def test_a_test_code_says_so_and_is_refused_unless_tests_are_allowed(office: Office) -> None:
    code = proofs(office.issue(test=True)).code
    assert ask(code, office.trust()).outcome is REFUSED
    found = ask(code, office.trust(), allow_test=True)
    assert found.outcome is GENUINE
    assert "TEST" in found.sentence


def test_a_key_for_tests_makes_no_real_code_genuine(office: Office, text: str) -> None:
    found = ask(text, office.trust(test=True), allow_test=True)
    assert found.outcome is REFUSED
    assert "TEST certificates only" in found.sentence


def test_after_a_leak_a_code_shows_nothing_since_it_does_not_say_which_certificate_it_is_of(
    office: Office, text: str
) -> None:
    """A thief dates what they sign before the leak, and the code has no digest that could be looked up."""
    name = digest(office.issue().certificate)
    for only in ((), (name,)):
        found = ask(text, office.trust(valid_until=NOW + timedelta(days=1), only=only))
        assert (found.outcome, found.exit_code) == (NOT_RECOGNISED, 3)
        assert "lost or leaked" in found.sentence
    # A listing of the same key for tests gives nothing back.
    trust = office.trust(only=())
    both = (*trust.issuers, *office.trust(test=True).issuers)
    assert ask(text, msgspec.structs.replace(trust, issuers=both)).outcome is not GENUINE


def test_an_entry_with_a_broken_key_is_passed_over(office: Office, text: str) -> None:
    assert ask(text, office.trust(key="no key")).outcome is REFUSED


@settings(max_examples=60)
@given(junk=st.text(max_size=300))
def test_whatever_a_camera_reads_it_is_never_an_exception(office: Office, junk: str) -> None:
    for item in (junk, f"https://verify.example/c/1#{junk}"):
        assert ask(item, office.trust()).outcome is REFUSED


def test_a_genuine_code_behind_another_address_is_no_genuine_sign(office: Office, text: str) -> None:
    """A copied code over a sign: a phone opens the address, and what stands there answers for itself."""
    url, _, fragment = text.partition("#")
    number = url.rpartition("/")[2]
    # None is longer than the true one: a longer code is refused for that alone.
    wrong = (
        f"https://evil.example/c/{number}",
        f"https://verify.evil.eu/c/{number}",
        f"https://verify.exam:843/c/{number}",
        f"https://verify.e@evil.eu/c/{number}",
        f"https://verify.example/x/{number}",
        f"https://verify.ex/c/x/{number}",
        f"https://verify.ex\u0430mpl/c/{number}",
        f"https://verify.example?c/{number}",
        f"https://VERIFY.example/c/{number}",
    )
    for address in wrong:
        found = ask(f"{address}#{fragment}", office.trust())
        assert (found.outcome, found.exit_code) == (REFUSED, 1), address
        assert "the sign is false or was pasted over" in found.sentence, address
        assert not any("ask at" in detail for detail in found.details), address


def test_where_the_list_does_not_say_where_an_issuer_publishes_no_address_is_known_as_its_own(
    office: Office, text: str
) -> None:
    found = ask(text, office.trust(url=None))
    assert (found.outcome, found.exit_code) == (NOT_RECOGNISED, 3)
    assert "does not say where" in found.sentence
    assert not any("ask at" in detail for detail in found.details)
    # One listing of a key that says it is enough, and one that says another address takes nothing away.
    both = (*office.trust().issuers, *office.trust(url="https://new.example/c/").issuers)
    assert ask(text, msgspec.structs.replace(office.trust(), issuers=both)).outcome is GENUINE


def said_today(office: Office, status: Status, **changed: Any) -> bytes:
    given = {"since": NOW, "now": LATER, "good_for": timedelta(days=1), "key": office.key}
    return sign_statement(
        office.issue(number=changed.pop("number", None) or office.issue().certificate.number).certificate,
        status,
        **{**given, **changed},
    )


@pytest.mark.parametrize("status", (Status.SUSPENDED, Status.WITHDRAWN, Status.EXPIRED, Status.SUPERSEDED))
def test_a_code_whose_issuer_says_no_today_is_refused(office: Office, text: str, status: Status) -> None:
    found = ask(text, office.trust(), status=said_today(office, status))
    assert (found.outcome, found.exit_code, found.status_checked) == (REFUSED, 1, True)


def test_a_code_whose_issuer_says_yes_today_was_checked(office: Office, text: str) -> None:
    found = ask(text, office.trust(), status=said_today(office, Status.VALID))
    assert (found.outcome, found.status_checked) == (GENUINE, True)
    assert found.sentence.endswith("; its status was checked.")
    assert not any("not checked" in detail for detail in found.details)


def test_an_answer_that_may_not_be_believed_leaves_the_status_of_a_code_unchecked(
    office: Office, text: str
) -> None:
    stranger = key_from_seed(b"s" * 32)
    for bad in (
        b"",
        said_today(office, Status.VALID, key=stranger),
        said_today(office, Status.VALID, number="FW-2026-000777"),
        said_today(office, Status.VALID, now=LATER - timedelta(days=5)),
    ):
        found = ask(text, office.trust(), status=bad)
        assert (found.outcome, found.status_checked) == (GENUINE, False)
        assert "suspension not checked" in found.sentence


def test_an_old_list_of_issuers_is_told_with_a_code_too(office: Office, text: str) -> None:
    trust = office.trust()
    found = ask(text, trust, now=trust.issued + timedelta(days=40))
    assert any("a key that was lost since is still in it" in detail for detail in found.details)


def test_an_address_without_its_code_is_told_what_is_missing(office: Office, text: str) -> None:
    found = ask(text.partition("#")[0], office.trust())
    assert (found.outcome, found.exit_code) == (REFUSED, 1)
    assert "the whole code" in found.details[0]
