from __future__ import annotations

from datetime import date

from criteria.kinds import Attested, decide
from criteria.kinds.attested import AttestedBy
from criteria.records import (
    CriterionOutcome,
)
from tests.criteria.making import evidence

NOT_TESTED = CriterionOutcome.NOT_TESTED


def test_documents_are_attested_only_when_every_statement_is_declared() -> None:
    test = AttestedBy(statements=("policy", "log"))
    said = tuple(Attested(statement=item, by="A. Hoxha", on=date(2026, 3, 1)) for item in ("policy", "log"))
    ruling = decide(test, evidence(attested=said))
    assert ruling.result is CriterionOutcome.ATTESTED
    assert "A. Hoxha" in ruling.reason
    some = decide(test, evidence(attested=said[:1]))
    assert (some.result, some.against) == (NOT_TESTED, ("log",))
