"""A certificate of the demo, or why there is none; and whom its issuer is trusted by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.issue import Refusal, evidence_of, issue
from certificates.keys import public_text
from certificates.records import Attestation, Decision, SignedCertificate
from certificates.trust import TrustedIssuer, TrustList, sign_trust
from criteria.period import PeriodAssessment, assess_period
from criteria.records import AssessmentOutcome, CriterionOutcome
from criteria.standard import Standard
from friendlywifi.checking.check import Checked
from probes.records import digest

ISSUER = "Friendly Wi-Fi demo issuer TEST"
URL = "https://verify.friendlywifi.example/c/"


def certify(
    place: tuple[str, str, str],
    standard: Standard,
    standard_digest: str,
    key: Ed25519PrivateKey,
    made: list[Checked],
) -> tuple[SignedCertificate | None, tuple[str, ...]]:
    """The certificate that the evidence of the period carries, or the sentences why there is none.

    `place`: its name, its address and its network.
    """
    period = assess_period(
        standard=standard,
        standard_digest=standard_digest,
        runs=tuple((item.run, item.judgement) for item in made),
        certification_run=made[-1].run.id,
        allow_overrides=True,
    )
    assessment = made[-1].judgement.assessment
    if period.outcome not in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL):
        return None, _why_not(made[-1], period)
    holder, address, ssid = place
    now = made[-1].run.ended
    try:
        signed = issue(
            number=f"DEMO-{made[-1].run.id[:8].upper()}",
            url=f"{URL}DEMO-{made[-1].run.id[:8].upper()}",
            attestation=Attestation(
                holder=holder,
                place=holder,
                address=address,
                ssids=(ssid,),
                report_to="ISIGURT.al, or ALO 116 111",
                appeal_to="the issuer named on this certificate",
                language="sq",
                by="Friendly Wi-Fi demo",
                time=now,
            ),
            decision=Decision(
                decider="Demo decider",
                evaluator="Demo evaluator",
                time=now,
                assessment=digest(assessment),
            ),
            standard=standard,
            assessment=assessment,
            evidence=evidence_of(
                [item.run for item in made],
                valid={item.run.id for item in made if item.judgement.fitness.void_reason is None},
                certification_run=period.certification_run,
                witness=None,
            ),
            targets=made[-1].plan.targets,
            lists=made[-1].run.lists,
            issuer=ISSUER,
            key=key,
            now=now,
            test=True,
            period=period,
        )
    except Refusal as refusal:
        return None, (str(refusal),)
    return signed, ()


def _why_not(checked: Checked, period: PeriodAssessment) -> tuple[str, ...]:
    fitness = checked.judgement.fitness
    if fitness.void_reason is not None:
        return (fitness.explanation,)
    failed = tuple(
        f"{item.id}  {item.reason}"
        for item in checked.judgement.assessment.criteria
        if item.gate and item.result is CriterionOutcome.FAIL
    )
    return failed or period.reasons


def trust_list(key: Ed25519PrivateKey, scheme: Ed25519PrivateKey, standard_digest: str) -> bytes:
    """The trust list that names the demo's issuer, signed by a scheme that ends with the demo."""
    return sign_trust(
        TrustList(
            scheme="Friendly Wi-Fi demo scheme TEST",
            key=public_text(scheme.public_key()),
            issued=datetime.now(UTC).replace(microsecond=0),
            issuers=(
                TrustedIssuer(
                    name=ISSUER,
                    key=public_text(key.public_key()),
                    valid_from=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1),
                    valid_until=datetime.now(UTC).replace(microsecond=0) + timedelta(days=730),
                    test=True,
                    url=URL,
                ),
            ),
            standards=(standard_digest,),
        ),
        scheme,
    )
