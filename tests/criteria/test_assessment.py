from __future__ import annotations

from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.assessment import ENCRYPTED_DNS_LIMIT, OVERRIDES_LIMIT, WITNESS_LIMIT, assess, outcome_of
from criteria.records import (
    Assessment,
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    Fitness,
    Forecast,
    Outcome,
    Route,
    RouteOutcome,
)
from criteria.standard import Standard, Witness
from probes.records import Category, Target, encode
from tests.criteria.making import (
    baseline,
    fitness,
    named,
    plan,
    ranked,
    route,
    run,
    target,
    verdict,
)

HELP = named("help", 5, Category.CONTROL_HELP)
GENERAL = named("site", 200, Category.CONTROL_GENERAL)
ADULT = (*ranked(30), *named("adult", 60))
SENTINEL = (target("sentinel.lab.example", Category.ILLEGAL_CSAM, sentinel=True),)
SHUT = (route("udp 198.51.100.1:53"), route("tcp 198.51.100.1:53"))
FORECAST = Forecast(outcome=AssessmentOutcome.CERTIFIABLE, because=())


def judged(
    *,
    blocked: tuple[Target, ...] = (*SENTINEL, *ADULT),
    reachable: tuple[Target, ...] = (*HELP, *GENERAL),
    undecided: tuple[Target, ...] = (),
    routes: tuple[Route, ...] = SHUT,
    fit: Fitness | None = None,
    standard: Standard | None = None,
    overrides: tuple[str, ...] = (),
    witnessed: bool = False,
) -> Assessment:
    pairs = (
        *((item, Outcome.BLOCKED) for item in blocked),
        *((item, Outcome.REACHABLE) for item in reachable),
        *((item, Outcome.INCONCLUSIVE) for item in undecided),
    )
    return assess(
        standard=standard or baseline(),
        standard_digest="sha256:" + "0" * 64,
        verdicts=tuple(verdict(item, outcome, mechanisms=("dns/ede:17",)) for item, outcome in pairs),
        routes=routes,
        safesearch=(),
        fitness=fit or fitness(),
        run=run(overrides=overrides),
        plan=plan(item for item, _ in pairs),
        witnessed=witnessed,
        forecast=FORECAST,
    )


def result(assessment: Assessment, criterion: str) -> CriterionResult:
    return next(item for item in assessment.criteria if item.id == criterion)


def test_a_well_filtered_hotspot_is_certifiable() -> None:
    found = judged()
    assert found.outcome is AssessmentOutcome.CERTIFIABLE
    assert {item.result for item in found.criteria if item.gate} == {
        CriterionOutcome.PASS,
        CriterionOutcome.NOT_APPLICABLE,
    }


def test_without_an_authorised_sentinel_it_is_provisional_and_says_so() -> None:
    found = judged(blocked=ADULT)
    assert found.outcome is AssessmentOutcome.PROVISIONAL
    assert any("illegal-image list" in sentence for sentence in found.limits)


def test_a_gate_that_fails_refuses() -> None:
    found = judged(blocked=(*SENTINEL, *ADULT[1:]), reachable=(*HELP, *GENERAL, ADULT[0]))
    assert found.outcome is AssessmentOutcome.NOT_CERTIFIABLE
    assert result(found, "ADU-01").remedy


def test_an_undecided_gate_comes_before_a_failed_one() -> None:
    found = judged(
        blocked=(*SENTINEL, *ADULT[1:]), reachable=(*HELP[1:], *GENERAL, ADULT[0]), undecided=HELP[:1]
    )
    assert result(found, "ADU-01").result is CriterionOutcome.FAIL
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE


def test_a_sample_whose_bound_is_too_low_is_conditional() -> None:
    adult = (*ranked(30), *named("adult", 92))
    found = judged(blocked=(*SENTINEL, *adult[:-2]), reachable=(*HELP, *GENERAL, *adult[-2:]))
    assert found.outcome is AssessmentOutcome.CONDITIONAL


def test_conditional_comes_before_provisional() -> None:
    adult = (*ranked(30), *named("adult", 92))
    found = judged(blocked=adult[:-2], reachable=(*HELP, *GENERAL, *adult[-2:]))
    assert found.outcome is AssessmentOutcome.CONDITIONAL


