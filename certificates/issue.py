"""From an assessment and a person's decision to a signed certificate, or a sentence why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import key_id, public_text
from certificates.print import engine_version
from certificates.records import (
    Attestation,
    Certificate,
    Claim,
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
from certificates.view import TEMPLATE_VERSION, claim_sentence
from criteria.records import Assessment, AssessmentOutcome, CriterionOutcome, CriterionResult
from probes.records import Record, digest

LIMITS = (
    "VPN apps, web proxies and Tor.",
    "Mobile data: a telephone may use its own connection instead.",
    "Content inside platforms that are allowed: videos, chats, search results.",
)
"""What no filter in a network can prevent. Every certificate says so."""

DECLARED = "time and place declared by the issuer"


class Refusal(ValueError):  # noqa: N818 - an answer, no error
    """Why no certificate can be issued. Its text is one sentence."""


class Terms(Record):
    """What the standard asks of a valid certificate, and how long each kind lasts."""

    valid_days: int = 365
    provisional_days: int = 90
    least_runs: int = 14
    least_days: int = 7
    witness_required: bool = False


def issue(
    *,
    number: str,
    url: str,
    attestation: Attestation,
    decision: Decision,
    assessment: Assessment,
    evidence: Evidence,
    standard_title: str,
    issuer: str,
    key: Ed25519PrivateKey,
    now: datetime,
    test: bool,
    terms: Terms | None = None,
    sources: Mapping[str, str] | None = None,
) -> SignedCertificate:
    """A signed certificate of what was assessed and decided.

    `assessment` is that of the certification run; `evidence` the period around it. `sources` names, for
    a criterion's id, the list its names came from. `test` puts TEST on every face. Raises `Refusal`.
    """
    terms = terms or Terms()
    _require_certifiable(assessment, decision, evidence, test=test)
    because = _provisional_because(assessment, decision, evidence, terms)
    issued = whole_seconds(now)
    if whole_seconds(decision.time) > issued:
        raise Refusal("The decision is dated after the certificate.")
    try:
        certificate = Certificate(
            number=number,
            status="provisional" if because else "valid",
            provisional_because=tuple(plain(text) for text in because),
            test=test,
            holder=plain(attestation.holder),
            place=plain(attestation.place),
            address=plain(attestation.address),
            ssids=tuple(plain(ssid) for ssid in attestation.ssids),
            language=attestation.language,
            standard=StandardRef(
                id=plain(assessment.standard),
                version=plain(assessment.standard_version),
                digest=assessment.standard_digest,
                title=plain(standard_title),
            ),
            claims=tuple(_claim(result, (sources or {}).get(result.id)) for result in assessment.criteria),
            evidence=_plain_evidence(evidence),
            declared_by_issuer=DECLARED if evidence.witness is None else None,
            issuer=Issuer(
                name=plain(issuer), key_id=key_id(key.public_key()), key=public_text(key.public_key())
            ),
            evaluator=plain(decision.evaluator),
            decider=plain(decision.decider),
            independence=_independence(decision),
            decided=whole_seconds(decision.time),
            issued=issued,
            valid_until=end_of_day_after(issued, terms.provisional_days if because else terms.valid_days),
            url=url,
            limits=_limits(assessment),
            report_to=plain(attestation.report_to),
            appeal_to=plain(attestation.appeal_to),
            assessment=digest(assessment),
            template=TEMPLATE_VERSION,
            engine=engine_version(),
        )
        # Building a record checks no lengths and patterns; reading one does. What cannot be read back
        # must not be signed.
        certificate = msgspec.json.decode(msgspec.json.encode(certificate), type=Certificate)
    except (ValueError, msgspec.ValidationError) as problem:
        raise Refusal(f"The certificate cannot be written: {problem}.") from problem
    return sign(certificate, key)


def _require_certifiable(
    assessment: Assessment, decision: Decision, evidence: Evidence, *, test: bool
) -> None:
    if assessment.outcome not in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL):
        raise Refusal(f"There is nothing to certify: the outcome of the check is {assessment.outcome.value}.")
    # The outcome should already say so. A certificate over a failed gate is the one thing that must not be.
    for result in assessment.criteria:
        if result.gate and result.result in (
            CriterionOutcome.FAIL,
            CriterionOutcome.CONDITIONAL,
            CriterionOutcome.INCONCLUSIVE,
        ):
            raise Refusal(f"There is nothing to certify: {result.id} is {result.result.value}.")
    if decision.assessment != digest(assessment):
        raise Refusal("The decision was made about another assessment.")
    if evidence.overrides and not test:
        raise Refusal(
            "The run did not take the public's own path "
            f"({', '.join(evidence.overrides)}): it can only become a TEST certificate."
        )
    if evidence.valid_runs < 1 or evidence.valid_runs > evidence.runs or evidence.last < evidence.first:
        raise Refusal("The evidence holds no valid run.")


def _provisional_because(
    assessment: Assessment, decision: Decision, evidence: Evidence, terms: Terms
) -> tuple[str, ...]:
    """Everything that stands between this and a valid certificate, as sentences for the face."""
    because: list[str] = []
    if assessment.outcome is AssessmentOutcome.PROVISIONAL:
        open_gates = [
            result
            for result in assessment.criteria
            if result.gate and result.result is CriterionOutcome.NOT_TESTED
        ]
        because += [f"{result.id} was not tested: {_as_sentence(result.reason)}" for result in open_gates]
        if not open_gates:
            because += list(assessment.best_possible.because) or ["The check was provisional."]
    days = (evidence.last - evidence.first).days
    if evidence.valid_runs < terms.least_runs or days < terms.least_days:
        because.append(
            f"The evidence is {_count(evidence.valid_runs, 'valid run')} over {_count(days, 'day')}; "
            f"the standard asks for {terms.least_runs} over {terms.least_days}."
        )
    if evidence.certification_run is None:
        because.append("No certification run was registered before it began.")
    if terms.witness_required and evidence.witness is None:
        because.append("Nobody but the issuer witnessed the run.")
    if _independence(decision) is Independence.FIRST_PARTY:
        because.append("The decision was made by those who measured.")
    return tuple(because)


def _independence(decision: Decision) -> Independence:
    same = plain(decision.decider).casefold() == plain(decision.evaluator).casefold()
    return Independence.FIRST_PARTY if same else Independence.INDEPENDENT


def _claim(result: CriterionResult, source: str | None) -> Claim:
    names, opened, at_least = None, None, None
    sentence = result.reason
    must_open = result.id.startswith("OVB-")
    if result.tested is not None and result.passed is not None and result.tested > 0:
        names = result.tested
        opened = result.passed if must_open else result.tested - result.passed
        at_least = None if must_open else result.bound
        sentence = claim_sentence(
            names=names, opened=opened, source=source, at_least=at_least, must_open=must_open
        )
    return Claim(
        criterion=plain(result.id),
        sentence=plain(sentence),
        result=result.result.value,
        gate=result.gate,
        list=plain(source) if source else None,
        names=names,
        opened=opened,
        at_least_percent=at_least,
    )


def _limits(assessment: Assessment) -> tuple[str, ...]:
    told = (*LIMITS, *assessment.limits)
    return tuple(dict.fromkeys(plain(text) for text in told))


def _plain_evidence(evidence: Evidence) -> Evidence:
    return Evidence(
        first=whole_seconds(evidence.first),
        last=whole_seconds(evidence.last),
        runs=evidence.runs,
        valid_runs=evidence.valid_runs,
        certification_run=plain(evidence.certification_run) if evidence.certification_run else None,
        witness=plain(evidence.witness) if evidence.witness else None,
        overrides=tuple(plain(item) for item in evidence.overrides),
    )


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
