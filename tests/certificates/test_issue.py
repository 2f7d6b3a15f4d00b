from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from certificates.issue import Refusal, evidence_of, issue
from certificates.keys import key_from_seed, key_id
from certificates.records import Independence
from certificates.signing import from_file, to_file
from criteria.assessment import VISITS_LIMIT
from criteria.period import PeriodAssessment
from criteria.records import Assessment, AssessmentOutcome, CriterionOutcome
from probes.records import Run, Vantage, digest
from tests.certificates.cast import NOW, Office, attestation, decision, evidence, with_result


def test_a_certifiable_check_with_its_fortnight_becomes_a_valid_certificate_for_a_year(
    office: Office,
) -> None:
    certificate = office.issue().certificate
    assert certificate.status == "valid"
    assert certificate.provisional_because == ()
    assert certificate.valid_until == datetime(2027, 11, 22, 23, 59, 59, tzinfo=UTC)
    assert certificate.independence is Independence.INDEPENDENT
    assert certificate.declared_by_issuer == "time and place declared by the issuer"
    assert from_file(to_file(office.issue())).certificate == certificate


def test_a_place_that_is_visited_has_it_for_half_as_long_and_says_so(office: Office) -> None:
    visited = office.issue(mode="rounds").certificate
    assert visited.valid_until == datetime(2027, 5, 24, 23, 59, 59, tzinfo=UTC)
    assert VISITS_LIMIT in visited.limits
    watched = office.issue(mode="resident").certificate
    assert watched.valid_until == datetime(2027, 11, 22, 23, 59, 59, tzinfo=UTC)
    assert VISITS_LIMIT not in watched.limits


def test_a_provisional_certificate_lasts_no_longer_because_somebody_visits(
    office: Office, without_sentinel: Assessment
) -> None:
    certificate = office.issue(assessment=without_sentinel, mode="rounds").certificate
    assert certificate.valid_until == datetime(2027, 2, 20, 23, 59, 59, tzinfo=UTC)


def test_without_a_sentinel_it_is_provisional_for_ninety_days_and_says_why(
    office: Office, without_sentinel: Assessment
) -> None:
    certificate = office.issue(assessment=without_sentinel).certificate
    assert certificate.status == "provisional"
    assert certificate.valid_until == datetime(2027, 2, 20, 23, 59, 59, tzinfo=UTC)
    (why,) = certificate.provisional_because
    assert why.startswith("Not shown: “The illegal-image list is in force” (ILL-01). No authorised sentinel")


@pytest.mark.parametrize(
    ("changed", "why"),
    (
        ({"valid_runs": 13}, "13 valid runs over 13 days"),
        ({"first": NOW - timedelta(days=6)}, "56 valid runs over 5 days"),
        ({"hours": 3}, "at 3 hours of the day"),
        ({"certification_run": None}, "No certification run was registered"),
    ),
)
def test_whatever_is_short_of_the_standard_makes_it_provisional(
    office: Office, changed: dict[str, object], why: str
) -> None:
    certificate = office.issue(evidence=evidence(**changed)).certificate
    assert certificate.status == "provisional"
    assert [why in reason for reason in certificate.provisional_because] == [True]


def test_a_gate_over_a_period_that_one_check_could_not_judge_makes_it_provisional(office: Office) -> None:
    one_check = with_result(
        office.assessment,
        "CON-01",
        result=CriterionOutcome.NOT_APPLICABLE,
        reason="This is judged over a period, not in one check.",
    )
    certificate = office.issue(assessment=one_check).certificate
    assert certificate.status == "provisional"
    assert "CON-01" in certificate.provisional_because[0]


def _period(office: Office, **changed: object) -> PeriodAssessment:
    never_off = next(item for item in office.assessment.criteria if item.id == "CON-01")
    given = PeriodAssessment(
        standard="baseline",
        standard_digest=office.assessment.standard_digest,
        outcome=AssessmentOutcome.CERTIFIABLE,
        reasons=(),
        criteria=(msgspec.structs.replace(never_off, reason="The filter was on in all 56 valid runs."),),
        certification_run="run-57",
        first=evidence().first,
        last=evidence().last,
        runs_made=57,
        runs_valid=56,
        runs_failed=0,
        hours=8,
    )
    return msgspec.structs.replace(given, **changed)