@pytest.mark.parametrize("missing", ("ADU-01", "ADU-02", "OVB-01", "OVB-02", "BYP-01"))
def test_a_gate_that_nobody_tested_is_never_passed(missing: str) -> None:
    parts = {"ADU-01": ranked(30), "ADU-02": named("adult", 60), "OVB-01": HELP, "OVB-02": GENERAL}
    left_out = {item.name for item in parts.get(missing, ())}
    found = judged(
        blocked=tuple(item for item in (*SENTINEL, *ADULT) if item.name not in left_out),
        reachable=tuple(item for item in (*HELP, *GENERAL) if item.name not in left_out),
        routes=() if missing == "BYP-01" else SHUT,
    )
    assert result(found, missing).result is CriterionOutcome.NOT_TESTED
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE


def test_a_void_run_decides_nothing_whatever_it_seemed_to_show() -> None:
    for leak in ((), (ADULT[0],)):
        found = judged(
            blocked=(*SENTINEL, *(item for item in ADULT if item not in leak)),
            reachable=(*HELP, *GENERAL, *leak),
            fit=fitness(void_reason="offline"),
        )
        assert found.outcome is AssessmentOutcome.INCONCLUSIVE
        assert {item.result for item in found.criteria if item.gate} == {
            CriterionOutcome.INCONCLUSIVE,
            CriterionOutcome.NOT_APPLICABLE,
        }
        assert "The line is dead." in result(found, "ADU-01").reason


def test_a_run_that_saw_nothing_beyond_dns_certifies_nothing() -> None:
    assert judged(fit=fitness(path_shown=False)).outcome is AssessmentOutcome.INCONCLUSIVE
    assert judged(blocked=ADULT, fit=fitness(path_shown=False)).outcome is AssessmentOutcome.INCONCLUSIVE


def test_a_standard_that_requires_a_witness_gives_no_more_than_provisional_without_one() -> None:
    strict = msgspec.structs.replace(baseline(), witness=Witness.REQUIRED)
    assert judged(standard=strict).outcome is AssessmentOutcome.PROVISIONAL
    assert judged(standard=strict, witnessed=True).outcome is AssessmentOutcome.CERTIFIABLE


def test_the_face_says_what_stays_possible() -> None:
    found = judged()
    assert found.limits[0] == ENCRYPTED_DNS_LIMIT
    assert ENCRYPTED_DNS_LIMIT == "A device that brings its own encrypted DNS is not filtered here."
    assert set(baseline().limits) <= set(found.limits)
    assert WITNESS_LIMIT in found.limits
    assert WITNESS_LIMIT not in judged(witnessed=True).limits


def test_overrides_change_no_outcome_and_are_said() -> None:
    found = judged(overrides=("resolver",))
    assert found.outcome is AssessmentOutcome.CERTIFIABLE
    assert OVERRIDES_LIMIT in found.limits
    assert OVERRIDES_LIMIT not in judged().limits


def test_what_a_run_cannot_tell_is_not_applicable_or_not_tested() -> None:
    found = judged()
    assert result(found, "CON-01").result is CriterionOutcome.NOT_APPLICABLE
    assert result(found, "PRC-01").result is CriterionOutcome.NOT_TESTED
    assert result(found, "BYP-02").result is CriterionOutcome.NOT_TESTED
    assert result(found, "SSR-01").result is CriterionOutcome.NOT_TESTED
    assert result(found, "CAT-01").result is CriterionOutcome.NOT_APPLICABLE
    assert result(found, "ILL-02").result is CriterionOutcome.NOT_APPLICABLE


def test_the_score_counts_what_passed_of_all_that_applies() -> None:
    found = judged()
    assert (found.score, found.applicable_weight) == (10, 80)  # TRN-01, of all but CAT-01


def test_a_remedy_stands_only_where_something_is_to_be_done() -> None:
    for item in judged().criteria:
        fine = item.result in (CriterionOutcome.PASS, CriterionOutcome.NOT_APPLICABLE)
        assert (item.remedy is None) == fine


def test_the_same_input_gives_the_same_bytes() -> None:
    assert encode(judged()) == encode(judged())


# ------------------------------------------------------------------------------------------ properties

