"""From an assessment and a person's decision to a signed certificate, or a sentence why not."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.claims import claims
from certificates.keys import key_id, public_text
from certificates.print import engine_version
from certificates.records import (
    Attestation,
    Certificate,
    Decision,
    Evidence,
    Independence,
    Issuer,
    SignedCertificate,
    StandardRef,
    end_of_day_after,
    plain,
    whole_seconds,
)
from certificates.signing import sign
from certificates.view import TEMPLATE_VERSION
from criteria.assessment import REPEATED_LIMIT, VISITS_LIMIT
from criteria.period import PeriodAssessment
from criteria.records import Assessment, AssessmentOutcome, CriterionOutcome
from criteria.standard import Scope, Standard, Witness
from probes.records import ListRef, Run, Target, decode, digest, encode

DECLARED = "time and place declared by the issuer"
"""What a face says where nobody else witnessed the run."""


class Refusal(ValueError):  # noqa: N818 - an answer, no error
    """Why no certificate can be issued. Its text is one sentence."""


def evidence_of(
    runs: Collection[Run],
    *,
    valid: Collection[str],
    certification_run: str | None,
    witness: str | None,
) -> Evidence:
    """The period of all started runs. `valid`: the ids of those that could be judged. Raises `Refusal`."""
    good = sorted(run.started for run in runs if run.id in valid)
    if not good:
        raise Refusal("The evidence holds no valid run.")
    return Evidence(
        first=whole_seconds(good[0]),
        last=whole_seconds(good[-1]),
        runs=len(runs),
        valid_runs=len(good),
        hours=len({whole_seconds(time).hour for time in good}),
        certification_run=certification_run,
        witness=witness,
        overrides=tuple(sorted({plain(item) for run in runs for item in run.overrides})),
    )


def issue(
    *,
    number: str,
    url: str,
    attestation: Attestation,
    decision: Decision,
    standard: Standard,
    assessment: Assessment,
    evidence: Evidence,
    targets: tuple[Target, ...],
    lists: tuple[ListRef, ...],
    issuer: str,
    key: Ed25519PrivateKey,
    now: datetime,
    test: bool,
    period: PeriodAssessment | None = None,
    mode: Literal["resident", "rounds"] | None = None,
    repeated: bool = False,
    binding: Literal["en", "sq"] = "en",
) -> SignedCertificate:
    """A signed certificate of what was assessed and decided. Raises `Refusal`.

    `assessment` is that of the certification run against `standard`, `targets` and `lists` those of that
    run; `evidence` is the period around it, and `period` what its runs came to together: without it a
    gate that is judged over a period is not shown. `mode`: how the place is watched from now on, which may
    make it end sooner; `None`: nobody watches it, as in the demo. `repeated`: an announced run before the
    certification run came to no answer. `binding`: the language whose text counts. `test` puts TEST on every
    face. Whatever keeps the certificate from being valid makes it provisional, and is printed.
    """
    issued = whole_seconds(now)
    _require_fitting(assessment, decision, standard)
    made_from = digest(assessment)
    if period is not None:
        _require_period(period, assessment, evidence)
        assessment = _with_period(assessment, period)
    _require_certifiable(assessment, standard)
    _require_evidence(evidence, standard, issued=issued, test=test)
    if whole_seconds(decision.time) > issued:
        raise Refusal("The decision is dated after the certificate.")
    public = key.public_key()
    independence = _independence(decision, issuer_key=key_id(public))
    because = _provisional_because(assessment, independence, evidence, standard)
    days = _days(standard, mode, provisional=bool(because))
    visits = (VISITS_LIMIT,) if mode == "rounds" else ()
    again = (REPEATED_LIMIT,) if repeated else ()
    try:
        certificate = Certificate(
            number=number,
            status="provisional" if because else "valid",
            provisional_because=because,
            test=test,
            holder=plain(attestation.holder),
            place=plain(attestation.place),
            address=plain(attestation.address),
            ssids=tuple(plain(ssid) for ssid in attestation.ssids),
            language=attestation.language,
            binding=binding,
            standard=StandardRef(
                id=standard.id,
                version=standard.version,
                digest=assessment.standard_digest,
                title=plain(standard.title),
            ),
            claims=claims(standard, assessment, targets=targets, lists=lists),
            evidence=_plain_evidence(evidence),
            declared_by_issuer=DECLARED if evidence.witness is None else None,
            issuer=Issuer(name=plain(issuer), key_id=key_id(public), key=public_text(public)),
            evaluator=plain(decision.evaluator),
            decider=plain(decision.decider),
            independence=independence,
            decided=whole_seconds(decision.time),
            issued=issued,
            valid_until=end_of_day_after(issued, days),
            url=url,
            limits=_sentences((*standard.limits, *assessment.limits, *visits, *again)),
            report_to=plain(attestation.report_to),
            appeal_to=plain(attestation.appeal_to),
            assessment=made_from,
            period=digest(period) if period is not None else None,
            template=TEMPLATE_VERSION,
            engine=engine_version(),
        )
        # Building a record checks no lengths and patterns; reading one does. What cannot be read back
        # must not be signed.
        certificate = decode(encode(certificate), Certificate)
    except (ValueError, msgspec.ValidationError) as problem:
        raise Refusal(f"The certificate cannot be written: {problem}.") from problem
    return sign(certificate, key)


def _days(standard: Standard, mode: str | None, *, provisional: bool) -> int:
    """For how many days it is valid: never longer than the way in which the place is watched allows."""
    days = standard.provisional_days if provisional else standard.validity_days
    return min((days, *(item.validity_days for item in standard.surveillance if item.mode == mode)))


def _require_certifiable(assessment: Assessment, standard: Standard) -> None:
    if assessment.outcome not in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL):
        raise Refusal(f"There is nothing to certify: the outcome of the check is {assessment.outcome.value}.")
    # The outcome should already say so. A certificate over a failed gate is the one thing that must not be.
    for result in assessment.criteria:
        criterion = standard.criterion(result.id)
        gate = result.gate or (criterion is not None and criterion.gate)
        if gate and result.result in _OPEN:
            raise Refusal(f"There is nothing to certify: {result.id} is {result.result.value}.")
    missing = {item.id for item in standard.criteria if item.gate and item.enabled} - {
        result.id for result in assessment.criteria
    }
    if missing:
        raise Refusal(f"There is nothing to certify: {', '.join(sorted(missing))} was not assessed.")


_OPEN = frozenset((CriterionOutcome.FAIL, CriterionOutcome.CONDITIONAL, CriterionOutcome.INCONCLUSIVE))


def _require_fitting(assessment: Assessment, decision: Decision, standard: Standard) -> None:
    if (assessment.standard, assessment.standard_version) != (standard.id, standard.version):
        raise Refusal("The assessment was made against another standard.")
    if decision.assessment != digest(assessment):
        raise Refusal("The decision was made about another assessment.")


def _require_period(period: PeriodAssessment, assessment: Assessment, evidence: Evidence) -> None:
    if period.standard_digest != assessment.standard_digest:
        raise Refusal("The period was judged against another standard.")
    if period.outcome not in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL):
        why = " ".join(period.reasons) or f"The outcome of the period is {period.outcome.value}."
        raise Refusal(f"There is nothing to certify. {why}")
    if (period.runs_made, period.runs_valid) != (evidence.runs, evidence.valid_runs):
        raise Refusal("The evidence is not that of the period.")


def _with_period(assessment: Assessment, period: PeriodAssessment) -> Assessment:
    """The assessment in which the gates over a period have the result that the period gave them."""
    over_period = {result.id: result for result in period.criteria}
    criteria = tuple(over_period.get(result.id, result) for result in assessment.criteria)
    return msgspec.structs.replace(assessment, criteria=criteria)


def _require_evidence(evidence: Evidence, standard: Standard, *, issued: datetime, test: bool) -> None:
    if evidence.overrides and not test:
        raise Refusal(
            "A run did not take the public's own path "
            f"({', '.join(evidence.overrides)}): it can only become a TEST certificate."
        )
    if not 1 <= evidence.valid_runs <= evidence.runs or evidence.last < evidence.first:
        raise Refusal("The evidence holds no valid run.")
    if evidence.last > issued:
        raise Refusal("The evidence is dated after the certificate.")
    if issued - evidence.last > timedelta(days=standard.renewal_evidence_days):
        raise Refusal(f"The evidence is older than {standard.renewal_evidence_days} days.")


def _provisional_because(
    assessment: Assessment, independence: Independence, evidence: Evidence, standard: Standard
) -> tuple[str, ...]:
    """Everything that stands between this and a valid certificate, as sentences for the face."""
    because = list(_gates_left_open(assessment, standard))
    if assessment.outcome is AssessmentOutcome.PROVISIONAL and not because:
        because += assessment.best_possible.because or ("The check was provisional.",)
    days, asked = (evidence.last - evidence.first).days, standard.evidence
    if evidence.valid_runs < asked.runs or days < asked.days or evidence.hours < asked.hours:
        because.append(
            f"The evidence is {_count(evidence.valid_runs, 'valid run')} over {_count(days, 'day')} at "
            f"{_count(evidence.hours, 'hour')} of the day; the standard asks for {asked.runs} runs over "
            f"{asked.days} days at {asked.hours} hours."
        )
    if evidence.certification_run is None:
        because.append("No certification run was registered before it began.")
    if standard.witness is Witness.REQUIRED and evidence.witness is None:
        because.append("Nobody but the issuer witnessed the run, and the standard asks for a witness.")
    if independence is Independence.FIRST_PARTY:
        because.append("The decision was made by those who measured.")
    return _sentences(because)


def _gates_left_open(assessment: Assessment, standard: Standard) -> tuple[str, ...]:
    """Gates that were not tested, and those over a period that one check could not judge."""
    told: list[str] = []
    for result in assessment.criteria:
        criterion = standard.criterion(result.id)
        over_period = criterion is not None and criterion.scope is Scope.PERIOD
        not_tested = result.result is CriterionOutcome.NOT_TESTED
        not_judged = over_period and result.result is not CriterionOutcome.PASS
        if result.gate and (not_tested or not_judged):
            title = criterion.title if criterion is not None else result.id
            told.append(f"Not shown: “{title}” ({result.id}). {result.reason}")
    return tuple(told)


def _independence(decision: Decision, *, issuer_key: str) -> Independence:
    """Two people with two keys, or FIRST-PARTY: a name is typed quickly, and a key shows who typed it."""
    same_person = _person(decision.decider) == _person(decision.evaluator)
    same_key = decision.evaluator_key == issuer_key or decision.one_machine
    return Independence.FIRST_PARTY if same_person or same_key else Independence.INDEPENDENT


def _person(name: str) -> str:
    """A name without what a reader does not see: case, accents' spelling, dots."""
    return unicodedata.normalize("NFKC", plain(name)).casefold().replace(".", "")


def _sentences(texts: Collection[str]) -> tuple[str, ...]:
    """In plain form, each once."""
    return tuple(dict.fromkeys(plain(text) for text in texts))


def _plain_evidence(evidence: Evidence) -> Evidence:
    return Evidence(
        first=whole_seconds(evidence.first),
        last=whole_seconds(evidence.last),
        runs=evidence.runs,
        valid_runs=evidence.valid_runs,
        hours=evidence.hours,
        certification_run=plain(evidence.certification_run) if evidence.certification_run else None,
        witness=plain(evidence.witness) if evidence.witness else None,
        overrides=tuple(plain(item) for item in evidence.overrides),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