def test_a_period_shows_what_one_check_could_not(office: Office) -> None:
    one_check = with_result(office.assessment, "CON-01", result=CriterionOutcome.NOT_APPLICABLE)
    period = _period(office)
    certificate = office.issue(assessment=one_check, period=period).certificate
    assert certificate.status == "valid"
    assert (certificate.assessment, certificate.period) == (digest(one_check), digest(period))
    (claim,) = (item for item in certificate.claims if item.criterion == "CON-01")
    assert (claim.result, claim.sentence) == ("pass", "The filter was on in all 56 valid runs.")


@pytest.mark.parametrize(
    ("changed", "why"),
    (
        (
            {"outcome": AssessmentOutcome.NOT_CERTIFIABLE, "reasons": ("ADU-01 failed in 3 valid runs.",)},
            "ADU-01 failed in 3 valid runs",
        ),
        ({"outcome": AssessmentOutcome.INCONCLUSIVE}, "inconclusive"),
        ({"standard_digest": "sha256:" + "0" * 64}, "another standard"),
        ({"runs_made": 60}, "not that of the period"),
    ),
)
def test_a_period_that_does_not_carry_it_is_refused(
    office: Office, changed: dict[str, object], why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        office.issue(period=_period(office, **changed))


@pytest.mark.parametrize("decider", ("Elira Hoxha", " elira  HOXHA ", "Elira\u200b Hoxha"))
def test_whoever_decides_on_their_own_evaluation_is_printed_as_first_party(
    office: Office, decider: str
) -> None:
    certificate = office.issue(decision=decision(office.assessment, decider=decider)).certificate
    assert certificate.independence is Independence.FIRST_PARTY
    assert certificate.status == "provisional"


@pytest.mark.parametrize("same", ("key", "machine"))
def test_two_names_over_one_key_or_one_machine_are_first_party(office: Office, same: str) -> None:
    mine = key_id(office.key.public_key()) if same == "key" else key_id(key_from_seed(bytes(32)).public_key())
    made = decision(office.assessment, evaluator_key=mine, one_machine=same == "machine")
    certificate = office.issue(decision=made).certificate
    assert certificate.independence is Independence.FIRST_PARTY
    assert "The decision was made by those who measured." in certificate.provisional_because
    assert certificate.status == "provisional"


def test_two_people_with_two_keys_on_two_machines_are_independent(office: Office) -> None:
    other = key_id(key_from_seed(bytes(32)).public_key())
    certificate = office.issue(decision=decision(office.assessment, evaluator_key=other)).certificate
    assert certificate.independence is Independence.INDEPENDENT


@pytest.mark.parametrize("outcome", ("conditional", "not_certifiable", "inconclusive"))
def test_nothing_is_certified_that_is_not_certifiable(office: Office, outcome: str) -> None:
    assessment = msgspec.structs.replace(office.assessment, outcome=AssessmentOutcome(outcome))
    with pytest.raises(Refusal, match=outcome):
        office.issue(assessment=assessment)


@pytest.mark.parametrize("result", ("fail", "conditional", "inconclusive"))
def test_a_gate_that_does_not_pass_is_never_certified_whatever_the_outcome_says(
    office: Office, result: str
) -> None:
    assessment = with_result(office.assessment, "ADU-02", result=CriterionOutcome(result), gate=False)
    with pytest.raises(Refusal, match="ADU-02"):
        office.issue(assessment=assessment, test=True)


def test_an_assessment_that_leaves_a_gate_out_is_never_certified(office: Office) -> None:
    shorter = msgspec.structs.replace(
        office.assessment,
        criteria=tuple(item for item in office.assessment.criteria if item.id != "BYP-01"),
    )
    with pytest.raises(Refusal, match="BYP-01 was not assessed"):
        office.issue(assessment=shorter)


def test_a_run_with_overrides_becomes_a_test_certificate_or_none(office: Office) -> None:
    lab = evidence(overrides=("--connect-to",))
    with pytest.raises(Refusal, match="only become a TEST certificate"):
        office.issue(evidence=lab)
    assert office.issue(evidence=lab, test=True).certificate.test


def test_a_decision_about_another_assessment_certifies_nothing(
    office: Office, without_sentinel: Assessment
) -> None:
    with pytest.raises(Refusal, match="another assessment"):
        office.issue(decision=decision(without_sentinel))


@pytest.mark.parametrize(
    ("changed", "why"),
    (
        ({"last": NOW + timedelta(seconds=1)}, "dated after"),
        ({"first": NOW - timedelta(days=60), "last": NOW - timedelta(days=31)}, "older than 30 days"),
        ({"valid_runs": 0}, "no valid run"),
        ({"valid_runs": 58}, "no valid run"),
    ),
)
def test_evidence_that_cannot_carry_a_certificate_is_refused(
    office: Office, changed: dict[str, object], why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        office.issue(evidence=evidence(**changed))


@pytest.mark.parametrize(
    "changed",
    (
        {"number": "??"},
        {"url": "http://verify.example"},
        {"attestation": attestation(ssids=())},
        {"attestation": attestation(place="x" * 300)},
    ),
)
def test_what_could_not_be_read_back_is_never_signed(office: Office, changed: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="cannot be written"):
        office.issue(**changed)


def test_claims_are_in_the_words_of_the_standard(office: Office) -> None:
    claims = {claim.criterion: claim for claim in office.issue().certificate.claims}
    assert claims["ADU-02"].sentence == (
        "Of 93 names from the list adult-sample 2026-11, 1 opened; "
        "at least 95.00 % blocked at 95 % confidence."
    )
    assert claims["OVB-02"].sentence == (
        "Of 240 names from the lists everyday 2026-11 and everyday-sq 2026-11 that must stay open, "
        "239 opened."
    )
    assert claims["ILL-01"].sentence == "Of 1 name from the list sentinels 2026-11, 0 opened."


def test_the_best_known_names_are_no_sample_and_get_no_confidence(office: Office) -> None:
    claims = {claim.criterion: claim for claim in office.issue().certificate.claims}
    assert claims["ADU-01"].at_least_percent is None
    assert "confidence" not in claims["ADU-01"].sentence


def test_the_limits_of_the_standard_and_of_the_check_are_on_it_once(office: Office) -> None:
    limits = office.issue().certificate.limits
    assert "A device that brings its own encrypted DNS is not filtered here." in limits
    assert set(office.standard.limits) < set(limits)
    assert len(set(limits)) == len(limits)


def test_names_are_held_in_their_composed_form(office: Office) -> None:
    certificate = office.issue(attestation=attestation(place="Fe\u0308mije\u0308t")).certificate
    assert certificate.place == "Fëmijët"


def _run(serial: int, hour: int, *overrides: str) -> Run:
    started = datetime(2026, 11, 1 + serial, hour, 30, tzinfo=UTC)
    return Run(
        id=f"run-{serial}",
        hotspot="biblioteka",
        serial=serial,
        started=started,
        ended=started,
        authorised_by="Elira Hoxha",
        vantage=Vantage(),
        resolvers=(),
        resolver_source="network",
        overrides=overrides,
        software="0",
        plan="",
        observations="",
    )


def test_evidence_counts_every_run_and_spans_the_valid_ones() -> None:
    runs = (_run(1, 8), _run(2, 8), _run(3, 14, "--resolver"), _run(4, 20))
    found = evidence_of(runs, valid=("run-2", "run-3"), certification_run="run-3", witness=None)
    assert (found.runs, found.valid_runs, found.hours) == (4, 2, 2)
    assert (found.first.day, found.last.day) == (3, 4)
    assert found.overrides == ("--resolver",)
    with pytest.raises(Refusal, match="no valid run"):
        evidence_of(runs, valid=(), certification_run=None, witness=None)


def test_refusals_are_whole_sentences(office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        office.issue(evidence=evidence(valid_runs=0))
    assert re.fullmatch(r"[A-Z].*\.", str(refused.value))
    assert issue.__doc__