RANKS = {
    AssessmentOutcome.CERTIFIABLE: 3,
    AssessmentOutcome.PROVISIONAL: 2,
    AssessmentOutcome.CONDITIONAL: 1,
    AssessmentOutcome.NOT_CERTIFIABLE: 0,
    AssessmentOutcome.INCONCLUSIVE: 0,
}
WORSE = {
    CriterionOutcome.PASS: tuple(CriterionOutcome),
    CriterionOutcome.CONDITIONAL: (CriterionOutcome.FAIL, CriterionOutcome.INCONCLUSIVE),
    CriterionOutcome.NOT_TESTED: (CriterionOutcome.FAIL, CriterionOutcome.INCONCLUSIVE),
    CriterionOutcome.INCONCLUSIVE: (CriterionOutcome.FAIL,),
    CriterionOutcome.FAIL: (CriterionOutcome.INCONCLUSIVE,),
}


def gates(results: tuple[CriterionOutcome, ...]) -> tuple[CriterionResult, ...]:
    return tuple(
        CriterionResult(
            id=item.id,
            result=outcome,
            reason="test",
            remedy=None,
            owner="venue",
            gate=item.gate,
            weight=item.weight,
        )
        for item, outcome in zip((item for item in baseline().criteria if item.gate), results, strict=True)
    )


outcomes = st.lists(st.sampled_from(tuple(WORSE)), min_size=9, max_size=9)


@given(outcomes, st.integers(0, 8), st.data())
@settings(max_examples=150)
def test_the_outcome_never_gets_better_when_a_gate_gets_worse(
    results: list[CriterionOutcome], place: int, data: st.DataObject
) -> None:
    standard = baseline()
    worse = list(results)
    worse[place] = data.draw(st.sampled_from(WORSE[results[place]]))
    if worse[place] is CriterionOutcome.NOT_APPLICABLE:
        return
    before = outcome_of(standard, gates(tuple(results)), fitness=fitness(), witnessed=True)
    after = outcome_of(standard, gates(tuple(worse)), fitness=fitness(), witnessed=True)
    assert RANKS[after] <= RANKS[before]


def test_nothing_but_passes_certifies() -> None:
    standard = baseline()
    fine = (CriterionOutcome.PASS, CriterionOutcome.NOT_APPLICABLE)
    for results in product((CriterionOutcome.PASS, CriterionOutcome.CONDITIONAL), repeat=9):
        found = outcome_of(standard, gates(results), fitness=fitness(), witnessed=True)
        assert (found is AssessmentOutcome.CERTIFIABLE) == all(item in fine for item in results)


def test_gates_that_all_do_not_apply_certify_nothing() -> None:
    results = gates((CriterionOutcome.NOT_APPLICABLE,) * 9)
    found = outcome_of(baseline(), results, fitness=fitness(), witnessed=True)
    assert found is AssessmentOutcome.INCONCLUSIVE


@given(st.sets(st.sampled_from(("trn", "routes", "adult"))))
def test_leaving_something_untested_never_raises_the_score(left_out: set[str]) -> None:
    full = judged()
    less = judged(
        blocked=SENTINEL if "adult" in left_out else (*SENTINEL, *ADULT),
        routes=() if "routes" in left_out else SHUT,
        reachable=HELP if "trn" in left_out else (*HELP, *GENERAL),
    )
    assert less.score <= full.score
    assert less.applicable_weight == full.applicable_weight


def test_an_open_route_refuses() -> None:
    routes = (SHUT[0], route("tcp 198.51.100.1:53", RouteOutcome.OPEN))
    found = judged(routes=routes)
    assert found.outcome is AssessmentOutcome.NOT_CERTIFIABLE
    assert result(found, "BYP-01").against == ("tcp 198.51.100.1:53",)


def test_a_void_run_is_inconclusive_whatever_its_results() -> None:
    results = gates((CriterionOutcome.PASS,) * 9)
    for fit, outcome in (
        (fitness(), AssessmentOutcome.CERTIFIABLE),
        (fitness(void_reason="captive"), AssessmentOutcome.INCONCLUSIVE),
    ):
        assert outcome_of(baseline(), results, fitness=fit, witnessed=True) is outcome
