"""What does a whole check come to? Every criterion decided, and one outcome by a fixed order.

The order is that of the standard's "How it decides": a void run or an undecided gate leaves everything open,
a failed gate refuses, nothing that was not tested is passed, and only then can there be a certificate. The
score tells the operator what to improve: it decides nothing, and what was not tested never raises it.
"""

from __future__ import annotations

from criteria.identity import unknown
from criteria.kinds import Attested, Evidence, FirstStage, Ruling, decide
from criteria.kinds.encrypted_dns import EncryptedDns
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.records import (
    Assessment,
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    Fitness,
    Forecast,
    Route,
    SafeSearch,
    Verdict,
)
from criteria.standard import Criterion, Standard, Witness
from probes.records import Category, Plan, Run

ENCRYPTED_DNS_LIMIT = "A device that brings its own encrypted DNS is not filtered here."
WITNESS_LIMIT = "Time and place are declared by the issuer."
VISITS_LIMIT = "It is checked on visits, not by a device that stays there."
REPEATED_LIMIT = "The announced run came to no answer once, and was made again."
"""Of a place in mode `rounds`; whoever issues adds it."""
NO_SENTINEL_LIMIT = (
    "Whether the illegal-image list is in force was not tested: there was no authorised test page."
)
UNKNOWN_NETWORK_LIMIT = "Which network this was is not fully on record; unknown are {missing}."
OVERRIDES_LIMIT = "This check was made with overrides: it cannot become a hotspot's certificate."

_MEASURED = frozenset(
    {
        CriterionOutcome.PASS,
        CriterionOutcome.CONDITIONAL,
        CriterionOutcome.FAIL,
        CriterionOutcome.INCONCLUSIVE,
    }
)
_EARNS = frozenset({CriterionOutcome.PASS, CriterionOutcome.ATTESTED})


def assess(
    *,
    standard: Standard,
    standard_digest: str,
    verdicts: tuple[Verdict, ...],
    routes: tuple[Route, ...],
    safesearch: tuple[SafeSearch, ...],
    fitness: Fitness,
    run: Run,
    plan: Plan,
    attestations: tuple[Attested, ...] = (),
    first: tuple[FirstStage, ...] = (),
    witnessed: bool = False,
    forecast: Forecast,
) -> Assessment:
    """One run against one standard."""
    evidence = Evidence(
        plan=plan,
        fitness=fitness,
        verdicts=verdicts,
        routes=routes,
        safesearch=safesearch,
        attested=attestations,
        first=first,
        run=run,
    )
    results = decide_criteria(standard, evidence)
    return Assessment(
        standard=standard.id,
        standard_version=standard.version,
        standard_digest=standard_digest,
        outcome=outcome_of(standard, results, fitness=fitness, witnessed=witnessed),
        score=sum(item.weight for item in results if item.result in _EARNS),
        applicable_weight=sum(
            item.weight for item in results if item.result is not CriterionOutcome.NOT_APPLICABLE
        ),
        criteria=results,
        best_possible=forecast,
        limits=_limits(standard, results, run=run, witnessed=witnessed),
    )


def decide_criteria(standard: Standard, evidence: Evidence) -> tuple[CriterionResult, ...]:
    """Every criterion, in the order of the standard."""
    return tuple(_result(item, _ruling(item, evidence)) for item in standard.criteria)


def outcome_of(
    standard: Standard, results: tuple[CriterionResult, ...], *, fitness: Fitness, witnessed: bool
) -> AssessmentOutcome:
    """The one outcome; the numbers are those of the standard's "How it decides"."""
    gates = [item for item in results if item.gate and item.result is not CriterionOutcome.NOT_APPLICABLE]
    found = {item.result for item in gates}
    illegal = _illegal_image_gates(standard)
    untested = {item.id for item in gates if item.result is CriterionOutcome.NOT_TESTED}
    if fitness.void_reason is not None or CriterionOutcome.INCONCLUSIVE in found:  # 1
        return AssessmentOutcome.INCONCLUSIVE
    if CriterionOutcome.FAIL in found:  # 2
        return AssessmentOutcome.NOT_CERTIFIABLE
    # A false pass is the expensive error: no gate at all, one that nobody tested, or a run that saw nothing
    # beyond DNS, proves nothing.
    if not gates or untested - illegal or not fitness.path_shown:
        return AssessmentOutcome.INCONCLUSIVE
    if CriterionOutcome.CONDITIONAL in found:  # 3
        return AssessmentOutcome.CONDITIONAL
    if untested or (standard.witness is Witness.REQUIRED and not witnessed):  # 4
        return AssessmentOutcome.PROVISIONAL
    return AssessmentOutcome.CERTIFIABLE  # 5


def _illegal_image_gates(standard: Standard) -> frozenset[str]:
    """The gates that may lack a sentinel and leave it at provisional: of the illegal-image list only."""
    return frozenset(
        item.id
        for item in standard.criteria
        if isinstance(item.test, SentinelBlocked) and item.test.category is Category.ILLEGAL_CSAM
    )


def _ruling(item: Criterion, evidence: Evidence) -> Ruling:
    if not item.enabled:
        return Ruling(
            result=CriterionOutcome.NOT_APPLICABLE,
            reason="This standard does not ask for it; national profiles may.",
        )
    ruling = decide(item.test, evidence)
    if evidence.fitness.void_reason is not None and ruling.result in _MEASURED:
        # Whatever a void run seemed to show, it shows nothing.
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"The check is void: {evidence.fitness.explanation}",
        )
    return ruling


def _result(item: Criterion, ruling: Ruling) -> CriterionResult:
    fine = ruling.result in (
        CriterionOutcome.PASS,
        CriterionOutcome.ATTESTED,
        CriterionOutcome.NOT_APPLICABLE,
    )
    return CriterionResult(
        id=item.id,
        result=ruling.result,
        reason=ruling.reason,
        remedy=None if fine else item.remedy,
        owner=item.owner.value,
        gate=item.gate,
        weight=item.weight,
        tested=ruling.tested,
        passed=ruling.passed,
        bound=ruling.bound,
        against=ruling.against,
        dead=ruling.dead,
        orders=ruling.orders,
    )


def _limits(
    standard: Standard, results: tuple[CriterionResult, ...], *, run: Run, witnessed: bool
) -> tuple[str, ...]:
    passed = {item.id for item in results if item.result is CriterionOutcome.PASS}
    untested = {item.id for item in results if item.result is CriterionOutcome.NOT_TESTED}
    said = []
    if any(isinstance(item.test, EncryptedDns) and item.id not in passed for item in standard.criteria):
        said.append(ENCRYPTED_DNS_LIMIT)
    if _illegal_image_gates(standard) & untested:
        said.append(NO_SENTINEL_LIMIT)
    said += standard.limits
    if not witnessed:
        said.append(WITNESS_LIMIT)
    missing = unknown(run.vantage)
    if missing:
        said.append(UNKNOWN_NETWORK_LIMIT.format(missing=", ".join(missing)))
    if run.overrides:
        said.append(OVERRIDES_LIMIT)
    return tuple(said)
