from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.surveillance.sight import Sight, is_full, sight_of
from tests.friendlywifi.surveillance.cast import RESIDENT

PASS, FAIL, OPEN = CriterionOutcome.PASS, CriterionOutcome.FAIL, CriterionOutcome.INCONCLUSIVE
GOOD = {
    "void_reason": None,
    "overrides": (),
    "here": True,
    "certain": True,
    "outcome": AssessmentOutcome.CERTIFIABLE,
    "gates": (("ADU-01", PASS), ("OVB-01", PASS)),
}


def sight(**changed: object) -> Sight:
    return sight_of(**{**GOOD, **changed})


def test_a_valid_run_in_which_every_gate_passed_is_good() -> None:
    assert sight() is Sight.GOOD
    assert sight(outcome=AssessmentOutcome.PROVISIONAL) is Sight.GOOD


@pytest.mark.parametrize(
    ("changed", "expected"),
    (
        ({"void_reason": "captive"}, Sight.CAPTIVE),
        ({"void_reason": "offline"}, Sight.OFFLINE),
        ({"void_reason": "elsewhere"}, Sight.VOID),
        ({"overrides": ("resolver 192.0.2.1",)}, Sight.APART),
        ({"here": False}, Sight.UNDECIDED),
        ({"certain": False}, Sight.UNDECIDED),
        ({"gates": ()}, Sight.UNDECIDED),
        ({"gates": (("ADU-01", FAIL), ("OVB-01", OPEN))}, Sight.BAD),
        ({"gates": (("ADU-01", PASS), ("OVB-01", OPEN))}, Sight.UNDECIDED),
        ({"outcome": AssessmentOutcome.NOT_CERTIFIABLE}, Sight.UNDECIDED),
        ({"outcome": AssessmentOutcome.INCONCLUSIVE}, Sight.UNDECIDED),
    ),
)
def test_everything_else_is_no_evidence(changed: dict[str, object], expected: Sight) -> None:
    assert sight(**changed) is expected


def test_a_failure_counts_where_the_network_was_changed_and_not_where_nobody_knows_the_place() -> None:
    failed = {"gates": (("ADU-01", FAIL),)}
    assert sight(certain=False, **failed) is Sight.BAD
    assert sight(here=False, certain=False, **failed) is Sight.UNDECIDED


@given(
    void=st.sampled_from([None, "captive", "offline", "machine", "clock"]),
    overrides=st.sampled_from([(), ("seed chosen by hand",)]),
    here=st.booleans(),
    certain=st.booleans(),
    outcome=st.sampled_from(AssessmentOutcome),
    gates=st.lists(st.tuples(st.sampled_from(["ADU-01", "ILL-01"]), st.sampled_from(CriterionOutcome))),
)
def test_nothing_unknown_is_ever_good(
    *,
    void: str | None,
    overrides: tuple[str, ...],
    here: bool,
    certain: bool,
    outcome: AssessmentOutcome,
    gates: list[tuple[str, CriterionOutcome]],
) -> None:
    seen = sight_of(
        void_reason=void, overrides=overrides, here=here, certain=certain, outcome=outcome, gates=gates
    )
    if seen is Sight.GOOD:
        assert void is None
        assert not overrides
        assert here
        assert certain
        assert outcome in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL)
        assert gates
        assert not {result for _, result in gates} & {FAIL, OPEN, CriterionOutcome.CONDITIONAL}


def test_a_run_is_full_where_the_random_sample_was_decided() -> None:
    assert is_full(RESIDENT, (("ADU-01", PASS), ("ADU-02", PASS)))
    assert not is_full(RESIDENT, (("ADU-01", PASS), ("ADU-02", CriterionOutcome.NOT_TESTED)))
