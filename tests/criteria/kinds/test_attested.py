from __future__ import annotations

from datetime import date

import pytest

from criteria.kinds import Attested, decide
from criteria.kinds.attested import AttestedBy
from criteria.records import (
    CriterionOutcome,
)
from tests.criteria.making import evidence

NOT_TESTED = CriterionOutcome.NOT_TESTED


def attested(statement: str, on: date = date(2026, 3, 1)) -> Attested:
    return Attested(
        statement=statement, by="A. Hoxha", on=on, document="policy.pdf", digest="sha256:" + "a" * 64
    )


def test_documents_are_attested_only_when_every_statement_is_declared() -> None:
    test = AttestedBy(statements=("policy", "log"), max_age_days=365)
    said = tuple(attested(item) for item in ("policy", "log"))
    ruling = decide(test, evidence(attested=said))
    assert ruling.result is CriterionOutcome.ATTESTED
    assert "A. Hoxha on 2026-03-01 (policy.pdf, sha256:" in ruling.reason
    assert "never measured" in ruling.reason
    some = decide(test, evidence(attested=said[:1]))
    assert (some.result, some.against) == (NOT_TESTED, ("log",))


@pytest.mark.parametrize("on", (date(2026, 3, 3), date(2025, 3, 1)))
def test_what_is_declared_after_the_check_or_too_long_before_it_does_not_count(on: date) -> None:
    test = AttestedBy(statements=("policy",), max_age_days=365)
    ruling = decide(test, evidence(attested=(attested("policy", on),)))
    assert ruling.result is NOT_TESTED
    assert "dated after the check or older than 365 days" in ruling.reason


def test_of_two_declarations_the_later_one_is_told() -> None:
    test = AttestedBy(statements=("policy",), max_age_days=365)
    ruling = decide(test, evidence(attested=(attested("policy"), attested("policy", date(2026, 2, 1)))))
    assert "2026-03-01" in ruling.reason
    assert "2026-02-01" not in ruling.reason
