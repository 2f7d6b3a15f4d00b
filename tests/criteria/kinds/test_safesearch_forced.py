from __future__ import annotations

import pytest

from criteria.kinds import decide
from criteria.kinds.safesearch_forced import SafesearchForced
from criteria.records import (
    CriterionOutcome,
    SafeSearch,
    SafeSearchOutcome,
)
from probes.records import Family
from tests.criteria.making import evidence

PASS, FAIL = CriterionOutcome.PASS, CriterionOutcome.FAIL
OPEN_ENDED, NOT_TESTED = CriterionOutcome.INCONCLUSIVE, CriterionOutcome.NOT_TESTED

ENGINES = SafesearchForced(engines=("google", "bing"))


@pytest.mark.parametrize(
    ("google", "bing", "result"),
    (
        (SafeSearchOutcome.FORCED, SafeSearchOutcome.FORCED, PASS),
        (SafeSearchOutcome.PARTLY, SafeSearchOutcome.FORCED, FAIL),
        (SafeSearchOutcome.OFF, SafeSearchOutcome.INCONCLUSIVE, FAIL),
        (SafeSearchOutcome.FORCED, SafeSearchOutcome.INCONCLUSIVE, OPEN_ENDED),
        (SafeSearchOutcome.FORCED, None, OPEN_ENDED),
        (None, None, NOT_TESTED),
    ),
)
def test_every_engine_must_be_restricted(
    google: SafeSearchOutcome | None, bing: SafeSearchOutcome | None, result: CriterionOutcome
) -> None:
    seen = tuple(
        SafeSearch(engine=engine, family=Family.IPV4, outcome=outcome, rule="test")
        for engine, outcome in (("google", google), ("bing", bing))
        if outcome is not None
    )
    assert decide(ENGINES, evidence(safesearch=seen)).result is result
