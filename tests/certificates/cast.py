"""One certificate that can be made again and again: a library in Gjirokastër, its people and their keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credential import StatusEntry
from certificates.issue import issue
from certificates.keys import key_from_seed, public_text
from certificates.proofs import Proofs, make_proofs
from certificates.records import Attestation, Decision, Evidence, SignedCertificate
from certificates.trust import TrustedIssuer, TrustList
from criteria.records import (
    Assessment,
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    Forecast,
)
from criteria.standard import Standard
from probes.records import Ask, Category, ListRef, Target, digest

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
ISSUER = "Shoqata për Internetin e Fëmijëve"


@dataclass(frozen=True, kw_only=True)
class Office:
    """Everything that an issuer needs; each part can be replaced for one certificate."""

    standard: Standard
    assessment: Assessment
    key: Ed25519PrivateKey = field(default_factory=lambda: key_from_seed(bytes(range(32))))

    def issue(self, **changed: Any) -> SignedCertificate:
        assessment = changed.get("assessment", self.assessment)
        given: dict[str, Any] = {
            "number": "FW-2026-000123",
            "url": "https://verify.example/c/FW-2026-000123",
            "attestation": attestation(),
            "decision": decision(assessment),
            "standard": self.standard,
            "assessment": assessment,
            "evidence": evidence(),
            "targets": TARGETS,
            "lists": LISTS,
            "issuer": ISSUER,
            "key": self.key,
            "now": NOW,
            "test": False,
        }
        return issue(**{**given, **changed})

    def trust(
        self,
        *,
        scheme_key: Ed25519PrivateKey | None = None,
        standards: tuple[str, ...] | None = None,
        **changed: Any,
    ) -> TrustList:
        """A list that recognises this office; `changed` is about its entry."""
        issuer: dict[str, Any] = {
            "name": ISSUER,
            "key": public_text(self.key.public_key()),
            "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
            "valid_until": datetime(2028, 1, 1, tzinfo=UTC),
            "url": "https://verify.example/c/",
        }
        return TrustList(
            scheme="Skema e Provës",
            key=public_text((scheme_key or SCHEME_KEY).public_key()),
            issued=datetime(2026, 1, 1, tzinfo=UTC),
            issuers=(TrustedIssuer(**{**issuer, **changed}),),
            standards=(self.assessment.standard_digest,) if standards is None else standards,
        )


REGISTER = "https://verify.example/wifi"
STATUS = StatusEntry(
    revocation_list=f"{REGISTER}/status/revocation",
    suspension_list=f"{REGISTER}/status/suspension",
    index=1234,
)


def proofs(signed: SignedCertificate, key: Ed25519PrivateKey | None = None) -> Proofs:
    """The code and the credential of a certificate of the office."""
    return make_proofs(
        signed, register_url=REGISTER, status=STATUS, key=key or key_from_seed(bytes(range(32)))
    )


SCHEME_KEY = key_from_seed(b"scheme" + bytes(26))


def attestation(**changed: Any) -> Attestation:
    given: dict[str, Any] = {
        "holder": "Bashkia e Gjirokastrës",
        "place": "Biblioteka e Shkollës “Çajupi”",
        "address": "Rruga Gjin Zenebisi 12, 6001 Gjirokastër, Shqipëri",
        "ssids": ("Biblioteka-Falas", "Biblioteka-Fëmijë"),
        "report_to": "ALO 116 111 · isigurt.al",
        "appeal_to": "ankesa@bashkia.example",
        "language": "sq",
        "by": "Elira Hoxha",
        "time": NOW,
    }
    return Attestation(**{**given, **changed})


def decision(assessment: Assessment, **changed: Any) -> Decision:
    given: dict[str, Any] = {
        "decider": "Arben Çela",
        "evaluator": "Elira Hoxha",
        "time": NOW,
        "assessment": digest(assessment),
    }
    return Decision(**{**given, **changed})


def evidence(**changed: Any) -> Evidence:
    given: dict[str, Any] = {
        "first": NOW - timedelta(days=14),
        "last": NOW - timedelta(hours=3),
        "runs": 57,
        "valid_runs": 56,
        "hours": 8,
        "certification_run": "run-57",
    }
    return Evidence(**{**given, **changed})


def _target(name: str, category: Category, list_id: str, **more: Any) -> Target:
    return Target(name=name, category=category, ask=Ask.DNS, list_id=list_id, **more)


TARGETS = (
    _target("best.example", Category.ADULT, "well-known-adult", rank=1),
    _target("some.example", Category.ADULT, "adult-sample"),
    _target("help.example", Category.CONTROL_HELP, "helplines"),
    _target("news.example", Category.CONTROL_GENERAL, "everyday"),
    _target("more.example", Category.CONTROL_GENERAL, "everyday-sq"),
    _target("sentinel.example", Category.ILLEGAL_CSAM, "sentinels", sentinel=True),
)
LISTS = tuple(
    ListRef(id=name, version="2026-11", origin=name, digest="sha256:" + "0" * 64, names=1)
    for name in ("sentinels", "well-known-adult", "adult-sample", "helplines", "everyday", "everyday-sq")
)


def assess(standard: Standard, source: bytes, **results: CriterionResult) -> Assessment:
    """A certifiable assessment; `results` replaces single ones, by id with an underscore."""
    numbers = {
        "ILL-01": (1, 1, None),
        "ADU-01": (20, 20, "86.08"),
        "ADU-02": (93, 92, "95.00"),
        "OVB-01": (34, 34, None),
        "OVB-02": (240, 239, "1.96"),
    }
    found = []
    for criterion in standard.criteria:
        if not criterion.enabled:
            continue
        tested, passed, bound = numbers.get(criterion.id, (None, None, None))
        found.append(
            results.get(
                criterion.id.replace("-", "_"),
                CriterionResult(
                    id=criterion.id,
                    result=CriterionOutcome.PASS,
                    reason="What was found is told here in one sentence.",
                    remedy=None,
                    owner=criterion.owner.value,
                    gate=criterion.gate,
                    weight=criterion.weight,
                    tested=tested,
                    passed=passed,
                    bound=bound,
                ),
            )
        )
    return Assessment(
        standard=standard.id,
        standard_version=standard.version,
        standard_digest=digest(source),
        outcome=AssessmentOutcome.CERTIFIABLE,
        score=90,
        applicable_weight=90,
        criteria=tuple(found),
        best_possible=Forecast(outcome=AssessmentOutcome.CERTIFIABLE, because=()),
        limits=(*standard.limits, "A device that brings its own encrypted DNS is not filtered here."),
    )


def with_result(assessment: Assessment, criterion: str, **changed: Any) -> Assessment:
    """The assessment with one criterion's result changed."""
    return msgspec.structs.replace(
        assessment,
        criteria=tuple(
            msgspec.structs.replace(item, **changed) if item.id == criterion else item
            for item in assessment.criteria
        ),
    )
